"""Somebody asks the registry for its admin user's password, and the admin user is off.

What was set up with that password, a tool or a workspace without an identity, stops to pull. An identity with AcrPull
needs none.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("acr-admin-disabled",)
HARMLESS = True
_REGISTRIES = "2023-07-01"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    registry = stage.ids["registry"]
    answer = stage.request("POST", f"{registry}/listCredentials", _REGISTRIES)
    yield f"a colleague asks {registry.rpartition('/')[2]} for its credentials: {stage.refused(answer)}"
