"""Which run is meant, and what is on record about its vault?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.ops.report.runs import find_run, looks_at

from .conftest import VAULT, receipt, week

Keep = Callable[..., list[Path]]


def refused(*given: Any) -> str:
    with pytest.raises(HoldfastError) as caught:
        find_run(*given)
    return str(caught.value)


def test_without_a_name_the_newest_run_is_meant(keep: Keep) -> None:
    """Of any stack, or of the one that is named."""
    old, new = keep(receipt("02 12:00:00", stack="dev"), receipt("01 12:00:00"))
    assert (find_run(None, "holdfast", None).path, find_run(None, "holdfast", "prod").path) == (old, new)
    assert find_run(None, "holdfast", "prod").newest


@pytest.mark.parametrize(
    "name",
    [
        "2026-01-02",
        "2026-01-02T12:00",
        "20260102",
        "2026-01-02T12:00:00+00:00",
        "2026-01-02T12:00:00Z",
        "stem",
        "name",
        "path",
    ],
)
def test_a_run_is_named_by_its_time_its_receipt_or_its_file(keep: Keep, name: str) -> None:
    """As far as the name tells it from the others."""
    _, second, _ = keep(*week()[:3])
    given = {"stem": second.stem, "name": second.name, "path": str(second)}.get(name, name)
    found = find_run(given, "holdfast", None)
    assert (found.path.name, found.newest) == (second.name, False)


def test_what_names_no_run_or_several_is_refused_with_those_that_there_are(keep: Keep) -> None:
    """Nobody is shown another run than the one that was meant."""
    paths = keep(*week())
    said = refused("yesterday", "holdfast", None)
    assert "unknown-run" in said
    assert all(str(path) in said for path in paths)
    assert "unknown-run" in refused("2027", "holdfast", None)
    said = refused("2026-01", "holdfast", None)
    assert "run-ambiguous" in said
    assert "4 runs begin with" in said


def test_no_receipts_are_told_with_where_they_were_looked_for(keep: Keep, tmp_path: Path) -> None:
    """A machine on which nothing ran."""
    keep()
    assert f"looked in: {tmp_path}/home/receipts/holdfast" in refused(None, "holdfast", None)
    assert "no run of stack `dev`" in refused(None, "holdfast", "dev")


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 9, "stack": "prod"}', '{"schema": 3}', ""])
def test_a_newest_receipt_that_is_none_gives_way_to_the_one_before(keep: Keep, text: str) -> None:
    """And is named; asked for by name, it is refused."""
    good, bad = keep(receipt("01 12:00:00"), receipt("02 12:00:00"))
    bad.write_text(text, encoding="utf-8")
    found = find_run(None, "holdfast", None)
    assert (found.path, found.unreadable) == (good, (bad,))
    assert "receipt-unreadable" in refused(bad.name, "holdfast", None)
    good.write_text(text, encoding="utf-8")
    assert "no receipt of this stack can be read" in refused(None, "holdfast", None)


def test_the_vault_s_records_end_with_the_run(keep: Keep, tmp_path: Path) -> None:
    """Of every stack and every command, and of no other vault; what is no record is named."""
    first, second, third, _ = keep(*week())
    other = receipt("01 13:00:00", stack="other", vault={"id": VAULT.upper()})
    (shared,) = keep(other)
    keep(receipt("01 14:00:00", stack="elsewhere", vault={"id": "/another"}))
    command = {**receipt("02 13:00:00"), "command": "holdfast vault restore"}
    commanded = tmp_path / "home" / "receipts" / "vault-20260102.json"
    commanded.write_text(json.dumps(command), encoding="utf-8")
    strange = tmp_path / "home" / "receipts" / "vault-20260103.json"
    strange.write_text(
        json.dumps({"schema": 99, "vault": VAULT, "time": "2026-01-02T00:00:00+00:00"}), encoding="utf-8"
    )
    looks, unreadable = looks_at(find_run(third.name, "holdfast", "prod"))
    assert {look.record.path for look in looks} == {str(path) for path in (first, second, shared, third, commanded)}
    assert unreadable == [str(strange)]


def test_a_receipt_from_elsewhere_is_a_run_too(keep: Keep, tmp_path: Path) -> None:
    """A colleague's file, on a machine that knows nothing else."""
    keep()
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(week()[3]), encoding="utf-8")
    run = find_run(str(file), "holdfast", None)
    looks, _ = looks_at(run)
    assert [look.record.path for look in looks] == [str(file)]
    assert looks[0].writes[0]["write"] == "grant"
