"""Is the workspace that is not there soft-deleted?

Azure documents no list of deleted workspaces; the subscription's list of workspaces shows those that were deleted and
not purged, while a GET of one answers 404 (github.com/Azure/azure-powershell/issues/28286).
"""

from __future__ import annotations

from holdfast.arm import ArmClient
from holdfast.model.existing import SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import same_id


def find_deleted_workspace(client: ArmClient, subscription: str, id: str) -> SoftDeleted | Unreadable | None:
    """The deleted workspace that had this id, asked after a GET of it has answered 404; `None` where there is none.

    The list is the subscription's, and a least-privileged login may not read it: that is `Unreadable`, and a warning.
    """
    path = f"/subscriptions/{subscription}/providers/{KINDS[Kind.WORKSPACE].arm_type}"
    for page in client.pages(path, KINDS[Kind.WORKSPACE].api_version):
        if not page.readable:
            return page.unreadable()
        for row in page.body.get("value") or ():
            if same_id(str(row.get("id") or ""), id):
                tags = {str(tag): str(value) for tag, value in (row.get("tags") or {}).items()}
                return SoftDeleted(id=str(row["id"]), location=str(row.get("location") or ""), tags=tags)
    return None
