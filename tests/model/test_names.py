"""Are ids, tags and places compared as Azure compares them, and handed on as they are?"""

from __future__ import annotations

import uuid

import pytest

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import (
    lacking_tags,
    merged_tags,
    owner,
    ownership_tags,
    resource_id,
    role_assignment_name,
    same_id,
    same_location,
)
from holdfast.model.wanted import Wanted, WantedResource
from holdfast.settings.sections import Environment


def wanted(**ids: str) -> Wanted:
    resources = {kind: WantedResource(kind, f"{kind}-ml", ids.get(str(kind))) for kind in Kind}
    return Wanted("p", "s", "f", "SUB", "westeurope", "rg-ml", resources)


def test_an_id_is_made_of_the_group_and_the_name_or_taken_verbatim() -> None:
    """The group's id has no provider; `id:` is nobody's to rewrite."""
    assert resource_id(wanted(), Kind.GROUP) == "/subscriptions/SUB/resourceGroups/rg-ml"
    assert (
        resource_id(wanted(), Kind.VAULT)
        == "/subscriptions/SUB/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/vault-ml"
    )
    assert resource_id(wanted(vault="/Their/ID"), Kind.VAULT) == "/Their/ID"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("/subscriptions/A", "/SUBSCRIPTIONS/a", True),
        ("/subscriptions/a/", "/subscriptions/a", True),
        ("/subscriptions/a", "/subscriptions/ab", False),
    ],
)
def test_ids_have_no_letter_case(left: str, right: str, same: bool) -> None:
    """Azure compares ids without it, Pulumi with it."""
    assert same_id(left, right) is same


@pytest.mark.parametrize(("other", "same"), [("West Europe", True), ("WESTEUROPE", True), ("westeurope2", False)])
def test_a_location_has_two_spellings(other: str, same: bool) -> None:
    """People write `West Europe`, Azure answers `westeurope`."""
    assert same_location("westeurope", other) is same


def test_the_owner_is_read_from_two_tags() -> None:
    """Both of them, with names in any letter case and values as they are."""
    tags = ownership_tags("Project", "Stack")
    assert owner(tags) == ("Project", "Stack")
    assert owner({name.upper(): value for name, value in tags.items()}) == ("Project", "Stack")
    for name in tags:
        assert owner({name: tags[name]}) is None
        assert owner({**tags, name: ""}) is None


def test_tags_are_merged_without_doubling_a_name() -> None:
    """What is live stays; a name in another letter case is one tag to Azure, and its live spelling is kept if equal."""
    live = {"Team": "ml", "COST": "1", "theirs": "x"}
    assert lacking_tags(live, {"team": "ml", "cost": "2", "new": "3"}) == {"cost": "2", "new": "3"}
    assert merged_tags(live, {"team": "ml", "cost": "2", "new": "3"}) == {
        "Team": "ml",
        "theirs": "x",
        "cost": "2",
        "new": "3",
    }


def test_a_role_assignment_has_the_same_name_on_every_machine() -> None:
    """A GUID of project, stack, scope, subject and role; a change of any of them is another one. Frozen: a lost state
    finds its own again by it."""
    name = role_assignment_name("p", "s", "/Scope", "Subject", "role")
    assert name == "06c14152-5621-5632-855c-52082004443d"
    assert name == role_assignment_name("p", "s", "/SCOPE", "SUBJECT", "role")
    others = [
        role_assignment_name(*arguments)
        for arguments in (
            ("q", "s", "/Scope", "Subject", "role"),
            ("p", "t", "/Scope", "Subject", "role"),
            ("p", "s", "/other", "Subject", "role"),
            ("p", "s", "/Scope", "other", "role"),
            ("p", "s", "/Scope", "Subject", "other"),
        )
    ]
    assert len({name, *others}) == 6
    assert uuid.UUID(name).version == 5


def test_every_kind_has_its_facts_and_its_settings_key() -> None:
    """The table has a row for each kind, and the key that messages name is one that the settings have."""
    assert set(KINDS) == set(Kind)
    keys = {"".join(part.capitalize() if i else part for i, part in enumerate(name.split("_"))) for name in FIELDS}
    assert {kind.setting for kind in Kind} <= keys


FIELDS = list(Environment.__dataclass_fields__)
