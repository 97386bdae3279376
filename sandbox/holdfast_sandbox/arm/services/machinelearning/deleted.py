"""What happens to a deleted workspace? For fourteen days its name is blocked and it can be recovered or purged.

Its datastores, models, environments and codes are put aside with it; its computes and endpoints go for good.
learn.microsoft.com/azure/machine-learning/concept-soft-delete; github.com/Azure/azure-cli/issues/33756.
"""

from __future__ import annotations

from dataclasses import asdict

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.services.machinelearning import assets, serving
from holdfast_sandbox.arm.services.machinelearning.computes import forget_detached
from holdfast_sandbox.arm.services.machinelearning.datastores import DATASTORE
from holdfast_sandbox.arm.store import Resource

_KIND = "machinelearning.deleted"
RETENTION = 14 * 24 * 3600.0  # seconds


def soft_delete(plane: Plane, workspace: Resource) -> None:
    """Puts the workspace aside; also what the deletion of its group does. One that never came to be simply goes."""
    if workspace.body["properties"]["provisioningState"] not in ("Creating", "Failed"):
        kept = [
            asdict(one) for kind in (DATASTORE, *assets.TYPES) for one in plane.store.find(kind, under=workspace.id)
        ]
        record = {"workspace": asdict(workspace), "datastores": kept, "deleted": plane.clock()}
        plane.store.save_record(_KIND, workspace.id, record)
    forget_detached(plane, workspace.id)
    serving.forget(plane, workspace)
    plane.remove(workspace)


def find(plane: Plane, workspace_id: str) -> Resource | None:
    """The soft-deleted workspace of that id; None when there is none, or its time is over."""
    record = plane.store.record(_KIND, workspace_id)
    if record is None:
        return None
    if plane.clock() >= record["deleted"] + RETENTION:
        purge(plane, workspace_id)
        return None
    return Resource(**record["workspace"])


def all_of(plane: Plane, subscription: str) -> list[Resource]:
    """The soft-deleted workspaces of a subscription that are not there again, as they were, in the state `Deleting`."""
    names = [name for name in plane.store.records(_KIND) if plane.store.get(name) is None]
    gone = [workspace for name in names if (workspace := find(plane, name)) is not None]
    mine = [workspace for workspace in gone if workspace.subscription.lower() == subscription.lower()]
    for workspace in mine:
        workspace.body["properties"]["provisioningState"] = "Deleting"
    return mine


def bring_back(plane: Plane, workspace_id: str) -> None:
    """The datastores and assets that were put aside with the workspace."""
    record = plane.store.record(_KIND, workspace_id) or {}
    for kept in record.get("datastores", ()):
        plane.save(Resource(**kept))


def purge(plane: Plane, workspace_id: str) -> None:
    plane.store.remove_record(_KIND, workspace_id)
    forget_detached(plane, workspace_id)
