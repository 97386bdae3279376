"""Which paths do the targets of private endpoints serve about them, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, ResourceType, Route, Service
from holdfast_sandbox.arm.services.containerregistry.routes import REGISTRIES
from holdfast_sandbox.arm.services.keyvault.routes import VAULTS
from holdfast_sandbox.arm.services.machinelearning.routes import WORKSPACES
from holdfast_sandbox.arm.services.privatelink import responses
from holdfast_sandbox.arm.services.storage.routes import ACCOUNTS

_REST = "learn.microsoft.com/rest/api"


def _routes(kind: ResourceType, parameter: str, reference: str, listed: str, links: str) -> list[Route]:
    """The paths of one kind of target; `reference`, `listed` and `links` name the pages of its REST reference.

    No `links`: the target's own service lists what endpoints may ask for.
    """
    target = f"{GROUP}/providers/{kind.name}/{{{parameter}}}"
    connection = ResourceType(f"{kind.name}/privateEndpointConnections", kind.api_versions)
    resources = ResourceType(f"{kind.name}/privateLinkResources", kind.api_versions)
    one = f"{target}/privateEndpointConnections/{{privateEndpointConnectionName}}"
    pages = f"{_REST}/{reference}/private-endpoint-connections"
    links_route = Route(
        "GET",
        f"{target}/privateLinkResources",
        resources,
        responses.list_link_resources,
        "list",
        f"{_REST}/{reference}/{links}",
    )
    return [
        Route(
            "GET",
            f"{target}/privateEndpointConnections",
            connection,
            responses.list_connections,
            "list",
            f"{pages}/{listed}",
        ),
        Route("GET", one, connection, responses.get_connection, "read", f"{pages}/get"),
        Route(
            "PUT",
            one,
            connection,
            responses.put_connection,
            "approve or reject",
            f"{pages}/put",
            seconds=1.5,
            exclusive=target,
        ),
        Route(
            "DELETE",
            one,
            connection,
            responses.delete_connection,
            "delete",
            f"{pages}/delete",
            seconds=1.5,
            exclusive=target,
        ),
        *([links_route] if links else []),
    ]


_ROUTES = [
    *_routes(VAULTS, "vaultName", "keyvault/keyvault", "list-by-resource", "private-link-resources/list-by-vault"),
    *_routes(ACCOUNTS, "accountName", "storagerp", "list", "private-link-resources/list-by-storage-account"),
    *_routes(REGISTRIES, "registryName", "container-registry", "list", ""),
    *_routes(WORKSPACES, "workspaceName", "azureml", "list", "private-link-resources/list"),
]

SERVICE = Service(
    "Microsoft.Network",
    types=list({route.type.name: route.type for route in _ROUTES}.values()),
    routes=_ROUTES,
)
