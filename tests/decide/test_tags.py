"""Which tags is a resource declared with, where it lies, and is a run without changes left without changes?"""

from __future__ import annotations

from typing import Any

from holdfast.decide import decide
from holdfast.model.existing import Absent
from holdfast.model.kinds import Kind
from holdfast.model.wanted import WhenExists

OURS = {"team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"}


def storage_of(world: Any) -> str:
    return str(world.facts.existing[Kind.STORAGE].id)


def test_a_new_resource_gets_the_settings_tags_and_the_owners(world: Any) -> None:
    """The two ownership tags go with every resource from its first creation, and nothing is merged into it."""
    world = world.forget().found(Kind.STORAGE, Absent())
    plan, _ = decide(world.wanted, world.facts)
    assert plan.tags == OURS
    assert plan.lacking_tags == {}


def test_a_tag_that_somebody_added_is_nothing_to_do(world: Any) -> None:
    """Nobody's tag is a difference, and a tag's name has no letter case."""
    recased = {"Team": "ml", "Holdfast-Project": "holdfast", "holdfast-stack": "prod", "theirs": "x"}
    world = world.live(Kind.STORAGE, tags=recased)
    assert decide(world.wanted, world.facts)[0].lacking_tags == {}


def test_a_changed_tag_is_the_only_one_that_is_written(world: Any) -> None:
    """What is live beside it is neither read into the request nor sent."""
    world = world.live(Kind.STORAGE, tags={**OURS, "team": "old", "theirs": "x"})
    assert decide(world.wanted, world.facts)[0].lacking_tags == {storage_of(world): {"team": "ml"}}


def test_an_adopted_resource_keeps_its_tags_and_gets_ours(world: Any) -> None:
    """Adoption by consent adds what is lacking."""
    world = world.forget().live(Kind.STORAGE, tags={"theirs": "x"})
    world = world.resource(Kind.STORAGE, when_exists=WhenExists.ADOPT)
    assert decide(world.wanted, world.facts)[0].lacking_tags == {storage_of(world): OURS}


def test_a_referred_resource_gets_no_tag(world: Any) -> None:
    """It is never written."""
    world = world.forget().live(Kind.STORAGE, tags={"theirs": "x"})
    world = world.resource(Kind.STORAGE, when_exists=WhenExists.REFER)
    assert storage_of(world) not in decide(world.wanted, world.facts)[0].lacking_tags


def test_a_lost_tag_is_named_and_merged_back(world: Any, note_ids: Any) -> None:
    """It stays ours by the state; the vault's tags come with its own PATCH."""
    world = world.live(Kind.STORAGE, tags={"theirs": "x", "team": "ml"}).live(Kind.VAULT, tags={})
    plan, _ = decide(world.wanted, world.facts)
    assert "ownership-tag-lost" in note_ids(plan)
    assert plan.lacking_tags == {storage_of(world): {"holdfast-project": "holdfast", "holdfast-stack": "prod"}}
    assert OURS.items() <= plan.vault.tags.items()


def test_what_exists_stays_where_it_is(world: Any) -> None:
    """A location is declared as Azure has it, however the settings write it; a new resource takes the settings'."""
    world = world.live(Kind.LOGS, location="West Europe").live(Kind.GROUP, location="northeurope")
    world = world.forget().found(Kind.STORAGE, Absent())
    locations = decide(world.wanted, world.facts)[0].locations
    assert locations[Kind.LOGS] == "West Europe"
    assert locations[Kind.GROUP] == "northeurope"
    assert locations[Kind.STORAGE] == "westeurope"
