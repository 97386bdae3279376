"""A service asks for more replicas than the cluster's nodes can hold, however far its pools grow."""

from collections.abc import Iterator
from typing import Any

from holdfast_sandbox.scenarios.stage import SERVED, Stage

SYMPTOMS = ("pod-unschedulable",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()

    def grow(environment: dict[str, Any]) -> None:
        service = next(one for one in environment["services"] if one["name"] == SERVED)
        service.pop("autoscale")
        service |= {"replicas": 60, "cpu": 3}

    stage.change(grow)
    yield "the service asks for 60 replicas of 3 cores"
    yield stage.fails("up", "PodUnschedulable")
