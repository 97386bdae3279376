"""How many replicas does azureml-fe want?"""

from __future__ import annotations

import pytest

from holdfast_sandbox.arm.services.machinelearning.quantities import (
    Amount,
    Node,
    allocatable,
    placed,
    quantity,
    why_not,
)
from holdfast_sandbox.scoring.scaling import DOWN_LOOKS, Limits, Scaler, needed

ROUTER = "learn.microsoft.com/azure/machine-learning/how-to-kubernetes-inference-routing-azureml-fe"
V1 = "learn.microsoft.com/azure/machine-learning/v1/how-to-deploy-azure-kubernetes-service (Autoscaling)"
RESERVED = "learn.microsoft.com/azure/aks/node-resource-reservations"


@pytest.mark.source(ROUTER)
def test_the_published_example() -> None:
    """20 requests a second of 10 s at 70 %: 286 replicas, within the limits."""
    assert needed(200, Limits(1, 1000), 1) == 286
    assert needed(200, Limits(1, 10), 1) == 10
    assert needed(0, Limits(2, 10), 1) == 2
    assert needed(7, Limits(1, 10, 0.7), 1) == 10
    assert needed(4, Limits(1, 10, 1.0), 4) == 1


@pytest.mark.source(V1)
def test_up_at_once_down_after_a_minute() -> None:
    """The load's replicas at the next look; fewer only when it has been low for sixty looks, to the highest of them."""
    scaler = Scaler(Limits(1, 10), 1)
    assert scaler.look(5, 1) == 8
    looks = [scaler.look(load, 8) for load in [0] * 30 + [2] + [0] * (DOWN_LOOKS - 32)]
    assert set(looks) == {8}
    assert scaler.look(0, 8) == 3
    assert scaler.look(0, 3) == 3


@pytest.mark.source("kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100m", 0.1),
        ("2", 2),
        ("0.5", 0.5),
        ("2Gi", 2**31),
        ("500Mi", 500 * 2**20),
        ("1G", 1e9),
        ("x", None),
        ("", None),
    ],
)
def test_quantities(text: str, value: float | None) -> None:
    """Cores and bytes in Kubernetes' notation."""
    assert quantity(text) == value


@pytest.mark.source(RESERVED)
def test_what_a_node_has_for_pods() -> None:
    """Of 4 cores and 16 GiB with 110 pods: 3.86 cores, 16384 - 2250 - 100 MiB; of 4 GiB a quarter at most is kept."""
    left = allocatable(4, 16, 110)
    assert (round(left.cpu, 2), left.memory / 2**20) == (3.86, 16384 - 2250 - 100)
    assert allocatable(2, 4, 110).memory / 2**20 == 4096 - 1024 - 100


def test_pods_are_placed_one_node_at_a_time() -> None:
    """Two halves of a core on two nodes are no room for a whole one; a selector leaves nodes out, and says so."""
    nodes = [Node(1.5, 2**30, {"agentpool": "a"}), Node(1.5, 2**30, {"agentpool": "b"})]
    one = Amount(1.0, 0)
    assert placed(nodes, [], one, 5, {}) == 2
    assert placed(nodes, [one, one], one, 1, {}) == 0
    assert placed(nodes, [], one, 5, {"agentpool": "b"}) == 1
    assert why_not(nodes, Amount(1, 2**40), {"agentpool": "b"}) == (
        "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 Insufficient memory."
    )
