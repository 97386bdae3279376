"""Which paths does Microsoft.KubernetesConfiguration serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, ResourceType, Route, Service
from holdfast_sandbox.arm.services.kubernetesconfiguration import models, responses

_VERSIONS = (
    "2025-03-01",
    "2024-11-01",
    "2023-05-01",
    "2022-11-01",
    "2022-07-01",
    "2022-03-01",
    "2021-09-01",
)
EXTENSIONS = ResourceType(models.EXTENSION, _VERSIONS)

_ALL = (
    f"{GROUP}/providers/{{clusterRp}}/{{clusterResourceName}}/{{clusterName}}"
    "/providers/Microsoft.KubernetesConfiguration/extensions"
)
_ONE = f"{_ALL}/{{extensionName}}"
_REST = "learn.microsoft.com/rest/api/kubernetesconfiguration/extensions/extensions"

SERVICE = Service(
    "Microsoft.KubernetesConfiguration",
    types=[EXTENSIONS],
    routes=[
        Route(
            "PUT",
            _ONE,
            EXTENSIONS,
            responses.put_extension,
            "create or update (Microsoft.AzureML.Kubernetes)",
            f"{_REST}/create",
            seconds=1.5,
            exclusive=_ONE,
        ),
        Route(
            "PATCH",
            _ONE,
            EXTENSIONS,
            responses.patch_extension,
            "patch",
            f"{_REST}/update",
            seconds=1,
            exclusive=_ONE,
        ),
        Route("GET", _ONE, EXTENSIONS, responses.get_extension, "read", f"{_REST}/get"),
        Route(
            "DELETE",
            _ONE,
            EXTENSIONS,
            responses.delete_extension,
            "delete (at once with forceDelete=true)",
            f"{_REST}/delete",
            seconds=1,
            exclusive=_ONE,
        ),
        Route("GET", _ALL, EXTENSIONS, responses.list_extensions, "list", f"{_REST}/list"),
    ],
    completions={
        "kubernetesconfiguration.written": responses.extension_written,
        "kubernetesconfiguration.deleted": responses.extension_deleted,
    },
)
