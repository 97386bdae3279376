"""What is left of a deleted vault? A record with the vault and all that was in it, until it is recovered or purged.

Recovery brings back what was there, to the last policy and secret. A record whose retention is over counts as purged.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.routing import normal_location
from holdfast_sandbox.arm.services.keyvault import exceptions, models
from holdfast_sandbox.arm.store import Json, Resource

_KIND = "keyvault.deleted"
_ASSIGNMENT = "microsoft.authorization/roleassignments"
PURGE_SECONDS = 10


def soft_delete(plane: Plane, vault: Resource) -> None:
    """Moves a vault with everything in it to the deleted ones; also what the deletion of its group does to it.

    Its role assignments go for good (learn.microsoft.com/azure/key-vault/general/soft-delete-overview).
    """
    children = [child for child in plane.store.find(under=vault.id) if child.type.lower() != _ASSIGNMENT]
    deleted = plane.now()
    plane.store.save_record(
        _KIND,
        vault.name,
        {
            "vault": asdict(vault),
            "children": [asdict(child) for child in children],
            "deleted": deleted.timestamp(),
            "answer": models.deleted_vault(vault.body, vault.id, vault.subscription, vault.name, deleted),
        },
    )
    plane.remove(vault)


def get_deleted(call: Call) -> Answer:
    return Answer(200, _deleted_at(call)["answer"])


def list_deleted(call: Call) -> Answer:
    names = list(call.store.records(_KIND))
    records = [record for name in names if (record := find(call.plane, name)) is not None]
    mine = [
        record["answer"] for record in records if record["vault"]["subscription"].lower() == call.subscription.lower()
    ]
    return call.page(mine)


def purge_deleted(call: Call) -> Answer:
    record = _deleted_at(call)
    if record["vault"]["body"]["properties"].get("enablePurgeProtection"):
        raise exceptions.purge_not_allowed()
    target = record["answer"]["id"]
    operation = call.plane.operations.under_way(call.plane, target) or call.plane.operations.start(
        call, "keyvault.purge", seconds=PURGE_SECONDS, target=target, name=record["vault"]["name"]
    )
    return Answer(202, None, operation.headers(call, "location"))


def purged(plane: Plane, operation: Operation) -> None:
    """Completes a purge: the vault and what was in it are gone for good."""
    if operation.failure is None:
        plane.store.remove_record(_KIND, operation.payload["name"])


def find(plane: Plane, name: str) -> Json | None:
    """The deleted vault's record; None when there is none, or its retention is over."""
    record = plane.store.record(_KIND, name)
    if record is None:
        return None
    due = datetime.strptime(record["answer"]["properties"]["scheduledPurgeDate"], models.STAMP).replace(tzinfo=UTC)
    if plane.now() >= due:
        plane.store.remove_record(_KIND, name)
        return None
    return record


def _deleted_at(call: Call) -> Json:
    name, location = call.params["vaultName"], call.params["location"]
    record = find(call.plane, name)
    if record is None or not same_place(record, call, normal_location(location)):
        raise exceptions.deleted_vault_not_found(name, location)
    return record


def same_place(record: Json, call: Call, location: str) -> bool:
    vault = record["vault"]
    return bool(vault["subscription"].lower() == call.subscription.lower() and vault["body"]["location"] == location)


def take_back(plane: Plane, name: str) -> Resource:
    """Makes the deleted vault of that name, and all that was in it, live again; the vault."""
    record = plane.store.record(_KIND, name)
    assert record is not None, name
    plane.store.remove_record(_KIND, name)
    vault = Resource(**record["vault"])
    plane.save(vault)
    for child in record["children"]:
        plane.save(Resource(**child))
    return vault
