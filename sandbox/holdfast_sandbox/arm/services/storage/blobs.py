"""What does the control plane tell the data plane (`holdfast_sandbox/blobs`)? Accounts, keys, and containers to make.

The stored endpoint of an account's blobs is a host name as Azure's, which private endpoints and their DNS records are
about; what is shown is the address where the sandbox serves them. Only blobs are served: queues, tables, files, data
lakes and web sites of an account go on to have names that resolve nowhere.
"""

from __future__ import annotations

import base64
import secrets

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.store import Json, Resource, Store
from holdfast_sandbox.blobs.plane import Holdings

ACCOUNT = "Microsoft.Storage/storageAccounts"
#: Accounts that no customer has: where a service keeps what it makes for them. By name, their containers.
INTERNAL = {"sandboxacrtasks": ("source", "logs")}
_DATASTORE = "Microsoft.MachineLearningServices/workspaces/datastores"
# Azure makes the containers of a workspace's own datastores, of no others.
_WITH_CONTAINER = ("workspaceblobstore", "workspaceartifactstore")
_GONE, _OWN = "storage.gone", "storage.internal"


def key() -> str:
    """A new account key, as long as Azure's."""
    return base64.b64encode(secrets.token_bytes(64)).decode()


def shown(plane: Plane, account: Resource) -> Json:
    """What a GET of the account answers."""
    answer, blobs = account.answer(), plane.blobs
    endpoints = answer["properties"]["primaryEndpoints"]
    if blobs is None or "blob" not in endpoints:
        return answer
    served = {**endpoints, "blob": blobs.url(account.name)}
    return {**answer, "properties": {**answer["properties"], "primaryEndpoints": served}}


def holdings(store: Store) -> Holdings:
    """All that the data plane has to know, the accounts of services included."""
    gone = {name: [found["key"]] for name, found in store.records(_GONE).items()}
    own = {name: [found["key"]] for name, found in store.records(_OWN).items()}
    accounts = {one.name: list(one.private["keys"].values()) for one in store.find(ACCOUNT)}
    containers = [(name, container) for name in own for container in INTERNAL[name]]
    for datastore in store.find(_DATASTORE):
        properties = datastore.body["properties"]
        if datastore.name in _WITH_CONTAINER and properties.get("accountName") in accounts:
            containers.append((properties["accountName"], properties["containerName"]))
    return Holdings({**gone, **own, **accounts}, containers, list(gone))


def changed(plane: Plane) -> None:
    """After each change of what `holdings` tells."""
    if plane.blobs is not None:
        plane.blobs.changed()


def remove(plane: Plane, account: Resource) -> None:
    """Removes the account; its blobs go too, before another of its name has any."""
    plane.remove(account)
    if plane.blobs is not None and plane.blobs.used:
        plane.store.save_record(_GONE, account.name, {"key": key()})
        changed(plane)


def purged(store: Store, name: str) -> None:
    """The blobs of a removed account are no more."""
    with store.transaction():
        store.remove_record(_GONE, name)


def internal_key(plane: Plane, name: str) -> str:
    """The key of a service's own account, made at the first need."""
    found = plane.store.record(_OWN, name)
    if found is None:
        found = {"key": key()}
        plane.store.save_record(_OWN, name, found)
        changed(plane)
    return str(found["key"])
