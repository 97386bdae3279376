"""Does a command's record say what the command did, and what somebody else did at the same moment?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.verify.command import command_record
from holdfast.verify.ledger import read_ledger
from holdfast.verify.records import COMMAND, holdings, read_record

Make = Callable[..., Any]
VAULT = {"id": "/v", "authorization": "access-policies"}


@pytest.mark.parametrize(
    ("before", "after", "added", "taken", "states"),
    [
        ("a: get", "a: get; b: set", "b: set", "", {"a": "kept", "b": "put-back"}),
        ("a: get", "a: get list", "a: list", "", {"a": "put-back"}),
        ("a: get", "a: get list", "", "", {"a": "widened"}),
        ("", "a: get list", "a: get", "", {"a": "added"}),
        ("a: get; b: get", "b: get", "", "a: get", {"a": "revoked", "b": "kept"}),
        ("a: get; b: get", "", "", "a: get", {"a": "revoked", "b": "gone"}),
    ],
)
def test_each_row_has_the_state_of_what_happened(
    entries: Make, before: str, after: str, added: str, taken: str, states: dict[str, str]
) -> None:
    """The worst news wins, as in a receipt."""
    record = command_record("c", VAULT, entries(before), entries(after), entries(added), entries(taken))
    assert {row["principal"][0]: row["state"] for row in record["policies"]} == states


def test_a_record_can_be_read_back(entries: Make) -> None:
    """By whatever reads receipts, with whose each entry is and applications told apart."""
    after = entries("a: get; b: set; b/x: get")
    a = after[0].principal
    body = command_record("holdfast vault restore", VAULT, (), after, after, whose={a: ("ours", "p/s")})
    record = read_record({"time": "2026-01-01", **body})
    assert record is not None
    assert (record.kind, record.by, record.after) == (COMMAND, "holdfast vault restore", holdings(after))
    assert (record.whose[a], record.whose[after[1].principal]) == ("ours", "theirs")
    assert read_ledger([record]).present == holdings(after)
