"""Another stack claims the vault, and this one has lost its state.

Whose a resource is stands in the state, then in its tags. Without the state the tags decide; they name another stack,
so this one stops before it writes anything.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import VAULTS, Stage

SYMPTOMS = ("vault-owned-elsewhere",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    vault = stage.ids["vault"]
    tags = {"holdfast-project": "platform", "holdfast-stack": "prod"}
    stage.request("PATCH", vault, VAULTS, {"tags": tags}).raise_for_status()
    yield "the vault's tags name stack prod of project platform as its owner"
    stage.project.lose_state()
    yield "the state of this stack is thrown away"
    yield stage.fails("preview", "belongs to stack")
