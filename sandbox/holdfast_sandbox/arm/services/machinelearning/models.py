"""What does a workspace look like? Validation and defaults; no state.

The shape is that of learn.microsoft.com/rest/api/azureml/workspaces and of a recorded workspace in azure-powershell's
machine learning tests. Endpoints lie under `.invalid`: no client of the sandbox may reach a real workspace.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.store import Json

# The pattern of the specification's workspaceName.
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}")
_API = "api.azureml.sandbox.invalid"

REQUIRED = ("storageAccount", "keyVault", "applicationInsights")
# What a workspace keeps for life, and what the service calls it when someone tries to change it.
FIXED = {"storageAccount": "Storage Account", "keyVault": "Key Vault", "hbiWorkspace": "HBI Workspace"}
_KINDS = ("Default", "FeatureStore")
_CHOICES: dict[str, tuple[str, ...]] = {
    "publicNetworkAccess": ("Enabled", "Disabled"),
    "systemDatastoresAuthMode": ("accesskey", "identity", "userdelegationsas"),
}
_ISOLATION = ("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound")
_SWITCHES = (
    "allowPublicAccessWhenBehindVnet",
    "enableDataIsolation",
    "enableServiceSideCMKEncryption",
    "hbiWorkspace",
    "provisionNetworkNow",
    "v1LegacyMode",
)
_TEXTS = (
    "applicationInsights",
    "containerRegistry",
    "description",
    "friendlyName",
    "imageBuildCompute",
    "keyVault",
    "primaryUserAssignedIdentity",
    "storageAccount",
)
_OBJECTS = ("encryption", "featureStoreSettings", "serverlessComputeSettings", "serviceManagedResourcesSettings")
_LISTS = ("sharedPrivateLinkResources",)


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.invalid(
            "workspaceName",
            f"Workspace name '{name}' is invalid. It must have 3 to 33 characters, begin with a letter or digit, and "
            "hold only letters, digits, '-' and '_'.",
        )
    return name


def checked_kind(body: Json, before: str | None) -> str:
    """`Default` unless said otherwise; the sandbox has no hubs and projects."""
    given = body.get("kind")
    if given is None:
        return before or "Default"
    kind = _choice(given, _KINDS)
    if kind is None:
        raise exceptions.unknown_kind(given)
    if before is not None and kind != before:
        raise exceptions.invalid("kind", f"The kind of a workspace can't be changed from '{before}' to '{kind}'.")
    return kind


def checked_sku(body: Json, before: Json | None) -> Json:
    given = body.get("sku")
    if given is None:
        return before or {"name": "Basic", "tier": "Basic"}
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise exceptions.invalid("sku", "The sku needs a name.")
    return {"name": given["name"], "tier": given.get("tier") or given["name"]}


def wanted_properties(body: Json) -> Json:
    """The settable ones of the body's properties, checked one by one; nulls and what is unknown are dropped."""
    given = body.get("properties")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    wanted: Json = {}
    for names, kind, word in (
        (_TEXTS, str, "text"),
        (_SWITCHES, bool, "true or false"),
        (_OBJECTS, dict, "an object"),
        (_LISTS, list, "a list"),
    ):
        for name in names:
            value = given.get(name)
            if value is None:
                continue
            if not isinstance(value, kind):
                raise invalid_request_content(f"properties.{name} must be {word}")
            wanted[name] = value
    for name, allowed in _CHOICES.items():
        if given.get(name) is not None:
            value = _choice(given[name], allowed)
            if value is None:
                raise exceptions.invalid(name, f"'{given[name]}' is not one of {', '.join(allowed)}.")
            wanted[name] = value
    if given.get("managedNetwork") is not None:
        wanted["managedNetwork"] = _network(given["managedNetwork"])
    return wanted


def _network(given: Any) -> Json:
    if not isinstance(given, dict):
        raise invalid_request_content("properties.managedNetwork must be an object")
    mode = _choice(given.get("isolationMode") or "Disabled", _ISOLATION)
    if mode is None:
        raise exceptions.invalid("managedNetwork.isolationMode", f"It must be one of {', '.join(_ISOLATION)}.")
    return {**given, "isolationMode": mode}


def may_recover(body: Json) -> bool:
    """Whether the body says that a soft-deleted workspace of this name is to come back: `'True'`, a text.

    `allowRecoverSoftDeletedWorkspace` stands in the published types (bicep-types-az), not in every specification.
    """
    given = (body.get("properties") or {}).get("allowRecoverSoftDeletedWorkspace")
    return str(given).lower() == "true"


def require_dependencies(wanted: Json) -> None:
    if not all(wanted.get(name) for name in REQUIRED):
        raise exceptions.missing_dependencies()


def born(workspace_id: str, name: str, location: str) -> Json:
    """What a workspace has from its first day on and nobody sets."""
    workspace = str(uuid.uuid4())
    short = re.sub(r"[^a-z0-9-]", "", name.lower())[:16]
    return {
        "workspaceId": workspace,
        "tenantId": TENANT_ID,
        "discoveryUrl": f"https://{location}.{_API}/discovery",
        "mlFlowTrackingUri": f"azureml://{location}.{_API}/mlflow/v1.0{workspace_id}",
        "notebookInfo": {
            "resourceId": uuid.uuid4().hex,
            "fqdn": f"ml-{short}-{location}-{workspace}.notebooks.azureml.sandbox.invalid",
            "isPrivateLinkEnabled": False,
            "notebookPreparationError": None,
        },
        "privateLinkCount": 0,
        "privateEndpointConnections": [],
        "storageHnsEnabled": False,
        "hbiWorkspace": False,
    }


def check_primary_identity(wanted: Json, identity: Json) -> None:
    """The primary identity represents the workspace, so it must be one of its own.

    What Azure answers to another one isn't recorded: code and words are the sandbox's.
    """
    primary = wanted.get("primaryUserAssignedIdentity")
    held = {name.lower() for name in identity.get("userAssignedIdentities") or {}}
    if primary and str(primary).lower() not in held:
        raise exceptions.invalid(
            "primaryUserAssignedIdentity", f"'{primary}' is not one of the workspace's user-assigned identities."
        )


def defaults(name: str) -> Json:
    """What a PUT leaves out; what can't be taken back (managed network, business impact) stays instead."""
    return {
        "friendlyName": name,
        "description": "",
        "allowPublicAccessWhenBehindVnet": False,
        "publicNetworkAccess": "Enabled",
        "v1LegacyMode": False,
        "enableDataIsolation": False,
        "systemDatastoresAuthMode": "accesskey",
    }


def first_change_of_what_is_fixed(wanted: Json, before: Json) -> str | None:
    """The service's word for the first property that would change and can't; ids compare without letter case."""
    for name, word in FIXED.items():
        if name in wanted and str(wanted[name]).lower() != str(before.get(name)).lower():
            return word
    return None


def _choice(value: Any, allowed: tuple[str, ...]) -> str | None:
    return next((item for item in allowed if item.lower() == str(value).lower()), None)
