"""A deployment asks for more memory than its own limit.

It is refused before anything starts: the request of a container may not be greater than its limit.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage

SYMPTOMS = ("deployment-argument-invalid",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    path, body = stage.deployment(SERVED)
    asked = {"containerResourceRequests": {"memory": "4Gi"}, "containerResourceLimits": {"memory": "1Gi"}}
    body["properties"]["containerResourceRequirements"] = asked
    answer = stage.request("PUT", f"{path}-again", WORKSPACES, body)
    yield f"a colleague deploys with a request of 4 GB and a limit of 1: {stage.refused(answer)}"
