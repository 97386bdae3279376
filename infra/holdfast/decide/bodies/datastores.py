"""What is a datastore of the workspace made with, and what of it do the settings ask for?

Always without credentials: Azure answers no secret back, so that one with a key could never be changed again without
it. Source of the shapes: azure-rest-api-specs, machinelearningservices 2025-12-01, AzureBlobDatastore and its like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import group_id, resource_id
from holdfast.model.wanted import Wanted, WantedPart

_KINDS = {
    "blob": ("AzureBlob", "containerName", "container"),
    "file": ("AzureFile", "fileShareName", "share"),
    "dataLake": ("AzureDataLakeGen2", "filesystem", "filesystem"),
}
_IDENTITIES = {
    "system": "WorkspaceSystemAssignedIdentity",
    "user": "WorkspaceUserAssignedIdentity",
    "none": "None",
}


def datastore_body(wanted: Wanted, part: WantedPart) -> Body:
    """On the environment's own storage account, or the one that is named.

    `isDefault` is no property of a creation (the reference calls it read-only; azurerm sets it by an update).
    """
    settings = part.settings
    datastore_type, place, key = _KINDS[settings["kind"]]
    _, _, subscription, _, group, *_, account = _account(wanted, settings).split("/")
    explicit: dict[str, Any] = {
        "datastoreType": datastore_type,
        "accountName": account,
        place: settings[key],
        "credentials": {"credentialsType": "None"},
    }
    if "description" in settings:
        explicit["description"] = settings["description"]
    if "serviceIdentity" in settings:
        explicit["serviceDataAccessAuthIdentity"] = _IDENTITIES[settings["serviceIdentity"]]
    chosen = wanted.settings.get(Kind.WORKSPACE, {}).get("identity")
    own = "user" if isinstance(chosen, Mapping) and "user" in chosen else "system"
    # Where the account is: without a key, Azure's services look for it there.
    secure = {
        "subscriptionId": subscription,
        "resourceGroup": group,
        "serviceDataAccessAuthIdentity": _IDENTITIES[own],
    }
    later = {"properties": {"isDefault": True}} if settings.get("default") else {}
    return Body({"properties": explicit}, {"properties": secure}, later=later)


def _account(wanted: Wanted, settings: Mapping[str, Any]) -> str:
    """The id of its storage account."""
    named = str(settings.get("account") or resource_id(wanted, Kind.STORAGE))
    if "/" in named:
        return named
    scope = group_id(wanted.subscription, wanted.resource_group)
    return f"{scope}/providers/Microsoft.Storage/storageAccounts/{named}"
