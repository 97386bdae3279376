"""Does `--fix` do what is safe, for what is there, and say whether it helped?"""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from holdfast.arm import Answer
from holdfast.diagnose.symptoms import BY_ID, SYMPTOMS
from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.services import Target
from holdfast.ops.doctor import collect as collecting
from holdfast.ops.doctor import fix as fixing
from holdfast.ops.doctor.collect import Collected, collect
from holdfast.ops.doctor.fix import Fixed, fix
from holdfast.ops.doctor.page import show_fixed
from holdfast.ops.service.running import Status
from holdfast.ops.service.stack import Stack

from ..conftest import IDENTITY, PIPELINE, SUBSCRIPTION, FakeAzure
from .conftest import READ, put_vault

TRACEBACK = (
    'Traceback (most recent call last):\n  File "/app/score.py", line 5, in init\n    1 / 0\nZeroDivisionError: x'
)


def _fix(stack: Stack, id: str, service: str | None = None, *, dry_run: bool = False, yes: bool = True) -> Fixed:
    def look() -> Collected:
        return collect(stack, service, lambda _text: None)

    return fix(stack, BY_ID[id], look, dry_run=dry_run, yes=yes, err=False)


def test_what_is_not_there_is_not_mended(azure: FakeAzure, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done for it, and what could not be read is named: it may be there."""
    monkeypatch.setattr(fixing, "give_back", None)
    with pytest.raises(HoldfastError) as refused:
        _fix(stack, "vault-policy-wiped")
    (fault,) = refused.value.faults
    assert (fault.id, fault.evidence, int(fault.blame)) == ("symptom-not-there", (), 2)
    refusal = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    azure.answers[resource_id(stack.wanted, Kind.VAULT).lower()] = refusal
    with pytest.raises(HoldfastError) as refused:
        _fix(stack, "vault-policy-wiped")
    (fault,) = refused.value.faults
    assert fault.evidence[0] == ("not read", "vault: 403 AuthorizationFailed no")
    assert "as far as it could be read" in fault.message


@pytest.mark.parametrize("helps", [True, False])
def test_a_wiped_vault_is_given_back_and_looked_at_again(
    azure: FakeAzure, stack: Stack, monkeypatch: pytest.MonkeyPatch, helps: bool
) -> None:
    """By the restore's own code, of the stack's own vault; that it did not help is said, too."""
    put_vault(azure, stack, (PIPELINE, READ))
    asked: list[tuple[str, dict[str, Any]]] = []

    def give_back(vault: str, **how: Any) -> None:
        asked.append((vault, how))
        if helps:
            put_vault(azure, stack, (PIPELINE, READ), (IDENTITY, READ))

    monkeypatch.setattr(fixing, "give_back", give_back)
    done = _fix(stack, "vault-policy-wiped")
    vault = resource_id(stack.wanted, Kind.VAULT)
    assert asked == [(vault, {"dry_run": False, "yes": True, "err": False})]
    assert (done.applied, done.done) == ((f"holdfast vault restore {vault}",), True)
    assert (done.left is None) is helps


def test_an_rbac_vault_is_given_no_entries(azure: FakeAzure, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log still tells of a refusal; entries would count for nothing there, whatever `--yes` says."""
    put_vault(azure, stack, enableRbacAuthorization=True)
    monkeypatch.setattr(fixing, "give_back", None)
    told = "(Forbidden) The user 'oid=1' does not have secrets get permission on key vault 'kv-ml;location=x'."
    found = Collected([collecting.Evidence("log of service wine", told)])
    with pytest.raises(HoldfastError, match="fix-by-hand"):
        fix(stack, BY_ID["vault-policy-wiped"], lambda: found, dry_run=False, yes=True, err=False)


def test_a_dry_run_shows_and_leaves(azure: FakeAzure, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is asked to write nothing, and the symptom is told to be there."""
    put_vault(azure, stack)
    asked: list[bool] = []
    monkeypatch.setattr(fixing, "give_back", lambda _vault, **how: asked.append(how["dry_run"]))
    done = _fix(stack, "vault-policy-wiped", dry_run=True)
    assert (asked, done.done, done.left is not None) == ([True], False, True)


@pytest.mark.parametrize(
    ("kind", "id"), [(Kind.VAULT, "vault-soft-deleted"), (Kind.WORKSPACE, "workspace-soft-deleted")]
)
def test_what_a_run_recovers_is_left_to_a_run(azure: FakeAzure, stack: Stack, kind: Kind, id: str) -> None:
    """`pulumi up` is named, and none is begun."""
    own = resource_id(stack.wanted, kind)
    del azure.bodies[own.lower()]
    provider = f"/subscriptions/{SUBSCRIPTION}/providers"
    listed = (
        f"{provider}/Microsoft.KeyVault/deletedVaults" if kind is Kind.VAULT else f"{provider}/{KINDS[kind].arm_type}"
    )
    deleted = {"vaultId": own, "location": "westeurope", "deletionDate": "2026-11-01"}
    row = {"id": own, "name": own.rpartition("/")[2], "properties": deleted}
    azure.answers[listed.lower()] = Answer(200, {"value": [row]})
    with pytest.raises(HoldfastError) as refused:
        _fix(stack, id)
    (fault,) = refused.value.faults
    assert (fault.id, int(fault.blame)) == ("fix-by-hand", 2)
    assert fault.message.startswith("`pulumi up` mends")
    assert ("command", "pulumi up") in fault.evidence


class _Service:
    """A service whose container crashes until it is restarted, or for ever."""

    def __init__(self, recovers: bool) -> None:
        self.restarts, self._recovers = 0, recovers

    def status(self) -> Status:
        well = self.restarts and self._recovers
        part = {"name": "wine", "state": "Running" if well else "Waiting", "restartCount": 0 if well else 3}
        return Status("Running" if well else "CrashLoopBackOff", parts=(part,))

    def logs(self, *, tail: int) -> str:
        return "scoring" if self.restarts and self._recovers else TRACEBACK

    def restart(self) -> None:
        self.restarts += 1


@pytest.fixture
def service(stack: Stack, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> _Service:
    class Wine:
        name = "wine"
        target = Target.ACI
        returned_errors = ()

    one = _Service(recovers=getattr(request, "param", True))
    monkeypatch.setattr(Stack, "running", lambda *_: one)
    monkeypatch.setattr(Stack, "service", lambda *_: Wine())
    monkeypatch.setattr(collecting, "LOOKED_FOR", 0.0)
    monkeypatch.setattr(fixing, "SETTLES", 0.0)
    monkeypatch.setattr(fixing, "PATIENCE", 0.1)
    monkeypatch.setattr(fixing, "answers", lambda _uri: one.status().state == "Running")
    return one


@pytest.mark.parametrize("service", [True, False], indirect=True)
def test_a_service_that_crashes_is_started_anew(stack: Stack, service: _Service) -> None:
    """Once; whether it stays up is what is told."""
    done = _fix(stack, "init-raised", "wine")
    assert (done.applied, service.restarts) == (("holdfast service restart wine",), 1)
    assert (done.left is None) is (service.status().state == "Running")


def test_a_container_that_has_not_failed_yet_is_not_well(
    stack: Stack, service: _Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is found of it a moment after its start, and nothing is claimed before it answers."""
    monkeypatch.setattr(fixing, "answers", lambda _uri: False)
    done = _fix(stack, "init-raised", "wine")
    assert (done.silent, done.diagnosis.findings) == (("wine",), ())
    assert done.left is not None
    assert "`wine` was restarted and is not well yet" in CliRunner().invoke(_shown(done)).output


@pytest.mark.parametrize("answering", [True, False], ids=["the new run answers", "the new run is not up yet"])
def test_the_last_word_of_the_run_that_was_ended_is_no_sign(
    stack: Stack, service: _Service, monkeypatch: pytest.MonkeyPatch, answering: bool
) -> None:
    """Azure ends the old run while the doctor looks again: its traceback may be read once more."""
    logs = iter([TRACEBACK])
    monkeypatch.setattr(fixing, "PATIENCE", 60.0)
    monkeypatch.setattr(
        service, "logs", lambda *, tail: next(logs, "scoring") if service.restarts else TRACEBACK, raising=True
    )
    asked: list[bool] = []
    monkeypatch.setattr(fixing, "answers", lambda _uri: bool(asked.append(True) or answering or len(asked) > 1))
    done = _fix(stack, "init-raised", "wine")
    assert (done.left, done.silent, next(logs, "read")) == (None, (), "read")


def _shown(done: Fixed) -> click.Command:
    return click.Command("shown", callback=lambda: show_fixed(done))


def test_a_service_is_not_restarted_by_a_dry_run_or_unasked(stack: Stack, service: _Service) -> None:
    """Nobody is there to be asked in a test."""
    assert not _fix(stack, "init-raised", "wine", dry_run=True).done
    with pytest.raises(HoldfastError, match="not-confirmed"):
        _fix(stack, "init-raised", "wine", yes=False)
    assert service.restarts == 0


def test_what_only_a_build_tells_is_nobodys_service(
    azure: FakeAzure, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to restart, so nothing is."""
    found = Collected([collecting.Evidence("build ca1", TRACEBACK)])
    with pytest.raises(HoldfastError, match="fix-by-hand"):
        fix(stack, BY_ID["init-raised"], lambda: found, dry_run=False, yes=True, err=False)


def test_a_symptom_without_a_safe_remedy_gives_its_commands(azure: FakeAzure, stack: Stack) -> None:
    """With what the evidence tells, filled in."""
    azure.change(resource_id(stack.wanted, Kind.WORKSPACE), identity=None)
    with pytest.raises(HoldfastError) as refused:
        _fix(stack, "acr-admin-disabled")
    (fault,) = refused.value.faults
    registry = resource_id(stack.wanted, Kind.REGISTRY).rpartition("/")[2]
    assert fault.id == "fix-by-hand"
    assert any(name == "command" and registry in value for name, value in fault.evidence)


def test_every_remedy_that_is_promised_is_there() -> None:
    """What a symptom's page says is what `--fix` does, and nothing can be applied that no page tells of."""
    promised = {" ".join(one.applies.split()[:3]) for one in SYMPTOMS if one.is_fixed_here}
    assert promised == set(fixing._REMEDIES)
