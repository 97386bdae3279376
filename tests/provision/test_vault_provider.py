"""What do the two dynamic resources of a vault send, when do they have something to do, and what do they remember?"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dill
import pytest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.rpc import UNKNOWN

from holdfast.arm import Answer
from holdfast.model.errors import HoldfastError
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.provision.recovery_provider import RecoveryProvider
from holdfast.provision.roles_provider import WorkspaceRoleProvider
from holdfast.provision.settings_provider import ResourceSettingsProvider
from holdfast.provision.tags_provider import ResourceTagsProvider
from holdfast.provision.vault_provider import VaultGrantsProvider, VaultSettingsProvider, client_of

VAULT = "/subscriptions/S/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-ml"
CONFLICT = Answer(409, {"error": {"code": "ConflictError"}})
LOST = Answer(0, {"error": {"code": "NoAnswer", "message": "reset"}})

#: What stacks have in their state since the first version. Never change these: old stacks must keep loading.
GOLDEN = {
    VaultSettingsProvider: (
        "gASVQgAAAAAAAACMIWhvbGRmYXN0LnByb3Zpc2lvbi52YXVsdF9wcm92aWRlcpSMFVZhdWx0U2V0dGluZ3NQcm92aWRlcpSTlCmBlC4="
    ),
    VaultGrantsProvider: (
        "gASVQAAAAAAAAACMIWhvbGRmYXN0LnByb3Zpc2lvbi52YXVsdF9wcm92aWRlcpSME1ZhdWx0R3JhbnRzUHJvdmlkZXKUk5QpgZQu"
    ),
    ResourceTagsProvider: (
        "gASVQAAAAAAAAACMIGhvbGRmYXN0LnByb3Zpc2lvbi50YWdzX3Byb3ZpZGVylIwUUmVzb3VyY2VUYWdzUHJvdmlkZXKUk5QpgZQu"
    ),
    ResourceSettingsProvider: (
        "gASVSAAAAAAAAACMJGhvbGRmYXN0LnByb3Zpc2lvbi5zZXR0aW5nc19wcm92aWRlcpSMGFJlc291cmNlU2V0dGluZ3NQcm92aWRlcpSTlCmB"
        "lC4="
    ),
    RecoveryProvider: (
        "gASVQAAAAAAAAACMJGhvbGRmYXN0LnByb3Zpc2lvbi5yZWNvdmVyeV9wcm92aWRlcpSMEFJlY292ZXJ5UHJvdmlkZXKUk5QpgZQu"
    ),
    WorkspaceRoleProvider: (
        "gASVQgAAAAAAAACMIWhvbGRmYXN0LnByb3Zpc2lvbi5yb2xlc19wcm92aWRlcpSMFVdvcmtzcGFjZVJvbGVQcm92aWRlcpSTlCmBlC4="
    ),
}


def entry(letter: str, words: str, application: str = "") -> PolicyEntry:
    return PolicyEntry(
        f"{letter * 8}-0000-4000-8000-000000000001", "T", Permissions(secrets=frozenset(words.split())), application
    )


A, B, W = entry("a", "get list"), entry("b", "set"), entry("e", "get")


def wires(*entries: PolicyEntry) -> list[dict[str, Any]]:
    return [wire_entry(one) for one in entries]


def settings(**changes: Any) -> dict[str, Any]:
    wanted = {"publicNetworkAccess": "Disabled"}
    return {"vaultId": VAULT, "wanted": wanted, "changes": {}, "tags": {}, "neverRestore": [], "cloud": {}} | changes


def grants(**changes: Any) -> dict[str, Any]:
    """As the engine hands inputs over: what is `None` is left out."""
    usual = {"vaultId": VAULT, "wanted": [], "missing": [], "revoke": [], "neverRestore": [], "record": False}
    return {key: value for key, value in (usual | {"cloud": {}} | changes).items() if value is not None}


def create(props: dict[str, Any]) -> dict[str, Any]:
    return VaultGrantsProvider().create(props).outs or {}


def update(olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    return VaultGrantsProvider().update("id", olds, news).outs or {}


def grants_differ(olds: dict[str, Any], news: dict[str, Any]) -> bool | None:
    return VaultGrantsProvider().diff("id", olds, news).changes


def settings_differ(olds: dict[str, Any], news: dict[str, Any]) -> bool | None:
    return VaultSettingsProvider().diff("id", olds, news).changes


# --- the frozen path


@pytest.mark.parametrize("provider", GOLDEN, ids=lambda provider: provider.__name__)
def test_the_state_of_old_stacks_keeps_loading(provider: type) -> None:
    """What any version ever pickled is a module path and a class name, and they are still there."""
    assert type(dill.loads(base64.b64decode(GOLDEN[provider]))) is provider


@pytest.mark.parametrize("provider", GOLDEN, ids=lambda provider: provider.__name__)
def test_a_provider_is_pickled_by_its_path_and_not_by_its_code(provider: type) -> None:
    """The same text in every version: a changed one would be a change of every stack's resource."""
    assert serialize_provider(provider()) == GOLDEN[provider]
    assert provider.serialize_as_secret_always is False


# --- settings


def test_a_vault_as_it_should_be_is_not_written() -> None:
    """Without a client: nothing is asked either."""
    made = VaultSettingsProvider().create(settings())
    assert made.id == f"{VAULT}/settings"
    assert made.outs == {
        "vaultId": VAULT,
        "wanted": {"publicNetworkAccess": "Disabled"},
        "changes": {},
        "tags": {},
    }


def test_what_differs_is_one_patch_without_policies(azure: Any) -> None:
    """The changed properties alone, and the tags that the vault has with ours."""
    azure.holds(A)
    news = settings(changes={"publicNetworkAccess": "Disabled"}, tags={"team": "ml", "THEIR": "changed"})
    outs = VaultSettingsProvider().update("id", {}, news).outs
    assert azure.writes == [
        ("PATCH", "", {"properties": {"publicNetworkAccess": "Disabled"}, "tags": {"team": "ml", "THEIR": "changed"}})
    ]
    assert azure.entries == (A,)
    assert outs is not None
    assert (outs["changes"], outs["tags"]) == ({}, {})


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"changes": {"x": 1}}, {"properties": {"x": 1}}),
        ({"tags": {"team": "ml"}}, {"tags": {"their": "tag", "team": "ml"}}),
    ],
)
def test_what_does_not_differ_is_not_sent(azure: Any, changes: dict[str, Any], sent: dict[str, Any]) -> None:
    """Neither tags nor properties stand in a PATCH that is about the other; policies never do."""
    VaultSettingsProvider().create(settings(**changes))
    assert azure.writes == [("PATCH", "", sent)]
    assert "accessPolicies" not in str(azure.writes)


@pytest.mark.parametrize("live", [{}, {"publicNetworkAccess": "Disabled", "networkAcls": {"bypass": "None", "a": 1}}])
def test_of_a_recovered_vault_only_what_differs_is_written(azure: Any, live: dict[str, Any]) -> None:
    """Nobody could read it before: it is looked at now, and a map keeps what it holds beside what is wanted."""
    azure.body["properties"].update(live)
    azure.body["tags"] = {"a": "1"}
    wanted = {"publicNetworkAccess": "Disabled", "networkAcls": {"bypass": "None"}}
    news = settings(wanted=wanted, tags={"a": "1"}, recovered=True)
    assert settings_differ(settings(wanted=wanted), news)
    assert VaultSettingsProvider().update("id", {}, news).outs == {
        "vaultId": VAULT,
        "wanted": wanted,
        "changes": {},
        "tags": {},
    }
    assert [body for _, _, body in azure.writes] == ([] if live else [{"properties": wanted}])


def test_a_tag_that_comes_while_the_patch_waits_is_kept(azure: Any) -> None:
    """The tags are read again before each try."""

    def conflict(_: Callable[[], Answer]) -> Answer:
        azure.body["tags"]["late"] = "x"
        return CONFLICT

    azure.script = [conflict]
    VaultSettingsProvider().create(settings(tags={"team": "ml"}))
    assert azure.body["tags"] == {"their": "tag", "late": "x", "team": "ml"}


def test_a_patch_that_drops_an_entry_fails_and_puts_it_back(azure: Any, incidents: Any) -> None:
    """But not to who is under `neverRestore`."""

    def drop(usual: Callable[[], Answer]) -> Answer:
        answer = usual()
        azure.holds()
        return answer

    azure.holds(A, B)
    azure.script = [drop]
    with pytest.raises(HoldfastError, match="the PATCH"):
        VaultSettingsProvider().create(settings(changes={"x": 1}, neverRestore=[B.principal]))
    assert azure.entries == (A,)
    assert len(incidents()) == 1


@pytest.mark.parametrize("effect", [True, False])
def test_a_lost_answer_to_a_patch_is_settled_by_the_vault(azure: Any, effect: bool) -> None:
    """Settings and tags are there, or the run fails."""

    def lose(usual: Callable[[], Answer]) -> Answer:
        if effect:
            usual()
        return LOST

    azure.script = [lose]
    news = settings(changes={"x": 1}, tags={"team": "ml"})
    if effect:
        VaultSettingsProvider().create(news)
    else:
        with pytest.raises(HoldfastError, match="no answer"):
            VaultSettingsProvider().create(news)


@pytest.mark.parametrize(
    ("news", "differs"),
    [
        ({}, False),
        ({"changes": {"x": 1}}, True),
        ({"tags": {"x": "1"}}, True),
        ({"wanted": {"publicNetworkAccess": "Enabled"}}, True),
        ({"wanted": {}}, True),
        ({"neverRestore": ["somebody"]}, False),
        ({"cloud": {"environment": "china"}}, False),
        ({"vaultId": VAULT.upper()}, False),
        ({"vaultId": UNKNOWN}, False),
        ({"vaultId": "/another"}, True),
    ],
)
def test_settings_have_something_to_do_only_where_something_is_to_be_done(news: dict[str, Any], differs: bool) -> None:
    """A wish that is live already is recorded all the same, or a later run would go back to the old record."""
    olds = VaultSettingsProvider().create(settings()).outs or {}
    assert settings_differ(olds, settings(**news)) is differs


# --- grants


def test_what_is_missing_is_one_addition(azure: Any) -> None:
    """Asked anew: what came in between is not sent again."""
    azure.holds(A, entry("c", "get"))
    outs = create(grants(wanted=wires(A, B), missing=wires(A, B)))
    assert azure.writes == [("PUT", "/accessPolicies/add", {"properties": {"accessPolicies": wires(B)}})]
    assert set(azure.entries) == {A, B, entry("c", "get")}
    assert outs["granted"] == wires(A, B)
    assert outs["vaultId"] == VAULT


def test_nothing_missing_is_nothing_written(azure: Any) -> None:
    """The record is made by one read."""
    azure.holds(A)
    assert create(grants(wanted=wires(A)))["granted"] == wires(A)
    assert [request[0] for request in azure.requests] == ["GET"]
    assert VaultGrantsProvider().create(grants()).id == f"{VAULT}/grants"


def test_what_went_after_the_preview_is_added_too(azure: Any) -> None:
    """A wipe between preview and run is repaired by the run."""
    create(grants(wanted=wires(A)))
    assert azure.entries == (A,)


def test_a_grant_and_the_workspaces_own_entry_are_one_entry(azure: Any) -> None:
    """One principal stands once in an addition."""
    both = entry("e", "get set")
    create(grants(wanted=wires(entry("e", "set")), gift=wire_entry(W), workspacePrincipal=W.principal))
    assert azure.writes[0][2] == {"properties": {"accessPolicies": wires(both)}}


def test_an_addition_that_is_not_there_afterwards_is_an_error(azure: Any) -> None:
    """Azure said 200, and the vault says otherwise."""
    azure.script = [lambda usual: Answer(200, {})]
    with pytest.raises(HoldfastError) as caught:
        create(grants(wanted=wires(A)))
    assert caught.value.faults[0].id == "grants-not-there"
    assert caught.value.faults[0].evidence == (("absent", f"{A.principal}: secrets: get, list"),)


@pytest.mark.parametrize("effect", [True, False])
@pytest.mark.parametrize("revoke", [True, False])
def test_a_lost_answer_is_settled_by_the_vault(azure: Any, effect: bool, revoke: bool) -> None:
    """To an addition and to a revocation alike."""

    def lose(usual: Callable[[], Answer]) -> Answer:
        if effect:
            usual()
        return LOST

    azure.script = [lose]
    azure.holds(B)
    news = grants(revoke=wires(B)) if revoke else grants(wanted=wires(A))
    if effect:
        create(news)
        assert azure.entries == (() if revoke else (B, A))
    else:
        with pytest.raises(HoldfastError, match="no answer"):
            create(news)


def test_a_revocation_takes_what_is_asked_and_trips_nothing(azure: Any, incidents: Any) -> None:
    """What is left of it stays, on record too."""
    azure.holds(A, B)
    olds = {"vaultId": VAULT, "granted": wires(A, B)}
    outs = update(olds, grants(revoke=wires(entry("a", "list"))))
    assert azure.writes == [
        ("PUT", "/accessPolicies/remove", {"properties": {"accessPolicies": wires(entry("a", "list"))}})
    ]
    assert set(azure.entries) == {entry("a", "get"), B}
    assert outs["granted"] == wires(entry("a", "get"), B)
    assert incidents() == []


def test_a_principal_under_never_restore_is_given_nothing(azure: Any) -> None:
    """Not by a grant, not by its own entry; what the workspace's identity had stays on record."""
    never = [A.principal.upper(), W.principal]
    news = grants(wanted=wires(A), gift=wire_entry(W), neverRestore=never, workspacePrincipal=W.principal)
    outs = create(news)
    assert azure.writes == []
    assert (outs["granted"], outs["gift"]) == ([], wire_entry(W))
    assert grants_differ(outs, news) is False


def test_the_tripwire_of_an_addition_spares_never_restore(azure: Any) -> None:
    """The principals are handed on to it."""

    def drop(usual: Callable[[], Answer]) -> Answer:
        usual()
        azure.holds(A)
        return Answer(200)

    azure.holds(B, entry("c", "get"))
    azure.script = [drop]
    with pytest.raises(HoldfastError, match="tripwire"):
        create(grants(wanted=wires(A), neverRestore=[B.principal]))
    assert set(azure.entries) == {A, entry("c", "get")}


# --- what is remembered


def test_the_workspaces_entry_is_recorded_as_seen(azure: Any) -> None:
    """Its own one, not one through an application, in whatever case its id comes."""
    azure.holds(entry("e", "all", "app"), W)
    outs = create(grants(workspacePrincipal=W.principal.upper()))
    assert outs["gift"] == wire_entry(W)
    assert outs["workspacePrincipal"] == W.principal.upper()


@pytest.mark.parametrize("principal", [None, W.principal])
def test_nothing_is_recorded_of_nobody(azure: Any, principal: str | None) -> None:
    """No workspace, or none of its entries in the vault."""
    azure.holds(A)
    assert create(grants(workspacePrincipal=principal))["gift"] is None


def test_a_record_is_not_widened_by_what_the_identity_holds_now(azure: Any) -> None:
    """Put back are exactly the permissions that Azure gave it."""
    azure.holds(entry("e", "get set"))
    assert create(grants(gift=wire_entry(W), workspacePrincipal=W.principal))["gift"] == wire_entry(W)


def test_a_lost_entry_of_the_workspace_is_put_back_as_recorded(azure: Any) -> None:
    """With the permissions on record."""
    outs = create(grants(missing=wires(W), gift=wire_entry(W), workspacePrincipal=W.principal))
    assert azure.entries == (W,)
    assert outs["gift"] == wire_entry(W)


def test_what_was_given_before_is_remembered_while_the_vault_holds_it(azure: Any) -> None:
    """A dropped grant stays on record, one that somebody took away does not; a widened one is joined."""
    azure.holds(entry("a", "get list set"), B, entry("c", "all", "app"))
    olds = {"vaultId": VAULT, "granted": wires(entry("a", "set"), B, entry("c", "get"))}
    outs = update(olds, grants(wanted=wires(A)))
    assert outs["granted"] == wires(entry("a", "get list set"), B)


def test_what_was_given_in_another_vault_is_not_remembered_for_this_one(azure: Any) -> None:
    """Somebody else may have given the same here."""
    azure.holds(B)
    assert update({"vaultId": "/another", "granted": wires(B)}, grants())["granted"] == []


@pytest.mark.parametrize(
    ("news", "differs"),
    [
        ({}, False),
        ({"missing": wires(B)}, True),
        ({"revoke": wires(B)}, True),
        ({"record": True}, True),
        ({"wanted": wires(A)}, False),
        ({"wanted": wires(entry("a", "get"))}, False),
        ({"wanted": wires(entry("a", "get set"))}, True),
        ({"wanted": wires(A, B)}, True),
        ({"wanted": wires(A, B), "neverRestore": [B.principal]}, False),
        ({"wanted": []}, False),
        ({"workspacePrincipal": None}, True),
        ({"workspacePrincipal": UNKNOWN}, True),
        ({"vaultId": UNKNOWN}, False),
        ({"vaultId": VAULT.lower()}, False),
        ({"vaultId": "/another"}, True),
        ({"neverRestore": ["x"]}, False),
        ({"cloud": {"environment": "china"}}, False),
        ({"gift": wire_entry(W)}, False),
    ],
)
def test_grants_have_something_to_do_only_where_something_is_to_be_done(
    azure: Any, news: dict[str, Any], differs: bool
) -> None:
    """Also in a preview, where the identity of a workspace that is still to be made is unknown."""
    azure.holds(A, W)
    usual = {"wanted": wires(A), "workspacePrincipal": W.principal, "gift": None}
    olds = create(grants(**usual))
    assert grants_differ(olds, grants(**usual | news)) is differs


def test_a_record_without_a_vault_is_not_another_one(azure: Any) -> None:
    """A creation that failed half-way may leave no outputs."""
    assert grants_differ({}, grants()) is False
    assert grants_differ({}, grants(wanted=wires(A))) is True


def test_the_plugin_asks_the_cloud_that_the_program_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's settings are an input, the login is the process's own."""
    for name in [name for name in os.environ if name.startswith("ARM_")]:
        monkeypatch.delenv(name)
    assert client_of({"cloud": {"environment": "china"}})._endpoint == "https://management.chinacloudapi.cn"
    assert client_of({})._endpoint == "https://management.azure.com"


def test_destroy_sends_nothing(azure: Any) -> None:
    """The vault and every policy in it are left alone."""
    VaultGrantsProvider().delete("id", grants(wanted=wires(A)))
    VaultSettingsProvider().delete("id", settings())
    assert azure.requests == []


# --- faults in the plugin's process

IN_THE_PLUGIN = """
import sys, traceback
from holdfast.model.errors import Fault, HoldfastError
from holdfast.provision.vault_provider import VaultGrantsProvider

for _ in range(2):
    VaultGrantsProvider().configure(None)
for error in (HoldfastError([Fault("tripwire", "Gone.", hint="Look.")]), KeyError("ours")):
    try:
        try:
            raise ValueError("before")
        except ValueError:
            raise error
    except Exception:
        print(traceback.format_exc(), end="\\n---\\n")
"""


def test_a_fault_leaves_the_plugin_without_a_traceback() -> None:
    """Pulumi's plugin answers with `traceback.format_exc()`: ours are their text, anything else stays a traceback."""
    done = subprocess.run([sys.executable, "-c", IN_THE_PLUGIN], capture_output=True, text=True, check=True)
    ours, bug, _ = done.stdout.split("\n---\n")
    assert ours == "tripwire\n\nGone.\n\nhint: Look."
    assert bug.startswith("Traceback")
    assert "KeyError: 'ours'" in bug


@pytest.mark.source("pulumi 3.272.0, pulumi/dynamic/__main__.py: _abort_with_traceback")
def test_pulumis_plugin_still_says_what_format_exc_says() -> None:
    """The way that faults get out by: when Pulumi changes it, this tells."""
    import pulumi.dynamic

    source = Path(pulumi.dynamic.__file__).with_name("__main__.py").read_text(encoding="utf-8")
    wrapper = source.split("def _abort_with_traceback", 1)[1].split("\n\n\n", 1)[0]
    assert "traceback.format_exc()" in wrapper
    assert "import traceback" in source
