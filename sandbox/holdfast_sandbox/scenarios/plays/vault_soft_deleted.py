"""Somebody deletes the vault; its name is taken by the deleted one.

Azure keeps a deleted vault for its retention period, and no other one gets its name meanwhile: a program that creates
it meets a conflict. With everything in it, policies and secrets, it can be recovered.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import VAULTS, Stage, not_shown

SYMPTOMS = ("vault-soft-deleted",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    _, _, _, _, group, *_, name = stage.ids["vault"].split("/")
    stage.stranger.client.vaults.delete(group, name)
    yield f"somebody deletes the vault {name}"
    answer = stage.request("GET", stage.ids["vault"], VAULTS)
    if answer.status_code != 404:
        raise not_shown("404 for the vault", f"{answer.status_code} {answer.text}")
    yield f"Azure answers {answer.status_code} for it, and keeps its name until it is recovered or purged"
