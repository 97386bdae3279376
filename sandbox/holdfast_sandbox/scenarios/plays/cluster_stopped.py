"""Somebody stops the cluster for the night, and the workspace finds nobody there.

The compute stays attached and looks well; what is deployed to it fails. The cluster is started again at the end, which
no `pulumi up` would do.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage

SYMPTOMS = ("cluster-unreachable",)
_CLUSTERS = "2024-05-01"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    cluster = stage.ids["cluster"]
    stage.request("POST", f"{cluster}/stop", _CLUSTERS).raise_for_status()

    def stopped() -> bool:
        live = stage.request("GET", cluster, _CLUSTERS).json()
        return bool(live["properties"]["powerState"]["code"] == "Stopped")

    stage.wait(stopped, "a cluster that is stopped")
    yield f"somebody stops the cluster {cluster.rpartition('/')[2]}"
    path, body = stage.deployment(SERVED)
    ended = stage.ends_badly(stage.request("PUT", f"{path}-again", WORKSPACES, body), WORKSPACES)
    stage.request("POST", f"{cluster}/start", _CLUSTERS).raise_for_status()
    yield f"a deployment to it: {ended}"
