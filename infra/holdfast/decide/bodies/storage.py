"""What is the workspace's storage account made with, and what of it do the settings ask for?"""

from __future__ import annotations

from holdfast.decide.bodies.network import shut
from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.wanted import Wanted


def storage_body(wanted: Wanted) -> Body:
    """Closed to anonymous readers and to old TLS; not hierarchical, which no workspace takes as its default storage."""
    closed = shut(wanted, Kind.STORAGE)
    return Body(
        {"properties": closed} if closed else {},
        secure={
            "sku": {"name": "Standard_LRS"},
            "kind": "StorageV2",
            "properties": {
                "allowBlobPublicAccess": False,
                "allowCrossTenantReplication": False,
                "supportsHttpsTrafficOnly": True,
                "minimumTlsVersion": "TLS1_2",
            },
        },
    )
