"""Which path of Microsoft Graph is served, and after which document?

It lies under what the cloud's metadata names as `microsoftGraphResourceId`, and takes tokens for that alone.
"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import ResourceType, Route, Service
from holdfast_sandbox.arm.services.graph import responses

OBJECTS = ResourceType("Microsoft.Graph/directoryObjects", ("v1.0",), version_in_path=True)

SERVICE = Service(
    "Microsoft.Graph",
    types=[OBJECTS],
    routes=[
        Route(
            "POST",
            "/graph/v1.0/directoryObjects/getByIds",
            OBJECTS,
            responses.get_by_ids,
            "get by ids",
            "learn.microsoft.com/graph/api/directoryobject-getbyids",
            needs_group=False,
        ),
    ],
)
