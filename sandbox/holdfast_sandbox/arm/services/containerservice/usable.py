"""Can a cluster be used by another service? For what attaches or extends clusters (machine learning, extensions)."""

from __future__ import annotations

from typing import Literal

from holdfast_sandbox.arm.services.containerservice.progress import CLUSTER
from holdfast_sandbox.arm.store import Store

Hindrance = Literal["absent", "deleting", "not-provisioned", "stopped"]


def hindrance(store: Store, cluster_id: str) -> Hindrance | None:
    """Why the cluster of that id (in any letter case) can't be used; None when it can.

    `absent`: no cluster has the id. `not-provisioned`: it is being made, or that failed.
    """
    cluster = store.get(cluster_id.rstrip("/"))
    if cluster is None or cluster.type != CLUSTER:
        return "absent"
    properties = cluster.body["properties"]
    if properties["provisioningState"] == "Deleting":
        return "deleting"
    if properties["provisioningState"] in ("Creating", "Failed") or not properties.get("identityProfile"):
        return "not-provisioned"
    return "stopped" if properties["powerState"]["code"] == "Stopped" else None
