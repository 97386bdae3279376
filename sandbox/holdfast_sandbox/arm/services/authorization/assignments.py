"""What does Microsoft.Authorization answer about role assignments?

An assignment lies under its scope in the store, so that it goes with it.
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.authorization import definitions, exceptions, models
from holdfast_sandbox.arm.services.authorization.scopes import Scope, principal_type_of, scope_of
from holdfast_sandbox.arm.store import Json, Resource, Store

_NAMES = uuid.UUID(TENANT_ID)
_PATH = f"/providers/{models.ASSIGNMENT}/"


def put_assignment(call: Call) -> Answer:
    """201 for a new one; 200 when the same is sent again, with another description or condition perhaps."""
    name = call.params["name"].lower()
    if not models.GUID.fullmatch(name):
        raise exceptions.invalid_assignment_id(call.params["name"])
    scope = scope_of(call.store, call.params["scope"])
    wanted = models.checked_assignment(call.json())
    if not definitions.exists(call.store, wanted["role"]):
        raise exceptions.definition_of_assignment_not_found(wanted["role"])
    wanted["principalType"] = _principal_type(call.store, wanted)
    existing = _same_name(call.store, name)
    if existing is not None:
        _refuse_other(existing, scope, wanted)
        _describe(existing, wanted, call.caller.oid, _now(call.plane))
        call.plane.save(existing)
        return Answer(200, existing.answer())
    _refuse_twin(call.store, scope, wanted)
    made = _made(name, scope, wanted, call.caller.oid, _now(call.plane))
    call.plane.save(made)
    return Answer(201, made.answer())


def get_assignment(call: Call) -> Answer:
    return Answer(200, _existing(call).answer())


def delete_assignment(call: Call) -> Answer:
    """200 with the assignment that was, 204 when there was none."""
    scope = scope_of(call.store, call.params["scope"])
    found = call.store.get(f"{scope.path}{_PATH}{call.params['name']}")
    if found is None:
        return Answer(204)
    call.plane.remove(found)
    return Answer(200, found.answer())


def list_assignments(call: Call) -> Answer:
    """Those at, above and below the scope; with atScope() not those below (learn.microsoft.com, list with REST)."""
    scope = scope_of(call.store, call.params["scope"])
    wanted = models.Filter(call.query.get("$filter"))
    rows = []
    for one in call.store.find(models.ASSIGNMENT):
        properties = one.body["properties"]
        where = properties["scope"].rstrip("/")
        near = scope.lies_in(where) or (not wanted.at_scope and scope.covers(where))
        if near and wanted.keeps(properties):
            rows.append(one.answer())
    return call.page(rows)


def grant(plane: Plane, scope_path: str, principal: str, role: str) -> None:
    """Assigns a role on behalf of another service (a workspace that lets its identity in); nothing if it has it.

    `role` is a definition's GUID. A scope that is not there is passed over.
    """
    if scope_path.count("/") > 2 and plane.store.get(scope_path) is None:
        return
    scope = scope_of(plane.store, scope_path)
    wanted: Json = {"principalId": principal.lower(), "role": role, "principalType": "ServicePrincipal"}
    if _twin(plane.store, scope, wanted) is not None:
        return
    name = str(uuid.uuid5(_NAMES, f"{scope.path} {principal} {role}".lower()))
    plane.save(_made(name, scope, wanted, principal.lower(), _now(plane)))


def _made(name: str, scope: Scope, wanted: Json, who: str, now: str) -> Resource:
    made = Resource(f"{scope.path}{_PATH}{name}", models.ASSIGNMENT, name, scope.subscription, scope.group)
    made.body["properties"] = {
        "roleDefinitionId": models.definition_id(wanted["role"], scope.subscription),
        "principalId": wanted["principalId"],
        "principalType": wanted["principalType"],
        "scope": scope.path or "/",
        "createdOn": now,
        "createdBy": who,
    }
    _describe(made, wanted, who, now)
    return made


def _describe(assignment: Resource, wanted: Json, who: str, now: str) -> None:
    """What may change later."""
    properties = assignment.body["properties"]
    for name in ("condition", "conditionVersion", "description", "delegatedManagedIdentityResourceId"):
        properties[name] = wanted.get(name)
    properties.update({"updatedOn": now, "updatedBy": who})


def _existing(call: Call) -> Resource:
    scope = scope_of(call.store, call.params["scope"])
    found = call.store.get(f"{scope.path}{_PATH}{call.params['name']}")
    if found is None:
        raise exceptions.assignment_not_found(call.params["name"])
    return found


def _same_name(store: Store, name: str) -> Resource | None:
    """Names of assignments are unique in the tenant, whatever their scopes (learn.microsoft.com, troubleshooting)."""
    return next((one for one in store.find(models.ASSIGNMENT) if one.name == name), None)


def _refuse_other(existing: Resource, scope: Scope, wanted: Json) -> None:
    properties = existing.body["properties"]
    same = (
        properties["scope"].rstrip("/").lower() == scope.path.lower()
        and properties["principalId"] == wanted["principalId"]
        and properties["roleDefinitionId"].lower().endswith(wanted["role"])
    )
    if not same:
        raise exceptions.update_not_permitted()


def _refuse_twin(store: Store, scope: Scope, wanted: Json) -> None:
    twin = _twin(store, scope, wanted)
    if twin is not None:
        raise exceptions.assignment_exists(twin.name)


def _twin(store: Store, scope: Scope, wanted: Json) -> Resource | None:
    for one in store.find(models.ASSIGNMENT):
        properties = one.body["properties"]
        if (
            properties["scope"].rstrip("/").lower() == scope.path.lower()
            and properties["principalId"] == wanted["principalId"]
            and properties["roleDefinitionId"].lower().endswith(wanted["role"])
        ):
            return one
    return None


def _principal_type(store: Store, wanted: Json) -> str:
    known, given = principal_type_of(store, wanted["principalId"]), wanted["principalType"]
    if known is not None and given is not None and known != given:
        raise exceptions.unmatched_principal_type(wanted["principalId"], known, given)
    return str(given or known or "User")


def _now(plane: Plane) -> str:
    return plane.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
