"""Which paths does Microsoft.ManagedIdentity serve, and after which documents?

Its ids say `resourcegroups`, in lower case, as Azure's do (azure-cli#27099, pulumi-azure-native#2152): programs that
compare ids must not mind.
"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.managedidentity import responses

_VERSIONS = (
    "2025-05-31-preview",
    "2025-01-31-preview",
    "2024-11-30",
    "2023-07-31-preview",
    "2023-01-31",
    "2022-01-31-preview",
    "2021-09-30-preview",
    "2018-11-30",
    "2015-08-31-preview",
)
IDENTITIES = ResourceType(responses.IDENTITY, _VERSIONS, tracked=True)

_ALL = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
_IN_GROUP = GROUP.replace("/resourceGroups/", "/resourcegroups/") + _ALL
_ONE = f"{_IN_GROUP}/{{resourceName}}"
_REST = "learn.microsoft.com/rest/api/managedidentity/user-assigned-identities"

SERVICE = Service(
    "Microsoft.ManagedIdentity",
    types=[IDENTITIES],
    routes=[
        Route(
            "PUT",
            _ONE,
            IDENTITIES,
            responses.put_identity,
            "create or update",
            f"{_REST}/create-or-update",
            seconds=2,
            exclusive=_ONE,
        ),
        Route(
            "PATCH",
            _ONE,
            IDENTITIES,
            responses.patch_identity,
            "patch",
            f"{_REST}/update",
            seconds=1,
            exclusive=_ONE,
        ),
        Route("GET", _ONE, IDENTITIES, responses.get_identity, "read", f"{_REST}/get"),
        Route(
            "DELETE",
            _ONE,
            IDENTITIES,
            responses.delete_identity,
            "delete",
            f"{_REST}/delete",
            seconds=2,
            exclusive=_ONE,
        ),
        Route(
            "GET",
            _IN_GROUP,
            IDENTITIES,
            responses.list_identities,
            "list by group",
            f"{_REST}/list-by-resource-group",
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}{_ALL}",
            IDENTITIES,
            responses.list_identities,
            "list",
            f"{_REST}/list-by-subscription",
        ),
    ],
)
