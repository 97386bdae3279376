"""What does a datastore look like? Validation, defaults and shapes; no state.

As recorded (azure-powershell, Get-AzMLWorkspaceDatastore.Recording.json and New-...): no answer shows a secret, only
the type of the credentials.
"""

from __future__ import annotations

import re
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError, invalid_request_content
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.store import Json

# The specification's pattern, without the hyphen that the service refuses (github.com/MicrosoftDocs/azure-docs/
# issues/110869).
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_]{0,254}")

# The workspace's own.
SYSTEM = ("workspaceblobstore", "workspaceartifactstore", "workspacefilestore", "workspaceworkingdirectory")
BLOB, FILE, LAKE = "AzureBlob", "AzureFile", "AzureDataLakeGen2"
# What it stands on: the properties of each type, the required ones marked.
_STANDS_ON: dict[str, dict[str, bool]] = {
    BLOB: {"accountName": False, "containerName": False},
    FILE: {"accountName": True, "fileShareName": True},
    LAKE: {"accountName": True, "filesystem": True},
}
_CREDENTIALS: dict[str, str | None] = {
    "None": None,
    "AccountKey": "key",
    "Sas": "sasToken",
    "ServicePrincipal": "clientSecret",
}
_IDENTITIES = ("None", "WorkspaceSystemAssignedIdentity", "WorkspaceUserAssignedIdentity")


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.invalid(
            "name",
            f"The datastore name '{name}' is invalid: 1 to 255 letters, digits and underscores, no underscore first.",
        )
    return name


def checked(body: Json) -> tuple[Json, Json | None]:
    """What is answered of a datastore, and its secrets (`{"secretsType": ..., ...}`; None without credentials)."""
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    kind = _choice(given.get("datastoreType"), tuple(_STANDS_ON))
    if kind is None:
        raise _type_not_served(given.get("datastoreType"))
    shown: Json = {
        "description": given.get("description"),
        "tags": given.get("tags"),
        "properties": given.get("properties"),
        "subscriptionId": given.get("subscriptionId"),
        "resourceGroup": given.get("resourceGroup"),
        "datastoreType": kind,
        "endpoint": given.get("endpoint") or "core.windows.net",
        "protocol": given.get("protocol") or "https",
    }
    for name, required in _STANDS_ON[kind].items():
        if required and not given.get(name):
            raise exceptions.invalid(name, f"A datastore of the type {kind} needs the property '{name}'.")
        shown[name] = given.get(name)
    identity = _choice(given.get("serviceDataAccessAuthIdentity") or "None", _IDENTITIES)
    if identity is None:
        raise exceptions.invalid("serviceDataAccessAuthIdentity", f"It must be one of {', '.join(_IDENTITIES)}.")
    shown["serviceDataAccessAuthIdentity"] = identity
    shown["credentials"], secrets = _credentials(given.get("credentials"))
    return shown, secrets


def _credentials(given: Any) -> tuple[Json, Json | None]:
    if not isinstance(given, dict):
        raise exceptions.invalid("credentials", "A datastore needs credentials; their type may be None.")
    kind = _choice(given.get("credentialsType"), tuple(_CREDENTIALS))
    if kind is None:
        raise ArmError(
            400,
            "ValidationError",
            f"The sandbox has no datastore credentials of the type '{given.get('credentialsType')}': "
            f"{', '.join(_CREDENTIALS)} are served.",
            target="credentialsType",
            note="unknown-credentials-type",
        )
    shown: Json = {"credentialsType": kind}
    secret = _CREDENTIALS[kind]
    if secret is None:
        return shown, None
    if kind == "ServicePrincipal":
        for name in ("clientId", "tenantId"):
            if not given.get(name):
                raise exceptions.invalid(f"credentials.{name}", "A service principal needs its clientId and tenantId.")
        names = ("clientId", "tenantId", "authorityUrl", "resourceUrl")
        shown |= {name: given[name] for name in names if given.get(name)}
    value = (given.get("secrets") or {}).get(secret)
    if not isinstance(value, str) or not value:
        raise exceptions.invalid(f"credentials.secrets.{secret}", f"Credentials of the type {kind} need their secret.")
    return shown, {"secretsType": kind, secret: value}


def of_the_workspace(workspace: Json, identity_type: str, code_share: str) -> dict[str, Json]:
    """The four datastores that a workspace is made with, by name (recorded); `code_share` is a GUID of their own."""
    account = str(workspace["storageAccount"]).split("/")
    by_identity = workspace["systemDatastoresAuthMode"] != "accesskey"
    common: Json = {
        "description": None,
        "tags": None,
        "properties": None,
        "isDefault": False,
        "subscriptionId": None,
        "resourceGroup": None,
        "accountName": account[-1],
        "endpoint": "core.windows.net",
        "protocol": "https",
        "serviceDataAccessAuthIdentity": "None",
        "credentials": {"credentialsType": "None" if by_identity else "AccountKey"},
    }
    blob, share = {**common, "datastoreType": BLOB}, {**common, "datastoreType": FILE}
    itself = f"Workspace{'System' if 'SystemAssigned' in identity_type else 'User'}AssignedIdentity"
    return {
        "workspaceblobstore": {
            **blob,
            "isDefault": True,
            "subscriptionId": account[2],
            "resourceGroup": account[4],
            "containerName": f"azureml-blobstore-{workspace['workspaceId']}",
            "serviceDataAccessAuthIdentity": itself,
        },
        "workspaceartifactstore": {**blob, "containerName": "azureml"},
        "workspacefilestore": {**share, "fileShareName": f"azureml-filestore-{workspace['workspaceId']}"},
        "workspaceworkingdirectory": {**share, "fileShareName": f"code-{code_share}"},
    }


def _type_not_served(kind: object) -> ArmError:
    return ArmError(
        400,
        "ValidationError",
        f"The sandbox has no datastores of the type '{kind}': {', '.join(_STANDS_ON)} are served.",
        target="datastoreType",
        note="unknown-datastore-type",
    )


def _choice(value: Any, allowed: tuple[str, ...]) -> str | None:
    return next((item for item in allowed if item.lower() == str(value).lower()), None)
