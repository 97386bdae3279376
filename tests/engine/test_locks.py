"""Locks on the real engine: set once, kept, in nobody's way but a deletion's, taken away first by `destroy`."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Project

pytestmark = pytest.mark.engine


def locks(requests: list[Any]) -> list[str]:
    return [request.method for request in requests if "/locks/" in request.path]


def test_locks_live_with_what_they_lock(project: Project, settings: dict[str, Any]) -> None:
    """Set last, found again, no obstacle to grants and settings, refused in the way of a deletion, first to go."""
    lock = {"lock": "cannotDelete"}
    project.change(
        lambda environment: environment.update(
            resourceGroup={"name": settings["resourceGroup"], "whenExists": "adopt", **lock},
            vault={**settings["vault"], **lock},
            identities=[{"name": "id-train"}],
        )
    )
    first = project.up()
    assert locks(first.writes) == ["PUT", "PUT"]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    project.lose_state()
    assert not project.up().writes
    # A lock against deletion lets every write of ours through.
    grants = settings["vault"]["grants"][:1]
    grants[0]["secrets"] = ["get", "list", "set"]
    project.change(lambda environment: environment["vault"].update(grants=grants, publicAccess=True))
    written = project.up()
    assert sorted(request.method for request in written.writes) == ["PATCH", "PUT"]
    project.change(lambda environment: environment.update(identities=[]))
    refused = project.up(expect=None)
    assert "error: lock-in-the-way" in refused.text
    assert "identity-id-train" in refused.text
    assert not refused.writes
    project.change(lambda environment: environment["resourceGroup"].pop("lock"))
    gone = project.up()
    assert [request.method for request in gone.writes] == ["DELETE", "DELETE"]
    assert locks(gone.writes[:1]) == ["DELETE"]
    destroyed = project.destroy()
    assert locks(destroyed.writes) == ["DELETE"]
