"""Which identity does a resource have, and is it the one that the settings ask for?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide.bodies.cluster import cluster_body
from holdfast.decide.bodies.identities import identity_part_body
from holdfast.decide.bodies.identity import identity_body
from holdfast.decide.compare import Difference, differences
from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-shared"
TRAIN = WantedPart(Sort.IDENTITY, "id-Train", "group")
SHARED = WantedPart(Sort.IDENTITY, ID, "group", id=ID)


def body_of(world: Any, **settings: Any) -> Body:
    wanted = replace(world.wanted, parts=(TRAIN, SHARED))
    return identity_body(wanted, settings)


def test_an_identity_itself_is_its_place_and_its_tags(world: Any) -> None:
    """Azure chooses the rest."""
    assert identity_part_body(world.wanted, TRAIN) == Body()


def test_silence_asks_for_nothing(world: Any) -> None:
    """Whatever identity is there stays."""
    assert body_of(world) == Body()


def test_a_system_assigned_one_is_asked_for_by_its_word(world: Any) -> None:
    """It needs nothing."""
    assert body_of(world, identity={"type": "system"}) == Body({"identity": {"type": "SystemAssigned"}})


@pytest.mark.parametrize(("user", "logical"), [({"name": "id-train"}, "identity-id-train"), ({"id": ID}, None)])
def test_a_user_assigned_one_needs_its_part(world: Any, user: dict[str, str], logical: str | None) -> None:
    """By the name of an item, in any letter case, or by an id."""
    body = body_of(world, identity={"user": user})
    (id,) = body.explicit["identity"]["userAssignedIdentities"]
    assert body.explicit["identity"]["type"] == "UserAssigned"
    assert id.endswith("/id-Train") if logical else id == ID
    assert body.needs == (logical or f"identity-{ID.lower()}",)


WANTED = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {ID: {}}}}


@pytest.mark.parametrize(
    "live",
    [
        {"type": "UserAssigned", "userAssignedIdentities": {ID.upper(): {"principalId": "p"}}},
        {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {ID: {}, "/other": {}}},
    ],
)
def test_an_identity_that_is_there_is_no_difference(live: dict[str, Any]) -> None:
    """In any letter case, and beside others."""
    assert not differences(WANTED, {"identity": live})


@pytest.mark.parametrize(
    "live", [None, {"type": "SystemAssigned"}, {"type": "UserAssigned", "userAssignedIdentities": {"/other": {}}}]
)
def test_another_identity_is_one_difference_with_type_and_ids(live: Any) -> None:
    """Azure takes the two together."""
    assert differences(WANTED, {"identity": live}) == [Difference(("identity",), live, WANTED["identity"])]


def test_a_cluster_names_its_two_identities_and_needs_them(world: Any) -> None:
    """The control plane's, and the nodes' own."""
    settings = {"identity": {"user": {"name": "id-Train"}}, "kubeletIdentity": {"id": ID}}
    wanted = replace(world.wanted, parts=(TRAIN, SHARED), settings={Kind.CLUSTER: settings})
    body = cluster_body(wanted)
    assert body.creation["identity"]["type"] == "UserAssigned"
    assert body.creation["properties"]["identityProfile"] == {"kubeletidentity": {"resourceId": ID}}
    assert body.needs == ("identity-id-train", f"identity-{ID.lower()}")
    assert cluster_body(world.wanted).creation["identity"] == {"type": "SystemAssigned"}
