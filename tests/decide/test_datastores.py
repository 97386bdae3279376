"""What of a datastore do the settings ask for, and what follows when it is not so?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.bodies.datastores import datastore_body
from holdfast.model.decision import Adopt, Create, Keep
from holdfast.model.existing import Absent, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart

DEFAULT = "terraform-provider-azurerm, machine_learning_datastore_blobstorage: is_default is set by an update"
THEIRS = (
    "/subscriptions/5a4db0c5-5b5c-4000-8000-0000000000ff/resourceGroups/rg-data/providers/Microsoft.Storage"
    "/storageAccounts/stdata"
)


def part(**settings: Any) -> WantedPart:
    whole = {"kind": "blob", "container": "training", "auth": "identity", **settings}
    return WantedPart(Sort.DATASTORE, "training", "workspace", whole, key="datastores[0]")


def asked(world: Any, **settings: Any) -> Any:
    return replace(world, wanted=replace(world.wanted, parts=(part(**settings),)))


def live(world: Any, **properties: Any) -> Any:
    """The datastore as Azure answers it, recorded: everything that was asked for, and a lot more."""
    wanted = world.wanted
    whole = {
        **datastore_body(wanted, wanted.parts[0]).creation["properties"],
        "description": None,
        "tags": None,
        "properties": None,
        "isDefault": False,
        "endpoint": "core.windows.net",
        "protocol": "https",
        **properties,
    }
    id = f"{resource_id(wanted, Kind.WORKSPACE)}/datastores/training"
    found = Live(id, "training", "", body={"id": id, "name": "training", "properties": whole}, properties=whole)
    known = world.record("datastore-training", SORTS[Sort.DATASTORE].token, name="training")
    return known.knowing(parts={"datastore-training": found})


def outcome(world: Any) -> tuple[Any, list[Any], list[str]]:
    """The datastore's decision, the changes and the faults."""
    plan, faults = decide(world.wanted, world.facts)
    return plan.parts[0].decision, list(plan.changes), [fault.id for fault in faults]


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({}, {"datastoreType": "AzureBlob", "containerName": "training"}),
        ({"kind": "file", "share": "notes"}, {"datastoreType": "AzureFile", "fileShareName": "notes"}),
        ({"kind": "dataLake", "filesystem": "lake"}, {"datastoreType": "AzureDataLakeGen2", "filesystem": "lake"}),
    ],
)
def test_each_kind_stands_on_its_own_place(world: Any, settings: dict[str, Any], place: dict[str, str]) -> None:
    """On the environment's storage account, without credentials, read by the workspace's own identity."""
    body = datastore_body(world.wanted, part(**settings))
    assert body.explicit["properties"] == {
        **place,
        "accountName": "stml",
        "credentials": {"credentialsType": "None"},
    }
    assert body.secure["properties"] == {
        "subscriptionId": world.wanted.subscription,
        "resourceGroup": "rg-ml",
        "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity",
    }
    assert (body.later, body.needs) == ({}, ())


@pytest.mark.parametrize(
    ("account", "where"),
    [
        ("stmore", ("5a4db0c5-5b5c-4000-8000-000000000002", "rg-ml", "stmore")),
        (THEIRS, ("5a4db0c5-5b5c-4000-8000-0000000000ff", "rg-data", "stdata")),
    ],
)
def test_another_account_is_named_or_has_its_id(world: Any, account: str, where: tuple[str, ...]) -> None:
    """A name is one of our group; an id leads to any group and subscription."""
    made = datastore_body(world.wanted, part(account=account)).creation["properties"]
    assert (made["subscriptionId"], made["resourceGroup"], made["accountName"]) == where


def test_the_identity_that_services_read_with_follows_the_workspaces(world: Any) -> None:
    """Where the settings say nothing else."""
    users = replace(world.wanted, settings={Kind.WORKSPACE: {"identity": {"user": {"name": "id-ml"}}}})
    secure = datastore_body(users, part()).secure["properties"]
    assert secure["serviceDataAccessAuthIdentity"] == "WorkspaceUserAssignedIdentity"
    explicit = datastore_body(users, part(serviceIdentity="none", description="d")).explicit["properties"]
    assert (explicit["serviceDataAccessAuthIdentity"], explicit["description"]) == ("None", "d")


def test_azures_own_additions_are_no_difference(world: Any) -> None:
    """As wanted, so nothing is written; adopted with its workspace, too."""
    kept = live(asked(world))
    assert outcome(kept) == (Keep("in-state", kept.facts.parts["datastore-training"].id), [], [])
    adopted = live(asked(world)).forget()
    decision, changes, faults = outcome(adopted)
    assert (decision.reason, changes, faults) == ("parent-adopted", [], [])
    assert isinstance(decision, Adopt)


@pytest.mark.source(DEFAULT)
def test_the_default_is_set_once_it_is_there(world: Any) -> None:
    """By one PUT of what Azure holds, in the run that makes it; not again when it is so."""
    new = asked(world, default=True).knowing(parts={"datastore-training": Absent()})
    decision, (change,), faults = outcome(new)
    assert (decision, faults) == (Create("absent"), [])
    assert change.id == f"{resource_id(world.wanted, Kind.WORKSPACE)}/datastores/training"
    assert (change.fragment, change.whole_put) == ({"properties": {"isDefault": True}}, True)
    assert outcome(live(asked(world, default=True), isDefault=True))[1] == []
    assert outcome(live(asked(world, default=True)))[1] == [change]
    assert outcome(live(asked(world, default=False), isDefault=True))[1] == []


def test_a_key_gives_way_to_identity(world: Any) -> None:
    """One that is adopted with an account key is changed to what the settings say."""
    keyed = live(asked(world), credentials={"credentialsType": "AccountKey"})
    (change,) = outcome(keyed)[1]
    assert change.fragment == {"properties": {"credentials": {"credentialsType": "None"}}}


@pytest.mark.parametrize(
    "properties",
    [{"accountName": "stother"}, {"containerName": "other"}, {"datastoreType": "AzureFile", "fileShareName": "other"}],
)
def test_another_place_is_refused(world: Any, properties: dict[str, Any]) -> None:
    """The paths of data would mean other data."""
    assert outcome(live(asked(world), **properties))[1:] == ([], ["change-would-replace"])
