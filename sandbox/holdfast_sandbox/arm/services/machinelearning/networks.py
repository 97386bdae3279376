"""What may a workspace's managed network become? Once there, it stays.

learn.microsoft.com/azure/machine-learning/how-to-managed-network, "Limitations" and "Manually provision a managed
VNet": it can't be disabled again, existing computes can't move into it, and it is provisioned with the first compute
unless `provisionNetworkNow` is set.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.services.machinelearning import compute_models, exceptions
from holdfast_sandbox.arm.services.machinelearning.attachments import COMPUTE, isolated
from holdfast_sandbox.arm.store import Json, Resource, Store


def after_write(store: Store, workspace: Resource | None, given: Json, *, now: bool) -> Json:
    """The stored `managedNetwork` after a write that carries `given`; `now`: it is to be provisioned at once."""
    before: Json = (workspace.body["properties"].get("managedNetwork") if workspace else None) or {}
    was, mode = before.get("isolationMode", "Disabled"), given.get("isolationMode", "Disabled")
    if mode == "Disabled":
        if was != "Disabled":
            raise exceptions.bad_request(
                "Managed virtual network isolation can't be disabled once it is enabled for a workspace."
            )
        return {**given, "isolationMode": "Disabled"}
    if was == "Disabled" and workspace is not None:
        _refuse_computes(store, workspace)
    status = before.get("status") or {"status": "Active" if now else "Inactive", "sparkReady": False}
    kept = {name: value for name, value in before.items() if name in ("networkId", "outboundRules")}
    return {"networkId": str(uuid.uuid4()), **kept, **given, "status": status}


def provisioned(plane: Plane, workspace: Resource | None) -> None:
    """The first compute brings the network to life."""
    if workspace is not None and isolated(workspace):
        workspace.body["properties"]["managedNetwork"]["status"]["status"] = "Active"
        plane.save(workspace)


def _refuse_computes(store: Store, workspace: Resource) -> None:
    for one in store.find(COMPUTE, under=workspace.id):
        if one.body["properties"]["computeType"] in (compute_models.CLUSTER, compute_models.INSTANCE):
            raise exceptions.bad_request(
                f"The compute '{one.name}' must be deleted before managed virtual network isolation is enabled; there "
                "is no migration of existing computes."
            )
