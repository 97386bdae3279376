"""What does a storage account look like? Validation, defaults and immutable properties; no state.

The shape and the defaults are those of the REST reference (learn.microsoft.com/rest/api/storagerp/storage-accounts).
Endpoints lie under `.invalid`, a domain that never resolves: no client of the sandbox may reach a real account.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.storage import exceptions
from holdfast_sandbox.arm.store import Json

NAME = re.compile(r"[a-z0-9]{3,24}")
ENDPOINT_SUFFIX = "core.sandbox.invalid"

KINDS = ("Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage")
_PREMIUM_KINDS = ("FileStorage", "BlockBlobStorage")
# Which replications a kind takes (learn.microsoft.com/azure/storage/common/storage-account-overview).
_STANDARD = ("Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS")
_V2 = ("StandardV2_LRS", "StandardV2_GRS", "StandardV2_ZRS", "StandardV2_GZRS", "PremiumV2_LRS", "PremiumV2_ZRS")
SKUS: dict[str, tuple[str, ...]] = {
    "Storage": ("Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS"),
    "StorageV2": (*_STANDARD, "Premium_LRS"),
    "BlobStorage": ("Standard_LRS", "Standard_GRS", "Standard_RAGRS"),
    "FileStorage": ("Premium_LRS", "Premium_ZRS", *_V2),
    "BlockBlobStorage": ("Premium_LRS", "Premium_ZRS"),
}
_ALL_SKUS = tuple(dict.fromkeys(sku for skus in SKUS.values() for sku in skus))
_CHOICES: dict[str, tuple[str, ...]] = {
    "accessTier": ("Hot", "Cool", "Premium", "Cold"),
    # The enum has TLS1_3 too, but the reference says that it is not supported as a minimum.
    "minimumTlsVersion": ("TLS1_0", "TLS1_1", "TLS1_2"),
    "publicNetworkAccess": ("Enabled", "Disabled", "SecuredByPerimeter"),
    "largeFileSharesState": ("Enabled", "Disabled"),
    "dnsEndpointType": ("Standard", "AzureDnsZone"),
    "allowedCopyScope": ("PrivateLink", "AAD"),
}
_SWITCHES = (
    "supportsHttpsTrafficOnly",
    "allowBlobPublicAccess",
    "allowSharedKeyAccess",
    "allowCrossTenantReplication",
    "defaultToOAuthAuthentication",
    "isHnsEnabled",
    "isLocalUserEnabled",
    "isSftpEnabled",
    "isNfsV3Enabled",
    "enableExtendedGroups",
)
_OBJECTS = (
    "azureFilesIdentityBasedAuthentication",
    "customDomain",
    "encryption",
    "immutableStorageWithVersioning",
    "keyPolicy",
    "networkAcls",
    "routingPreference",
    "sasPolicy",
)
# Set at creation only (REST reference: properties that StorageAccountUpdateParameters lacks).
_FIXED = ("isHnsEnabled", "isNfsV3Enabled", "dnsEndpointType")
_RULES_PAGE = "https://aka.ms/storagenetworkruleset"
_PRIVATE = tuple(ipaddress.IPv4Network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.account_name_invalid(name)
    return name


def checked_kind(body: Json, existing: Json | None) -> str:
    """Required on creation; later only the upgrade to StorageV2 changes it."""
    given = body.get("kind")
    if given is None:
        if existing is None:
            raise exceptions.invalid_parameters("kind")
        return str(existing["kind"])
    kind = _choice(given, KINDS)
    if kind is None:
        raise exceptions.invalid_parameters("kind")
    if existing is not None and kind != existing["kind"] and not _upgrade(existing["kind"], kind):
        raise exceptions.read_only("kind")
    return kind


def _upgrade(before: str, after: str) -> bool:
    return after == "StorageV2" and before in ("Storage", "BlobStorage")


def checked_sku(body: Json, kind: str, existing: Json | None) -> Json:
    """`{"name", "tier"}`; the replication may change later, between Standard and Premium or V1 and V2 it may not."""
    given = body.get("sku")
    if given is None and existing is not None:
        given = existing["sku"]
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise exceptions.invalid_parameters("sku")
    name = _choice(given["name"], _ALL_SKUS)
    if name is None:
        raise exceptions.invalid_parameters("sku.name")
    if name not in SKUS[kind]:
        raise exceptions.invalid_parameters("kind", "sku", more="https://aka.ms/storageaccounttypes")
    if existing is not None and _family(existing["sku"]["name"]) != _family(name):
        raise exceptions.read_only("sku")
    return {"name": name, "tier": "Premium" if name.startswith("Premium") else "Standard"}


def _family(sku: str) -> str:
    """Zone redundancy is converted by a migration of its own, never by an update."""
    tier, _, replication = sku.partition("_")
    return f"{tier} {'zone' if 'Z' in replication else 'local'}"


def checked_properties(body: Json) -> Json:
    """The settable ones of the body's properties, in the specification's letter case; what is unknown is dropped."""
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    wanted: Json = {}
    for name, values in _CHOICES.items():
        if given.get(name) is None:
            continue
        value = _choice(given[name], values)
        if value is None:
            raise exceptions.value_not_allowed(given[name], name)
        wanted[name] = value
    for name in _SWITCHES:
        if given.get(name) is None:
            continue
        if not isinstance(given[name], bool):
            raise invalid_request_content(f"properties.{name} must be true or false")
        wanted[name] = given[name]
    for name in _OBJECTS:
        if given.get(name) is None:
            continue
        if not isinstance(given[name], dict):
            raise invalid_request_content(f"properties.{name} must be an object")
        wanted[name] = given[name]
    if "networkAcls" in wanted:
        wanted["networkAcls"] = network_rules(wanted["networkAcls"])
    return wanted


def refuse_namespace(wanted: Json, kind: str, sku: Json) -> None:
    """A hierarchical namespace goes with StorageV2 on Standard disks, or BlockBlobStorage (azure-cli#25748)."""
    fits = (kind == "StorageV2" and sku["tier"] == "Standard") or kind == "BlockBlobStorage"
    if wanted.get("isHnsEnabled") and not fits:
        raise exceptions.value_not_allowed(True, "isHnsEnabled", more="https://aka.ms/storageaccounthns")


def refuse_fixed(wanted: Json, existing: Json) -> None:
    """Refuses a change of what is set at creation only; the same value again is fine."""
    for name in _FIXED:
        default = "Standard" if name == "dnsEndpointType" else False
        if name in wanted and wanted[name] != existing.get(name, default):
            raise exceptions.read_only(name)
    before = (existing.get("encryption") or {}).get("requireInfrastructureEncryption") or False
    after = (wanted.get("encryption") or {}).get("requireInfrastructureEncryption")
    if after is not None and after != before:
        raise exceptions.read_only("requireInfrastructureEncryption")


def network_rules(given: Json) -> Json:
    """The whole network rule set: what is left out of a given one is empty, the action must be there."""
    action = _choice(given.get("defaultAction", ""), ("Allow", "Deny"))
    if action is None:
        raise exceptions.invalid_parameters("networkAcls.defaultAction")
    words = [word.strip() for word in str(given.get("bypass") or "AzureServices").split(",")]
    known = [_choice(word, ("None", "Logging", "Metrics", "AzureServices")) for word in words]
    if None in known or ("None" in known and len(known) > 1):
        raise exceptions.invalid_parameters("networkAcls.bypass")
    rules: Json = {"bypass": ", ".join(str(word) for word in known), "defaultAction": action}
    for name, field in (("ipRules", "value"), ("ipv6Rules", "value"), ("virtualNetworkRules", "id")):
        items = given.get(name) or []
        if not isinstance(items, list) or not all(isinstance(item, dict) and item.get(field) for item in items):
            raise exceptions.invalid_parameters(f"networkAcls.{name}[*].{field}", more=_RULES_PAGE)
        if name == "ipRules" and not all(_public(str(item["value"])) for item in items):
            raise exceptions.invalid_parameters("networkAcls.ipRule[*].value", more=_RULES_PAGE)
        rules[name] = [{**item, "action": item.get("action", "Allow")} for item in items]
    if given.get("resourceAccessRules"):
        rules["resourceAccessRules"] = given["resourceAccessRules"]
    return rules


def _public(value: str) -> bool:
    """A public IPv4 address, or a range of them of at most /30 (learn.microsoft.com/azure/storage/common/
    storage-network-security-limitations).
    """
    try:
        found = ipaddress.IPv4Network(value)
    except ValueError:
        return False
    small = "/" in value and found.prefixlen > 30
    return not small and not any(found.overlaps(private) for private in _PRIVATE)


def defaults(kind: str, api_version: str, now: str) -> Json:
    """What an account has that was made with nothing but its required properties.

    From 2023-01-01 on anonymous blob access and replication across tenants are off unless asked for (REST reference).
    """
    closed = api_version >= "2023-01-01"
    made: Json = {
        "keyCreationTime": {"key1": now, "key2": now},
        "privateEndpointConnections": [],
        "minimumTlsVersion": "TLS1_0",
        "allowBlobPublicAccess": not closed,
        "allowCrossTenantReplication": not closed,
        "networkAcls": network_rules({"defaultAction": "Allow"}),
        "supportsHttpsTrafficOnly": api_version >= "2019-04-01",
        "creationTime": now,
        "statusOfPrimary": "available",
    }
    if kind in ("StorageV2",):
        made["accessTier"] = "Hot"
    if kind in _PREMIUM_KINDS:
        made["accessTier"] = "Premium"
    return made


def encryption(kind: str, given: Json | None, before: Json | None, now: str) -> Json:
    """The encryption block: always on, with the service's own keys unless the caller brings some."""
    stored = dict(before or {"keySource": "Microsoft.Storage"})
    if given:
        stored.update({name: value for name, value in given.items() if name != "services"})
    source = _choice(stored.get("keySource") or "", ("Microsoft.Storage", "Microsoft.Keyvault"))
    if source is None:
        raise exceptions.value_not_allowed(stored.get("keySource"), "encryption.keySource")
    stored["keySource"] = source
    services = stored.get("services") or {}
    wanted = (given or {}).get("services") or {}
    # Queues and tables show only where an account-wide key was asked for at creation.
    names = {"FileStorage": ["file"], "BlobStorage": ["blob"], "BlockBlobStorage": ["blob"]}.get(kind, ["file", "blob"])
    for name in [*names, *(extra for extra in ("table", "queue") if extra in wanted)]:
        asked = wanted.get(name) or {}
        known = services.get(name) or {"keyType": "Account", "enabled": True, "lastEnabledTime": now}
        services[name] = {**known, "keyType": asked.get("keyType", known["keyType"])}
    stored["services"] = services
    return stored


def endpoints(name: str, kind: str, sku: str) -> Json:
    """`primaryEndpoints`, and for read-access replication `secondaryEndpoints`."""
    served = {
        "Storage": ("blob", "queue", "table", "file"),
        "StorageV2": ("dfs", "web", "blob", "queue", "table", "file"),
        "BlobStorage": ("dfs", "blob", "table"),
        "FileStorage": ("file",),
        "BlockBlobStorage": ("dfs", "web", "blob"),
    }[kind]
    made: Json = {"primaryEndpoints": {part: f"https://{name}.{part}.{ENDPOINT_SUFFIX}/" for part in served}}
    if "_RA" in sku:
        made["secondaryEndpoints"] = {
            part: f"https://{name}-secondary.{part}.{ENDPOINT_SUFFIX}/" for part in served if part != "file"
        }
    return made


def _choice(value: Any, allowed: tuple[str, ...]) -> str | None:
    """The allowed spelling of a value, whatever its letter case; None when it is not allowed."""
    return next((item for item in allowed if item.lower() == str(value).lower()), None)
