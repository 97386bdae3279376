"""How are a service's requests answered, and do its scale settings do for them? By the metrics that Azure keeps of its
endpoint, of the last hour, and by what its deployment is scaled to.

Source of the metrics: learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/
microsoft-machinelearningservices-workspaces-onlineendpoints-metrics; of the request: learn.microsoft.com/rest/api/
monitor/metrics/list. A container group has none of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from statistics import fmean
from typing import Any
from urllib.parse import quote, urlencode

from holdfast.decide.traffic import busiest, refused
from holdfast.diagnose import Evidence, stated
from holdfast.model.assets import ASSETS_VERSION
from holdfast.model.deployments import AUTOSCALE
from holdfast.model.services import WantedService
from holdfast.model.traffic import Busiest, Counted, Scaled
from holdfast.ops.doctor.activity import events
from holdfast.ops.doctor.answers import Unanswered, listed, said
from holdfast.ops.service.aks import RESTARTED
from holdfast.ops.service.stack import Stack
from holdfast.read.resources import says_absent

VERSION = "2018-01-01"
#: How far back is looked, and how far for somebody who regenerated a key.
BACK, KEYS_BACK = timedelta(hours=1), timedelta(days=1)
#: Series that are asked for: of so many statuses and deployments.
TOP = 100
_COUNTS, _TIMES = "RequestsPerMinute", "RequestLatency"
#: Every dimension of a count, or Azure answers the mean of several counts.
_SPLIT = "deployment eq '*' and statusCode eq '*' and modelStatusCode eq '*'"
_MINUTE = timedelta(minutes=1)
#: Seconds that a restart may take to be written.
_WRITING = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Point:
    """A value of a metric: of which deployment (in lower case, empty: of none), with which status, of which minute."""

    deployment: str
    status: int
    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class _Need:
    """The busiest minute of a deployment, and what it is scaled to."""

    busiest: Busiest
    scaled: Scaled

    @property
    def lacks(self) -> bool:
        return self.busiest.replicas > self.scaled.most


def look_at_traffic(stack: Stack, service: WantedService) -> list[Evidence]:
    """A sentence for each status that is no model's, and one where the busiest minute needs more replicas than there
    may be. Raises Unanswered."""
    endpoint, now = stack.running(service).id, datetime.now(UTC)
    deployments = {
        str(row.get("name")).lower(): row for row in listed(stack.client, f"{endpoint}/deployments", ASSETS_VERSION)
    }
    changed = {name: changed_at(row) for name, row in deployments.items()}
    # Of a deployment what it is now counts, and not what it was before. A wrong key comes to none of them, and counts
    # from the first one on: an endpoint that is made anew has other keys, and keeps its metrics.
    made = min((_minute(row, "createdAt") for row in deployments.values()), default=now)
    counts = [
        point
        for point in (_points(stack, endpoint, _COUNTS, _SPLIT, now) if deployments else ())
        if point.at >= (changed.get(point.deployment, now) if point.deployment else made)
    ]
    if not counts:
        return []
    times = _points(stack, endpoint, _TIMES, "deployment eq '*'", now)
    needs = [need for name, row in deployments.items() if (need := _need(name, row, counts, times, changed[name]))]
    tight = max(needs, key=lambda need: need.busiest.replicas - need.scaled.most, default=None)
    lines = []
    found = refused(_counted(counts))
    for one in found:
        more = ""
        if one.status == 503 and tight is not None:
            more = stated.head_room(tight.busiest, tight.scaled)
        elif one.status == 401:
            more = _regenerated(stack, endpoint, now)
        lines.append(stated.refused(service.name, one, more))
    if tight is not None and tight.lacks and not any(one.status == 503 for one in found):
        lines.append(stated.too_few(service.name, tight.busiest, tight.scaled))
    return [Evidence(f"traffic of service {service.name}", "\n".join(lines))] if lines else []


def changed_at(deployment: Mapping[str, Any]) -> datetime:
    """The first minute that tells of a deployment as it is. That in which it was changed counts with it, but after a
    restart of ours: then what was before is what the restart was for."""
    minute = _minute(deployment, "lastModifiedAt")
    variables = (deployment.get("properties") or {}).get("environmentVariables") or {}
    restarted = str(variables.get(RESTARTED) or "")
    if restarted and minute - datetime.fromisoformat(restarted) < _WRITING:
        return minute + _MINUTE
    return minute


def _minute(deployment: Mapping[str, Any], name: str) -> datetime:
    """The minute of a time of `systemData`; the first of all where Azure tells none."""
    text = str((deployment.get("systemData") or {}).get(name) or "")
    if not text:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromisoformat(text).replace(second=0, microsecond=0)


def _need(
    name: str, row: Mapping[str, Any], counts: Sequence[_Point], times: Sequence[_Point], since: datetime
) -> _Need | None:
    taken = [point.value for point in times if point.deployment == name and point.at >= since]
    own = _counted([point for point in counts if point.deployment == name])
    scaled = _scaled(row)
    most = busiest(own, Fraction(round(fmean(taken)), 1000), scaled) if taken else None
    return _Need(most, scaled) if most is not None else None


def _scaled(deployment: Mapping[str, Any]) -> Scaled:
    properties = deployment.get("properties") or {}
    scale, asked = properties.get("scaleSettings") or {}, properties.get("requestSettings") or {}
    concurrency = int(asked.get("maxConcurrentRequestsPerInstance") or 1)
    if str(scale.get("scaleType")) != "TargetUtilization":
        return Scaled(int((deployment.get("sku") or {}).get("capacity") or 1), 100, concurrency, False)
    target = int(scale.get("targetUtilizationPercentage") or AUTOSCALE["target"])
    return Scaled(int(scale.get("maxInstances") or AUTOSCALE["max"]), target, concurrency, True)


def _regenerated(stack: Stack, endpoint: str, now: datetime) -> str:
    """Whether its keys were regenerated lately, by whom; that it could not be read, where it could not."""
    try:
        found = events(stack.client, stack.wanted.subscription, endpoint, now - KEYS_BACK)
    except Unanswered:
        return "whether its keys were regenerated is not known, for the activity log could not be read"
    done = [event for event in found if event.operation.lower().endswith("/regeneratekeys/action")]
    return stated.regenerated(done[0].at, done[0].caller) if done else ""


def _points(stack: Stack, endpoint: str, metric: str, split: str, now: datetime) -> list[_Point]:
    """The values of the last hour. Raises Unanswered."""
    span = "/".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (now - BACK, now + _MINUTE))
    asked = {"metricnames": metric, "timespan": span, "interval": "PT1M", "aggregation": "average"}
    query = urlencode({**asked, "$filter": split, "top": str(TOP)}, quote_via=quote)
    answer = stack.client.get(f"{endpoint}/providers/Microsoft.Insights/metrics?{query}", VERSION)
    if says_absent(answer):
        return []
    if not answer.readable:
        raise Unanswered(said(answer.unreadable()))
    found: list[_Point] = []
    for row in answer.body.get("value") or ():
        if str(row.get("errorCode") or "Success") != "Success":
            raise Unanswered(f"{metric}: {row['errorCode']} {row.get('errorMessage') or ''}".strip())
        found += _of_series(row) if (row.get("name") or {}).get("value") == metric else ()
    return found


def _of_series(row: Mapping[str, Any]) -> Iterator[_Point]:
    for series in row.get("timeseries") or ():
        named = {str(one["name"]["value"]).lower(): str(one["value"]) for one in series.get("metadatavalues") or ()}
        status = named.get("statuscode", "")
        for point in series.get("data") or ():
            if point.get("average") is not None:
                at = datetime.fromisoformat(str(point["timeStamp"]))
                number = int(status) if status.isdecimal() else 0
                yield _Point(named.get("deployment", "").lower(), number, at, float(point["average"]))


def _counted(points: Sequence[_Point]) -> list[Counted]:
    return [Counted(point.at, point.status, round(point.value)) for point in points]
