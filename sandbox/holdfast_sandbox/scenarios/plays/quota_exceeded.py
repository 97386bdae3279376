"""A node pool asks for more cores than the subscription has left in the region."""

from collections.abc import Iterator
from typing import Any

from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("quota-exceeded",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()

    def grow(environment: dict[str, Any]) -> None:
        environment["cluster"]["pools"].append({"name": "harvest", "size": "Standard_D8s_v3", "min": 90, "max": 90})

    stage.change(grow)
    yield "the stack asks for 90 nodes more"
    yield stage.fails("up", "quota")
