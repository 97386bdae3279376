"""What does Microsoft.Storage answer? Handlers for accounts, their keys and the availability of names."""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.network import rules
from holdfast_sandbox.arm.services.storage import blobs, exceptions, models
from holdfast_sandbox.arm.services.storage.blobs import ACCOUNT
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

CREATE_SECONDS = 20  # what a Standard account typically takes

# The region that geo-redundant copies lie in (learn.microsoft.com/azure/reliability/cross-region-replication-azure).
_PAIRS = {
    "westeurope": "northeurope",
    "northeurope": "westeurope",
    "eastus": "westus",
    "westus": "eastus",
    "eastus2": "centralus",
    "centralus": "eastus2",
    "uksouth": "ukwest",
    "ukwest": "uksouth",
}


def put_account(call: Call) -> Answer:
    """Creates (202, then polled by Location) or updates (200) an account.

    An update leaves what the body does not mention, apart from tags, which are replaced.
    """
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    _refuse_while_busy(call, existing)
    if existing is None:
        _refuse_taken(call, name, location)
    changed = _changed(call, body, existing, location)
    changed["tags"] = checked_tags(body)
    if existing is not None:
        existing.body = changed
        call.plane.save(existing)
        return Answer(200, blobs.shown(call.plane, existing))
    account = Resource(call.id, ACCOUNT, name, call.subscription, call.group, changed)
    account.private["keys"] = {"key1": blobs.key(), "key2": blobs.key()}
    account.body["properties"]["provisioningState"] = "Creating"
    call.plane.save(account)
    blobs.changed(call.plane)
    operation = call.plane.operations.start(call, "storage.created", seconds=CREATE_SECONDS, target=account.id)
    operation.location = location  # only shown in the polling address
    return Answer(202, None, operation.headers(call, "location"))


def account_created(plane: Plane, operation: Operation) -> None:
    account = plane.store.get(operation.target)
    if account is not None:
        state = "Failed" if operation.failure is not None else "Succeeded"
        account.body["properties"]["provisioningState"] = state
        plane.save(account)


def patch_account(call: Call) -> Answer:
    existing, body = call.existing(), call.json()
    _refuse_while_busy(call, existing)
    changed = _changed(call, body, existing, existing.location)
    if body.get("tags") is not None:
        changed["tags"] = checked_tags(body)
    existing.body = changed
    call.plane.save(existing)
    return Answer(200, blobs.shown(call.plane, existing))


def get_account(call: Call) -> Answer:
    return Answer(200, blobs.shown(call.plane, call.existing()))


def delete_account(call: Call) -> Answer:
    existing = call.store.get(call.id)
    if existing is None:
        return Answer(204)
    _refuse_while_busy(call, existing)
    blobs.remove(call.plane, existing)
    return Answer(200)


def list_accounts(call: Call) -> Answer:
    found = call.store.find(ACCOUNT, subscription=call.subscription, group=call.group or None)
    return call.page([blobs.shown(call.plane, account) for account in found])


def list_keys(call: Call) -> Answer:
    return _keys(acted_on(call))


def regenerate_key(call: Call) -> Answer:
    account, wanted = acted_on(call), call.json().get("keyName")
    if wanted not in account.private["keys"]:
        raise exceptions.key_not_found(wanted)
    account.private["keys"][wanted] = blobs.key()
    account.body["properties"]["keyCreationTime"][wanted] = _now(call)
    call.plane.save(account)
    blobs.changed(call.plane)
    return _keys(account)


def check_name(call: Call) -> Answer:
    body = call.json()
    name = body.get("name")
    if not isinstance(name, str) or body.get("type") != ACCOUNT:
        raise arm.invalid_request_content(f"name and type ('{ACCOUNT}') are required")
    if not models.NAME.fullmatch(name):
        refused = {"reason": "AccountNameInvalid", "message": exceptions.name_rule(name)}
        return Answer(200, {"nameAvailable": False, **refused})
    if name in blobs.INTERNAL or any(account.name == name for account in call.store.find(ACCOUNT)):
        taken = {"reason": "AlreadyExists", "message": exceptions.already_taken(name).message}
        return Answer(200, {"nameAvailable": False, **taken})
    return Answer(200, {"nameAvailable": True})


def _changed(call: Call, body: Json, existing: Resource | None, location: str) -> Json:
    """The account's body after a PUT or PATCH, apart from tags."""
    before = existing.body if existing else None
    kind = models.checked_kind(body, before)
    sku = models.checked_sku(body, kind, before)
    wanted = models.checked_properties(body)
    _check_subnets(call, wanted, existing)
    now = _now(call)
    if existing is not None:
        models.refuse_fixed(wanted, existing.body["properties"])
        properties = dict(existing.body["properties"])
    else:
        properties = {**models.defaults(kind, call.api_version, now), "primaryLocation": location}
        models.refuse_namespace(wanted, kind, sku)
        if kind == "BlobStorage" and "accessTier" not in wanted:
            raise exceptions.access_tier_required()
    given = wanted.pop("encryption", None)
    properties.update(wanted)
    if existing is not None and kind != existing.body["kind"]:
        properties.setdefault("accessTier", "Hot")
    properties["encryption"] = models.encryption(kind, given, properties.get("encryption"), now)
    properties.pop("secondaryEndpoints", None)
    properties.update(models.endpoints(call.name, kind, sku["name"]))
    for name in ("secondaryLocation", "statusOfSecondary"):
        properties.pop(name, None)
    if any(part in sku["name"] for part in ("GRS", "GZRS")) and location in _PAIRS:
        properties.update({"secondaryLocation": _PAIRS[location], "statusOfSecondary": "available"})
    properties.setdefault("provisioningState", "Succeeded")
    changed: Json = {"location": location, "tags": dict((before or {}).get("tags") or {}), "sku": sku, "kind": kind}
    identity = checked_identity(call, body, (before or {}).get("identity"), merge=call.method == "PATCH")
    if identity is not None:
        changed["identity"] = identity
    changed["properties"] = properties
    return changed


def _check_subnets(call: Call, wanted: Json, existing: Resource | None) -> None:
    """The subnets that the firewall is to let in, as Microsoft.Network sees them."""
    before = existing.body["properties"]["networkAcls"]["virtualNetworkRules"] if existing else []
    given = (wanted.get("networkAcls") or {}).get("virtualNetworkRules", [])
    refused = rules.refusal(call.store, given, before, "Microsoft.Storage")
    if refused is not None:
        raise exceptions.network_rules_invalid(refused.code, refused.message)


def _refuse_taken(call: Call, name: str, location: str) -> None:
    if name in blobs.INTERNAL:
        raise exceptions.already_taken(name)
    for other in call.store.find(ACCOUNT):
        if other.name == name:
            near = other.subscription.lower() == call.subscription.lower() and other.location == location
            raise exceptions.in_another_group(name) if near else exceptions.already_taken(name)


def _refuse_while_busy(call: Call, existing: Resource | None) -> None:
    if existing is not None and call.plane.operations.under_way(call.plane, existing.id) is not None:
        raise exceptions.operation_in_progress()


def _keys(account: Resource) -> Answer:
    created = account.body["properties"]["keyCreationTime"]
    rows = [
        {"creationTime": created[name], "keyName": name, "value": value, "permissions": "FULL"}
        for name, value in account.private["keys"].items()
    ]
    return Answer(200, {"keys": rows})


def _now(call: Call) -> str:
    return call.plane.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
