"""What does a decision mean to the engine, and what are the vault's resources declared with?"""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from holdfast.model.decision import Adopt, Create, Keep, Recover, Refer, Refuse, Replace, Update
from holdfast.model.errors import Fault
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.model.plan import GrantsPlan, Plan, VaultPlan
from holdfast.model.wanted import Authorization, Wanted, WantedVault
from holdfast.provision.options import options_for
from holdfast.provision.vault import grants_inputs, settings_inputs, vault_inputs


class Parent(pulumi.Resource):
    def __init__(self) -> None:
        """A resource that was never registered: only its identity matters."""


ENTRY = PolicyEntry("a", "T", Permissions(secrets=frozenset({"get"})))


@pytest.mark.parametrize("retained", [True, False])
@pytest.mark.parametrize(
    ("decision", "imported"), [(Create("x"), None), (Keep("x", "/id"), None), (Adopt("x", "/Id"), "/Id")]
)
def test_only_what_is_adopted_is_imported(decision: Any, imported: str | None, retained: bool) -> None:
    """With an id in another letter case an import of what is in the state would be a replacement."""
    options = options_for(decision, Parent(), retained=retained, depends_on=[])
    assert options.import_ == imported
    assert options.retain_on_delete is retained
    assert options.ignore_changes == ["*"]
    assert options.protect is None


@pytest.mark.parametrize("retained", [True, False])
@pytest.mark.parametrize(
    ("decision", "replaced"), [(Update("x", "/id", ("a",)), None), (Replace("x", "/id", ("a",)), ["*"])]
)
def test_only_what_the_plan_says_is_written_by_the_engine(decision: Any, replaced: Any, retained: bool) -> None:
    """Nothing is ignored in that one run; nothing is imported, for it is in the state; two of one name can't be."""
    after = [Parent()]
    options = options_for(decision, Parent(), retained=retained, depends_on=after)
    assert options.ignore_changes is None
    assert options.import_ is None
    assert options.replace_on_changes == replaced
    assert options.delete_before_replace is True
    assert options.retain_on_delete is retained
    assert options.depends_on == after


def test_a_secret_is_compared_by_the_engine_alone() -> None:
    """What Azure does not answer back: everything but the inputs that hold one is ignored."""
    options = options_for(Keep("x", "/id"), Parent(), retained=False, depends_on=[], ignored=["location", "tags"])
    assert options.ignore_changes == ["location", "tags"]


@pytest.mark.parametrize(
    "decision",
    [Refer("x", "/id"), Refuse("x", Fault("x", "X."))],
    ids=lambda d: type(d).__name__,
)
def test_what_is_not_ours_is_not_declared(decision: Any) -> None:
    """A bug of ours, and a loud one."""
    with pytest.raises(TypeError, match="declares no resource"):
        options_for(decision, Parent(), retained=True, depends_on=[])


@pytest.mark.parametrize(
    ("recorded", "preview", "imported"),
    [(True, False, None), (True, True, None), (False, False, "/id"), (False, True, None)],
)
def test_what_is_recovered_is_imported_only_where_it_is_new_to_us_and_back(
    monkeypatch: pytest.MonkeyPatch, recorded: bool, preview: bool, imported: str | None
) -> None:
    """An id that the state has would be deleted by its import, and a preview can't import what is not back yet."""
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: preview)
    options = options_for(Recover("x", "/id", "l", recorded), Parent(), retained=True, depends_on=[])
    assert (options.import_, options.ignore_changes, options.retain_on_delete) == (imported, ["*"], True)


def plan(authorization: Authorization = Authorization.RBAC, **vault: Any) -> Plan:
    return Plan({}, VaultPlan(authorization, **vault), GrantsPlan(wanted=(ENTRY,), gift=ENTRY))


@pytest.mark.parametrize("authorization", list(Authorization))
def test_a_vault_is_created_with_its_authorization_written_out_and_without_policies(
    authorization: Authorization,
) -> None:
    """The default flips with API version 2026-02-01; `createMode` and a list of entries would be sent again with every
    PUT, the one that the engine repeats after a creation that broke off among them."""
    inputs = vault_inputs(plan(authorization), "T")
    assert inputs["enableRbacAuthorization"] is (authorization is Authorization.RBAC)
    assert "accessPolicies" not in inputs
    assert "createMode" not in inputs
    assert inputs["tenantId"] == "T"
    assert (inputs["publicNetworkAccess"], inputs["softDeleteRetentionInDays"]) == ("Disabled", 90)


@pytest.mark.parametrize(("wanted", "sent"), [(True, True), (False, None), (None, None)])
def test_purge_protection_is_never_sent_as_false(wanted: bool | None, sent: bool | None) -> None:
    """Azure answers 400 to it."""
    settings = {} if wanted is None else {"enablePurgeProtection": wanted}
    assert vault_inputs(plan(wanted=settings), "T")["enablePurgeProtection"] is sent


def test_the_settings_that_last_are_the_ones_that_can_be_patched() -> None:
    """Retention is fixed, purge protection is never taken off; the tripwire is told whom not to restore."""
    wanted = Wanted("p", "s", "f", "S", "l", "g", {}, WantedVault(never_restore=frozenset({"b", "a"})))
    settings = {"publicNetworkAccess": "Disabled", "enablePurgeProtection": False, "softDeleteRetentionInDays": 7}
    inputs = settings_inputs(wanted, plan(wanted=settings, changes={"x": 1}, tags={"t": "1"}), "/vault", {"e": "c"})
    assert inputs == {
        "vaultId": "/vault",
        "wanted": {"publicNetworkAccess": "Disabled"},
        "changes": {"x": 1},
        "tags": {"t": "1"},
        "neverRestore": ["a", "b"],
        "cloud": {"e": "c"},
    }
    settings["enablePurgeProtection"] = True
    assert settings_inputs(wanted, plan(wanted=settings), "/vault", {})["wanted"]["enablePurgeProtection"] is True


def test_what_is_missing_is_an_input_so_that_a_wipe_shows_in_the_preview() -> None:
    """All of the grants' plan, as Azure writes entries; no credential among them."""
    wanted = Wanted("p", "s", "f", "S", "l", "g", {}, WantedVault(never_restore=frozenset({"b"})))
    inputs = grants_inputs(wanted, plan(), "/vault", "w", "tenant", {})
    assert inputs == {
        "vaultId": "/vault",
        "wanted": [wire_entry(ENTRY)],
        "missing": [],
        "revoke": [],
        "neverRestore": ["b"],
        "record": False,
        "gift": wire_entry(ENTRY),
        "workspacePrincipal": "w",
        "cloud": {},
    }
    assert grants_inputs(wanted, Plan({}, VaultPlan(Authorization.RBAC)), "/vault", None, "tenant", {})["gift"] is None
