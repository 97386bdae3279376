"""What do people and scripts see of drift?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.drift import Drift, Drifted, NotRead, Up
from holdfast.ops.drift.page import _UP, as_json, show, verdict

ROW = Drifted("Key Vault", "kv-ml", "/kv", "publicNetworkAccess", "Disabled", "Disabled", "Enabled", Up.PATCH)
UNREAD = NotRead("state", "there is no `pulumi` on PATH to ask for it")


def row(**changes: Any) -> Drifted:
    return Drifted(**{**{name: getattr(ROW, name) for name in Drifted.__slots__}, **changes})


def test_a_script_gets_every_value_as_it_is() -> None:
    """None where a side says nothing; lists stay lists."""
    drifted = row(settings=["get"], state=None)
    assert as_json("prod", Drift((drifted,), (UNREAD,))) == {
        "stack": "prod",
        "drift": [
            {
                "resource": {"noun": "Key Vault", "name": "kv-ml", "id": "/kv"},
                "property": "publicNetworkAccess",
                "settings": ["get"],
                "state": None,
                "azure": "Enabled",
                "up": "patch",
                "why": "",
            }
        ],
        "notRead": [{"source": "state", "reason": UNREAD.reason}],
    }


def test_people_get_a_table_and_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Values as words, cut where they are long; what is about a whole resource says so; talk is on stderr."""
    rows = (
        row(settings=["get", "list"], state=None, azure={"a": 1}, up=Up.NOTHING, why="told"),
        row(property="", settings="declared", azure="x" * 200),
    )
    show("prod", Drift(rows, (UNREAD,)))
    printed = capsys.readouterr()
    head, first, second = printed.out.splitlines()
    assert head.split() == ["resource", "property", "settings", "state", "Azure", "pulumi", "up"]
    assert first.split("  ")[-1] == "nothing: told"
    assert "get, list" in first
    assert '{"a": 1}' in first
    assert "(itself)" in second
    assert "x" * 59 + "…" in second
    assert "x" * 60 not in second
    assert printed.err.splitlines() == [
        f"not read: state: {UNREAD.reason}",
        "stack prod: 2 differences; 1 of what was asked could not be read; `pulumi up` settles 1 of them",
    ]


@pytest.mark.parametrize(
    ("ups", "says"),
    [
        ([], "nothing differs"),
        ([Up.PATCH], "1 difference; `pulumi up` settles all of it"),
        ([Up.PATCH, Up.REFUSE], "refuses, and writes nothing"),
        ([Up.NOTHING, Up.UNKNOWN], "settles none of them"),
    ],
)
def test_the_verdict_says_what_a_run_would_settle(ups: list[Up], says: str) -> None:
    """A run that is refused settles nothing, whatever else it would do."""
    assert says in verdict("prod", Drift(tuple(row(up=up) for up in ups)))


def test_every_deed_has_a_word() -> None:
    """The table would fail on one that has none."""
    assert set(_UP) == set(Up)
