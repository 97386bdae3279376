"""What is told when a receipt can't be kept? A note each; the run itself is done by then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast import record
from holdfast.archive import ArchiveError
from holdfast.model.decision import Keep
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Plan, VaultPlan
from holdfast.model.wanted import Authorization, Wanted, WantedResource
from holdfast.provision.engine import Session
from holdfast.record import leave_receipt


class NoStore:
    """A container that can't be reached, and counts how often it was asked."""

    asked = 0

    def __init__(self, *_given: Any) -> None:
        """Takes what an archive takes."""

    def newest(self) -> None:
        type(self).asked += 1
        raise ArchiveError("403 AuthorizationFailure no")

    def store(self, _name: str, _body: Any) -> str:
        type(self).asked += 1
        raise ArchiveError("no answer within 5 s")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run with nothing to do, which leaves its receipt; `home` is where, `receipts` the container of its settings."""

    def leave(home: Path, receipts: str | None = None) -> Any:
        monkeypatch.setenv("HOLDFAST_HOME", str(home))
        resources = {kind: WantedResource(kind, f"{kind}-ml") for kind in Kind}
        wanted = Wanted("holdfast", "prod", "f", "sub", "westeurope", "rg", resources, receipts=receipts)
        plan = Plan({kind: Keep("in-state", resource_id(wanted, kind)) for kind in Kind}, VaultPlan(Authorization.RBAC))
        vault = Live(resource_id(wanted, Kind.VAULT), "vault-ml", "westeurope")
        facts = Facts({Kind.VAULT: vault}, policies=())
        # Asked of nobody: the run wrote nothing.
        session = Session("sub", "tenant", None, {}, "oid")  # type: ignore[arg-type]
        return leave_receipt(wanted, plan, facts, session, None)

    return leave


def test_a_receipt_on_this_machine_needs_no_container(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the setting nothing is asked of any store."""
    monkeypatch.setattr(record, "Archive", lambda *_given: pytest.fail("asked"))
    left = run(tmp_path)
    assert not left.notes
    (path,) = tmp_path.glob("receipts/holdfast/prod/receipt-*.json")
    assert left.text.endswith(f"receipt: {path}")
    body = json.loads(path.read_text(encoding="utf-8"))
    assert (body["identity"], body["writes"]) == ("oid", [])
    assert set(body["versions"]) == {"holdfast", "pulumi", "pulumi-azure-native"}


def test_what_can_not_be_kept_is_told_and_fails_nothing(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that takes nothing, a container that is not to be had: a note each, and the summary all the same."""
    monkeypatch.setattr(record, "Archive", NoStore)
    (tmp_path / "file").write_text("", encoding="utf-8")
    left = run(tmp_path / "file", "https://a.b/c")
    assert [note.id for note in left.notes] == ["receipt-not-read", "receipt-not-kept", "receipt-not-stored"]
    assert "403 AuthorizationFailure" in left.notes[0].message
    assert "no answer within 5 s" in left.notes[2].message
    assert left.text == "access policies: none; lost since the last record: 0"


def test_the_container_is_not_read_where_this_machine_remembers(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request a run, to store; the second one is for an empty disk."""
    monkeypatch.setattr(record, "Archive", NoStore)
    run(tmp_path)
    before = NoStore.asked
    assert [note.id for note in run(tmp_path, "https://a.b/c").notes] == ["receipt-not-stored"]
    assert NoStore.asked == before + 1
