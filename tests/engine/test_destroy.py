"""The end of a stack on the real engine: nothing but what is ours is deleted, softly, and not before it is looked at;
what serves goes, and what it was made of stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from holdfast_sandbox.rehearsal import Project, Stranger

from ..proof.served import Served, containers_of, small_and_served
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


def test_what_serves_goes_and_what_it_was_made_of_is_there_for_the_next_run(
    make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """No container is left running, no address answers. Models and images stay, so the next run uploads and builds
    nothing; the endpoint is another one, with keys of its own."""
    served = Served(make_project(small_and_served(settings["resourceGroup"], "ml")))
    served.write()
    project = served.project
    before = containers_of(project.azure)
    project.up()
    uris, key, blobs, builds = served.uris(), served.key(), served.blobs(), served.builds()
    endpoint = served.endpoint().lower()
    done = project.destroy()
    deleted = deletions(done.writes)
    kept = ("/models/", "/environments/", "/registries/", "/runs/")
    assert not [path for path in deleted if any(word in path for word in kept) and "/roleassignments/" not in path]
    for gone in ("/containergroups/one", endpoint, "/computes/serving", "/userassignedidentities/id-one"):
        assert [path for path in deleted if path.endswith(gone)], gone
    assert not served.wrong_processes(before)
    for name, uri in uris.items():
        try:
            status = requests.post(uri, json={"number": 1}, timeout=10).status_code
        except requests.ConnectionError:
            continue
        assert (name, status) == ("two", 404)  # the front end is there for all endpoints
    again = project.up()
    made = [write.path.lower() for write in again.writes]
    assert not [path for path in made if any(word in path for word in (*kept, "/schedulerun")) and "/role" not in path]
    assert (served.blobs(), served.builds()) == (blobs, builds)
    assert again.text.count("step-done-already") >= 5
    assert not served.wrong_answers()
    assert served.key() != key
    rested = project.up()
    assert (rested.operations, rested.writes) == ({}, [])
    assert not served.wrong_processes(before + 2)
    # With nothing retained the images go with their registry, and the versions come back with their workspace.
    project.change(lambda environment: environment.update(retain=False))
    project.up()
    project.destroy()
    refused = project.up(expect=255)
    assert "image-gone" in refused.text
    assert "/containergroups/" not in " ".join(write.path.lower() for write in refused.writes)
    served.put("requirements.txt", "# anew\nazureml-inference-server-http==1.5.1\n")
    project.up()
    assert not served.wrong_answers()
    project.destroy()
