"""What is ours and not in the settings? What the state lets go of, and what only bears our tags."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from holdfast.decide import decide
from holdfast.decide.drift_beyond import beyond_drift
from holdfast.model.drift import Checkpoint, NotRead, Up
from holdfast.model.existing import Absent, Live, Recorded, Unreadable
from holdfast.model.names import group_id, part_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart

OURS = {"holdfast-project": "holdfast", "holdfast-stack": "prod"}
SCORE = WantedPart(Sort.CONTAINER, "score", "group", {"image": "nginx:1", "cpu": 1.0, "memory": 1.5})
SCOPE = group_id("5a4db0c5-5b5c-4000-8000-000000000002", "rg-ml") + "/providers"
CONTAINERS = f"{SCOPE}/Microsoft.ContainerInstance/containerGroups"
GROUP = "azure-native:containerinstance:ContainerGroup"


def seen(world: Any, checkpoint: Checkpoint | None, listed: Any) -> tuple[list[tuple[Any, ...]], NotRead | None]:
    plan, _ = decide(world.wanted, world.facts)
    rows, unread = beyond_drift(world.wanted, plan, checkpoint, listed)
    return [(row.noun, row.name, row.state, row.azure, row.up) for row in rows], unread


def live(id: str, type: str = "", tags: Any = OURS) -> dict[str, Live]:
    """As the group's list shows it."""
    return {id.lower(): Live(id, id.rpartition("/")[2], "westeurope", tags, body={"id": id, "type": type})}


def holding(world: Any, name: str, token: str, id: str, *, retained: bool = False) -> Checkpoint:
    """The world's state and one more resource."""
    recorded = {**world.facts.state, name: Recorded(f"urn::{name}", token, "", {})}
    return Checkpoint(recorded, {name: id}, frozenset({name} if retained else ()))


def test_of_what_is_declared_nothing_is_told(world: Any) -> None:
    """By the settings' ids, and by the state's; what strangers tag is theirs."""
    listed: dict[str, Live] = {}
    for existing in world.facts.existing.values():
        listed |= live(existing.id)
    listed |= live(f"{CONTAINERS}/theirs", tags={"holdfast-project": "holdfast", "holdfast-stack": "other"})
    assert seen(world, Checkpoint(world.facts.state), listed) == ([], None)
    assert seen(world, Checkpoint(world.facts.state), Absent()) == ([], None)


def test_what_the_settings_list_no_more_is_deleted_or_kept(world: Any) -> None:
    """As the state has it; where the list can tell, whether it is there at all."""
    there = f"{CONTAINERS}/old"
    gone = holding(world, "container-old", GROUP, there)
    told = "Container group", "container-old", "recorded"
    assert seen(world, gone, live(there)) == ([(*told, "live", Up.DELETE)], None)
    assert seen(world, gone, {}) == ([(*told, "absent", Up.DELETE)], None)
    inner = holding(world, "x", "azure-native:other:Thing", f"{SCOPE}/A/b/c/d/e")
    assert seen(world, inner, {}) == ([("azure-native:other:Thing", "x", "recorded", None, Up.DELETE)], None)
    role = holding(world, "assignment-x", "azure-native:authorization:RoleAssignment", f"{SCOPE}/A/b/c/d/e")
    role = replace(role, recorded={name: replace(one, name="a-guid") for name, one in role.recorded.items()})
    assert seen(world, role, {}) == ([("Role assignment", "assignment-x", "recorded", None, Up.DELETE)], None)
    kept = holding(world, "container-old", GROUP, there, retained=True)
    assert seen(world, kept, Absent()) == ([(*told, None, Up.FORGET)], None)
    ours = holding(world, "resource-tags", "pulumi-python:dynamic/holdfast:ResourceTags", "resource-tags")
    assert seen(world, ours, {}) == ([], None)


def test_what_only_bears_our_tags_is_told_and_left(world: Any) -> None:
    """By the noun of its kind, of its sort, or by Azure's type; without the state nobody knows what becomes of it."""
    listed = live(f"{SCOPE}/Microsoft.KeyVault/vaults/kv-old", "microsoft.keyvault/VAULTS")
    listed |= live(f"{CONTAINERS}/old", "Microsoft.ContainerInstance/containerGroups")
    listed |= live(f"{SCOPE}/Microsoft.Other/things/t", "Microsoft.Other/things")
    listed |= live(f"{SCOPE}/Microsoft.Other/things/u")
    rows, _ = seen(world, Checkpoint(world.facts.state), listed)
    nouns = ["Key Vault", "Container group", "Microsoft.Other/things", "Resource"]
    assert rows == [
        (noun, name, "absent", "live", Up.NOTHING)
        for noun, name in zip(nouns, ["kv-old", "old", "t", "u"], strict=True)
    ]
    assert {row[4] for row in seen(world, None, listed)[0]} == {Up.UNKNOWN}


def test_what_lies_within_a_part_is_the_parts(world: Any) -> None:
    """A deployment of an endpoint bears its tags."""
    wanted = replace(world, wanted=replace(world.wanted, parts=(SCORE,)))
    inner = part_id(wanted.wanted, SCORE)
    listed = live(inner) | live(f"{inner}/deployments/blue")
    assert seen(wanted, Checkpoint(wanted.facts.state), listed) == ([], None)


def test_a_group_that_could_not_be_listed_is_not_read(world: Any) -> None:
    """Nothing is taken for absent."""
    gone = holding(world, "container-old", GROUP, f"{CONTAINERS}/old")
    rows, unread = seen(world, gone, Unreadable(0, "", ""))
    assert ([row[3] for row in rows], unread) == ([None], NotRead("what is in the group", "no answer"))
