"""What is a valid vault, and what becomes of it by a PUT or a PATCH? Pure: bodies in, stored properties out."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.login import VAULT_SUFFIX
from holdfast_sandbox.arm.services.keyvault import exceptions
from holdfast_sandbox.arm.services.keyvault.policies import GUID, checked_entries
from holdfast_sandbox.arm.store import Json

RBAC_BY_DEFAULT_FROM = "2026-02-01"
DEFAULT_RETENTION_DAYS = 90
STAMP = "%Y-%m-%dT%H:%M:%SZ"

_NAME = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
_FLAGS = ("enabledForDeployment", "enabledForDiskEncryption", "enabledForTemplateDeployment")
_PRIVATE = tuple(ipaddress.IPv4Network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_SUBNET = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+",
    re.IGNORECASE,
)


def checked_name(name: str) -> str:
    """The vault's name, 3 to 24 letters, digits and single hyphens."""
    if not _NAME.fullmatch(name):
        raise exceptions.invalid_name(name)
    return name


def vault_uri(name: str) -> str:
    """Where its data plane would be: a host that resolves nowhere."""
    return f"https://{name.lower()}.{VAULT_SUFFIX}/"


def properties_of(body: Json) -> Json:
    """The body's properties, which must be an object; nulls count as left out."""
    given = body.get("properties")
    if given is None:
        raise exceptions.not_specified("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    return {name: value for name, value in given.items() if value is not None}


def create_mode(given: Json) -> str:
    """`default` or `recover`."""
    mode = given.get("createMode", "default")
    if not isinstance(mode, str) or mode.lower() not in {"default", "recover"}:
        raise exceptions.invalid_value("createMode")
    return mode.lower()


def put_properties(name: str, given: Json, existing: Json | None, api_version: str) -> Json:
    """What a PUT stores. It replaces what it can: a property that is left out falls back to its default.

    What can only be set once (retention, purge protection) and what is decided at creation
    (`enableRbacAuthorization`, whose default depends on the api-version) keep their value when they are left out.
    """
    if "tenantId" not in given:
        raise exceptions.not_specified("tenantId")
    if "sku" not in given:
        raise exceptions.not_specified("sku")
    before = existing or {}
    rbac_default = api_version >= RBAC_BY_DEFAULT_FROM
    stored: Json = {
        "sku": _sku(given["sku"]),
        "tenantId": _tenant(given["tenantId"]),
        "enabledForDeployment": False,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": before.get("softDeleteRetentionInDays", DEFAULT_RETENTION_DAYS),
        "enableRbacAuthorization": before.get("enableRbacAuthorization", rbac_default),
        "vaultUri": vault_uri(name),
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
    }
    if before.get("enablePurgeProtection"):
        stored["enablePurgeProtection"] = True
    if before.get("privateEndpointConnections"):
        stored["privateEndpointConnections"] = before["privateEndpointConnections"]
    _apply(stored, given, existing)
    recovering = create_mode(given) == "recover"
    if existing is not None and (recovering or ("accessPolicies" not in given and stored["enableRbacAuthorization"])):
        stored["accessPolicies"] = before.get("accessPolicies", [])
    elif "accessPolicies" in given:
        stored["accessPolicies"] = checked_entries(given["accessPolicies"], stored["tenantId"])
    elif stored["enableRbacAuthorization"]:
        stored["accessPolicies"] = []
    else:
        raise exceptions.not_specified("accessPolicies")
    return stored


def patch_properties(given: Json, existing: Json) -> Json:
    """What a PATCH stores: what it carries changes, everything else stays; a given list of policies replaces the
    list.
    """
    stored = dict(existing)
    if "sku" in given:
        stored["sku"] = _sku(given["sku"])
    if "tenantId" in given:
        stored["tenantId"] = _tenant(given["tenantId"])
    create_mode(given)
    _apply(stored, given, existing)
    if "accessPolicies" in given:
        stored["accessPolicies"] = checked_entries(given["accessPolicies"], stored["tenantId"])
    return stored


def _apply(stored: Json, given: Json, existing: Json | None) -> None:
    """The properties that PUT and PATCH treat alike."""
    for flag in (*_FLAGS, "enableRbacAuthorization", "enableSoftDelete", "enablePurgeProtection"):
        if flag in given and not isinstance(given[flag], bool):
            raise invalid_request_content(f"properties.{flag} must be a boolean")
    for flag in (*_FLAGS, "enableRbacAuthorization"):
        if flag in given:
            stored[flag] = given[flag]
    if given.get("enablePurgeProtection") is False:
        raise exceptions.cannot_be_false("enablePurgeProtection", "purge protection")
    if given.get("enablePurgeProtection"):
        stored["enablePurgeProtection"] = True
    if given.get("enableSoftDelete") is False:
        raise exceptions.cannot_be_false("enableSoftDelete", "soft delete")
    if "softDeleteRetentionInDays" in given:
        days = given["softDeleteRetentionInDays"]
        if isinstance(days, bool) or not isinstance(days, int) or not 7 <= days <= 90:
            raise exceptions.invalid_value("softDeleteRetentionInDays")
        if existing is not None and days != existing.get("softDeleteRetentionInDays"):
            raise exceptions.set_already("softDeleteRetentionInDays")
        stored["softDeleteRetentionInDays"] = days
    if "publicNetworkAccess" in given:
        access = given["publicNetworkAccess"]
        if not isinstance(access, str) or access.lower() not in {"enabled", "disabled"}:
            raise exceptions.invalid_value("publicNetworkAccess")
        stored["publicNetworkAccess"] = access.capitalize()
    if "networkAcls" in given:
        stored["networkAcls"] = _network_rules(given["networkAcls"])


def _sku(given: Any) -> Json:
    if not isinstance(given, dict):
        raise invalid_request_content("properties.sku must be an object")
    name, family = given.get("name"), given.get("family", "A")
    if name is None:
        raise exceptions.not_specified("sku.name")
    if not isinstance(name, str) or name.lower() not in {"standard", "premium"}:
        raise exceptions.invalid_value("sku.name")
    if family != "A":
        raise exceptions.invalid_value("sku.family")
    return {"family": "A", "name": name.lower()}


def _tenant(given: Any) -> str:
    if not isinstance(given, str) or not GUID.fullmatch(given):
        raise exceptions.invalid_value("tenantId")
    return given


def _network_rules(given: Any) -> Json:
    if not isinstance(given, dict):
        raise invalid_request_content("properties.networkAcls must be an object")
    stored: Json = {}
    for member, allowed, default in (
        ("bypass", ("AzureServices", "None"), "AzureServices"),
        ("defaultAction", ("Allow", "Deny"), "Allow"),
    ):
        value = given.get(member) or default
        found = [name for name in allowed if isinstance(value, str) and name.lower() == value.lower()]
        if not found:
            raise exceptions.invalid_value(f"networkAcls.{member}")
        stored[member] = found[0]
    stored["ipRules"] = [{"value": _ip_range(index, rule)} for index, rule in enumerate(given.get("ipRules") or [])]
    rules = []
    for rule in given.get("virtualNetworkRules") or []:
        subnet = rule.get("id") if isinstance(rule, dict) else None
        if not isinstance(subnet, str) or not _SUBNET.fullmatch(subnet):
            raise exceptions.invalid_value("networkAcls.virtualNetworkRules")
        stored_rule: Json = {"id": subnet}
        if rule.get("ignoreMissingVnetServiceEndpoint") is not None:
            stored_rule["ignoreMissingVnetServiceEndpoint"] = bool(rule["ignoreMissingVnetServiceEndpoint"])
        rules.append(stored_rule)
    stored["virtualNetworkRules"] = rules
    return stored


def _ip_range(index: int, rule: Any) -> str:
    """`124.56.78.91` is answered as `124.56.78.91/32`; private addresses are refused."""
    value = rule.get("value") if isinstance(rule, dict) else None
    try:
        found = ipaddress.IPv4Network(str(value), strict=False)
    except ValueError:
        raise exceptions.invalid_value("networkAcls.ipRules") from None
    for private in _PRIVATE:
        if found.overlaps(private):
            raise exceptions.private_address(index, str(value), str(private[0]), str(private[-1]))
    return str(found)


def deleted_vault(vault: Json, vault_id: str, subscription: str, name: str, deleted: datetime) -> Json:
    """What `deletedVaults` answers of a vault that was deleted at that moment."""
    properties = vault["properties"]
    purged = deleted + timedelta(days=properties["softDeleteRetentionInDays"])
    location = vault["location"]
    answer: Json = {
        "id": f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{name}",
        "name": name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {
            "vaultId": vault_id,
            "location": location,
            "tags": vault.get("tags") or {},
            "deletionDate": deleted.strftime(STAMP),
            "scheduledPurgeDate": purged.strftime(STAMP),
        },
    }
    if properties.get("enablePurgeProtection"):
        answer["properties"]["purgeProtectionEnabled"] = True
    return answer
