"""What a good file makes: every key where it belongs, and `None` where the file is silent."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.kinds import Kind
from holdfast.model.permissions import Permissions
from holdfast.model.wanted import Authorization, Grant, GrantState, WantedVault, WhenExists
from holdfast.settings.locations import LOCATIONS, read_location

PRINCIPAL = "c1c1c1c1-0000-4000-8000-00000000000a"
SCOPE = "/subscriptions/5A4DB0C5-5b5c-4000-8000-000000000002/resourcegroups/RG-Shared"


def test_the_resource_group_is_enough(load: Any) -> None:
    """Everything else has a default, and what the settings omit stays open for later stages."""
    wanted = load({"resourceGroup": "rg-ml"})
    assert (wanted.resource_group, wanted.location, wanted.tags) == ("rg-ml", "westeurope", {})
    assert wanted.vault == WantedVault()
    # A cluster costs money by the hour: none without its key.
    assert list(wanted.resources) == [kind for kind in Kind if kind is not Kind.CLUSTER]
    assert {kind: resource.when_exists for kind, resource in wanted.resources.items()} == {
        kind: WhenExists.REFER if kind in (Kind.GROUP, Kind.VAULT) else WhenExists.REFUSE for kind in wanted.resources
    }
    assert all(resource.id is None for resource in wanted.resources.values())


def test_every_key_of_the_vault_arrives(load: Any) -> None:
    """Types are Holdfast's own from here on: enums, frozen sets, lower-case GUIDs and permissions."""
    vault = {
        "whenExists": "adopt",
        "authorization": "access-policies",
        "publicAccess": False,
        "retentionDays": 7,
        "purgeProtection": True,
        "grants": [
            {"principal": PRINCIPAL.upper(), "secrets": ["Get", "LIST"], "keys": ["wrapKey"]},
            {"principal": "c1c1c1c1-0000-4000-8000-00000000000b", "state": "revoked"},
        ],
        "neverRestore": ["C1C1C1C1-0000-4000-8000-00000000000B"],
    }
    wanted = load({"resourceGroup": "rg", "vault": vault})
    assert wanted.vault == WantedVault(
        Authorization.ACCESS_POLICIES,
        public_access=False,
        retention_days=7,
        purge_protection=True,
        grants=(
            Grant(PRINCIPAL, Permissions(keys=frozenset({"wrapkey"}), secrets=frozenset({"get", "list"}))),
            Grant("c1c1c1c1-0000-4000-8000-00000000000b", Permissions(), state=GrantState.REVOKED),
        ),
        never_restore=frozenset({"c1c1c1c1-0000-4000-8000-00000000000b"}),
    )
    assert wanted.resources[Kind.VAULT].when_exists is WhenExists.ADOPT


def test_roles_get_their_own_spelling(load: Any) -> None:
    """Azure's letter case whatever the file's, and each once."""
    grant = {"principal": PRINCIPAL, "roles": ["key vault reader", "Key Vault Reader", "Key Vault Secrets User"]}
    (granted,) = load({"resourceGroup": "rg", "vault": {"grants": [grant]}}).vault.grants
    assert granted.roles == ("Key Vault Reader", "Key Vault Secrets User")
    assert not granted.permissions


def test_an_emptied_list_of_grants_is_a_good_file(load: Any) -> None:
    """What it means (nothing is taken away) is decided later; the file is not refused for it."""
    assert load({"resourceGroup": "rg", "vault": {"grants": []}}).vault.grants == ()


def test_a_key_with_nothing_behind_it_is_left_out(load: Any) -> None:
    """`vault:` with only comments below it is a null to YAML."""
    nulls: dict[str, Any] = {"vault": None, "tags": None, "names": None, "prefix": None}
    assert load({"resourceGroup": "rg"} | nulls) == load({"resourceGroup": "rg", "vault": {"name": None}})


@pytest.mark.parametrize(
    ("kind", "tail"),
    [
        (Kind.GROUP, ""),
        (Kind.VAULT, "/providers/microsoft.keyvault/Vaults/kv-Shared"),
        (Kind.STORAGE, "/providers/Microsoft.Storage/storageAccounts/stshared"),
        (Kind.LOGS, "/providers/Microsoft.OperationalInsights/workspaces/log-shared"),
        (Kind.INSIGHTS, "/providers/microsoft.insights/components/appi (shared)"),
        (Kind.WORKSPACE, "/providers/Microsoft.MachineLearningServices/workspaces/mlw_shared"),
    ],
)
def test_an_id_is_kept_verbatim(load: Any, kind: Kind, tail: str) -> None:
    """Azure's letter case differs from list to list: an id is compared without it and handed on as it was written."""
    section = "resourceGroup" if kind is Kind.GROUP else str(kind)
    given = SCOPE + (tail if "(" not in tail else "/providers/microsoft.insights/components/appi_(shared)")
    resource = load({"resourceGroup": "rg"} | {section: {"id": given}}).resources[kind]
    assert resource.id == given
    assert resource.name == given.rpartition("/")[2]
    assert (resource.when_exists, resource.key) == (WhenExists.REFER, f"{section}.id")


def test_a_group_by_id_gives_its_name(load: Any) -> None:
    """Everything is made in it, so its name is needed as well."""
    assert load({"resourceGroup": {"id": SCOPE}}).resource_group == "RG-Shared"


def test_a_group_by_id_is_in_no_other_subscription_while_nobody_is_logged_in(load: Any) -> None:
    """A file is checked before the login tells its subscription; it is checked again afterwards."""
    before = load({"resourceGroup": {"id": SCOPE}}, subscription="00000000-0000-0000-0000-000000000000")
    assert before.resource_group == "RG-Shared"


@pytest.mark.parametrize("written", ["westeurope", "West Europe", "WestEurope", "west-europe"])
def test_a_location_is_read_in_both_of_azures_spellings(load: Any, written: str) -> None:
    """The portal shows "West Europe", the API answers `westeurope`: one place, written the API's way from then on."""
    assert load({"resourceGroup": "rg"}, location=written).location == "westeurope"


def test_every_location_is_read_as_itself() -> None:
    """The list holds names of the API, without duplicates."""
    assert [read_location(name) for name in LOCATIONS] == sorted(set(LOCATIONS))
