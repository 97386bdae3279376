"""How does what is soft-deleted come back, and what comes back with it?"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.errors import Blame, HoldfastError
from holdfast.provision import recovery_provider
from holdfast.provision.recovery_provider import RecoveryProvider

GROUP = "/subscriptions/S/resourceGroups/rg/providers"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/kv"
ROLE = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/r"
COMPUTE = f"{GROUP}/Microsoft.MachineLearningServices/workspaces/w/computes/cpu"


def refused(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": "Azure said so."}})


ABSENT = refused(404, "ResourceNotFound")


class FakeArm:
    """What is there, by id. A PUT makes it, or what `script` says for that id happens instead."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}
        self.script: dict[str, Callable[[FakeArm], Answer]] = {}
        self.unreadable: dict[str, Answer] = {}
        self.writes: list[tuple[str, Any]] = []
        self._lock = threading.Lock()

    def get(self, path: str, _api_version: str) -> Answer:
        if path in self.unreadable:
            return self.unreadable[path]
        return Answer(200, copy.deepcopy(self.bodies[path])) if path in self.bodies else ABSENT

    def request(self, method: str, path: str, _api_version: str, body: Any = None) -> Answer:
        assert method == "PUT"
        with self._lock:
            self.writes.append((path, copy.deepcopy(body)))
            if path in self.script:
                return self.script[path](self)
            self.bodies[path] = {
                "id": path,
                "properties": {**body.get("properties", {}), "enableRbacAuthorization": True},
            }
        return Answer(200, {"properties": {"provisioningState": "Succeeded"}})


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> FakeArm:
    """The client that the provider makes for itself."""
    fake = FakeArm()
    monkeypatch.setattr(recovery_provider, "client_of", lambda props: fake)
    return fake


def written(id: str, **properties: Any) -> dict[str, Any]:
    return {"id": id, "apiVersion": "2024-11-01", "body": {"location": "westeurope", "properties": properties}}


def props(*back: dict[str, Any], recover: bool = True, authorization: str = "rbac") -> dict[str, Any]:
    first = written(VAULT, createMode="recover") if recover else None
    return {"recover": first, "back": list(back), "authorization": authorization, "cloud": {}}


def create(news: dict[str, Any]) -> dict[str, Any]:
    return RecoveryProvider().create(news).outs or {}


def faults_of(news: dict[str, Any]) -> list[Any]:
    with pytest.raises(HoldfastError) as caught:
        create(news)
    return list(caught.value.faults)


def test_it_recovers_first_and_then_makes_again_what_is_not_there(azure: FakeArm) -> None:
    """One PUT each, whole numbers as such, and nothing is left to do."""
    azure.bodies[ROLE] = {"id": ROLE}
    outs = create(props(written(COMPUTE, nodes=3.0), written(ROLE)))
    assert [path for path, _ in azure.writes] == [VAULT, COMPUTE]
    assert azure.writes[1][1]["properties"] == {"nodes": 3}
    assert type(azure.writes[1][1]["properties"]["nodes"]) is int
    assert outs == {"recover": None, "back": []}
    assert not RecoveryProvider().diff("id", outs, props(recover=False)).changes


@pytest.mark.parametrize("news", [props(), props(written(ROLE), recover=False)])
def test_a_finding_is_something_to_do(azure: FakeArm, news: dict[str, Any]) -> None:
    """Whatever was done before."""
    assert RecoveryProvider().diff("id", {"recover": None, "back": []}, news).changes
    assert RecoveryProvider().update("id", {}, news).outs == {"recover": None, "back": []}


def test_what_somebody_else_recovered_meanwhile_is_left_as_it_is(azure: FakeArm) -> None:
    """A live vault is never PUT, not even by its recovery."""
    azure.bodies[VAULT] = {"id": VAULT, "properties": {"enableRbacAuthorization": True}}
    create(props())
    assert azure.writes == []


@pytest.mark.parametrize("there", [True, False])
def test_a_lost_answer_is_settled_by_what_is_there(azure: FakeArm, there: bool) -> None:
    """Back is back; and what did not come back failed."""

    def lose(fake: FakeArm) -> Answer:
        if there:
            fake.bodies[VAULT] = {"id": VAULT, "properties": {"enableRbacAuthorization": True}}
        return refused(0, "NoAnswer")

    azure.script[VAULT] = lose
    if there:
        create(props())
    else:
        assert [fault.id for fault in faults_of(props())] == ["not-recovered"]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (refused(404, "SoftDeletedVaultDoesNotExist"), "purged, or recovered"),
        (refused(403, "AuthorizationFailed"), "deletedVaults/read"),
        (refused(500, "InternalServerError"), "once Azure answers"),
    ],
)
def test_a_refused_recovery_ends_the_run_before_anything_else_is_written(
    azure: FakeArm, answer: Answer, hint: str
) -> None:
    """What Azure said, and what to do; nothing is made in its place, and nothing purged."""
    azure.script[VAULT] = lambda _: answer
    (fault,) = faults_of(props(written(ROLE)))
    assert (fault.id, fault.blame) == ("not-recovered", Blame.AZURE)
    assert hint in fault.hint
    assert dict(fault.evidence)["decided"] == "nothing is purged"
    assert [path for path, _ in azure.writes] == [VAULT]


def test_what_can_not_be_read_is_not_written(azure: FakeArm) -> None:
    """Could not read is never absent."""
    azure.unreadable[VAULT] = refused(403, "AuthorizationFailed")
    assert [fault.id for fault in faults_of(props())] == ["not-recovered"]
    assert azure.writes == []


def test_a_vault_of_the_other_model_stops_the_run_that_planned_with_this_one(azure: FakeArm) -> None:
    """Azure tells the model only when the vault is back: the next run reads it, and plans with it."""
    (fault,) = faults_of(props(written(ROLE), authorization="access-policies"))
    assert fault.id == "recovered-otherwise"
    assert dict(fault.evidence)["found"] == "rbac"
    assert [path for path, _ in azure.writes] == [VAULT]
    azure.writes.clear()
    create(props(authorization=""))  # a workspace has no such model


def test_an_endpoint_comes_back_after_the_compute_that_it_stands_on(azure: FakeArm) -> None:
    """Types in their order; a role is asked for when its scope is there."""
    endpoint = COMPUTE.replace("computes/cpu", "onlineEndpoints/wine")

    def made(fake: FakeArm) -> Answer:
        there = COMPUTE in fake.bodies and f"{COMPUTE}-2" in fake.bodies
        fake.bodies[endpoint] = {"id": endpoint, "properties": {}}
        return Answer(200, {"properties": {"provisioningState": "Succeeded"}}) if there else refused(400, "BadRequest")

    def slowly(fake: FakeArm) -> Answer:
        fake.bodies[f"{COMPUTE}-2"] = {"id": f"{COMPUTE}-2", "properties": {}}
        return Answer(200, {"properties": {"provisioningState": "Succeeded"}})

    azure.script |= {endpoint: made, f"{COMPUTE}-2": slowly}
    create(props(written(COMPUTE), written(f"{COMPUTE}-2"), written(endpoint)))
    assert [path for path, _ in azure.writes][-1] == endpoint


def test_everything_that_does_not_come_back_is_told_at_once(azure: FakeArm) -> None:
    """And a role that is there under another name is there."""
    azure.script[ROLE] = lambda _: refused(409, "RoleAssignmentExists")
    azure.script[COMPUTE] = lambda _: refused(400, "QuotaExceeded")
    other = f"{COMPUTE}-2"
    azure.script[other] = lambda _: refused(400, "BadRequest")
    faults = faults_of(props(written(ROLE), written(COMPUTE), written(other)))
    assert sorted(dict(fault.evidence)["answer"] for fault in faults) == ["400 BadRequest", "400 QuotaExceeded"]
    assert {fault.id for fault in faults} == {"not-put-back"}
