"""How much was asked of an online endpoint? `GET {resource}/providers/Microsoft.Insights/metrics`, from the front end's
own counts.

Which metrics there are, with unit and dimensions: learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/
microsoft-machinelearningservices-workspaces-onlineendpoints-metrics; connections and bytes are not counted here.
The form of the answer: azure-rest-api-specs, Microsoft.Insights 2018-01-01, examples/GetMetric.json. A value is the
average over the minutes of an interval that have one, and an interval without one has a time alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.authorization.scopes import scope_of
from holdfast_sandbox.arm.services.machinelearning.serving import ENDPOINT
from holdfast_sandbox.arm.services.monitor import exceptions
from holdfast_sandbox.arm.services.monitor.filters import moment, terms
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.scoring.traffic import Answered

#: Series that are answered where `top` says nothing (the specification's default).
TOP = 10
_INTERVAL = re.compile(r"PT(?P<count>\d+)(?P<unit>[MH])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metric:
    """`value` is what a minute's requests come to, from the milliseconds of each."""

    name: str
    shown: str
    description: str
    unit: str
    dimensions: tuple[str, ...]
    value: Callable[[Sequence[float]], float]


def _percentile(share: float) -> Callable[[Sequence[float]], float]:
    def of(taken: Sequence[float]) -> float:
        ordered = sorted(taken)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    return of


def _latency(percent: int) -> Metric:
    said = f"The average P{percent} request latency aggregated by all request latency values collected over the period."
    return Metric(
        f"RequestLatency_P{percent}",
        f"Request Latency P{percent}",
        said,
        "Milliseconds",
        ("deployment",),
        _percentile(percent / 100),
    )


METRICS = (
    Metric(
        "RequestsPerMinute",
        "Requests Per Minute",
        "The number of requests sent to online endpoint within a minute",
        "Count",
        ("deployment", "statusCode", "statusCodeClass", "modelStatusCode"),
        len,
    ),
    Metric(
        "RequestLatency",
        "Request Latency",
        "The average complete interval of time taken for a request to be responded in milliseconds",
        "Milliseconds",
        ("deployment",),
        fmean,
    ),
    *map(_latency, (50, 90, 95, 99)),
)
_BY_NAME = {metric.name.lower(): metric for metric in METRICS}


def list_metrics(call: Call) -> Answer:
    endpoint = _endpoint(call)
    metrics = [_metric(name) for name in call.query.get("metricnames", METRICS[0].name).split(",")]
    for asked in call.query.get("aggregation", "average").split(","):
        if asked.strip().lower() != "average":
            raise exceptions.metrics_not_served("aggregation", asked)
    first, end = _timespan(call)
    step, interval = _interval(call, end - first)
    body = {
        "cost": (end - first) * len(metrics) - 1,
        "timespan": f"{_time(first)}/{_time(end)}",
        "interval": interval,
        "value": [_answered(call, endpoint, metric, first, end, step) for metric in metrics],
        "namespace": ENDPOINT,
        "resourceregion": endpoint.location,
    }
    return Answer(200, body)


def _endpoint(call: Call) -> Resource:
    path = scope_of(call.store, call.params["scope"]).path
    found = call.store.get(path)
    if found is None or found.type.lower() != ENDPOINT.lower():
        raise exceptions.namespace_not_supported(found.type if found is not None else "", ENDPOINT)
    return found


def _metric(name: str) -> Metric:
    found = _BY_NAME.get(name.strip().lower())
    if found is None:
        raise exceptions.metric_not_found(ENDPOINT, name.strip(), [one.name for one in METRICS])
    return found


def _timespan(call: Call) -> tuple[int, int]:
    """First minute, and the one behind the last."""
    begin, _, until = call.query.get("timespan", "").partition("/")
    if not until:
        raise exceptions.metrics_not_served("timespan", begin or "(none)")
    first, end = int(moment(begin) // 60), -int(-moment(until) // 60)
    if end <= first:
        raise exceptions.malformed(f"The start time {begin} is not before the end time {until}.")
    return first, end


def _interval(call: Call, whole: int) -> tuple[int, str]:
    """Minutes of an interval, and how it is written."""
    given = call.query.get("interval", "PT1M").upper()
    if given == "FULL":
        return whole, f"PT{whole}M"
    found = _INTERVAL.fullmatch(given)
    if found is None or not int(found["count"]):
        raise exceptions.metrics_not_served("interval", given)
    return int(found["count"]) * (60 if found["unit"] == "H" else 1), given


def _answered(call: Call, endpoint: Resource, metric: Metric, first: int, end: int, step: int) -> Json:
    asked = _dimensions(call, metric)
    series = _series(call, endpoint, metric, asked, first, end)
    rows = []
    for values, minutes in sorted(series.items())[: _top(call) if asked else None]:
        named = [_metadata(name, value) for name, value in zip(asked, values, strict=True)]
        data = []
        for begin in range(first, end, step):
            within = [minutes[minute] for minute in range(begin, min(begin + step, end)) if minute in minutes]
            data.append({"timeStamp": _time(begin), **({"average": float(fmean(within))} if within else {})})
        rows.append({"metadatavalues": named, "data": data})
    return {
        "id": f"{endpoint.id}/providers/Microsoft.Insights/metrics/{metric.name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": metric.name, "localizedValue": metric.shown},
        "displayDescription": metric.description,
        "unit": metric.unit,
        "timeseries": rows,
        "errorCode": "Success",
    }


def _metadata(name: str, value: str) -> Json:
    """Azure answers a dimension's name in lower case."""
    return {"name": {"value": name.lower(), "localizedValue": name.lower()}, "value": value}


def _series(
    call: Call, endpoint: Resource, metric: Metric, asked: dict[str, set[str]], first: int, end: int
) -> dict[tuple[str, ...], dict[int, float]]:
    """By the values of the dimensions that were asked for, each minute's value."""
    assert call.plane.scoring is not None
    taken: dict[tuple[tuple[str, ...], int], list[float]] = defaultdict(list)
    for minute, answered, milliseconds in call.plane.scoring.traffic.between(endpoint.name, first, end):
        values = tuple(_value(answered, name) for name in asked)
        if all(wanted == {"*"} or value in wanted for value, wanted in zip(values, asked.values(), strict=True)):
            taken[values, minute] += milliseconds
    series: dict[tuple[str, ...], dict[int, float]] = defaultdict(dict)
    for (values, minute), each in taken.items():
        series[values][minute] = metric.value(each)
    return series


def _dimensions(call: Call, metric: Metric) -> dict[str, set[str]]:
    """By the names of the dimensions that the filter names the values that it lets through."""
    spelled = {name.lower(): name for name in metric.dimensions}
    found: dict[str, set[str]] = {}
    for name, how, value in terms(call.query.get("$filter", "")):
        if how != "eq" or name.lower() not in spelled:
            raise exceptions.dimension_not_supported(metric.name, name, metric.dimensions)
        found.setdefault(spelled[name.lower()], set()).add(value)
    return found


def _top(call: Call) -> int:
    given = call.query.get("top", str(TOP))
    if not given.isdecimal() or not int(given):
        raise exceptions.malformed(f"'{given}' is not a valid value of the query parameter 'top'.")
    return int(given)


def _value(answered: Answered, dimension: str) -> str:
    each = {
        "deployment": answered.deployment,
        "statusCode": str(answered.status),
        "statusCodeClass": f"{answered.status // 100}xx",
        "modelStatusCode": str(answered.model) if answered.model else "",
    }
    return each[dimension]


def _time(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
