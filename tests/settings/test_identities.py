"""Identities of the settings: which is meant, and what contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.roles import role_name
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


def test_a_chosen_identity_is_an_item_or_somebody_elses(load: Any) -> None:
    """By a bare name, by a name, or by an id, which becomes a part that is only used, once."""
    shared = {"identity": {"user": {"id": ID}}}
    wanted = load({"resourceGroup": "rg", "workspace": shared})
    assert wanted.settings[Kind.WORKSPACE] == shared
    (part,) = wanted.parts
    assert (part.logical, part.id, part.key) == (f"identity-{ID.lower()}", ID, "workspace.identity.user")
    for user in ("one", {"name": "ONE"}):
        assert [
            part.logical
            for part in load(
                {"resourceGroup": "rg", "identities": [{"name": "one"}], "workspace": {"identity": {"user": user}}}
            ).parts
        ] == ["identity-one"]
    assert load({"resourceGroup": "rg", "workspace": {"identity": "system"}}).settings[Kind.WORKSPACE] == {
        "identity": {"type": "system"}
    }


CHOICES: list[tuple[str, Any, tuple[str, str, str]]] = [
    ("a name", "id-one", ("settings-invalid-value", "workspace.identity", "write `identity: {user: id-one}`")),
    ("nothing", {}, ("setting-does-not-fit", "workspace.identity", "")),
    ("both", {"type": "system", "user": "one"}, ("setting-does-not-fit", "workspace.identity", "")),
    ("an unknown name", {"user": "on"}, ("unknown-identity", "workspace.identity.user", "did you mean `one`?")),
    (
        "an unknown name in a map",
        {"user": {"name": "elsewhere"}},
        ("unknown-identity", "workspace.identity.user.name", "list it"),
    ),
    ("an id of something else", {"user": {"id": "/x"}}, ("invalid-id", "workspace.identity.user.id", "")),
    ("neither", {"user": {}}, ("name-and-id", "workspace.identity.user", "")),
    ("name and id", {"user": {"name": "one", "id": ID}}, ("name-and-id", "workspace.identity.user", "")),
]


@pytest.mark.parametrize(("chosen", "told"), [case[1:] for case in CHOICES], ids=[case[0] for case in CHOICES])
def test_a_bad_choice_is_told_with_its_key(load: Any, chosen: Any, told: tuple[str, str, str]) -> None:
    """With what was probably meant."""
    (found,) = faults(load, identities=[{"name": "one"}], workspace={"identity": chosen})
    assert found[:2] == told[:2]
    assert found[2].startswith(told[2])


def test_a_user_assigned_identity_of_the_workspace_needs_what_it_stands_on(load: Any) -> None:
    """Before the workspace is made, but for the role on itself; a system-assigned one is let in by Azure."""
    wanted = load({"resourceGroup": "rg", "identities": [{"name": "one"}], "workspace": {"identity": {"user": "one"}}})
    needed = {(role_name(role.role), role.scope, bool(role.before)) for role in wanted.roles}
    assert needed == {
        ("Contributor", "storage", True),
        ("Storage Blob Data Contributor", "storage", True),
        ("Contributor", "vault", True),
        ("Contributor", "insights", True),
        ("Contributor", "registry", True),
        ("Contributor", "workspace", False),
    }
    assert {role.subject for role in wanted.roles} == {"identity-one"}
    assert [role.by_azure for role in load({"resourceGroup": "rg"}).roles] == [True]
    assert load({"resourceGroup": "rg", "registry": {"admin": True}}).roles == ()


SUBNET = "/subscriptions/s/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v/subnets/nodes"


def test_a_cluster_pulls_by_its_kubelets_identity(load: Any) -> None:
    """Azure's own, or one of ours, which the control plane's has to be allowed to hand to the nodes."""
    own = [role for role in load({"resourceGroup": "rg", "cluster": {}}).roles if role.key.startswith("cluster")]
    assert [(role.subject, role_name(role.role), role.scope) for role in own] == [("cluster", "AcrPull", "registry")]
    cluster = {"identity": {"user": "plane"}, "kubeletIdentity": {"id": ID}, "subnet": SUBNET}
    wanted = load({"resourceGroup": "rg", "identities": [{"name": "plane"}], "cluster": cluster})
    kubelet = f"identity-{ID.lower()}"
    assert {
        (role.subject, role_name(role.role), role.scope, role.before)
        for role in wanted.roles
        if role.key.startswith("cluster")
    } == {
        (kubelet, "AcrPull", "registry", ""),
        ("identity-plane", "Managed Identity Operator", kubelet, "cluster"),
        ("identity-plane", "Network Contributor", SUBNET, "cluster"),
    }
    assert kubelet in {part.logical for part in wanted.parts}


def test_a_kubelets_identity_needs_a_user_assigned_control_plane(load: Any) -> None:
    """As Azure has it: CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster."""
    (found,) = faults(load, identities=[{"name": "one"}], cluster={"kubeletIdentity": "one"})
    assert found[:2] == ("setting-does-not-fit", "cluster.kubeletIdentity")
