"""Which paths does Microsoft.Resources serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.resources import deployments, responses

_RESOURCES_VERSIONS = (
    "2026-02-01",
    "2025-04-01",
    "2025-03-01",
    "2024-11-01",
    "2024-07-01",
    "2024-03-01",
    "2023-07-01",
    "2022-09-01",
    "2022-06-01",
    "2022-05-01",
    "2021-04-01",
    "2021-01-01",
    "2020-10-01",
    "2020-08-01",
    "2020-06-01",
    "2020-05-01",
    "2019-10-01",
    "2019-08-01",
    "2019-07-01",
    "2019-05-10",
    "2019-05-01",
    "2019-03-01",
    "2018-05-01",
    "2018-02-01",
    "2017-05-10",
    "2016-09-01",
    "2016-02-01",
    "2015-11-01",
    "2015-01-01",
)
_SUBSCRIPTIONS_VERSIONS = (
    "2024-11-01",
    "2022-12-01",
    "2022-09-01",
    "2022-01-01",
    "2021-10-01",
    "2021-01-01",
    "2020-01-01",
    "2019-11-01",
    "2019-06-01",
    "2018-06-01",
    "2016-06-01",
    *_RESOURCES_VERSIONS,
)

GROUPS = ResourceType("Microsoft.Resources/resourceGroups", _RESOURCES_VERSIONS, front_door=True)
SUBSCRIPTIONS = ResourceType("Microsoft.Resources/subscriptions", _SUBSCRIPTIONS_VERSIONS, front_door=True)
TENANTS = ResourceType("Microsoft.Resources/tenants", _SUBSCRIPTIONS_VERSIONS, front_door=True)
PROVIDERS = ResourceType("Microsoft.Resources/providers", _RESOURCES_VERSIONS, front_door=True)
RESOURCES = ResourceType("Microsoft.Resources/resources", _SUBSCRIPTIONS_VERSIONS, front_door=True)
TAGS = ResourceType("Microsoft.Resources/tags", _RESOURCES_VERSIONS, front_door=True)
DEPLOYMENTS = ResourceType(deployments.DEPLOYMENT, _RESOURCES_VERSIONS, front_door=True)


class _AnyVersion(tuple[str, ...]):
    """An operation is polled with the api-version of the service that started it."""

    def __contains__(self, version: object) -> bool:
        return True


OPERATIONS = ResourceType("Microsoft.Resources/operations", _AnyVersion(_RESOURCES_VERSIONS), front_door=True)

_REST = "learn.microsoft.com/rest/api/resources"
_ASYNC = "learn.microsoft.com/azure/azure-resource-manager/management/async-operations"
_DEPLOYMENTS = f"{GROUP}/providers/{deployments.DEPLOYMENT}"
_STATUS, _RESULT = responses.get_operation_status, responses.get_operation_result

SERVICE = Service(
    "Microsoft.Resources",
    types=[GROUPS, SUBSCRIPTIONS, TENANTS, PROVIDERS, RESOURCES, TAGS, DEPLOYMENTS, OPERATIONS],
    routes=[
        Route(
            "GET", "/subscriptions", SUBSCRIPTIONS, responses.list_subscriptions, "list", f"{_REST}/subscriptions/list"
        ),
        Route("GET", SUBSCRIPTION, SUBSCRIPTIONS, responses.get_subscription, "read", f"{_REST}/subscriptions/get"),
        Route(
            "GET",
            f"{SUBSCRIPTION}/locations",
            SUBSCRIPTIONS,
            responses.list_locations,
            "list locations",
            f"{_REST}/subscriptions/list-locations",
        ),
        Route("GET", "/tenants", TENANTS, responses.list_tenants, "list", f"{_REST}/tenants/list"),
        Route(
            "GET", f"{SUBSCRIPTION}/providers", PROVIDERS, responses.list_providers, "list", f"{_REST}/providers/list"
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/providers/{{namespace}}",
            PROVIDERS,
            responses.get_provider,
            "read",
            f"{_REST}/providers/get",
        ),
        Route(
            "POST",
            f"{SUBSCRIPTION}/providers/{{namespace}}/register",
            PROVIDERS,
            responses.get_provider,
            "register (always registered)",
            f"{_REST}/providers/register",
        ),
        Route(
            "PUT",
            GROUP,
            GROUPS,
            responses.put_group,
            "create or update",
            f"{_REST}/resource-groups/create-or-update",
            seconds=0.7,
            exclusive=GROUP,
            needs_group=False,
        ),
        Route(
            "PATCH",
            GROUP,
            GROUPS,
            responses.patch_group,
            "patch",
            f"{_REST}/resource-groups/update",
            seconds=0.5,
            exclusive=GROUP,
        ),
        Route("GET", GROUP, GROUPS, responses.get_group, "read", f"{_REST}/resource-groups/get"),
        Route(
            "HEAD",
            GROUP,
            GROUPS,
            responses.head_group,
            "exists",
            f"{_REST}/resource-groups/check-existence",
            needs_group=False,
        ),
        Route(
            "DELETE", GROUP, GROUPS, responses.delete_group, "delete", f"{_REST}/resource-groups/delete", seconds=0.5
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/resourceGroups",
            GROUPS,
            responses.list_groups,
            "list",
            f"{_REST}/resource-groups/list",
        ),
        Route(
            "GET",
            f"{GROUP}/resources",
            RESOURCES,
            responses.list_resources,
            "list by group",
            f"{_REST}/resources/list-by-resource-group",
        ),
        Route(
            "GET", f"{SUBSCRIPTION}/resources", RESOURCES, responses.list_resources, "list", f"{_REST}/resources/list"
        ),
        Route(
            "GET",
            "/{scope}/providers/Microsoft.Resources/tags/default",
            TAGS,
            responses.get_tags,
            "read",
            f"{_REST}/tags/get-at-scope",
        ),
        Route(
            "PUT",
            "/{scope}/providers/Microsoft.Resources/tags/default",
            TAGS,
            responses.put_tags,
            "create or update",
            f"{_REST}/tags/create-or-update-at-scope",
            seconds=0.5,
        ),
        Route(
            "PATCH",
            "/{scope}/providers/Microsoft.Resources/tags/default",
            TAGS,
            responses.patch_tags,
            "patch (Merge, Replace, Delete)",
            f"{_REST}/tags/update-at-scope",
            seconds=0.5,
        ),
        Route(
            "DELETE",
            "/{scope}/providers/Microsoft.Resources/tags/default",
            TAGS,
            responses.delete_tags,
            "delete",
            f"{_REST}/tags/delete-at-scope",
            seconds=0.5,
        ),
        Route(
            "PUT",
            f"{_DEPLOYMENTS}/{{deploymentName}}",
            DEPLOYMENTS,
            deployments.put_deployment,
            "deploy a template (Incremental; of its expressions parameters alone)",
            f"{_REST}/deployments/create-or-update",
            seconds=1,
            exclusive=f"{_DEPLOYMENTS}/{{deploymentName}}",
        ),
        Route(
            "GET",
            f"{_DEPLOYMENTS}/{{deploymentName}}",
            DEPLOYMENTS,
            deployments.get_deployment,
            "read",
            f"{_REST}/deployments/get",
        ),
        Route(
            "GET",
            _DEPLOYMENTS,
            DEPLOYMENTS,
            deployments.list_deployments,
            "list",
            f"{_REST}/deployments/list-by-resource-group",
        ),
        Route(
            "DELETE",
            f"{_DEPLOYMENTS}/{{deploymentName}}",
            DEPLOYMENTS,
            deployments.delete_deployment,
            "delete",
            f"{_REST}/deployments/delete",
        ),
        Route(
            "GET",
            f"{_DEPLOYMENTS}/{{deploymentName}}/operations",
            DEPLOYMENTS,
            deployments.list_operations,
            "list operations",
            f"{_REST}/deployment-operations/list",
        ),
        Route(
            "POST",
            f"{_DEPLOYMENTS}/{{deploymentName}}/exportTemplate",
            DEPLOYMENTS,
            deployments.export_template,
            "export the template",
            f"{_REST}/deployments/export-template",
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/operationresults/{{operationId}}",
            OPERATIONS,
            _RESULT,
            "poll a group's deletion",
            _ASYNC,
        ),
        Route(
            "GET", f"{SUBSCRIPTION}/operationstatuses/{{operationId}}", OPERATIONS, _STATUS, "poll (front door)", None
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/providers/{{namespace}}/locations/{{location}}/operationStatuses/{{operationId}}",
            OPERATIONS,
            _STATUS,
            "poll (Azure-AsyncOperation)",
            _ASYNC,
        ),
        Route(
            "GET",
            f"{SUBSCRIPTION}/providers/{{namespace}}/locations/{{location}}/operationResults/{{operationId}}",
            OPERATIONS,
            _RESULT,
            "poll (Location)",
            _ASYNC,
        ),
    ],
    completions={"resources.delete-group": responses.group_deleted, "resources.deployed": deployments.deployed},
)
