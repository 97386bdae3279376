"""Which paths does Microsoft.ContainerRegistry serve, and after which documents?

Builds are in task_routes.py. Replications, webhooks, tasks with triggers, tokens and all else under a registry are
types of their own that are not there: the front door refuses them by name.
"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.containerregistry import responses, task_routes

_VERSIONS = (
    "2025-11-01",
    "2025-06-01-preview",
    "2025-05-01-preview",
    "2025-04-01",
    "2025-03-01-preview",
    "2024-11-01-preview",
    "2023-11-01-preview",
    "2023-08-01-preview",
    "2023-07-01",
    "2023-06-01-preview",
    "2023-01-01-preview",
    "2022-12-01",
    "2022-02-01-preview",
    "2021-12-01-preview",
    "2021-09-01",
)
REGISTRIES = ResourceType(responses.REGISTRY, _VERSIONS, tracked=True, released=responses.remove_registry)
NAMES = ResourceType("Microsoft.ContainerRegistry/checkNameAvailability", _VERSIONS)
PRIVATE_LINKS = ResourceType("Microsoft.ContainerRegistry/registries/privateLinkResources", _VERSIONS)

_ALL = "/providers/Microsoft.ContainerRegistry/registries"
_ONE = f"{GROUP}{_ALL}/{{registryName}}"
_REST = "learn.microsoft.com/rest/api/containerregistry/registries"

SERVICE = Service(
    "Microsoft.ContainerRegistry",
    types=[REGISTRIES, NAMES, PRIVATE_LINKS, *task_routes.TYPES],
    routes=[
        Route(
            "PUT",
            _ONE,
            REGISTRIES,
            responses.put_registry,
            "create or update",
            f"{_REST}/create",
            seconds=2,
            exclusive=_ONE,
        ),
        Route(
            "PATCH",
            _ONE,
            REGISTRIES,
            responses.patch_registry,
            "patch",
            f"{_REST}/update",
            seconds=2,
            exclusive=_ONE,
        ),
        Route("GET", _ONE, REGISTRIES, responses.get_registry, "read", f"{_REST}/get"),
        Route(
            "DELETE",
            _ONE,
            REGISTRIES,
            responses.delete_registry,
            "delete",
            f"{_REST}/delete",
            seconds=1,
            exclusive=_ONE,
        ),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            REGISTRIES,
            responses.list_registries,
            "list by group",
            f"{_REST}/list-by-resource-group",
        ),
        Route("GET", f"{SUBSCRIPTION}{_ALL}", REGISTRIES, responses.list_registries, "list", f"{_REST}/list"),
        Route(
            "POST",
            f"{_ONE}/listCredentials",
            REGISTRIES,
            responses.list_credentials,
            "list the admin user's credentials",
            f"{_REST}/list-credentials",
        ),
        Route(
            "POST",
            f"{_ONE}/regenerateCredential",
            REGISTRIES,
            responses.regenerate_credential,
            "regenerate a password",
            f"{_REST}/regenerate-credential",
            seconds=1,
            exclusive=_ONE,
        ),
        Route("GET", f"{_ONE}/listUsages", REGISTRIES, responses.list_usages, "list usages", f"{_REST}/list-usages"),
        Route(
            "GET",
            f"{_ONE}/privateLinkResources",
            PRIVATE_LINKS,
            responses.list_private_link_resources,
            "list",
            f"{_REST}/list-private-link-resources",
        ),
        Route(
            "GET",
            f"{_ONE}/privateLinkResources/{{groupName}}",
            PRIVATE_LINKS,
            responses.get_private_link_resource,
            "read",
            f"{_REST}/get-private-link-resource",
        ),
        Route(
            "POST",
            f"{SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/checkNameAvailability",
            NAMES,
            responses.check_name,
            "check a name",
            f"{_REST}/check-name-availability",
        ),
        *task_routes.ROUTES,
    ],
    completions={
        "containerregistry.created": responses.registry_created,
        "containerregistry.deleted": responses.registry_deleted,
    },
)
