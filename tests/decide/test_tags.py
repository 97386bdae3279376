"""Which tags is a resource declared with, where it lies, and is a run without changes left without changes?"""

from __future__ import annotations

from typing import Any

from holdfast.decide import decide
from holdfast.model.existing import Absent
from holdfast.model.kinds import Kind

OURS = {"team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"}


def test_a_new_resource_gets_the_settings_tags_and_the_owners(world: Any) -> None:
    """The two ownership tags go with every resource from its first creation."""
    world = world.forget().found(Kind.STORAGE, Absent())
    assert decide(world.wanted, world.facts)[0].tags[Kind.STORAGE] == OURS


def test_what_is_kept_is_declared_with_the_tags_on_record(world: Any) -> None:
    """A tag that somebody added in Azure, or took away, is no change of ours: azure-native would PUT for it."""
    world = world.live(Kind.STORAGE, tags={"theirs": "x"})
    assert decide(world.wanted, world.facts)[0].tags[Kind.STORAGE] == OURS


def test_a_changed_tag_takes_nobody_elses_along(world: Any) -> None:
    """Once something of ours changes, what is live is kept beside it, in one letter case of each name."""
    world = world.live(Kind.STORAGE, tags={"theirs": "x", "TEAM": "old"})
    world = world.record("storage", "t", name="stml", tags={"team": "old"})
    assert decide(world.wanted, world.facts)[0].tags[Kind.STORAGE] == {"theirs": "x", **OURS}


def test_a_tag_in_another_letter_case_is_on_record(world: Any) -> None:
    """A tag's name has no letter case: nothing to change."""
    known = {"Team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"}
    world = world.record("storage", "t", name="stml", tags=known)
    assert decide(world.wanted, world.facts)[0].tags[Kind.STORAGE] == known


def test_an_adopted_resource_keeps_its_tags(world: Any) -> None:
    """Adoption adds ours to what is there."""
    world = world.forget().live(Kind.STORAGE, tags={**OURS, "theirs": "x"})
    assert decide(world.wanted, world.facts)[0].tags[Kind.STORAGE] == {**OURS, "theirs": "x"}


def test_a_lost_tag_is_named_and_merged_back(world: Any, note_ids: Any) -> None:
    """It stays ours by the state; only the ownership tags come back, and the vault's with its own PATCH."""
    world = world.live(Kind.STORAGE, tags={"theirs": "x"}).live(Kind.VAULT, tags={})
    plan, _ = decide(world.wanted, world.facts)
    assert "ownership-tag-lost" in note_ids(plan)
    storage = world.facts.existing[Kind.STORAGE].id
    assert plan.lost_tags == {storage: {"holdfast-project": "holdfast", "holdfast-stack": "prod"}}
    assert OURS.items() <= plan.vault.tags.items()


def test_what_exists_stays_where_it_is(world: Any) -> None:
    """A location is declared as Azure has it, however the settings write it; a new resource takes the settings'."""
    world = world.live(Kind.LOGS, location="West Europe").live(Kind.GROUP, location="northeurope")
    world = world.forget().found(Kind.STORAGE, Absent())
    locations = decide(world.wanted, world.facts)[0].locations
    assert locations[Kind.LOGS] == "West Europe"
    assert locations[Kind.GROUP] == "northeurope"
    assert locations[Kind.STORAGE] == "westeurope"
