"""What does Microsoft.KeyVault answer? Vaults, access policies, names; deleted vaults are in deleted.py."""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.routing import GROUP
from holdfast_sandbox.arm.services.keyvault import deleted, exceptions, models, policies
from holdfast_sandbox.arm.services.network import rules
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags

VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}"
VAULT_TYPE = "Microsoft.KeyVault/vaults"
DNS_SECONDS = 8  # until a new vault's name resolves; `provisioningState` is RegisteringDns so long


# -- vaults ----------------------------------------------------------------------------------------------------------


def put_vault(call: Call) -> Answer:
    body = call.json()
    name = models.checked_name(call.params["vaultName"])
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    tags = checked_tags(body)
    given = models.properties_of(body)
    if existing is None:
        recovering = models.create_mode(given) == "recover"
        record = deleted.find(call.plane, name)
        here = record is not None and deleted.same_place(record, call, location)
        if recovering:
            if record is None or not here:
                raise exceptions.nothing_to_recover()
            return _recovered(call, name, record)
        if record is not None:
            raise exceptions.exists_deleted() if here else exceptions.already_exists(name)
        if _live(call.plane, name) is not None:
            raise exceptions.already_exists(name)
    properties = models.put_properties(name, given, existing.body["properties"] if existing else None, call.api_version)
    _check_subnets(call, properties, existing)
    vault = existing or Resource(call.id, VAULT_TYPE, name, call.subscription, call.group)
    vault.body = {
        "location": location,
        "tags": tags,
        "systemData": call.system_data(existing),
        "properties": properties,
    }
    if existing is None:
        vault.private["ready"] = call.plane.clock() + call.plane.latency.seconds(DNS_SECONDS)
    call.plane.save(vault)
    return Answer(200, _shown(vault, "RegisteringDns" if existing is None else "Succeeded"))


def patch_vault(call: Call) -> Answer:
    vault, body = _vault(call), call.json()
    properties = models.properties_of({"properties": body.get("properties") or {}})
    changed = models.patch_properties(properties, vault.body["properties"])
    _check_subnets(call, changed, vault)
    if body.get("tags") is not None:
        vault.body["tags"] = checked_tags(body)
    vault.body |= {"properties": changed, "systemData": call.system_data(vault)}
    call.plane.save(vault)
    return Answer(200, _shown(vault, "Succeeded"))


def get_vault(call: Call) -> Answer:
    vault = _vault(call)
    registering = call.plane.clock() < vault.private.get("ready", 0)
    return Answer(200, _shown(vault, "RegisteringDns" if registering else "Succeeded"))


def list_vaults(call: Call) -> Answer:
    found = call.store.find(VAULT_TYPE, subscription=call.subscription, group=call.group or None)
    return call.page([_shown(vault, "Succeeded") for vault in found])


def delete_vault(call: Call) -> Answer:
    vault = call.store.get(call.id)
    if vault is None:
        return Answer(204)
    deleted.soft_delete(call.plane, vault)
    return Answer(200)


def _recovered(call: Call, name: str, record: Json) -> Answer:
    if record["vault"]["group"].lower() != call.group.lower():
        raise exceptions.nothing_to_recover()
    vault = deleted.take_back(call.plane, name)
    vault.body["systemData"] = call.system_data(vault)
    call.plane.save(vault)
    return Answer(200, _shown(vault, "Succeeded"))


def _check_subnets(call: Call, properties: Json, existing: Resource | None) -> None:
    """The subnets that the firewall is to let in, as Microsoft.Network sees them."""
    before = (existing.body["properties"].get("networkAcls") or {}) if existing else {}
    wanted = (properties.get("networkAcls") or {}).get("virtualNetworkRules", [])
    refused = rules.refusal(call.store, wanted, before.get("virtualNetworkRules", []), "Microsoft.KeyVault")
    if refused is not None:
        raise exceptions.network_not_valid(refused.code, refused.message)


def _shown(vault: Resource, state: str) -> Json:
    answer = vault.answer()
    return {**answer, "properties": {**answer["properties"], "provisioningState": state}}


def _vault(call: Call) -> Resource:
    vault_id = VAULT.format(**call.params)
    vault = call.store.get(vault_id)
    if vault is None:
        raise arm.resource_not_found(VAULT_TYPE, call.params["vaultName"], call.group)
    return vault


def _live(plane: Plane, name: str) -> Resource | None:
    """The vault of that name, in whatever group: names are unique in all of Azure."""
    vaults = plane.store.find(VAULT_TYPE)
    return next((vault for vault in vaults if vault.name.lower() == name.lower()), None)


# -- access policies -------------------------------------------------------------------------------------------------

_KINDS = {"add": policies.added, "replace": policies.replaced, "remove": policies.removed}


def put_access_policies(call: Call) -> Answer:
    """`add`, `replace` or `remove`. Answers the given principals as they stand afterwards; 201 when one is new."""
    vault = _vault(call)
    kind = call.params["operationKind"].lower()
    if kind not in _KINDS:
        raise exceptions.invalid_value("operationKind")
    properties = models.properties_of(call.json())
    if "accessPolicies" not in properties:
        raise exceptions.not_specified("accessPolicies")
    given = policies.checked_entries(properties["accessPolicies"], vault.body["properties"]["tenantId"])
    before = vault.body["properties"].get("accessPolicies", [])
    after = _KINDS[kind](before, given)
    vault.body["properties"]["accessPolicies"] = after
    vault.body["systemData"] = call.system_data(vault)
    call.plane.save(vault)
    asked = {policies.key_of(entry) for entry in given}
    known = {policies.key_of(entry) for entry in before}
    answer = {
        "id": f"{vault.id}/accessPolicies/",
        "type": f"{VAULT_TYPE}/accessPolicies",
        "location": vault.location,
        "properties": {"accessPolicies": [entry for entry in after if policies.key_of(entry) in asked]},
    }
    return Answer(201 if kind != "remove" and asked - known else 200, answer)


def grant(plane: Plane, vault_id: str, object_id: str, permissions: Json) -> bool:
    """Adds an entry on behalf of another service (a workspace that lets itself in); False when there is no such
    vault.
    """
    vault = plane.store.get(vault_id)
    if vault is None or vault.type != VAULT_TYPE:
        return False
    properties = vault.body["properties"]
    tenant = properties["tenantId"]
    raw = {"tenantId": tenant, "objectId": object_id, "permissions": permissions}
    entries = policies.added(properties.get("accessPolicies", []), policies.checked_entries([raw], tenant))
    properties["accessPolicies"] = entries
    plane.save(vault)
    return True


def drop_policy(call: Call, answer: Answer, object_id: str) -> Answer:
    """The hook `drop-policy=OBJECTID`: the vault loses that principal's entry while it is being written."""
    if "vaultName" not in call.params:
        return answer
    vault = call.store.get(VAULT.format(**call.params))
    if vault is None:
        return answer
    properties = vault.body["properties"]
    properties["accessPolicies"] = policies.without(properties.get("accessPolicies", []), object_id)
    call.plane.save(vault)
    shown = (answer.body or {}).get("properties", {})
    if "accessPolicies" in shown:
        shown["accessPolicies"] = policies.without(shown["accessPolicies"], object_id)
    return answer


# -- names -----------------------------------------------------------------------------------------------------------


def check_name(call: Call) -> Answer:
    body = call.json()
    name, kind = body.get("name"), body.get("type")
    if not isinstance(name, str):
        raise exceptions.not_specified("name")
    if str(kind).lower() != VAULT_TYPE.lower():
        raise exceptions.invalid_value("type")
    refused = None
    try:
        models.checked_name(name)
    except arm.ArmError as error:
        refused, reason = error, "AccountNameInvalid"
    if refused is None and (_live(call.plane, name) is not None or deleted.find(call.plane, name) is not None):
        refused, reason = exceptions.already_exists(name), "AlreadyExists"
    if refused is None:
        return Answer(200, {"nameAvailable": True})
    return Answer(200, {"nameAvailable": False, "reason": reason, "message": refused.message})


def list_managed_hsms(call: Call) -> Answer:
    """The sandbox has no managed HSMs, live or deleted; clients ask for them beside the vaults."""
    return Answer(200, {"value": []})
