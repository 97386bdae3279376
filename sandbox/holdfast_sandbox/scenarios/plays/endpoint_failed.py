"""An endpoint could not be made, and somebody deploys to it all the same.

The endpoint is on the list, in the state Failed; there is nothing behind it that could take a deployment.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage

SYMPTOMS = ("endpoint-not-found",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    path, body = stage.deployment(SERVED)
    endpoint = f"{stage.ids['workspace']}/onlineEndpoints/{SERVED}-failed-{stage.azure.mark()}"
    stage.azure.fault(rf"^PUT .*{endpoint.rpartition('/')[2]}\?", fail_operation="InternalServerError", times=1)
    given = {"location": body["location"], "kind": "Managed", "properties": {"authMode": "Key"}}
    stage.request("PUT", endpoint, WORKSPACES, given).raise_for_status()
    state = stage.request("GET", endpoint, WORKSPACES).json()["properties"]["provisioningState"]
    yield f"the creation of an endpoint fails: its state is {state}"
    body["kind"] = "Managed"
    body["properties"]["endpointComputeType"] = "Managed"
    answer = stage.request("PUT", f"{endpoint}/deployments/{path.rpartition('/')[2]}", WORKSPACES, body)
    yield f"a deployment to it: {stage.refused(answer)}"
