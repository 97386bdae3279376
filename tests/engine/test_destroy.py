"""`retain: false` on the real engine: nothing but what is ours is deleted, softly, and not before it is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Project, Stranger

from .foreign_hand import IDENTITY, VERSIONS, ForeignHand

pytestmark = pytest.mark.engine

#: Source: Azure REST API, Key Vault, Vaults - Get Deleted.
DELETED_VERSION = "2024-11-01"


def deletions(requests: list[Any]) -> list[str]:
    """The ids that a run deleted, in lower case, in the order of the requests."""
    return [request.path.partition("?")[0].lower() for request in requests if request.method == "DELETE"]


def test_a_stack_that_retains_nothing_is_deleted_softly_and_takes_nothing_else_along(
    project: Project, stranger: Stranger, settings: dict[str, Any]
) -> None:
    """The switch is recorded by an `up` that writes nothing; a stranger's resource in the group stops `destroy` before
    its first deletion; without it all goes, the group last, the vault to where it can be recovered, and nothing is
    purged."""
    project.up()
    project.change(lambda environment: environment.update(retain=False))
    switched = project.up()
    assert (switched.operations, switched.writes) == ({"update": 1}, [])
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    ids = {name: project.resource_id(name).lower() for name in ("vault", "storage", "registry", "workspace", "group")}
    hand = ForeignHand(stranger, project.environ, settings["resourceGroup"])
    theirs = hand.make(IDENTITY, "id-theirs")
    refused = project.destroy(expect=None)
    assert refused.code != 0
    assert "destroy-would-take-more" in refused.text
    assert theirs in refused.text
    assert not refused.writes
    assert hand.ask("DELETE", theirs, VERSIONS[IDENTITY]).ok
    done = project.destroy()
    deleted = deletions(done.writes)
    assert set(ids.values()) <= set(deleted)
    assert deleted[-1] == ids["group"]
    assert "`retain: false` deletes these, softly where Azure can, and purges nothing" in done.text
    assert not [request for request in done.requests if "purge" in request.path.lower()]
    scope = hand.scope.partition("/resourceGroups/")[0]
    name = ids["vault"].rpartition("/")[2]
    found = hand.ask(
        "GET", f"{scope}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/{name}", DELETED_VERSION
    )
    assert found.json()["properties"]["vaultId"].lower() == ids["vault"]
