"""What does Microsoft.MachineLearningServices answer about datastores? Handlers, and the four a workspace is made with.

Creation, update and deletion are done at once (recorded: 201, 200, 200).
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.services.machinelearning import datastore_models as models
from holdfast_sandbox.arm.services.machinelearning import dependencies, exceptions
from holdfast_sandbox.arm.services.machinelearning.computes import workspace_of
from holdfast_sandbox.arm.services.storage import blobs
from holdfast_sandbox.arm.store import Json, Resource, Store

DATASTORE = "Microsoft.MachineLearningServices/workspaces/datastores"
_ACCOUNT = "Microsoft.Storage/storageAccounts"


def put_datastore(call: Call) -> Answer:
    """201 for a new one, 200 for a change; `isDefault` counts in a change only (azurerm: it can only be set on
    update).
    """
    name, body = models.checked_name(call.name), call.json()
    workspace = workspace_of(call)
    shown, secrets = models.checked(body)
    if call.query.get("skipvalidation", "").lower() != "true":
        _validate(call.store, shown, secrets)
    existing = call.store.get(call.id)
    default = existing.body["properties"]["isDefault"] if existing else False
    if existing is not None and body["properties"].get("isDefault") is True and not default:
        _no_longer_default(call, workspace)
        default = True
    datastore = existing or Resource(call.id, DATASTORE, name, call.subscription, call.group)
    datastore.body = {"properties": {**shown, "isDefault": default}, "systemData": call.system_data(existing)}
    datastore.private = {"secrets": secrets}
    call.plane.save(datastore)
    return Answer(200 if existing else 201, datastore.answer())


def get_datastore(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_datastores(call: Call) -> Answer:
    """All, or those that `isDefault`, `names` and `searchText` leave over; at most `count` a page."""
    workspace = workspace_of(call)
    rows = [one.answer() for one in call.store.find(DATASTORE, under=workspace.id)]
    wanted = call.query.get("isdefault", "").lower()
    names = {name.strip().lower() for name in call.query.get("names", "").split(",") if name.strip()}
    text = call.query.get("searchtext", "").lower()
    kept = [
        row
        for row in rows
        if (not wanted or row["properties"]["isDefault"] == (wanted == "true"))
        and (not names or row["name"].lower() in names)
        and text in row["name"].lower()
    ]
    if call.query.get("count", "").isdigit():
        return call.page(kept, default=max(int(call.query["count"]), 1))
    return call.page(kept)


def delete_datastore(call: Call) -> Answer:
    existing = call.store.get(call.id)
    if existing is None:
        return Answer(204)
    if existing.body["properties"]["isDefault"]:
        raise exceptions.bad_request(f"The datastore '{existing.name}' is the workspace's default datastore.")
    call.plane.remove(existing)
    return Answer(200)


def list_secrets(call: Call) -> Answer:
    datastore = acted_on(call)
    secrets = datastore.private.get("secrets")
    if secrets is None:
        raise exceptions.bad_request(f"The datastore '{datastore.name}' has no credentials stored with it.")
    return Answer(200, secrets)


def make_defaults(plane: Plane, workspace: Resource) -> None:
    """The four datastores of a new workspace; those of a recovered one came back with it."""
    if plane.store.find(DATASTORE, under=workspace.id):
        return
    properties, now = workspace.body["properties"], plane.now().strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    made = models.of_the_workspace(properties, workspace.body["identity"]["type"], str(uuid.uuid4()))
    for name, shown in made.items():
        datastore = Resource(
            f"{workspace.id}/datastores/{name}", DATASTORE, name, workspace.subscription, workspace.group
        )
        datastore.body = {"properties": shown, "systemData": {"createdAt": now, "lastModifiedAt": now}}
        plane.save(datastore)
    blobs.changed(plane)
    take_keys(plane, workspace)


def take_keys(plane: Plane, workspace: Resource) -> None:
    """Copies the storage account's key into the workspace's own datastores: at the creation and by resyncKeys only."""
    key = dependencies.storage_key(plane.store, workspace.body["properties"])
    for datastore in plane.store.find(DATASTORE, under=workspace.id):
        properties = datastore.body["properties"]
        by_key = properties["credentials"]["credentialsType"] == "AccountKey"
        if datastore.name in models.SYSTEM and by_key and key is not None:
            datastore.private["secrets"] = {"secretsType": "AccountKey", "key": key}
            plane.save(datastore)


def follow_auth_mode(plane: Plane, workspace: Resource) -> None:
    """Lets the workspace's own datastores log in as `systemDatastoresAuthMode` says, when that has changed."""
    kind = "AccountKey" if workspace.body["properties"]["systemDatastoresAuthMode"] == "accesskey" else "None"
    changed = False
    for datastore in plane.store.find(DATASTORE, under=workspace.id):
        credentials = datastore.body["properties"]["credentials"]
        if datastore.name in models.SYSTEM and credentials["credentialsType"] != kind:
            datastore.body["properties"]["credentials"] = {"credentialsType": kind}
            datastore.private["secrets"], changed = None, True
            plane.save(datastore)
    if changed:
        take_keys(plane, workspace)


def _validate(store: Store, shown: Json, secrets: Json | None) -> None:
    """An account key must be one of the account's (azure-docs#35204 shows the text). Of the other credentials the
    sandbox can tell nothing: it has no data plane and no service principals but its own.
    """
    if secrets is None or secrets["secretsType"] != "AccountKey":
        return
    account = next((one for one in store.find(_ACCOUNT) if one.name == shown["accountName"]), None)
    if account is None:
        raise exceptions.invalid("accountName", f"The storage account '{shown['accountName']}' was not found.")
    if secrets["key"] not in account.private["keys"].values():
        raise exceptions.bad_request("Forbidden. Please make sure the credentials are correct")


def _no_longer_default(call: Call, workspace: Resource) -> None:
    for one in call.store.find(DATASTORE, under=workspace.id):
        if one.body["properties"]["isDefault"]:
            one.body["properties"]["isDefault"] = False
            call.plane.save(one)
