"""Which settings of the vault differ? By its own plan: what the file says, what our state remembers, what is final."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.drift_vault import vault_drift
from holdfast.model.drift import Up
from holdfast.model.existing import Absent
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.wanted import Authorization, WhenExists


def rows(world: Any, *, state: bool = True) -> list[tuple[Any, ...]]:
    plan, _ = decide(world.wanted, world.facts)
    found = vault_drift(world.wanted, world.facts, plan, state_known=state)
    return [(row.property, row.settings, row.state, row.azure, row.up) for row in found]


def test_a_vault_as_it_should_be_has_no_row(world: Any) -> None:
    """Nor has one that is not there."""
    assert rows(world) == rows(world.found(Kind.VAULT, Absent())) == []


def test_what_our_state_remembers_is_set_back(world: Any) -> None:
    """Though the settings are silent; and what they say counts more."""
    opened = world.vault(publicNetworkAccess="Enabled")
    assert rows(opened) == [("publicNetworkAccess", None, "Disabled", "Enabled", Up.PATCH)]
    assert rows(opened.settings(public_access=True)) == []
    assert rows(world.settings(public_access=True)) == [
        ("publicNetworkAccess", "Enabled", "Disabled", "Disabled", Up.PATCH)
    ]


def test_without_a_state_only_the_settings_count(world: Any) -> None:
    """Nothing is remembered then."""
    opened = world.vault(publicNetworkAccess="Enabled").forget()
    assert rows(opened, state=False) == []
    asked = opened.settings(public_access=False)
    assert rows(asked, state=False) == [("publicNetworkAccess", "Disabled", None, "Enabled", Up.PATCH)]
    bare = asked.live(Kind.VAULT, tags={})
    assert rows(bare, state=False) == [("publicNetworkAccess", "Disabled", None, "Enabled", Up.UNKNOWN)]
    assert rows(bare) == []  # refused as a whole


def test_of_a_map_each_entry_is_told(world: Any) -> None:
    """A firewall that was opened, or never shut; with and without a memory of it."""
    shut = world.settings(closed=True).vault(networkAcls={"bypass": "AzureServices", "defaultAction": "Allow"})
    found = [row for row in rows(shut) if row[0].startswith("networkAcls")]
    assert found == [("networkAcls.defaultAction", "Deny", None, "Allow", Up.PATCH)]
    vault = resource_id(world.wanted, Kind.VAULT)
    lasting = {"networkAcls": {"defaultAction": "Deny"}}
    known = world.record("vault-settings", "pulumi-python:dynamic/holdfast:V", vaultId=vault, wanted=lasting)
    assert rows(known) == [("networkAcls.defaultAction", None, "Deny", None, Up.PATCH)]


def test_what_azure_fixes_is_refused(world: Any) -> None:
    """Retention, purge protection, and the permission model."""
    final = world.settings(retention_days=7, purge_protection=False, authorization=Authorization.RBAC)
    assert rows(final) == [
        ("authorization", "rbac", None, "access-policies", Up.REFUSE),
        ("enablePurgeProtection", False, True, True, Up.REFUSE),
        ("softDeleteRetentionInDays", 7, None, 90, Up.REFUSE),
    ]
    assert rows(world.settings(retention_days=7).vault(softDeleteRetentionInDays=None)) == []


@pytest.mark.parametrize(("asked", "expected"), [(False, []), (True, [("publicNetworkAccess", "Enabled", None)])])
def test_a_vault_that_is_referred_to_is_told_and_left(world: Any, asked: bool, expected: Any) -> None:
    """Somebody's settings are theirs."""
    theirs = world.settings(public_access=asked).live(Kind.VAULT, tags={}).forget("vault")
    found = rows(theirs.resource(Kind.VAULT, when_exists=WhenExists.REFER))
    assert [row[:3] for row in found] == expected
    assert {row[4] for row in found} <= {Up.NOTHING}
    # Without the state it may be ours, and have lost its tags.
    assert {row[4] for row in rows(theirs.resource(Kind.VAULT, when_exists=WhenExists.REFER), state=False)} <= {
        Up.UNKNOWN
    }


def test_a_vault_of_another_stack_has_its_refusal_alone(world: Any) -> None:
    """What differs there is not ours to tell."""
    tags = {"holdfast-project": "holdfast", "holdfast-stack": "other"}
    assert rows(replace(world).live(Kind.VAULT, tags=tags).forget("vault").vault(publicNetworkAccess="Enabled")) == []
