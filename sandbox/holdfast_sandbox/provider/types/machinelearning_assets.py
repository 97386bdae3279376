"""Microsoft.MachineLearningServices: models, environments and codes of a workspace (API 2025-12-01, as SDK 3.29)."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast_sandbox.provider.schema import Objects, ResourceType
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

_PATH = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
    "/Microsoft.MachineLearningServices/workspaces/{workspaceName}"
)
_PARAMETERS = {
    "resourceGroupName": GROUP_NAME,
    "workspaceName": "str pattern=^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$",
    "name": r"str pattern=^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$",
}
_ALL = {"description": "str", "isArchived": "bool default=false", "properties": "{str}", "tags": "{str}"}


def _container(name: str, segment: str) -> ResourceType:
    properties = {
        **_ALL,
        "latestVersion": "str readonly",
        "nextVersion": "str readonly",
        "provisioningState": "str readonly",
    }
    return ResourceType(
        f"azure-native:machinelearningservices:{name}Container",
        path=f"{_PATH}/{segment}/{{name}}",
        api_version="2025-12-01",
        parameters=_PARAMETERS,
        root={
            "name": "str readonly",
            "properties": f"{name}ContainerProperties required",
            "systemData": "SystemData readonly",
            "type": "str readonly",
        },
        objects={f"{name}ContainerProperties": properties, "SystemData": SYSTEM_DATA},
    )


def _version(name: str, segment: str, properties: Mapping[str, str], objects: Objects | None = None) -> ResourceType:
    common = {**_ALL, "isAnonymous": "bool default=false", "provisioningState": "str readonly"}
    return ResourceType(
        f"azure-native:machinelearningservices:{name}Version",
        path=f"{_PATH}/{segment}/{{name}}/versions/{{version}}",
        api_version="2025-12-01",
        parameters=_PARAMETERS,
        root={
            "name": "str readonly",
            "properties": f"{name}VersionProperties required",
            "systemData": "SystemData readonly",
            "type": "str readonly",
        },
        objects={
            f"{name}VersionProperties": {**common, **properties},
            "SystemData": SYSTEM_DATA,
            **(objects or {}),
        },
    )


CONTAINERS = (_container("Model", "models"), _container("Environment", "environments"), _container("Code", "codes"))
VERSIONS = (
    _version(
        "Model",
        "models",
        {
            "datasets": "[DatasetReference]",
            "flavors": "{FlavorData}",
            "jobName": "str",
            "modelType": "str",
            "modelUri": "str",
            "stage": "str",
        },
        {"DatasetReference": {"id": "str", "name": "str"}, "FlavorData": {"data": "{str}"}},
    ),
    _version(
        "Environment",
        "environments",
        {
            "autoRebuild": 'str default="Disabled"',
            "build": "BuildContext",
            "condaFile": "str",
            "environmentType": "str readonly",
            "image": "str",
            "inferenceConfig": "InferenceContainerProperties",
            "osType": 'str default="Linux"',
            "stage": "str",
        },
        {
            "BuildContext": {"contextUri": "str required", "dockerfilePath": 'str default="Dockerfile"'},
            "InferenceContainerProperties": {
                "livenessRoute": "Route",
                "readinessRoute": "Route",
                "scoringRoute": "Route",
                "startupRoute": "Route",
            },
            "Route": {"path": "str required", "port": "int required"},
        },
    ),
    _version("Code", "codes", {"codeUri": "str"}),
)
