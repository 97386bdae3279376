"""What do groups, subscriptions and list filters look like? Shapes and their validation; no state."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content, location_required
from holdfast_sandbox.arm.identity import SUBSCRIPTION_ID, SUBSCRIPTION_NAME, TENANT_ID
from holdfast_sandbox.arm.routing import REGIONS, ResourceType, normal_location
from holdfast_sandbox.arm.services.resources import exceptions
from holdfast_sandbox.arm.store import Json
from holdfast_sandbox.arm.tracked import checked_tags

# learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules: letters, digits, _ - . ( ), no
# final period
_NAME = re.compile(r"[\w.()\-]*[\w()\-]")
MAX_NAME = 90


def checked_group_name(name: str) -> str:
    if len(name) > MAX_NAME:
        raise exceptions.group_name_too_long(name)
    if not _NAME.fullmatch(name):
        raise exceptions.invalid_group_name(name)
    return name


def group_body(body: Json, existing: Json | None, name: str) -> Json:
    """The stored body of a group out of a PUT's body; the existing group's location must not change."""
    wanted = body.get("location")
    if not wanted or not isinstance(wanted, str):
        raise location_required()
    location = normal_location(wanted)
    if location not in REGIONS:
        raise exceptions.location_not_available_for_group(wanted, ",".join(REGIONS))
    if existing is not None and normal_location(existing["location"]) != location:
        raise exceptions.invalid_group_location(name, existing["location"], location)
    stored: Json = {"location": location, "properties": {"provisioningState": "Succeeded"}}
    managed_by = body.get("managedBy")
    if existing is not None and existing.get("managedBy") != managed_by and existing.get("managedBy"):
        raise exceptions.group_managed_by_changed(existing["managedBy"])
    if managed_by is not None:
        if not isinstance(managed_by, str):
            raise invalid_request_content("managedBy must be a string")
        stored["managedBy"] = managed_by
    if "tags" in body and body["tags"] is not None:
        stored["tags"] = checked_tags(body)
    return stored


def subscription() -> Json:
    """The one subscription there is."""
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": SUBSCRIPTION_ID,
        "tenantId": TENANT_ID,
        "displayName": SUBSCRIPTION_NAME,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def tenant() -> Json:
    return {
        "id": f"/tenants/{TENANT_ID}",
        "tenantId": TENANT_ID,
        "countryCode": "",
        "displayName": SUBSCRIPTION_NAME,
        "domains": ["sandbox.invalid"],
        "tenantCategory": "Home",
        "defaultDomain": "sandbox.invalid",
        "tenantType": "AAD",
    }


def location(name: str, display: str) -> Json:
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": display,
        "regionalDisplayName": display,
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
    }


def provider(namespace: str, types: list[ResourceType]) -> Json:
    """A resource provider as `/providers` describes it: always registered."""
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}/providers/{namespace}",
        "namespace": namespace,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [
            {
                "resourceType": kind.name.partition("/")[2],
                "locations": [REGIONS[name] for name in kind.locations if name in REGIONS] if kind.tracked else [],
                "apiVersions": list(kind.api_versions),
                "defaultApiVersion": kind.api_versions[0],
                "capabilities": "SupportsTags, SupportsLocation" if kind.tracked else "None",
            }
            for kind in types
        ],
    }


Predicate = Callable[[Json], bool]

_CLAUSE = re.compile(
    r"\s*(?P<field>[\w/]+)\s+(?P<op>eq|ne)\s+'(?P<value>(?:[^']|'')*)'\s*"
    r"|\s*substringof\(\s*'(?P<part>(?:[^']|'')*)'\s*,\s*(?P<of>\w+)\s*\)\s*"
    r"|\s*startswith\(\s*(?P<starts>\w+)\s*,\s*'(?P<prefix>(?:[^']|'')*)'\s*\)\s*",
    re.IGNORECASE,
)
# What may be asked for together; tags may not be mixed with other properties (learn.microsoft.com, Resources - List).
_PLAIN = {"resourcetype", "name", "location", "resourcegroup", "plan/publisher", "identity/principalid"}
_TAGS = {"tagname", "tagvalue"}


def list_filter(text: str | None) -> Predicate:
    """The `$filter` of a resource list: `resourceType eq 'x' and name eq 'y'`, `tagName eq 'n' and tagValue eq 'v'`,
    or/and.
    """
    if not text:
        return lambda row: True
    either = [_conjunction(part, text) for part in re.split(r"\s+or\s+", text, flags=re.IGNORECASE)]
    return lambda row: any(part(row) for part in either)


def _conjunction(part: str, whole: str) -> Predicate:
    clauses = []
    tag: dict[str, str] = {}
    for clause in re.split(r"\s+and\s+", part, flags=re.IGNORECASE):
        found = _CLAUSE.fullmatch(clause)
        if found is None:
            raise exceptions.invalid_filter(whole)
        if found["part"] is not None or found["prefix"] is not None:
            clauses.append(_partly(found, whole))
            continue
        name, value = found["field"].lower(), found["value"].replace("''", "'")
        if name in _TAGS and found["op"].lower() == "eq":
            tag[name] = value
        elif name in _PLAIN:
            clauses.append(_compared(name, value, found["op"].lower() == "eq"))
        else:
            raise exceptions.invalid_filter(whole)
    if (tag and clauses) or ("tagvalue" in tag and "tagname" not in tag):
        raise exceptions.invalid_filter(whole)
    if tag:
        clauses.append(_tagged(tag["tagname"], tag.get("tagvalue")))
    return lambda row: all(clause(row) for clause in clauses)


def _partly(found: re.Match[str], whole: str) -> Predicate:
    name = (found["of"] or found["starts"]).lower()
    if name not in {"name", "resourcegroup"}:
        raise exceptions.invalid_filter(whole)
    if found["prefix"] is not None:
        prefix = found["prefix"].lower()
        return lambda row: _value(row, name).startswith(prefix)
    part = found["part"].lower()
    return lambda row: part in _value(row, name)


def _compared(name: str, value: str, equal: bool) -> Predicate:
    wanted = normal_location(value) if name == "location" else value.lower()
    return lambda row: (_value(row, name) == wanted) is equal


def _tagged(name: str, value: str | None) -> Predicate:
    def check(row: Json) -> bool:
        tags = {key.lower(): text for key, text in (row.get("tags") or {}).items()}
        return name.lower() in tags and (value is None or tags[name.lower()] == value)

    return check


def _value(row: Json, name: str) -> str:
    if name == "resourcetype":
        return str(row["type"]).lower()
    if name == "resourcegroup":
        return str(row["id"]).split("/")[4].lower()
    if name == "location":
        return normal_location(row.get("location", ""))
    value: Any = row
    for part in name.split("/"):
        lowered = {key.lower(): item for key, item in value.items()} if isinstance(value, dict) else {}
        value = lowered.get(part)
    return str(value or "").lower()


def patched_tags(before: dict[str, str], operation: object, given: dict[str, str]) -> dict[str, str]:
    """What Merge, Replace and Delete make of a resource's tags; letter case of tag names counts not."""
    if operation == "Replace":
        return given
    lowered = {name.lower(): name for name in before}
    after = dict(before)
    if operation == "Merge":
        for name, value in given.items():
            after[lowered.get(name.lower(), name)] = value
        return after
    if operation == "Delete":
        for name, value in given.items():
            known = lowered.get(name.lower())
            # A value, where one is given, must be the tag's own for it to go.
            if known is not None and value in ("", before[known]):
                del after[known]
        return after
    raise exceptions.invalid_tags_operation(operation)
