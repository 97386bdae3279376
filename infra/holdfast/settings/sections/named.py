"""Which keys does every section of a resource have, and what do they do?"""

from __future__ import annotations

from typing import Any

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Choice, Flag, Text, key

_REFERRED = (
    "What to do with one of that name that is there and that no stack claims: `refer` uses it and never writes it,"
    " `adopt` manages it from now on, `refuse` ends the run before anything is written."
)


def name_key(kind: Kind) -> Any:
    if kind is Kind.GROUP:
        return key(Text(example="rg-ml-dev"), "The resource group's name. It is made when it is not there.")
    return key(
        Text(),
        f"The {KINDS[kind].noun}'s name, taken as it is.",
        default="made from `names`, else from prefix, kind, stack and a short hash",
    )


def id_key(kind: Kind) -> Any:
    where = "in the login's subscription" if kind is Kind.GROUP else "in any group or subscription"
    return key(
        Text(f"an id of type {KINDS[kind].arm_type}", example=example_id(kind)),
        f"Instead of `name`, the id of one that is there, {where}: used, never managed.",
    )


def when_exists_key(kind: Kind, default: WhenExists, why: str) -> Any:
    return key(
        Choice(tuple(WhenExists), make=WhenExists),
        f"{_REFERRED} {why}",
        default=str(default),
    )


def example_id(kind: Kind) -> str:
    """What an id of that kind looks like."""
    group = "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP"
    return group if kind is Kind.GROUP else f"{group}/providers/{KINDS[kind].arm_type}/NAME"


def enabled_key(kind: Kind) -> Any:
    """`enabled` of what an environment can do without."""
    noun = KINDS[kind].noun
    return key(
        Flag(),
        f"`false`, or `{kind.setting}: false`: the environment has no {noun}. A workspace that is there and has none is"
        " then given none.",
        default="`true`",
    )


def lock_key(kind: Kind) -> Any:
    """`lock` of a kind that `destroy` retains."""
    noun = "group, and everything in it" if kind is Kind.GROUP else KINDS[kind].noun
    return key(
        Choice(("cannotDelete", "readOnly"), "lock"),
        f"A lock against deletion of the {noun}, by whomever. `readOnly` also forbids every write, and is taken only"
        " where none of ours is needed: on a registry.",
        default="none of ours; somebody else's stays",
    )


DATA = "A name that is taken is more often a mistake than a wish."


def part_name_key(says: str, pattern: str, example: str) -> Any:
    """The name of an item of a list. It is part of the name in the state, so another name is another resource."""
    return key(
        Text(says, pattern=pattern, example=example),
        "Its name in Azure. Another name is another resource: the new one is made, the old one deleted.",
        required=True,
        empty="",
    )


def part_when_exists_key() -> Any:
    """`whenExists` of an item of a list."""
    return key(
        Choice(tuple(WhenExists), make=WhenExists),
        f"{_REFERRED} {DATA}",
        default=str(WhenExists.REFUSE),
    )
