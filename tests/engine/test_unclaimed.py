"""A vault that was there before us and that nobody's tag claims: used as it is, or adopted by consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Project, Stranger

from .foreign_hand import ForeignHand

pytestmark = pytest.mark.engine

TAGS = {"cost-center": "4711"}


def test_an_unclaimed_vault_is_used_and_then_adopted_by_consent(
    make_project: Callable[..., Project], settings: dict[str, Any], stranger: Stranger
) -> None:
    """By default it is only used: our grants are added, nothing else of it is written, and `destroy` leaves it. With
    `whenExists: adopt` it is tagged and managed, every entry and every live setting as it was, and it can't become a
    referred one again."""
    project = make_project(settings)
    theirs = ForeignHand(stranger, project.environ, settings["resourceGroup"]).make_group()
    policy = {"objectId": stranger.principal(1), "permissions": {"secrets": ["get"], "keys": ["sign"]}}
    vault = theirs.vault("kv-unclaimed-1", policy, publicNetworkAccess="Enabled")
    settings["vault"] = {"name": "kv-unclaimed-1", "grants": settings["vault"]["grants"]}
    project.settings(settings)

    def seen() -> Any:
        return stranger.client.vaults.get(vault.split("/")[4], vault.split("/")[8])

    done = project.up()
    on_vault = [
        one.path.partition("?")[0].rpartition("/")[2] for one in done.writes if vault.lower() in one.path.lower()
    ]
    assert on_vault == ["add"]
    assert dict(seen().tags) == TAGS
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    before = stranger.policies(vault)
    assert before[stranger.principal(1)] == {"secrets": ["get"], "keys": ["sign"]}
    project.destroy()
    assert stranger.policies(vault).items() >= before.items()

    project.change(lambda environment: environment["vault"].update(whenExists="adopt"))
    adopted = project.up()
    assert "vault" in project.managed()
    # Its tags in one PATCH of them alone: what the settings omit takes its live value.
    assert [one.method for one in adopted.writes if one.path.partition("?")[0].lower() == vault.lower()] == ["PATCH"]
    assert dict(seen().tags) == {**TAGS, "holdfast-project": "holdfast", "holdfast-stack": project.stack}
    assert seen().properties.public_network_access == "Enabled"
    assert stranger.policies(vault).items() >= before.items()
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    project.change(lambda environment: environment.update(vault={"id": vault, "grants": []}))
    refused = project.up(expect=None)
    assert "error: managed-by-this-stack" in refused.text
    assert refused.writes == []
