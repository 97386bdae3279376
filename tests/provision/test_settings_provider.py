"""How is a setting of a live resource written, and what becomes of everything that is not the setting?"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.errors import Blame, HoldfastError
from holdfast.model.plan import Change, Plan, VaultPlan
from holdfast.model.wanted import Authorization
from holdfast.provision import settings_provider
from holdfast.provision.settings import resource_settings_inputs
from holdfast.provision.settings_provider import WAITS, ResourceSettingsProvider

A, B = "/subscriptions/S/resourceGroups/rg/providers/N/t/a", "/subscriptions/S/resourceGroups/rg/providers/N/t/b"
Script = Callable[["FakeArm"], Answer | None]


def refused(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": "Azure said so."}})


class FakeArm:
    """Resources by id. `script` holds, for each write to come, what happens instead; None: the usual."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}
        self.headers: dict[str, str] = {}
        self.script: list[Script] = []
        self.requests: list[tuple[str, str, Any, dict[str, str]]] = []
        self.versions: set[str] = set()
        self._lock = threading.Lock()

    @property
    def writes(self) -> list[tuple[str, str, Any, dict[str, str]]]:
        return [request for request in self.requests if request[0] != "GET"]

    def get(self, path: str, api_version: str) -> Answer:
        return self.request("GET", path, api_version)

    def request(
        self, method: str, path: str, api_version: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        with self._lock:
            self.requests.append((method, path, copy.deepcopy(body), dict(headers or {})))
            self.versions.add(api_version)
            if method == "GET":
                found = self.bodies.get(path)
                return Answer(200, copy.deepcopy(found), self.headers) if found else refused(404, "ResourceNotFound")
            said = self.script.pop(0)(self) if self.script else None
        return said or Answer(200, {"properties": {"provisioningState": "Succeeded"}})


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> FakeArm:
    """The client that the provider makes for itself."""
    fake = FakeArm()
    monkeypatch.setattr(settings_provider, "client_of", lambda props: fake)
    return fake


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; how long they would have is written down."""
    pauses: list[float] = []
    monkeypatch.setattr(settings_provider.time, "sleep", pauses.append)
    return pauses


def change(id: str = A, fragment: Any = None, *, whole: bool = False, action: str = "") -> dict[str, Any]:
    fragment = {"properties": {"a": 2}} if fragment is None else fragment
    return {"id": id, "apiVersion": "v1", "fragment": fragment, "wholePut": whole, "action": action}


def run(*changes: dict[str, Any]) -> Any:
    return ResourceSettingsProvider().update("id", {}, {"changes": list(changes), "cloud": {}}).outs


def always(answer: Answer) -> Script:
    return lambda _: answer


# --- when there is something to do


def test_a_run_with_nothing_to_do_asks_nobody() -> None:
    """No client is made, and nobody is logged in."""
    made = ResourceSettingsProvider().create({"changes": [], "cloud": {}})
    assert (made.id, made.outs) == ("resource-settings", {"changes": []})
    assert run() == {"changes": []}
    assert ResourceSettingsProvider().create({"cloud": {}}).outs == {"changes": []}


@pytest.mark.parametrize(("changes", "differs"), [([], False), (None, False), ([change()], True)])
def test_there_is_something_to_do_where_something_differs(changes: Any, differs: bool) -> None:
    """Whatever was done before."""
    for olds in ({}, {"changes": []}, {"changes": [change(B)]}):
        assert ResourceSettingsProvider().diff("id", olds, {"changes": changes}).changes is differs


def test_what_was_adopted_is_changed_by_the_first_run(azure: FakeArm) -> None:
    """There is no earlier one."""
    assert ResourceSettingsProvider().create({"changes": [change()], "cloud": {}}).outs == {"changes": []}
    assert len(azure.writes) == 1


def test_destroy_changes_nothing(azure: FakeArm) -> None:
    """A setting is nothing of its own."""
    ResourceSettingsProvider().delete("id", {"changes": [change()]})
    assert azure.requests == []


def test_the_plans_changes_are_inputs_so_that_the_preview_shows_them() -> None:
    """As plain values, and no credential among them."""
    made = Change(A, "v1", {"properties": {"a": 2}}, whole_put=True)
    acted = Change(A, "v1", {"idle": "PT1H"}, whole_put=False, action="updateIdle")
    plan = Plan({}, VaultPlan(Authorization.RBAC), changes=(made, acted))
    assert resource_settings_inputs(plan, {"environment": "public"}) == {
        "changes": [change(whole=True), change(fragment={"idle": "PT1H"}, action="updateIdle")],
        "cloud": {"environment": "public"},
    }


# --- PATCH and POST


def test_a_patch_carries_what_differs_and_nothing_is_read(azure: FakeArm) -> None:
    """In the api-version that was read with."""
    run(change(fragment={"sku": {"name": "Premium"}, "properties": {"zones": ["1", "2"]}}))
    assert azure.requests == [
        ("PATCH", A, {"sku": {"name": "Premium"}, "properties": {"zones": ["1", "2"]}}, {}),
    ]
    assert azure.versions == {"v1"}


def test_a_patch_of_named_items_keeps_what_azure_knows_of_each(azure: FakeArm) -> None:
    """A PATCH replaces a list whole; nothing beside the list is sent."""
    azure.bodies[A] = {
        "id": A,
        "properties": {"rules": [{"name": "X", "state": "on", "n": 1}, {"name": "y"}], "other": 1, "tags": {"t": "1"}},
    }
    run(change(fragment={"properties": {"rules": [{"name": "x", "n": 2}, {"name": "z"}], "more": [{"name": "m"}]}}))
    assert azure.writes == [
        (
            "PATCH",
            A,
            {
                "properties": {
                    "rules": [{"name": "x", "state": "on", "n": 2}, {"name": "z"}],
                    "more": [{"name": "m"}],
                }
            },
            {},
        )
    ]


def test_a_patch_of_a_list_where_nothing_is_yet_is_the_list(azure: FakeArm) -> None:
    """Azure answers no properties at all."""
    azure.bodies[A] = {"id": A}
    run(change(fragment={"properties": {"rules": [{"name": "x"}]}}))
    assert azure.writes == [("PATCH", A, {"properties": {"rules": [{"name": "x"}]}}, {})]


def test_what_only_an_action_changes_is_a_post(azure: FakeArm) -> None:
    """Without a read."""
    run(change(fragment={"idleTimeBeforeShutdown": "PT1H"}, action="updateIdleShutdownSetting"))
    assert azure.requests == [("POST", f"{A}/updateIdleShutdownSetting", {"idleTimeBeforeShutdown": "PT1H"}, {})]


def test_whole_numbers_are_sent_as_such(azure: FakeArm) -> None:
    """The engine knows no others than those with a point; Azure refuses `3.0` nodes."""
    run(change(fragment={"n": 3.0, "share": 0.5, "on": True, "list": [1.0, {"m": 2.0}], "text": "3.0"}))
    assert repr(azure.writes[0][2]) == "{'n': 3, 'share': 0.5, 'on': True, 'list': [1, {'m': 2}], 'text': '3.0'}"


# --- PUT


def test_a_put_is_what_azure_holds_with_what_differs(azure: FakeArm) -> None:
    """But for what it does not take back; under the tag of what was read."""
    azure.bodies[A] = {
        "id": A,
        "name": "a",
        "type": "N/t",
        "systemData": {},
        "eTag": '"7"',
        "location": "westeurope",
        "tags": {"their": "tag"},
        "properties": {"a": 1, "b": {"c": 3}},
    }
    run(change(whole=True, fragment={"properties": {"a": 2, "b": {"d": 4}}}))
    assert azure.writes == [
        (
            "PUT",
            A,
            {
                "location": "westeurope",
                "tags": {"their": "tag"},
                "properties": {"a": 2, "b": {"c": 3, "d": 4}},
            },
            {"If-Match": '"7"'},
        )
    ]


def test_a_put_of_named_items_keeps_what_azure_knows_of_each(azure: FakeArm) -> None:
    """A node pool's version is not the settings' business; one that they leave out is gone."""
    pools = [{"name": "system", "count": 1, "version": "1.31"}, {"name": "gone"}]
    azure.bodies[A] = {"id": A, "properties": {"agentPoolProfiles": pools}}
    run(
        change(
            whole=True, fragment={"properties": {"agentPoolProfiles": [{"name": "System", "count": 3}, {"name": "n"}]}}
        )
    )
    assert azure.writes[0][2] == {
        "properties": {"agentPoolProfiles": [{"name": "System", "count": 3, "version": "1.31"}, {"name": "n"}]}
    }


@pytest.mark.source(
    "azure-rest-api-specs, containerservice 2025-09-01: eTag of ManagedCluster, of AgentPool.properties"
)
@pytest.mark.parametrize(
    ("body", "headers", "sent"),
    [
        ({"eTag": "1"}, {}, {"If-Match": "1"}),
        ({"etag": "1"}, {"ETag": "3"}, {"If-Match": "1"}),
        ({"properties": {"eTag": "2"}}, {}, {"If-Match": "2"}),
        ({}, {"ETag": "3"}, {"If-Match": "3"}),
        ({}, {"etag": "3"}, {"If-Match": "3"}),
        ({"eTag": None}, {}, {}),
        ({"properties": None}, {}, {}),
    ],
)
def test_an_etag_is_taken_from_wherever_azure_puts_it(
    azure: FakeArm, body: Any, headers: dict[str, str], sent: dict[str, str]
) -> None:
    """Where there is none, the PUT goes without."""
    azure.bodies[A], azure.headers = {"id": A, **body}, headers
    run(change(whole=True, fragment={"sku": 1}))
    assert azure.writes[0][3] == sent


def test_a_lost_race_is_run_again_on_what_is_there_then(azure: FakeArm, slept: list[float]) -> None:
    """What somebody else changed meanwhile is in the second PUT, under its own tag."""
    azure.bodies[A] = {"id": A, "eTag": "1", "properties": {"a": 1, "theirs": "old"}}

    def race(fake: FakeArm) -> Answer:
        fake.bodies[A] = {"id": A, "eTag": "2", "properties": {"a": 1, "theirs": "new"}}
        return refused(412, "PreconditionFailed")

    azure.script = [race]
    run(change(whole=True))
    assert [(write[2], write[3]) for write in azure.writes] == [
        ({"properties": {"a": 2, "theirs": "old"}}, {"If-Match": "1"}),
        ({"properties": {"a": 2, "theirs": "new"}}, {"If-Match": "2"}),
    ]
    assert slept == [WAITS[0]]


def test_what_somebody_else_has_set_already_is_not_put(azure: FakeArm) -> None:
    """The list that was read may have been late; every PUT that need not be is one that can go wrong."""
    azure.bodies[A] = {"id": A, "properties": {"a": 2, "provisioningState": "Updating"}}
    assert run(change(whole=True)) == {"changes": []}
    assert azure.writes == []


@pytest.mark.parametrize("whole", [True, False])
def test_what_can_not_be_read_is_not_written(azure: FakeArm, whole: bool) -> None:
    """It may be gone."""
    with pytest.raises(HoldfastError, match="ResourceNotFound"):
        run(change(whole=whole, fragment={"rules": [{"name": "x"}]}))
    assert azure.writes == []


# --- what goes wrong


@pytest.mark.parametrize("status", [409, 412])
@pytest.mark.parametrize("whole", [True, False])
def test_a_busy_resource_is_asked_again(azure: FakeArm, slept: list[float], status: int, whole: bool) -> None:
    """With growing pauses: another operation may take its time."""
    azure.bodies[A] = {"id": A}
    azure.script = [always(refused(status, "Conflict"))] * 2
    run(change(whole=whole))
    assert len(azure.writes) == 3
    assert slept == list(WAITS[:2])


def test_what_stays_busy_is_a_fault_with_azures_own_words(azure: FakeArm, slept: list[float]) -> None:
    """After as many tries as there are pauses, and one."""
    azure.script = [always(refused(409, "AnotherOperationInProgress"))] * 10
    with pytest.raises(HoldfastError) as caught:
        run(change())
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("setting-not-written", Blame.AZURE)
    assert A in fault.message
    assert ("answer", "409 AnotherOperationInProgress") in fault.evidence
    assert ("said", "Azure said so.") in fault.evidence
    assert dict(fault.evidence)["wanted"] == "{'properties': {'a': 2}}"
    assert fault.hint
    assert slept == list(WAITS)


@pytest.mark.parametrize("status", [0, 400, 403, 404, 500])
def test_what_is_refused_is_refused_once(azure: FakeArm, slept: list[float], status: int) -> None:
    """What Azure does not take today, it does not take in a second."""
    azure.script = [always(refused(status, "Refused"))]
    with pytest.raises(HoldfastError, match="Refused"):
        run(change())
    assert (len(azure.writes), slept) == (1, [])


def test_an_operation_that_fails_later_is_a_fault(azure: FakeArm) -> None:
    """An accepted change is none yet."""
    azure.bodies[A] = {"id": A, "properties": {"provisioningState": "Failed"}}
    azure.script = [always(Answer(202))]
    with pytest.raises(HoldfastError, match="OperationFailed"):
        run(change())


def test_all_failures_are_told_and_the_rest_is_written(azure: FakeArm) -> None:
    """One that fails keeps no other from its change."""
    azure.bodies[A] = azure.bodies[B] = {"id": "x"}

    def by_path(fake: FakeArm) -> Answer | None:
        path = fake.requests[-1][1]
        return None if path.endswith("/c") else refused(400, f"Refused{path[-1]}")

    azure.script = [by_path] * 3
    third = f"{A[:-1]}c"
    with pytest.raises(HoldfastError) as caught:
        run(change(A), change(B), change(third))
    assert [fault.evidence[0][1] for fault in caught.value.faults] == ["400 Refuseda", "400 Refusedb"]
    assert third in [write[1] for write in azure.writes]


def test_what_is_within_another_is_changed_after_it(azure: FakeArm) -> None:
    """Azure refuses a write to what is within something that is being written; an action comes last."""
    inner, deepest = f"{A.upper()}/agentPools/p", f"{A}/agentPools/p/x/y"
    run(change(deepest), change(A, {"i": 1}, action="act"), change(inner), change(A), change(f"{A}-other"))
    asked = [write[1] for write in azure.writes]
    assert set(asked[:2]) == {A, f"{A}-other"}
    assert asked[2:] == [f"{A}/act", inner, deepest]


@pytest.mark.parametrize("rules", ["networkAcls", "networkRuleSet"])
def test_a_firewall_is_shut_with_the_rules_that_others_gave_it(azure: FakeArm, rules: str) -> None:
    """Azure takes such a map whole: an address that somebody let in, and that is not sent, is out."""
    live = {"defaultAction": "Allow", "ipRules": [{"value": "1.2.3.4"}]}
    azure.bodies[A] = {"id": A, "properties": {rules: live, "other": {"kept": True}}}
    run(change(fragment={"properties": {rules: {"defaultAction": "Deny"}, "a": 2}}))
    ((method, _, body, _),) = azure.writes
    assert method == "PATCH"
    assert body == {"properties": {rules: {**live, "defaultAction": "Deny"}, "a": 2}}


def test_a_firewall_without_rules_gets_just_those(azure: FakeArm) -> None:
    """A vault may answer none at all."""
    azure.bodies[A] = {"id": A, "properties": {}}
    run(change(fragment={"properties": {"networkAcls": {"defaultAction": "Deny"}}}))
    ((_, _, body, _),) = azure.writes
    assert body == {"properties": {"networkAcls": {"defaultAction": "Deny"}}}


def test_another_identity_stands_instead_of_the_one_before(azure: FakeArm) -> None:
    """Merged, the two would stand beside each other, and an AKS cluster takes one alone."""
    azure.bodies[A] = {"id": A, "identity": {"type": "SystemAssigned", "principalId": "p"}, "properties": {"a": 1}}
    wanted = {"type": "UserAssigned", "userAssignedIdentities": {"/one": {}}}
    props = {"changes": [{"id": A, "apiVersion": "v", "fragment": {"identity": wanted}, "wholePut": True}]}
    ResourceSettingsProvider().create(props)
    ((method, _, body, _),) = azure.writes
    assert (method, body) == ("PUT", {"identity": wanted, "properties": {"a": 1}})


def test_what_is_to_be_there_no_more_is_sent_as_null(azure: FakeArm) -> None:
    """The engine drops what is null on its way, so the path to it stands beside the fragment."""
    asked = {"properties": {"count": 2, "maxCount": None, "deeper": {"gone": None}}}
    inputs = resource_settings_inputs(
        Plan({}, VaultPlan(Authorization.RBAC), changes=(Change(A, "v1", asked, True),)), {}
    )
    (row,) = inputs["changes"]
    assert row["removed"] == [["properties", "maxCount"], ["properties", "deeper", "gone"]]
    azure.bodies[A] = {"id": A, "properties": {"count": 1, "maxCount": 3, "kept": 1}}
    handed_over = {"properties": {"count": 2.0}}
    run({**row, "fragment": handed_over})
    ((_, _, body, _),) = azure.writes
    assert body == {"properties": {"count": 2, "maxCount": None, "kept": 1, "deeper": {"gone": None}}}
