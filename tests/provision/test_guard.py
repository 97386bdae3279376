"""Does the tripwire fire when a write of ours costs anybody an entry, and only then?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.guard import CONFLICT_WAITS, add_policies, change_policies, guarded, read_vault
from holdfast.model.errors import Blame, HoldfastError
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry

VAULT = "/subscriptions/S/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-ml"
CONFLICT = Answer(409, {"error": {"code": "ConflictError", "message": "another operation"}})
LOST = Answer(0, {"error": {"code": "NoAnswer", "message": "connection reset"}})


def entry(letter: str, words: str, application: str = "") -> PolicyEntry:
    return PolicyEntry(
        f"{letter * 8}-0000-4000-8000-000000000001", "T", Permissions(secrets=frozenset(words.split())), application
    )


A, B, C = entry("a", "get"), entry("b", "get list"), entry("c", "set")


def addition(azure: Any, *entries: PolicyEntry, **options: Any) -> tuple[PolicyEntry, ...]:
    options.setdefault("done", lambda vault: False)
    return guarded(azure, VAULT, "the addition", lambda: add_policies(azure, VAULT, entries), **options)


def dropping(azure: Any, *stay: PolicyEntry) -> Callable[[Callable[[], Answer]], Answer]:
    """A write that does what it should, and leaves only `stay` of the others."""

    def write(usual: Callable[[], Answer]) -> Answer:
        answer = usual()
        azure.holds(*stay)
        return answer

    return write


def test_a_write_that_costs_nobody_anything_leaves_no_incident(azure: Any, incidents: Any) -> None:
    """It returns what the vault holds afterwards."""
    azure.holds(B)
    assert set(addition(azure, A)) == {A, B}
    assert [request[0] for request in azure.requests] == ["GET", "PUT", "GET"]
    assert incidents() == []


def test_what_a_write_dropped_is_put_back_and_fails_the_run(azure: Any, incidents: Any) -> None:
    """By one addition, with an incident that says who, what and when."""
    azure.holds(B, C)
    azure.script = [dropping(azure, A, entry("b", "get"))]
    with pytest.raises(HoldfastError) as caught:
        addition(azure, A)
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("tripwire", Blame.AZURE)
    assert "what is gone was put back" in fault.message
    assert ("gone", f"{B.principal}: secrets: list") in fault.evidence
    assert set(azure.entries) == {A, B, C}
    assert [request[1] for request in azure.writes] == ["/accessPolicies/add", "/accessPolicies/add"]
    (incident,) = incidents()
    assert incident["gone"] == incident["putBack"] == [wire_entry(entry("b", "list")), wire_entry(C)]
    assert (incident["vault"], incident["write"]) == (VAULT, "the addition")
    assert incident["time"]


def test_an_entry_through_an_application_is_put_back_as_that(azure: Any) -> None:
    """Its key has three parts."""
    through = entry("b", "get", "app")
    azure.holds(B, through)
    azure.script = [dropping(azure, A, B)]
    with pytest.raises(HoldfastError, match="tripwire"):
        addition(azure, A)
    assert set(azure.entries) == {A, B, through}


def test_the_tripwire_fires_on_a_patch_as_on_an_addition(azure: Any, incidents: Any) -> None:
    """Whatever the write was."""
    azure.holds(B)
    azure.script = [dropping(azure)]
    with pytest.raises(HoldfastError, match="the PATCH of Key Vault"):
        guarded(
            azure,
            VAULT,
            "the PATCH",
            lambda: azure.request("PATCH", VAULT, "2024-11-01", {"properties": {}}),
            done=lambda vault: True,
        )
    assert azure.entries == (B,)
    assert incidents()[0]["write"] == "the PATCH"


def test_a_principal_under_never_restore_is_not_handed_back(azure: Any, incidents: Any) -> None:
    """It is told, and left out of what is put back, in whatever letter case it is listed."""
    azure.holds(B, C)
    azure.script = [dropping(azure, A)]
    with pytest.raises(HoldfastError, match="neverRestore") as caught:
        addition(azure, A, never_restore=[B.principal.upper()])
    assert len([label for label, _ in caught.value.faults[0].evidence if label == "gone"]) == 2
    assert set(azure.entries) == {A, C}
    assert incidents()[0]["putBack"] == [wire_entry(C)]


def test_with_nobody_to_hand_back_to_nothing_more_is_written(azure: Any, incidents: Any) -> None:
    """And it is an incident all the same."""
    azure.holds(B)
    azure.script = [dropping(azure, A)]
    with pytest.raises(HoldfastError, match="tripwire"):
        addition(azure, A, never_restore=[B.principal])
    assert len(azure.writes) == 1
    assert incidents()[0]["putBack"] == []


def test_what_could_not_be_put_back_is_said(azure: Any, incidents: Any) -> None:
    """With Azure's answer."""
    azure.holds(B)
    refused = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    azure.script = [dropping(azure, A), lambda usual: refused]
    with pytest.raises(HoldfastError, match=r"could not be put back \(403 AuthorizationFailed\)"):
        addition(azure, A)
    assert incidents()[0]["putBack"] == []


def test_putting_back_waits_its_turn(azure: Any, waits: list[float]) -> None:
    """Somebody else may be writing just then."""
    azure.holds(B)
    azure.script = [dropping(azure, A), lambda usual: CONFLICT]
    with pytest.raises(HoldfastError, match="was put back"):
        addition(azure, A)
    assert set(azure.entries) == {A, B}
    assert waits == [CONFLICT_WAITS[0]]


def test_a_meant_revocation_does_not_trip(azure: Any, incidents: Any) -> None:
    """What is to be taken away may go."""
    azure.holds(A, B)
    taken = [entry("b", "list")]
    after = guarded(
        azure,
        VAULT,
        "the revocation",
        lambda: change_policies(azure, VAULT, "remove", taken),
        taken=taken,
        done=lambda vault: True,
    )
    assert set(after) == {A, entry("b", "get")}
    assert incidents() == []


def test_a_revocation_that_takes_more_than_it_should_trips(azure: Any, incidents: Any) -> None:
    """A partial revocation is no licence for the rest of the principal's entry."""
    azure.holds(A, B)
    taken = [entry("b", "list")]
    azure.script = [dropping(azure, A)]
    with pytest.raises(HoldfastError, match="tripwire"):
        guarded(
            azure,
            VAULT,
            "the revocation",
            lambda: change_policies(azure, VAULT, "remove", taken),
            taken=taken,
            done=lambda vault: True,
        )
    assert incidents()[0]["gone"] == [wire_entry(entry("b", "get"))]


@pytest.mark.source("pulumi-azure-native#1013: 409 ConflictError for overlapping writes to one vault")
def test_a_write_is_tried_again_while_others_are_writing(azure: Any, waits: list[float]) -> None:
    """With growing waits, until it is through."""
    azure.script = [lambda usual: CONFLICT] * 3
    assert addition(azure, A) == (A,)
    assert waits == list(CONFLICT_WAITS[:3])


def test_a_revocation_by_an_admin_while_we_waited_is_not_undone(azure: Any, incidents: Any) -> None:
    """The policies are read just before the try that counts, not before the first one."""
    azure.holds(A, B)

    def conflict(_: Callable[[], Answer]) -> Answer:
        azure.holds(A)
        return CONFLICT

    azure.script = [conflict]
    assert set(addition(azure, C)) == {A, C}
    assert incidents() == []


def test_who_never_stops_writing_is_an_error(azure: Any, waits: list[float]) -> None:
    """After half a minute of tries; the hint says whose writes it was."""
    azure.script = [lambda usual: CONFLICT] * 7
    with pytest.raises(HoldfastError) as caught:
        addition(azure, A)
    assert waits == list(CONFLICT_WAITS)
    assert caught.value.faults[0].id == "vault-write-refused"
    assert "somebody else kept writing" in caught.value.faults[0].hint


def test_another_conflict_is_not_tried_again(azure: Any, waits: list[float]) -> None:
    """Only ConflictError passes by itself."""
    azure.script = [lambda usual: Answer(409, {"error": {"code": "VaultAlreadyExists"}})]
    with pytest.raises(HoldfastError, match="409 VaultAlreadyExists"):
        addition(azure, A)
    assert waits == []


@pytest.mark.parametrize(
    ("status", "said"), [(401, "log in anew"), (403, "Key Vault Contributor"), (400, "once Azure answers")]
)
def test_a_refused_write_is_azures_fault_with_a_way_out(azure: Any, status: int, said: str) -> None:
    """What Azure said is in the evidence."""
    azure.script = [lambda usual: Answer(status, {"error": {"code": "Code", "message": "Text"}})]
    with pytest.raises(HoldfastError) as caught:
        addition(azure, A)
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("vault-write-refused", Blame.AZURE)
    assert fault.evidence == (("answer", f"{status} Code"), ("said", "Text"))
    assert said in fault.hint


def test_a_refused_write_that_cost_an_entry_is_first_of_all_an_incident(azure: Any, incidents: Any) -> None:
    """The loss is worse than the refusal."""
    azure.holds(B)

    def write(_: Callable[[], Answer]) -> Answer:
        azure.holds()
        return Answer(500)

    azure.script = [write]
    with pytest.raises(HoldfastError, match="tripwire"):
        addition(azure, A)
    assert azure.entries == (B,)
    assert len(incidents()) == 1


def test_a_lost_answer_to_a_write_that_had_its_effect_is_no_failure(azure: Any) -> None:
    """The vault itself tells."""

    def write(usual: Callable[[], Answer]) -> Answer:
        usual()
        return LOST

    azure.script = [write]
    assert addition(azure, A, done=lambda vault: bool(vault["properties"]["accessPolicies"])) == (A,)


def test_a_lost_answer_to_a_write_without_effect_is_a_failure(azure: Any) -> None:
    """Nothing is believed to have been done."""
    azure.script = [lambda usual: LOST]
    with pytest.raises(HoldfastError, match="no answer NoAnswer"):
        addition(azure, A)


@pytest.mark.parametrize("answer", [Answer(403, {"error": {"code": "AuthorizationFailed"}}), Answer(200, "<html>")])
def test_a_vault_that_can_not_be_read_is_not_written(azure: Any, answer: Answer) -> None:
    """Without the entries before there is no telling what a write costs."""
    azure.unreadable = answer
    with pytest.raises(HoldfastError) as caught:
        addition(azure, A)
    assert caught.value.faults[0].id == "vault-unreadable"
    assert azure.writes == []


def test_the_vault_is_read_as_it_is(azure: Any) -> None:
    """All of the body; a vault without properties holds nobody."""
    assert read_vault(azure, VAULT) == azure.body
    azure.body = {"id": VAULT, "properties": {"accessPolicies": []}}
    assert addition(azure, A) == (A,)
