"""Is what clients of an endpoint met told, with what its replicas would have needed?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.diagnose import diagnose
from holdfast.model.names import logical_id
from holdfast.ops.doctor.answers import Unanswered
from holdfast.ops.doctor.traffic import changed_at, look_at_traffic
from holdfast.ops.service.aks import RESTARTED
from holdfast.ops.service.stack import Stack

from ..conftest import PIPELINE, SUBSCRIPTION, FakeAzure
from .conftest import FILE, make_stack

SERVED = """\
    cluster: {extension: {inference: true, router: loadBalancer, allowInsecure: true}}
    computes:
      - {name: serving, kind: kubernetes, namespace: serving}
    services:
      - {name: wine, model: wine, code: {path: code, script: score.py}, environment: req.txt, target: aks}
"""
NOW = datetime.now(UTC)
ACTIVITY = f"/subscriptions/{SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values"


@pytest.fixture
def stack(azure: FakeAzure, tmp_path: Path) -> Stack:
    """A stack with a service on AKS, whose deployment was made yesterday."""
    for folder in ("code", "wine"):
        (tmp_path / folder).mkdir()
    (tmp_path / "code/score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    (tmp_path / "wine/model.pkl").write_bytes(b"x")
    (tmp_path / "req.txt").write_text("joblib==1.6.0\nazureml-inference-server-http==1.4.0\n")
    made = make_stack(azure, tmp_path, FILE + SERVED)
    deploy(azure, made)
    return made


def deploy(azure: FakeAzure, stack: Stack, *, age: timedelta = timedelta(days=1), **properties: Any) -> None:
    scale = {"scaleType": "TargetUtilization", "minInstances": 1, "maxInstances": 3, "targetUtilizationPercentage": 70}
    body = {"scaleSettings": scale, **properties}
    at = (NOW - age).isoformat()
    azure.put(f"{_endpoint(stack)}/deployments/Blue", body, systemData={"lastModifiedAt": at}, sku={"capacity": 2})


def _endpoint(stack: Stack) -> str:
    return logical_id(stack.wanted, stack.wanted.services[0].part)


def metrics(azure: FakeAzure, stack: Stack, *counts: tuple[int, int, int], seconds: float = 0.2) -> None:
    """(status, requests, minutes ago) each; all of them took so long. A wrong key comes to no deployment."""

    def series(value: float, ago: int, **named: str) -> dict[str, Any]:
        at = (NOW - timedelta(minutes=ago)).replace(second=0, microsecond=0)
        named = {"deployment": "" if named.get("statuscode") == "401" else "blue", **named}
        told = [{"name": {"value": name}, "value": one} for name, one in named.items()]
        return {
            "metadatavalues": told,
            "data": [
                {"timeStamp": f"{at - timedelta(minutes=1):%FT%TZ}"},
                {"timeStamp": f"{at:%FT%TZ}", "average": value},
            ],
        }

    said = [series(requests, ago, statuscode=str(status), modelstatuscode="") for status, requests, ago in counts]
    took = [series(seconds * 1000, ago) for status, _, ago in counts if status != 401]
    value = [
        {"name": {"value": "RequestsPerMinute"}, "timeseries": said, "errorCode": "Success"},
        {"name": {"value": "RequestLatency"}, "timeseries": took},
    ]
    azure.answers[f"{_endpoint(stack)}/providers/microsoft.insights/metrics".lower()] = Answer(200, {"value": value})


def look(stack: Stack) -> list[str]:
    """The sentences."""
    return [line for one in look_at_traffic(stack, stack.wanted.services[0]) for line in one.text.splitlines()]


def ids(stack: Stack) -> list[str]:
    return [finding.id for finding in diagnose(look_at_traffic(stack, stack.wanted.services[0])).findings]


@pytest.mark.parametrize(
    ("status", "id"),
    [
        (401, "keys-changed"),
        (408, "timeout-504"),
        (424, "model-424"),
        (429, "throttled-429"),
        (502, "crash-502"),
        (503, "autoscale-503"),
        (504, "timeout-504"),
    ],
)
def test_each_status_is_its_symptom(azure: FakeAzure, stack: Stack, status: int, id: str) -> None:
    """By its share, and with the service's name in the commands."""
    metrics(azure, stack, (200, 10, 5), (status, 30, 4))
    azure.answers[ACTIVITY] = Answer(200, {"value": []})
    found = diagnose(look_at_traffic(stack, stack.wanted.services[0])).findings
    assert [one.id for one in found] == [id]
    assert f"30 of 40 requests of the last hour were answered {status}" in found[0].evidence[0].text
    if id in ("autoscale-503", "crash-502", "timeout-504"):
        assert " wine" in found[0].fix[0]


def test_good_answers_and_few_bad_ones_are_nothing(azure: FakeAzure, stack: Stack) -> None:
    """Nor is what nobody asked."""
    metrics(azure, stack, (200, 5000, 5), (502, 1, 4), seconds=0.01)
    assert look(stack) == []
    metrics(azure, stack)
    assert look(stack) == []


def test_a_minute_that_is_too_busy_for_the_settings_is_told_before_it_fails(azure: FakeAzure, stack: Stack) -> None:
    """600 requests of 0.25 s in a minute need 4 replicas at 70 %, and three are allowed."""
    metrics(azure, stack, (200, 600, 5), (200, 100, 20), seconds=0.25)
    (line,) = look(stack)
    assert (
        "10 requests a second of 0.25 s each need 4 replicas at a utilization of 70 %, and autoscale.max is 3" in line
    )
    assert ids(stack) == ["autoscale-503"]
    metrics(azure, stack, (200, 500, 5), seconds=0.25)
    assert look(stack) == []
    # Each replica on its own, and none of them to spare.
    deploy(
        azure, stack, scaleSettings={"scaleType": "Default"}, requestSettings={"maxConcurrentRequestsPerInstance": 1}
    )
    metrics(azure, stack, (200, 600, 5), seconds=0.25)
    assert "need 3 replicas at a utilization of 100 %, and replicas is 2" in look(stack)[0]


def test_refused_requests_are_told_with_what_they_would_have_needed(azure: FakeAzure, stack: Stack) -> None:
    """In one sentence, whether or not the settings allow it: a spike is over before a replica has started."""
    metrics(azure, stack, (200, 10, 5), (503, 30, 5))
    (line,) = look(stack)
    assert "need 1 replicas at a utilization of 70 %, and autoscale.max is 3, which does for the mean" in line
    assert line.endswith("it was a spike")
    metrics(azure, stack, (200, 10, 5), (503, 990, 5))
    (line,) = look(stack)
    assert line.endswith("need 5 replicas at a utilization of 70 %, and autoscale.max is 3")


def test_what_was_before_the_deployment_was_changed_is_past(azure: FakeAzure, stack: Stack) -> None:
    """But for wrong keys, which are the clients'; and a deployment that is gone has no say."""
    metrics(azure, stack, (504, 30, 20), (200, 10, 2))
    assert ids(stack) == ["timeout-504"]
    deploy(azure, stack, age=timedelta(minutes=10))
    assert ids(stack) == []
    metrics(azure, stack, (401, 30, 20), (200, 10, 2))
    azure.answers[ACTIVITY] = Answer(200, {"value": []})
    assert ids(stack) == ["keys-changed"]
    # An endpoint that was made anew has other keys, and its metrics from before.
    azure.change(f"{_endpoint(stack)}/deployments/blue", systemData={"createdAt": NOW.isoformat()})
    assert ids(stack) == []
    del azure.bodies[f"{_endpoint(stack)}/deployments/blue".lower()]
    assert ids(stack) == []


def test_a_minute_counts_in_part_unless_a_restart_of_ours_is_in_it() -> None:
    """What was before a restart is what it was for."""
    at = datetime(2026, 11, 26, 10, 0, 30, tzinfo=UTC)
    row = {"systemData": {"lastModifiedAt": at.isoformat()}, "properties": {"environmentVariables": {}}}
    assert changed_at(row) == at.replace(second=0)
    variables = row["properties"]["environmentVariables"]  # type: ignore[index] # it is one
    variables[RESTARTED] = (at - timedelta(seconds=3)).isoformat()
    assert changed_at(row) == at.replace(minute=1, second=0)
    variables[RESTARTED] = (at - timedelta(hours=3)).isoformat()
    assert changed_at(row) == at.replace(second=0)
    assert changed_at({}) < at


def test_whoever_regenerated_the_keys_is_named(azure: FakeAzure, stack: Stack) -> None:
    """The last one; a refusal and other actions do not count, and an unreadable log is told."""
    metrics(azure, stack, (401, 30, 20), (200, 10, 2))

    def event(action: str, who: str, minutes: int, status: str = "Succeeded") -> dict[str, Any]:
        at = (NOW - timedelta(minutes=minutes)).isoformat()
        kind = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
        return {
            "caller": who,
            "eventTimestamp": at,
            "operationName": {"value": f"{kind}/{action}"},
            "status": {"value": status},
        }

    rows = [
        event("regenerateKeys/action", "first", 60),
        event("regenerateKeys/action", PIPELINE, 30),
        event("regenerateKeys/action", "refused", 20, "Failed"),
        event("listKeys/action", "reader", 10),
    ]
    azure.answers[ACTIVITY] = Answer(200, {"value": rows})
    (line,) = look(stack)
    assert line.endswith(f"UTC by {PIPELINE}")
    azure.answers[ACTIVITY] = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    assert look(stack)[0].endswith("is not known, for the activity log could not be read")
    assert ids(stack) == ["keys-changed"]


def test_what_azure_does_not_answer_is_told(azure: FakeAzure, stack: Stack) -> None:
    """A metric that failed within a good answer, a refusal of either request; an endpoint that is not there is none."""
    where = f"{_endpoint(stack)}/providers/microsoft.insights/metrics".lower()
    failed = {"name": {"value": "RequestsPerMinute"}, "errorCode": "InvalidSamplingType", "errorMessage": "x"}
    refused = Answer(403, {"code": "AuthorizationFailed", "message": "no"})
    for answer, reason in ((Answer(200, {"value": [failed]}), "InvalidSamplingType x"), (refused, "403")):
        azure.answers[where] = answer
        with pytest.raises(Unanswered, match=reason):
            look(stack)
    del azure.answers[where]
    assert look(stack) == []
    azure.answers[f"{_endpoint(stack)}/deployments".lower()] = refused
    with pytest.raises(Unanswered):
        look(stack)
    azure.answers[f"{_endpoint(stack)}/deployments".lower()] = Answer(404, {"error": {"code": "ResourceNotFound"}})
    assert look(stack) == []
