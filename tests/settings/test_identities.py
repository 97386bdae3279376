"""Identities of the settings: which is meant, and what contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WhenExists

ID = "/subscriptions/s/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-shared"


def faults(load: Any, **environment: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg", **environment})
    return [(fault.id, dict(fault.evidence)["key"], fault.hint) for fault in caught.value.faults]


def test_an_item_is_a_part_of_the_group(load: Any) -> None:
    """With its roles as settings; one with an id is only used, under the name that it is given."""
    wanted = load(
        {
            "resourceGroup": "rg",
            "identities": [
                {"name": "id-train", "whenExists": "adopt", "roles": [{"role": "acrpull", "scope": "registry"}]},
                {"name": "shared", "id": ID},
            ],
        }
    )
    train, shared = wanted.parts
    assert (train.sort, train.logical, train.parent) == (Sort.IDENTITY, "identity-id-train", "group")
    assert train.when_exists is WhenExists.ADOPT
    assert train.settings == {"roles": [{"role": "AcrPull", "scope": "registry"}]}
    assert (shared.logical, shared.id) == ("identity-shared", ID)


BAD: list[tuple[str, Any, tuple[str, str]]] = [
    ("an id of something else", {"name": "one", "id": ID.replace("userA", "a")}, ("invalid-id", "identities[0].id")),
    (
        "an id to be managed",
        {"name": "one", "id": ID, "whenExists": "adopt"},
        ("name-and-id", "identities[0].whenExists"),
    ),
    ("a name too short", {"name": "id"}, ("settings-invalid-value", "identities[0].name")),
    (
        "a role that nobody knows",
        {"name": "one", "roles": [{"role": "AcrPul", "scope": "registry"}]},
        ("unknown-role", "identities[0].roles[0].role"),
    ),
    (
        "a scope that is no place",
        {"name": "one", "roles": [{"role": "AcrPull", "scope": "registri"}]},
        ("invalid-scope", "identities[0].roles[0].scope"),
    ),
]


@pytest.mark.parametrize(("item", "told"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_item_is_told_with_its_key(load: Any, item: dict[str, Any], told: tuple[str, str]) -> None:
    """One fault each."""
    assert [found[:2] for found in faults(load, identities=[item])] == [told]


def test_near_misses_are_suggested(load: Any) -> None:
    """Of roles, and of scopes."""
    roles = [{"role": "AcrPul", "scope": "registri"}]
    assert [found[2] for found in faults(load, identities=[{"name": "one", "roles": roles}])] == [
        "did you mean `AcrPull` or `AcrPush`?",
        "did you mean `registry`?",
    ]


def test_two_of_one_name_are_one_too_many(load: Any) -> None:
    """In whatever letter case."""
    found = faults(load, identities=[{"name": "one"}, {"name": "ONE"}])
    assert [one[:2] for one in found] == [("same-name", "identities[1].name")]
