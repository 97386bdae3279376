"""Which paths does Microsoft.Insights serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.insights import responses

_VERSIONS = ("2020-02-02", "2020-02-02-preview", "2018-05-01-preview", "2015-05-01")
COMPONENTS = ResourceType(responses.COMPONENT, _VERSIONS, tracked=True)

_ALL = "/providers/microsoft.insights/components"
_ONE = f"{GROUP}{_ALL}/{{resourceName}}"
_REST = "learn.microsoft.com/rest/api/application-insights/components"

SERVICE = Service(
    "microsoft.insights",
    types=[COMPONENTS],
    routes=[
        Route(
            "PUT",
            _ONE,
            COMPONENTS,
            responses.put_component,
            "create or update",
            f"{_REST}/create-or-update",
            seconds=3,
            exclusive=_ONE,
        ),
        Route(
            "PATCH",
            _ONE,
            COMPONENTS,
            responses.patch_component,
            "patch (tags)",
            f"{_REST}/update-tags",
            seconds=1,
            exclusive=_ONE,
        ),
        Route("GET", _ONE, COMPONENTS, responses.get_component, "read", f"{_REST}/get"),
        Route(
            "DELETE",
            _ONE,
            COMPONENTS,
            responses.delete_component,
            "delete",
            f"{_REST}/delete",
            seconds=2,
            exclusive=_ONE,
        ),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            COMPONENTS,
            responses.list_components,
            "list by group",
            f"{_REST}/list-by-resource-group",
        ),
        Route("GET", f"{SUBSCRIPTION}{_ALL}", COMPONENTS, responses.list_components, "list", f"{_REST}/list"),
    ],
)
