"""What happens to a deleted workspace? For fourteen days its name is blocked and it can be recovered or purged.

learn.microsoft.com/azure/machine-learning/concept-soft-delete; github.com/Azure/azure-cli/issues/33756.
"""

from __future__ import annotations

from dataclasses import asdict

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.store import Resource

_KIND = "machinelearning.deleted"
RETENTION = 14 * 24 * 3600.0  # seconds


def soft_delete(plane: Plane, workspace: Resource) -> None:
    """Puts the workspace aside; also what the deletion of its group does. One that never came to be simply goes."""
    if workspace.body["properties"]["provisioningState"] not in ("Creating", "Failed"):
        record = {"workspace": asdict(workspace), "deleted": plane.clock()}
        plane.store.save_record(_KIND, workspace.id, record)
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


def purge(plane: Plane, workspace_id: str) -> None:
    plane.store.remove_record(_KIND, workspace_id)
