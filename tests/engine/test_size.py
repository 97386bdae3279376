"""Does anything grow with the vault? From five entries to Azure's limit, through real runs."""

from __future__ import annotations

import pytest

from holdfast_sandbox.rehearsal import Outcome, Project, Stranger

pytestmark = pytest.mark.engine

#: Azure's limit of entries in a vault.
MOST = 1024


def asked(done: Outcome) -> list[tuple[str, str]]:
    """The requests of a run to Resource Manager, in an order of their own: the first reads are made at once."""
    return sorted((request.method, request.path) for request in done.requests if request.is_arm)


def test_a_full_vault_is_read_by_as_many_requests_and_takes_no_more(project: Project, stranger: Stranger) -> None:
    """1024 entries cost no request more than five do; the 1025th is refused before anything is written."""
    project.up()
    vault = project.resource_id("vault")
    stranger.add(vault, *(stranger.entry(stranger.principal(n), secrets=["get"]) for n in range(2)))
    assert len(stranger.policies(vault)) == 5
    few = project.up()
    stranger.add(vault, *(stranger.entry(stranger.principal(n), secrets=["get"]) for n in range(2, MOST - 3)))
    held = stranger.policies(vault)
    assert len(held) == MOST
    many = project.up()
    assert asked(many) == asked(few)
    assert not many.writes
    assert not many.operations
    project.change(
        lambda environment: environment["vault"]["grants"].append(
            {"principal": Stranger.principal(5000), "secrets": ["get"]}
        )
    )
    refused = project.up(expect=None)
    assert refused.code != 0
    assert "error: too-many-policies" in refused.text
    assert "1025" in refused.text
    assert not refused.writes
    assert stranger.policies(vault) == held
