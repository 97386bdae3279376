"""What of a living environment becomes evidence, and is nothing passed over in silence?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.diagnose import diagnose
from holdfast.diagnose.symptom import GUESS, SURE
from holdfast.home import keep, receipts
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.services import Target
from holdfast.ops.doctor import collect as collecting
from holdfast.ops.doctor.collect import Collected, collect
from holdfast.ops.logs.runs import Run
from holdfast.ops.service.running import Status
from holdfast.ops.service.stack import Stack

from ..conftest import IDENTITY, PIPELINE, SUBSCRIPTION, FakeAzure
from .conftest import READ, put_role, put_vault, put_workspace


def _collected(stack: Stack, service: str | None = None) -> Collected:
    return collect(stack, service, lambda _text: None)


def _ids(found: Collected) -> list[str]:
    return [finding.id for finding in diagnose(found.evidence).findings]


def test_a_healthy_environment_gives_nothing(stack: Stack) -> None:
    """No evidence, and all of it was read."""
    assert _collected(stack) == Collected([], [])


def test_a_workspace_that_is_not_in_its_vault_is_found(azure: FakeAzure, stack: Stack) -> None:
    """Without any record, by the identity alone."""
    put_vault(azure, stack, (PIPELINE, READ))
    found = _collected(stack)
    assert _ids(found) == ["vault-policy-wiped"]
    assert IDENTITY in found.evidence[0].text


def _remember(stack: Stack) -> str:
    """A receipt that shows the pipeline in the vault; the vault's id."""
    row = {"principal": PIPELINE, "before": READ, "after": READ, "state": "kept", "whose": "theirs"}
    vault = {"id": resource_id(stack.wanted, Kind.VAULT), "authorization": "access-policies"}
    body = {"schema": 1, "time": "2026-11-26T10:00:00+00:00", "vault": vault, "policies": [row]}
    keep(receipts("holdfast", "dev"), "receipt-20261126T120000000000.json", body)
    return str(vault["id"])


def test_what_the_last_receipt_shows_and_the_vault_lacks_is_found(azure: FakeAzure, stack: Stack) -> None:
    """By principal, and with the vault's name in the commands."""
    vault = _remember(stack)
    found = _collected(stack)
    assert _ids(found) == ["vault-policy-wiped"]
    assert PIPELINE in found.evidence[0].text
    assert diagnose(found.evidence).findings[0].fix[0] == f"holdfast vault verify {vault.rpartition('/')[2]}"


def test_whoever_wrote_a_vault_that_lost_entries_is_named(azure: FakeAzure, stack: Stack) -> None:
    """By the last PUT of it since the receipt; a PATCH takes nothing, and a log that can't be read is told."""
    _remember(stack)
    log = f"/subscriptions/{SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values"

    def event(who: str, minute: int, method: str, operation: str = "write") -> dict[str, Any]:
        return {
            "caller": who,
            "eventTimestamp": f"2026-11-26T11:{minute}:00Z",
            "operationName": {"value": f"Microsoft.KeyVault/vaults/{operation}"},
            "status": {"value": "Succeeded"},
            "httpRequest": {"method": method},
        }

    rows = [event("template", 20, "PUT"), event("before", 10, "PUT"), event("patch", 30, "PATCH")]
    azure.answers[log] = Answer(200, {"value": [*rows, event("us", 40, "PUT", "accessPolicies/write")]})
    text = _collected(stack).evidence[0].text
    assert text.endswith("; template wrote it as a whole at 2026-11-26 11:20 UTC")
    azure.answers[log] = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    found = _collected(stack)
    assert found.evidence[0].text.endswith("; who wrote it since is not known, for the activity log could not be read")
    assert _ids(found) == ["vault-policy-wiped"]


def test_an_rbac_vault_has_no_entries_to_lose(azure: FakeAzure, stack: Stack) -> None:
    """Its access policies count for nothing."""
    put_vault(azure, stack, enableRbacAuthorization=True)
    put_role(azure, resource_id(stack.wanted, Kind.VAULT), IDENTITY, "Key Vault Administrator")
    assert _collected(stack) == Collected([], [])


def test_a_vault_whose_model_nobody_wrote_is_told(azure: FakeAzure, stack: Stack) -> None:
    """Made anew with a newer API version it would count roles; one whose model is written stays what it is."""
    put_vault(azure, stack, (IDENTITY, READ), enableRbacAuthorization=None)
    found = _collected(stack)
    assert _ids(found) == ["vault-api-retiring"]
    name = resource_id(stack.wanted, Kind.VAULT).rpartition("/")[2]
    assert f"holdfast vault to-rbac {name} --plan" in diagnose(found.evidence).findings[0].fix
    put_vault(azure, stack, (PIPELINE, READ), enableRbacAuthorization=None)
    assert _ids(_collected(stack)) == ["vault-policy-wiped", "vault-api-retiring"]


def test_a_workspace_on_another_vault_is_not_looked_for(azure: FakeAzure, stack: Stack) -> None:
    """Its identity has no business in this one."""
    put_vault(azure, stack)
    azure.put(resource_id(stack.wanted, Kind.WORKSPACE), {"keyVault": "/other"}, identity={"principalId": IDENTITY})
    assert _collected(stack) == Collected([], [])


@pytest.mark.parametrize(
    ("kind", "id"), [(Kind.VAULT, "vault-soft-deleted"), (Kind.WORKSPACE, "workspace-soft-deleted")]
)
def test_what_is_soft_deleted_is_found(azure: FakeAzure, stack: Stack, kind: Kind, id: str) -> None:
    """It is absent where it should be, and in the list of the deleted."""
    own = resource_id(stack.wanted, kind)
    del azure.bodies[own.lower()]
    name, provider = own.rpartition("/")[2], f"/subscriptions/{SUBSCRIPTION}/providers"
    listed = (
        f"{provider}/Microsoft.KeyVault/deletedVaults" if kind is Kind.VAULT else f"{provider}/{KINDS[kind].arm_type}"
    )
    deleted = {
        "vaultId": own,
        "location": "westeurope",
        "deletionDate": "2026-11-01",
        "scheduledPurgeDate": "2027-01-30",
    }
    azure.answers[listed.lower()] = Answer(200, {"value": [{"id": own, "name": name, "properties": deleted}]})
    assert _ids(_collected(stack)) == [id]


def test_what_was_never_made_is_nothing(azure: FakeAzure, stack: Stack) -> None:
    """A stack that was not provisioned yet has nothing wrong."""
    azure.bodies.clear()
    assert _collected(stack) == Collected([], [])


def test_a_registry_without_its_admin_user_needs_an_identity(azure: FakeAzure, stack: Stack) -> None:
    """A workspace without one can only read a password that is not there."""
    put_workspace(azure, stack, identity=None)
    assert _ids(_collected(stack)) == ["acr-admin-disabled"]
    azure.put(resource_id(stack.wanted, Kind.REGISTRY), {"adminUserEnabled": True})
    assert _ids(_collected(stack)) == []


def test_what_can_not_be_read_is_told_and_hides_nothing_else(azure: FakeAzure, stack: Stack) -> None:
    """One refusal is one row; what the others say is still judged."""
    refused = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    azure.answers[resource_id(stack.wanted, Kind.WORKSPACE).lower()] = refused
    put_vault(azure, stack, (PIPELINE, READ))
    found = _collected(stack)
    reason = "403 AuthorizationFailed no"
    assert found.not_read == [{"source": name, "reason": reason} for name in ("workspace", "roles")]
    azure.answers[resource_id(stack.wanted, Kind.VAULT).lower()] = refused
    azure.answers[resource_id(stack.wanted, Kind.REGISTRY).lower()] = refused
    assert [row["source"] for row in _collected(stack).not_read] == ["vault", "workspace", "registry", "roles"]


def test_lists_of_deleted_that_can_not_be_read_are_told(azure: FakeAzure, stack: Stack) -> None:
    """Could not read is not: is not there."""
    azure.bodies.clear()
    refused = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    provider = f"/subscriptions/{SUBSCRIPTION}/providers".lower()
    azure.answers[f"{provider}/microsoft.keyvault/deletedvaults"] = refused
    azure.answers[f"{provider}/microsoft.machinelearningservices/workspaces"] = refused
    assert [row["source"] for row in _collected(stack).not_read] == ["vault", "workspace"]


def test_only_an_images_newest_build_counts(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed build that a good one followed is history; a failed one names its image in its log."""
    runs = [
        Run("/r/4", "r4", "Failed", "4"),
        Run("/r/3", "r3", "Succeeded", "3", ("services/a:2",)),
        Run("/r/2", "r2", "Failed", "2"),
        Run("/r/1", "r1", "Failed", "1"),
    ]
    texts = {
        "/r/4": "ARG HOLDFAST_IMAGE=services/b:1\nERROR: No matching distribution found for nosuch==1",
        "/r/2": "ARG HOLDFAST_IMAGE=services/a:1\nno space left on device",
        "/r/1": "ARG HOLDFAST_IMAGE=services/b:0\nno space left on device",
    }
    monkeypatch.setattr(collecting, "list_runs", lambda *_: iter(runs))
    monkeypatch.setattr(collecting, "log_uri", lambda _client, run: run.id)
    monkeypatch.setattr(collecting, "read_log", lambda uri: texts[uri])
    found = _collected(stack)
    assert [one.source for one in found.evidence] == ["build r4"]
    assert diagnose(found.evidence).findings[0].subcause == "dependency-missing"


@pytest.mark.parametrize(("newer", "counts"), [("Succeeded", False), ("Failed", True)])
def test_a_failed_build_of_what_nobody_asks_for_any_more_is_of_the_past(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, newer: str, counts: bool
) -> None:
    """When a later one has succeeded, of whatever image: an environment is built first, and images on it."""
    runs = [
        Run("/r/2", "r2", newer, "2", ("services/a:2",)),
        Run("/r/1", "r1", "Failed", "1"),
    ]
    text = "ARG HOLDFAST_IMAGE=environments:1\nERROR: No matching distribution found for nosuch==1"
    monkeypatch.setattr(collecting, "list_runs", lambda *_: iter(runs))
    monkeypatch.setattr(collecting, "log_uri", lambda _client, run: run.id)
    monkeypatch.setattr(collecting, "read_log", lambda uri: text)
    assert ("build r1" in [one.source for one in _collected(stack).evidence]) is counts
    # What the settings ask for counts, whatever was built since.
    asset = SimpleNamespace(repository="environments", version="1", dockerfile="FROM x")
    monkeypatch.setattr(collecting, "assets_of", lambda _wanted: [asset])
    assert "build r1" in [one.source for one in _collected(stack).evidence]


class _Service:
    """A service that runs badly."""

    def __init__(self, status: Status, logs: list[str]) -> None:
        self._status, self._logs, self.asked = status, logs, 0

    def status(self) -> Status:
        self.asked += 1
        return self._status

    def logs(self, *, tail: int) -> str:
        assert tail == collecting.TAIL
        return self._logs.pop(0) if len(self._logs) > 1 else self._logs[0]


@pytest.fixture
def serve(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Collected]:
    """What is collected of one service with that status and that log."""

    class Wine:
        name, target, returned_errors = "wine", Target.ACI, ()

    def run(status: Status, *logs: str) -> Collected:
        running = _Service(status, list(logs or ("",)))
        monkeypatch.setattr(Stack, "running", lambda *_: running)
        monkeypatch.setattr(collecting, "PAUSE", 0.0)
        monkeypatch.setattr(collecting, "LOOKED_FOR", 0.2)
        monkeypatch.setattr(Stack, "service", lambda *_: Wine())
        found = _collected(stack, "wine")
        assert running.asked == 1
        return found

    return run


def test_a_service_is_read_with_its_parts_events_and_log(serve: Callable[..., Collected]) -> None:
    """State and log are one story: the crash loop is its traceback's."""
    part = {"name": "wine", "state": "Waiting", "detailStatus": "CrashLoopBackOff", "exitCode": 1, "restartCount": 3}
    event = {"type": "Warning", "name": "BackOff", "message": "Back-off restarting failed container"}
    log = 'Traceback (most recent call last):\n  File "/app/score.py", line 5, in init\n    1 / 0\nZeroDivisionError: x'
    found = serve(Status("CrashLoopBackOff", parts=(part,), events=(event,)), log)
    assert [one.source for one in found.evidence] == ["service wine", "log of service wine"]
    (finding,) = diagnose(found.evidence).findings
    assert (finding.id, finding.evidence[0].where) == ("init-raised", "log of service wine:4")


def test_a_service_that_is_well_or_not_there_has_no_finding(serve: Callable[..., Collected]) -> None:
    """One that runs says so, and one that is not deployed says nothing."""
    part = {"name": "wine", "state": "Running", "restartCount": 0}
    event = {"type": "Normal", "name": "Started", "message": "Started container"}
    assert _ids(serve(Status("Running", parts=(part,), events=(event,)))) == []
    assert serve(Status("Missing")) == Collected([], [])


@pytest.mark.parametrize("well", [True, False])
@pytest.mark.parametrize(
    ("name", "message", "id"),
    [
        ("Unhealthy", "Readiness probe failed: connection refused", "container-not-ready"),
        ("BackOff", "Back-off restarting failed container", "init-raised"),
    ],
)
def test_what_failed_before_it_came_up_is_no_failure(
    serve: Callable[..., Collected], monkeypatch: pytest.MonkeyPatch, name: str, message: str, id: str, well: bool
) -> None:
    """Azure notes no event when a probe succeeds, nor when a crash loop has ended: whoever answers is ready."""
    asked = []
    ids = [] if well else [id]
    monkeypatch.setattr(collecting, "answers", lambda uri: asked.append(uri) or well)
    event = {"type": "Warning", "name": name, "message": message}
    part = {"name": "wine", "state": "Running", "restartCount": 0}
    assert _ids(serve(Status("Running", "http://wine/score", parts=(part,), events=(event,)))) == ids
    assert asked == ["http://wine/score"]


def test_a_container_that_crashes_is_looked_at_until_it_has_said_why(serve: Callable[..., Collected]) -> None:
    """The run that is under way has written nothing yet, and then its exception; one that never does is given up."""
    part = {"name": "wine", "state": "Running", "restartCount": 3}
    log = 'Traceback (most recent call last):\n  File "/app/score.py", line 5, in init\n    1 / 0\nZeroDivisionError: x'
    assert _ids(serve(Status("Running", parts=(part,)), "", "starting", log)) == ["init-raised"]
    assert _ids(serve(Status("Running", parts=(part,)), "starting")) == []


@pytest.mark.parametrize(("file", "ids"), [("Pulumi.prod.yaml", ["run-returns-errors-in-production"]), ("", [])])
def test_a_script_that_returns_errors_is_told_of_production(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, file: str, ids: list[str]
) -> None:
    """With its lines and the service's name; elsewhere it helps."""

    class Wine:
        name, target, returned_errors, script = "wine", Target.ACI, (12, 20), "score.py"
        code = SimpleNamespace(place="wine/code")

    running = _Service(Status("Running"), [""])
    monkeypatch.setattr(Stack, "running", lambda *_: running)
    monkeypatch.setattr(Stack, "service", lambda *_: Wine())
    found = _collected(replace(stack, file=stack.file.with_name(file or stack.file.name)), "wine")
    findings = diagnose(found.evidence).findings
    assert [one.id for one in findings] == ids
    if ids:
        assert [line.text.rpartition(" ")[2] for line in findings[0].evidence] == [
            "wine/code/score.py:12",
            "wine/code/score.py:20",
        ]
        assert findings[0].fix[-1] == "holdfast service deploy wine"


def test_a_roll_out_that_failed_is_a_guess_where_nothing_tells_more(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replicas before it serve on, so that nothing else shows it; an exception in the log is the cause."""

    class Wine:
        name, target, returned_errors = "wine", Target.AKS, ()

    log = 'Traceback (most recent call last):\n  File "/app/score.py", line 5, in init\n    1 / 0\nZeroDivisionError: x'
    monkeypatch.setattr(Stack, "service", lambda *_: Wine())
    monkeypatch.setattr(collecting, "look_at_traffic", lambda *_: [])
    for text, id, confidence in (("starting", "container-not-ready", GUESS), (log, "init-raised", SURE)):
        running = _Service(Status("Failed", parts=({"name": "blue", "state": "Failed", "traffic": 100},)), [text])
        monkeypatch.setattr(Stack, "running", lambda *_, running=running: running)
        (finding,) = diagnose(_collected(stack, "wine").evidence).findings
        assert (finding.id, finding.confidence) == (id, confidence)
