"""Who is it? The directory knows whoever the sandbox itself let in, the managed identities that are there, and those
that somebody made known (`holdfast sandbox principal`).

An identity that is deleted is nobody any more: its access policies are then an orphan's, as in Azure.
"""

from __future__ import annotations

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.identity import OBJECT_ID
from holdfast_sandbox.arm.services.graph import models
from holdfast_sandbox.arm.services.managedidentity.responses import IDENTITY
from holdfast_sandbox.arm.store import Json, Resource, Store

REGISTERED = "graph.principal"  # records by object id


def get_by_ids(call: Call) -> Answer:
    """Those of the ids that the directory knows; the others are left out."""
    ids, types = models.checked_question(call.json())
    known = _known(call)
    found = [known[one] for one in ids if one in known]
    rows = [one for one in found if str(one["@odata.type"]).rpartition(".")[2] in types]
    context = f"{call.base_url}/graph/v1.0/$metadata#directoryObjects"
    return Answer(200, {"@odata.context": context, "value": rows})


def register(store: Store, given: Json) -> Json:
    """Make a principal known; the same id again gets another name. Raises ArmError for what is no principal."""
    principal = models.checked_principal(given)
    store.save_record(REGISTERED, principal["id"], principal)
    return principal


def registered(store: Store) -> list[Json]:
    """The principals that were made known."""
    return list(store.records(REGISTERED).values())


def _known(call: Call) -> dict[str, Json]:
    login = {OBJECT_ID: "Holdfast sandbox login"}
    login.setdefault(call.caller.oid, f"Application {call.caller.appid}")
    known = {oid: models.directory_object(oid, "servicePrincipal", name) for oid, name in login.items()}
    for resource in call.store.find():
        known |= _identities(resource)
    for row in registered(call.store):
        known[row["id"]] = models.directory_object(row["id"], row["kind"], row["name"])
    return known


def _identities(resource: Resource) -> dict[str, Json]:
    """The managed identity that a resource has of its own, or is."""
    if resource.type == IDENTITY:
        principal, explicit = resource.body["properties"]["principalId"], True
    else:
        identity = resource.body.get("identity")
        principal, explicit = (identity or {}).get("principalId") if isinstance(identity, dict) else None, False
    if not principal:
        return {}
    id = str(principal).lower()
    return {id: models.managed_identity(id, resource.name, resource.id, explicit=explicit)}
