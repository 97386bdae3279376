"""Does Azure Monitor tell what was asked of an endpoint, and by whom what was written? For raw requests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from holdfast_sandbox.arm import identity

from .conftest import Sandbox, named, new_group
from .test_machinelearning import VERSION, new_environment
from .test_monitor import refused

METRICS = "learn.microsoft.com/rest/api/monitor/metrics/list"
EVENTS = "learn.microsoft.com/rest/api/monitor/activity-logs/list"
FILTER = "deployment eq '*' and statusCode eq '*' and modelStatusCode eq '*'"


@dataclass
class Asked:
    """An endpoint without a deployment, which was asked three times with a wrong key and twice with the right one."""

    sandbox: Sandbox
    path: str
    since: datetime

    def metrics(self, **query: str) -> requests.Response:
        now = datetime.now(UTC) + timedelta(minutes=1)
        span = f"{self.since:%Y-%m-%dT%H:%M:%SZ}/{now:%Y-%m-%dT%H:%M:%SZ}"
        given = {"timespan": span, "metricnames": "RequestsPerMinute", **query}
        path = f"{self.path}/providers/Microsoft.Insights/metrics"
        return self.sandbox.request("GET", path, "2018-01-01", **given)

    def series(self, **query: str) -> dict[tuple[str, ...], float]:
        """The sums of a metric's values, by the values of the dimensions that were asked for."""
        answer = self.metrics(**query)
        assert answer.status_code == 200, answer.text
        rows = answer.json()["value"][0]["timeseries"]
        return {
            tuple(one["value"] for one in row["metadatavalues"]): sum(point.get("average", 0) for point in row["data"])
            for row in rows
        }

    def events(self, query: str = "", **more: str) -> requests.Response:
        path = f"{self.sandbox.subscription}/providers/Microsoft.Insights/eventtypes/management/values"
        given = query or f"eventTimestamp ge '{self.since:%Y-%m-%dT%H:%M:%SZ}' and resourceUri eq '{self.path}'"
        return self.sandbox.request("GET", path, "2015-04-01", **{"$filter": given, **more})


@pytest.fixture(scope="module")
def asked(sandbox: Sandbox) -> Asked:
    environment = new_environment(sandbox, new_group(sandbox), named)
    environment.make()
    one = Asked(sandbox, f"{environment.path}/onlineEndpoints/{named('ep')}", datetime.now(UTC) - timedelta(minutes=5))
    body = {"location": "westeurope", "kind": "Managed", "properties": {"authMode": "Key"}}
    assert sandbox.request("PUT", one.path, VERSION, body).status_code == 201
    uri = sandbox.request("GET", one.path, VERSION).json()["properties"]["scoringUri"]
    key = sandbox.request("POST", f"{one.path}/listKeys", VERSION).json()["primaryKey"]
    for credential in ("wrong", "wrong", "wrong", key, key):
        requests.post(uri, json={}, headers={"Authorization": f"Bearer {credential}"}, timeout=10)
    return one


@pytest.mark.source(METRICS)
def test_requests_are_counted_by_how_they_were_answered(asked: Asked) -> None:
    """Split by the dimensions that the filter names; without one all together."""
    assert asked.series(**{"$filter": FILTER}) == {("", "401", ""): 3, ("", "404", ""): 2}
    assert asked.series(**{"$filter": "statusCodeClass eq '*'"}) == {("4xx",): 5}
    assert asked.series(**{"$filter": "statusCode eq '404' or statusCode eq '503'"}) == {("404",): 2}
    assert asked.series() == {(): 5}
    assert asked.series(**{"$filter": "statusCode eq '*'", "top": "1"}) == {("401",): 3}


@pytest.mark.source("github.com/Azure/azure-rest-api-specs, Microsoft.Insights 2018-01-01, examples/GetMetric.json")
def test_an_answer_has_a_point_for_each_interval(asked: Asked) -> None:
    """Whether or not there is a value in it; several minutes are the average of those that have one."""
    body = asked.metrics(metricnames="RequestsPerMinute,RequestLatency_P90").json()
    assert [one["name"]["value"] for one in body["value"]] == ["RequestsPerMinute", "RequestLatency_P90"]
    count, latency = body["value"]
    assert (count["unit"], latency["unit"], body["interval"]) == ("Count", "Milliseconds", "PT1M")
    assert (body["namespace"], body["resourceregion"]) == (
        "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "westeurope",
    )
    points = count["timeseries"][0]["data"]
    assert 6 <= len(points) <= 8
    assert [point for point in points if "average" not in point]
    assert 0 < next(point["average"] for point in latency["timeseries"][0]["data"] if "average" in point) < 1000
    whole = asked.metrics(interval="FULL").json()["value"][0]["timeseries"][0]["data"]
    assert [0 < point["average"] <= 5 for point in whole] == [True]
    before = asked.metrics(timespan="2020-01-01T00:00:00Z/2020-01-01T01:00:00Z").json()
    assert before["value"][0]["timeseries"] == []


@pytest.mark.source("github.com/Azure/azure-sdk-for-net/issues/29584; github.com/tomkerkhove/promitor/issues/2084")
def test_what_is_no_metric_is_refused(asked: Asked) -> None:
    """By name, with those that there are; what the sandbox does not serve says so."""
    status, code, message = refused(asked.metrics(metricnames="Mood"))
    assert (status, code) == (400, "BadRequest")
    assert "resource Type: workspaces/onlineEndpoints, metric: Mood, Valid metrics: RequestsPerMinute," in message
    wrong = refused(asked.metrics(metricnames="RequestLatency", **{"$filter": "statusCode eq '*'"}))
    assert wrong[2].endswith("dimension combination: statuscode, supported ones are: deployment")
    for query in ({"aggregation": "Total"}, {"interval": "P1D"}, {"timespan": "today"}):
        assert "The sandbox serves no metrics with" in refused(asked.metrics(**query))[2]
    for query in ({"$filter": "statusCode = 5"}, {"$filter": "statusCode eq '5' x"}, {"top": "0"}):
        assert refused(asked.metrics(**{"$filter": "statusCode eq '*'", **query}))[0] == 400, query
    backwards = asked.metrics(timespan="2026-01-02T00:00:00Z/2026-01-01T00:00:00Z")
    assert "is not before" in refused(backwards)[2]
    path = f"{asked.path.partition('/onlineEndpoints')[0]}/providers/Microsoft.Insights/metrics"
    other = asked.sandbox.request("GET", path, "2018-01-01", timespan="2026-01-01T00:00:00Z/2026-01-02T00:00:00Z")
    assert "is not a supported platform metric namespace" in refused(other)[2]


@pytest.mark.source(EVENTS)
def test_the_activity_log_tells_who_wrote_what(asked: Asked) -> None:
    """The newest first, by resource, group or provider; reads are not in it."""
    path = f"{asked.path}/regenerateKeys"
    done = asked.sandbox.request("POST", path, VERSION, {"keyType": "Primary"})
    assert done.status_code == 202, done.text
    found: list[dict[str, Any]] = asked.events().json()["value"]
    kind = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
    assert [one["operationName"]["value"] for one in found] == [
        f"{kind}/regenerateKeys/action",
        f"{kind}/listKeys/action",
        f"{kind}/write",
    ]
    newest = found[0]
    assert (newest["caller"], newest["status"]["value"]) == (identity.OBJECT_ID, "Succeeded")
    assert newest["resourceId"] == asked.path
    assert abs(datetime.fromisoformat(newest["eventTimestamp"]).timestamp() - time.time()) < 60
    since = f"eventTimestamp ge '{asked.since:%Y-%m-%dT%H:%M:%SZ}'"
    group = asked.path.split("/")[4]
    assert len(asked.events(f"{since} and resourceGroupName eq '{group.upper()}'").json()["value"]) > len(found)
    assert asked.events(f"{since} and eventTimestamp le '2020-01-01'").json()["value"] == []
    named_alone = asked.events(**{"$select": "caller,eventTimestamp"}).json()["value"][0]
    assert sorted(named_alone) == ["caller", "eventTimestamp"]


@pytest.mark.source(EVENTS)
def test_an_activity_log_needs_a_begin(asked: Asked) -> None:
    """And is filtered by nothing but what the reference names."""
    assert "no start time" in refused(asked.events(f"resourceUri eq '{asked.path}'"))[2]
    assert "serves no activity log" in refused(asked.events("eventTimestamp ge '2026-01-01' and caller eq 'x'"))[2]
    assert "ISO 8601" in refused(asked.events("eventTimestamp ge 'today'"))[2]
