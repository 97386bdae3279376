"""`holdfast receipt`: what it shows of receipts of either shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from holdfast.ops.receipt import receipt

FIRST: dict[str, Any] = {
    "schema": 1,
    "time": "2026-01-31T12:00:00+00:00",
    "project": "holdfast",
    "stack": "prod",
    "vault": {"id": "/vault"},
    "policies": [
        {"principal": "p", "whose": "theirs", "before": {"secrets": ["get"]}, "after": None, "state": "unread"}
    ],
    "notes": [{"id": "grant-lost", "message": "somebody lost something"}],
}
SECOND = FIRST | {
    "schema": 2,
    "identity": "oid",
    "commit": {"id": "ab" * 20, "dirty": True},
    "writes": [{"write": "tags", "id": "/registry", "says": "merged in: team"}],
}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two receipts of one stack on this machine."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    folder = tmp_path / "receipts" / "holdfast" / "prod"
    folder.mkdir(parents=True)
    for name, body in (("receipt-1.json", FIRST), ("receipt-2-ab.json", SECOND)):
        (folder / name).write_text(json.dumps(body), encoding="utf-8")
    return folder


def test_the_newest_says_who_ran_what_and_what_was_written(kept: Path) -> None:
    """And a vault that nobody could read holds not nothing, but nobody knows what."""
    done = CliRunner().invoke(receipt, ["show"])
    assert done.exit_code == 0, done.output
    assert f"commit {'ab' * 6} and changes  by oid" in done.output
    assert "tags: merged in: team  /registry" in done.output
    assert "?" in next(line for line in done.output.splitlines() if "unread" in line)
    assert "grant-lost: somebody lost something" in done.output


def test_one_of_the_first_shape_is_still_shown(kept: Path) -> None:
    """What it does not know it does not say."""
    done = CliRunner().invoke(receipt, ["show", str(kept / "receipt-1.json")])
    assert done.exit_code == 0, done.output
    assert "commit" not in done.output
    assert "unread" in done.output
