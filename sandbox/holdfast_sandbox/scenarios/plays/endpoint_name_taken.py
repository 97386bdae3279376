"""Another workspace makes an endpoint whose name is taken.

The name is a part of the address, so that one region has an endpoint of a name once.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage

SYMPTOMS = ("endpoint-exists",)
HARMLESS = True
_GROUPS = "2024-03-01"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    live = stage.request("GET", stage.ids["workspace"], WORKSPACES).json()
    group = f"{stage.ids['workspace'].partition('/resourceGroups/')[0]}/resourceGroups/rg-other-team"
    stage.request("PUT", group, _GROUPS, {"location": live["location"]}).raise_for_status()
    theirs = f"{group}/providers/Microsoft.MachineLearningServices/workspaces/mlw-other-team"
    shared = {name: live["properties"][name] for name in ("storageAccount", "keyVault", "applicationInsights")}
    identity = {"type": "SystemAssigned"}
    body = {"location": live["location"], "identity": identity, "properties": shared}
    stage.request("PUT", theirs, WORKSPACES, body).raise_for_status()
    stage.wait(lambda: stage.request("GET", theirs, WORKSPACES).status_code == 200, "another workspace")
    yield "another team has a workspace of its own"
    name = stage.ids[f"online-endpoint-{SERVED}"].rpartition("/")[2]
    endpoint = {"location": live["location"], "kind": "Managed", "properties": {"authMode": "Key"}}
    answer = stage.request("PUT", f"{theirs}/onlineEndpoints/{name}", WORKSPACES, endpoint)
    yield f"it makes an endpoint {name}: {stage.refused(answer)}"
