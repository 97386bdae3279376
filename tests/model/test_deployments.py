"""A deployment's body says what the settings say, in Azure's units."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.deployments import deployment_body
from holdfast.model.services import EnvironmentImage, Target, WantedService


def body(**settings: Any) -> dict[str, Any]:
    nothing: Any = None  # neither model nor code is in the body
    service = WantedService(
        "wine",
        Target.AKS,
        nothing,
        nothing,
        "score.py",
        EnvironmentImage("image"),
        {"cpu": 1.0, "memory": 1.5, **settings},
    )
    return deployment_body(service, "/environments/wine/versions/1")


def test_what_is_not_said_has_azures_defaults() -> None:
    """One request a replica, half a second in the queue, five for the answer; one to ten replicas at 70 percent."""
    made = body()
    asked = made["properties"]
    assert asked["environmentId"] == "/environments/wine/versions/1"
    assert asked["requestSettings"] == {
        "maxConcurrentRequestsPerInstance": 1,
        "maxQueueWait": "PT0.5S",
        "requestTimeout": "PT5S",
    }
    assert asked["scaleSettings"] == {
        "scaleType": "TargetUtilization",
        "minInstances": 1,
        "maxInstances": 10,
        "targetUtilizationPercentage": 70,
        "pollingInterval": "PT1S",
    }
    assert asked["environmentVariables"] == {"SCORING_TIMEOUT_MS": "5000"}
    assert made["sku"] == {"name": "Default", "capacity": 1}


def test_what_is_asked_for_is_the_limit_too() -> None:
    """In thousandths of a core, and in millions of bytes, as the settings count."""
    asked = body(cpu=0.25, memory=0.5)["properties"]["containerResourceRequirements"]
    assert asked == {
        "containerResourceRequests": {"cpu": "250m", "memory": "500M"},
        "containerResourceLimits": {"cpu": "250m", "memory": "500M"},
    }


def test_a_number_of_replicas_is_no_autoscaling() -> None:
    """It stands in the sku."""
    made = body(replicas=3)
    assert made["sku"]["capacity"] == 3
    assert made["properties"]["scaleSettings"] == {"scaleType": "Default"}


def test_several_requests_a_replica_need_as_many_workers() -> None:
    """The server knows them by a variable; a variable of the settings stands beside it."""
    asked = body(maxConcurrentRequests=4, timeout=30, env={"A": "b"})["properties"]
    assert asked["environmentVariables"] == {"SCORING_TIMEOUT_MS": "30000", "WORKER_COUNT": "4", "A": "b"}
    assert asked["requestSettings"]["requestTimeout"] == "PT30S"


@pytest.mark.parametrize("name", ["liveness", "readiness"])
def test_a_probe_that_is_said_in_part_keeps_the_rest(name: str) -> None:
    """Thirty looks, ten seconds apart: a model may take minutes to load."""
    asked = body(probes={name: {"period": 3}})["properties"]
    probes = {kind: asked[f"{kind}Probe"] for kind in ("liveness", "readiness")}
    usual = {
        "initialDelay": "PT10S",
        "period": "PT10S",
        "timeout": "PT2S",
        "failureThreshold": 30,
        "successThreshold": 1,
    }
    assert probes.pop(name) == {**usual, "period": "PT3S"}
    assert list(probes.values()) == [usual]


def test_a_share_of_the_autoscaling_is_enough() -> None:
    """And the least of it is what a new deployment begins with."""
    made = body(autoscale={"min": 2, "max": 4})
    assert made["sku"]["capacity"] == 2
    assert made["properties"]["scaleSettings"]["targetUtilizationPercentage"] == 70
