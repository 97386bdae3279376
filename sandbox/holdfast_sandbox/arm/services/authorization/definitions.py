"""What does Microsoft.Authorization answer about role definitions? The built-in ones, and custom ones of the tenant."""

from __future__ import annotations

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.authorization import exceptions, models
from holdfast_sandbox.arm.services.authorization.roles import BUILT_IN
from holdfast_sandbox.arm.services.authorization.scopes import Scope, scope_of
from holdfast_sandbox.arm.store import Json, Store

_CUSTOM = "authorization.role"


def exists(store: Store, role: str) -> bool:
    """Whether there is a definition with that GUID."""
    return role.lower() in BUILT_IN or store.record(_CUSTOM, role) is not None


def permissions_of(store: Store, role: str) -> list[Json]:
    """The permissions of the definition with that GUID: `actions`, `notActions`, ...; none where there is none."""
    if role.lower() in BUILT_IN:
        return list(models.built_in(BUILT_IN[role.lower()], "")["properties"]["permissions"])
    return list((store.record(_CUSTOM, role) or {}).get("permissions", ()))


def get_definition(call: Call) -> Answer:
    scope, name = scope_of(call.store, call.params["scope"]), call.params["name"]
    if name.lower() in BUILT_IN:
        return Answer(200, models.built_in(BUILT_IN[name.lower()], scope.subscription))
    properties = call.store.record(_CUSTOM, name)
    if properties is None:
        raise exceptions.definition_not_found(name)
    return Answer(200, _custom(name, properties, scope.subscription))


def list_definitions(call: Call) -> Answer:
    scope = scope_of(call.store, call.params["scope"])
    wanted = models.definition_filter(call.query.get("$filter"))
    rows = [models.built_in(role, scope.subscription) for role in BUILT_IN.values()]
    for name, properties in call.store.records(_CUSTOM).items():
        if _assignable(properties, scope):
            rows.append(_custom(name, properties, scope.subscription))
    return call.page([row for row in rows if models.matches(row, wanted)])


def put_definition(call: Call) -> Answer:
    """Creates or replaces a custom role; 201 in both cases, as the reference says."""
    scope, name = scope_of(call.store, call.params["scope"]), call.params["name"]
    if name.lower() in BUILT_IN:
        raise exceptions.system_role(BUILT_IN[name.lower()].name)
    if not models.GUID.fullmatch(name):
        raise exceptions.bad_request_format(f"The role definition ID '{name}' must be a GUID.")
    properties = models.checked_definition(call.json())
    for other in properties["assignableScopes"]:
        scope_of(call.store, other)
    for known, one in call.store.records(_CUSTOM).items():
        if known != name.lower() and one["roleName"].lower() == properties["roleName"].lower():
            raise exceptions.same_name_exists(properties["roleName"])
    if any(role.name.lower() == properties["roleName"].lower() for role in BUILT_IN.values()):
        raise exceptions.same_name_exists(properties["roleName"])
    before = call.store.record(_CUSTOM, name) or {}
    now = call.plane.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    properties["createdOn"], properties["updatedOn"] = before.get("createdOn", now), now
    properties["createdBy"] = before.get("createdBy", call.caller.oid)
    properties["updatedBy"] = call.caller.oid
    call.store.save_record(_CUSTOM, name, properties)
    return Answer(201, _custom(name, properties, scope.subscription))


def delete_definition(call: Call) -> Answer:
    """200 with the definition that was, 204 when there was none; refused while an assignment needs it."""
    scope, name = scope_of(call.store, call.params["scope"]), call.params["name"].lower()
    if name in BUILT_IN:
        raise exceptions.system_role(BUILT_IN[name].name)
    properties = call.store.record(_CUSTOM, name)
    if properties is None:
        return Answer(204)
    for one in call.store.find(models.ASSIGNMENT):
        if one.body["properties"]["roleDefinitionId"].lower().endswith(name):
            raise exceptions.has_assignments()
    call.store.remove_record(_CUSTOM, name)
    return Answer(200, _custom(name, properties, scope.subscription))


def _assignable(properties: Json, scope: Scope) -> bool:
    return any(scope.lies_in(path) or scope.covers(path) for path in properties["assignableScopes"])


def _custom(name: str, properties: Json, subscription: str) -> Json:
    return {
        "properties": properties,
        "id": models.definition_id(name, subscription),
        "type": models.DEFINITION,
        "name": name,
    }
