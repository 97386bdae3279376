"""The same cluster is attached to the workspace a second time, in the same namespace.

Azure takes one attachment of a cluster for each namespace; the second one is refused.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import WORKSPACES, Stage

SYMPTOMS = ("aks-attached-twice",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    first = stage.ids["compute-serving"]
    live = stage.request("GET", first, WORKSPACES).json()
    mine = live["properties"]
    properties = {"computeType": "Kubernetes", "resourceId": mine["resourceId"]}
    properties["properties"] = {"namespace": mine["properties"]["namespace"]}
    body = {"location": live["location"], "properties": properties}
    refused = stage.request("PUT", f"{first.rpartition('/')[0]}/again", WORKSPACES, body)
    cluster = mine["resourceId"].rpartition("/")[2]
    yield f"a colleague attaches {cluster} once more: {stage.refused(refused)}"
