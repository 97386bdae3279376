"""What is the workspace's storage account made with?"""

from __future__ import annotations

from holdfast.model.bodies import Body
from holdfast.model.wanted import Wanted


def storage_body(_wanted: Wanted) -> Body:
    """Closed to anonymous readers and to old TLS; not hierarchical, which no workspace takes as its default storage."""
    return Body(
        secure={
            "sku": {"name": "Standard_LRS"},
            "kind": "StorageV2",
            "properties": {
                "allowBlobPublicAccess": False,
                "allowCrossTenantReplication": False,
                "supportsHttpsTrafficOnly": True,
                "minimumTlsVersion": "TLS1_2",
            },
        }
    )
