"""Does a lock stand in the way of what a run is to delete?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.bodies.locks import lock_body
from holdfast.model.decision import Create
from holdfast.model.existing import Absent, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import part_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists


def lock(kind: Kind) -> WantedPart:
    settings = {"target": kind.value, "level": "CanNotDelete"}
    name = f"holdfast-prod-{kind}"
    return WantedPart(Sort.LOCK, name, kind.value, settings, when_exists=WhenExists.ADOPT, key=f"{kind.setting}.lock")


def locked(world: Any, kind: Kind, *, live: bool = True) -> Any:
    """One kind is locked, by this stack."""
    part = lock(kind)
    world = replace(world, wanted=replace(world.wanted, parts=(part,)))
    if not live:
        return world.knowing(parts={part.logical: Absent()})
    body = {"properties": {"level": "CanNotDelete"}}
    found = Live(part_id(world.wanted, part), part.name, "", {}, body["properties"], body)
    return world.knowing(parts={part.logical: found}).record(part.logical, "lock", name=part.name)


def faults_of(world: Any) -> list[str]:
    return [fault.id for fault in decide(world.wanted, world.facts)[1]]


def test_a_lock_is_its_level_and_a_note_that_says_whose_it_is(world: Any) -> None:
    """Whoever meets it finds the setting."""
    body = lock_body(world.wanted, lock(Kind.VAULT))
    assert body.explicit == {"properties": {"level": "CanNotDelete"}}
    assert "`vault.lock` in stacks/Pulumi.prod.yaml" in body.creation["properties"]["notes"]


def test_a_lock_that_is_there_stands_in_nobodys_way(world: Any) -> None:
    """Nothing is deleted."""
    assert faults_of(locked(world, Kind.GROUP)) == []


@pytest.mark.parametrize(
    ("kind", "gone", "told"),
    [
        (Kind.GROUP, "container-score", True),
        (Kind.GROUP, "assignment-workspace-registry-acrpush", True),
        (Kind.WORKSPACE, "compute-cpu", True),
        (Kind.VAULT, "compute-cpu", False),
        (Kind.GROUP, "lock-holdfast-prod-vault", False),
        (Kind.GROUP, "vault-settings", False),
    ],
)
def test_what_would_be_deleted_within_a_lock_is_refused(world: Any, kind: Kind, gone: str, told: bool) -> None:
    """Azure would refuse it halfway through the run; a lock that is dropped itself is deleted first."""
    world = locked(world, kind).record(gone, "t", name="x")
    assert faults_of(world) == (["lock-in-the-way"] if told else [])


def test_a_lock_that_is_still_to_be_made_is_there_before_the_deletions(world: Any) -> None:
    """The engine makes before it deletes."""
    world = locked(world, Kind.GROUP, live=False).record("container-score", "t", name="x")
    plan, faults = decide(world.wanted, world.facts)
    assert [fault.id for fault in faults] == ["lock-in-the-way"]
    assert isinstance(plan.parts[0].decision, Create)


def test_somebody_elses_resource_is_not_locked(world: Any) -> None:
    """It is only referred to: the preview says so."""
    world = locked(world, Kind.STORAGE, live=False).forget("storage").live(Kind.STORAGE, tags={})
    world = world.resource(Kind.STORAGE, when_exists=WhenExists.REFER)
    plan, _ = decide(world.wanted, world.facts)
    assert not plan.parts
    assert "left-to-its-owner" in [note.id for note in plan.notes]
