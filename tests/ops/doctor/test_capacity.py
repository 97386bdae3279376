"""Is it told before a pod waits for a node that never comes?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.diagnose import diagnose
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.ops.doctor.answers import Unanswered
from holdfast.ops.doctor.capacity import look_at_capacity
from holdfast.ops.service.stack import Stack

from ..conftest import FakeAzure
from .conftest import make_stack

FILE = """
config:
  azure-native:location: westeurope
  holdfast:environment:
    resourceGroup: rg-fraud
    prefix: ml
    registry: {}
    cluster: {extension: {inference: true, router: loadBalancer, allowInsecure: true}}
    computes:
      - {name: serving, kind: kubernetes, namespace: serving}
    services:
      - {name: wine, model: wine, code: {path: code, script: score.py}, environment: req.txt, target: aks,
         cpu: 2, memory: 4, autoscale: {min: 2, max: 30}}
      - {name: beer, model: wine, code: {path: code, script: score.py}, environment: req.txt, target: aks,
         cpu: 2, memory: 4, replicas: 2}
"""
SCORE = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


@pytest.fixture
def azure() -> FakeAzure:
    return FakeAzure()


@pytest.fixture
def stack(azure: FakeAzure, tmp_path: Path) -> Stack:
    files = {"wine": "w", "code/score.py": SCORE, "req.txt": "azureml-inference-server-http\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = make_stack(azure, tmp_path, FILE)
    azure.put(resource_id(made.wanted, Kind.CLUSTER))
    return made


def _pool(azure: FakeAzure, stack: Stack, name: str = "system", **said: Any) -> None:
    """A pool of machines with 4 cores: 3860 millicores are left for pods, one replica of 2 cores a node."""
    properties = {"vmSize": "Standard_D4s_v3", "osType": "Linux", "maxPods": 110, "count": 1, **said}
    azure.put(f"{resource_id(stack.wanted, Kind.CLUSTER)}/agentPools/{name}", properties)


def _scaled(most: int) -> dict[str, Any]:
    return {"enableAutoScaling": True, "minCount": 1, "maxCount": most}


def test_what_fits_at_the_pools_most_gives_nothing(azure: FakeAzure, stack: Stack) -> None:
    """Four replicas on four nodes, three of which the autoscaler adds; that `max` asks for more is no failure."""
    _pool(azure, stack, **_scaled(2))
    _pool(azure, stack, "more", count=2)
    assert look_at_capacity(stack) == []


def test_a_service_that_no_number_of_nodes_holds_is_named(azure: FakeAzure, stack: Stack) -> None:
    """With the command that sizes it."""
    _pool(azure, stack, count=1)
    (finding,) = diagnose(look_at_capacity(stack)).findings
    assert finding.id == "pod-unschedulable"
    assert "service `wine` asks for 2 replicas (2 cores and 4 GB each)" in finding.evidence[0].text
    assert any(line.startswith("holdfast size wine --profile") for line in finding.fix)


def test_services_that_fit_alone_and_not_together_are_told(azure: FakeAzure, stack: Stack) -> None:
    """8 cores are asked for, and two nodes have 7.72."""
    _pool(azure, stack, **_scaled(2))
    (finding,) = diagnose(look_at_capacity(stack)).findings
    assert (finding.id, finding.confidence) == ("pod-unschedulable", 0.95)
    assert (
        "together ask for 8 cores and 16 GB, more than the node pools can hold (7.72 cores" in finding.evidence[0].text
    )


@pytest.mark.parametrize(
    "said",
    [{"nodeTaints": ["gpu=yes:NoSchedule"]}, {"osType": "Windows"}, {"powerState": {"code": "Stopped"}}],
    ids=["tainted", "windows", "stopped"],
)
def test_a_pool_that_takes_no_replica_counts_for_nothing(azure: FakeAzure, stack: Stack, said: dict[str, Any]) -> None:
    """A soft taint keeps nobody away."""
    _pool(azure, stack, count=1)
    _pool(azure, stack, "more", count=9, **said)
    assert [one.id for one in diagnose(look_at_capacity(stack)).findings] == ["pod-unschedulable"]
    _pool(azure, stack, "more", count=9, nodeTaints=["dear=yes:PreferNoSchedule"])
    assert look_at_capacity(stack) == []


def test_what_can_not_be_judged_is_told(azure: FakeAzure, stack: Stack) -> None:
    """A size that is not known, and a list that is refused; a cluster that is not there lacks nothing."""
    _pool(azure, stack, vmSize="Standard_M128")
    with pytest.raises(Unanswered, match="size Standard_M128"):
        look_at_capacity(stack)
    path = f"{resource_id(stack.wanted, Kind.CLUSTER)}/agentPools".lower()
    azure.answers[path] = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    with pytest.raises(Unanswered, match="403 AuthorizationFailed no"):
        look_at_capacity(stack)
    azure.answers[path] = Answer(404, {"error": {"code": "ResourceNotFound", "message": "no"}})
    assert look_at_capacity(stack) == []
