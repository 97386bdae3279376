"""A deployment names a model that nobody has registered.

A version that was deleted, or one of another workspace: the id is well-formed, and nothing is there.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage

SYMPTOMS = ("resource-not-found",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    path, body = stage.deployment(SERVED)
    body["properties"]["model"] = f"{stage.ids['workspace']}/models/grapes/versions/7"
    answer = stage.request("PUT", f"{path}-again", WORKSPACES, body)
    yield f"a colleague deploys version 7 of model grapes: {stage.refused(answer)}"
