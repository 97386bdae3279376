"""Whoever follows a log reads each line once, although Azure gives the whole each time and drops its beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.ops.logs.follow import news

#: Lines that differ, as those of a log with times do.
LINES = st.lists(st.integers(0, 10**6), unique=True, max_size=30).map(lambda ns: [f"{n} said\n" for n in ns])


@given(LINES, st.integers(0, 30), st.integers(0, 30))
def test_each_line_is_read_once(lines: list[str], first: int, dropped: int) -> None:
    """However much was there before, and however many lines the beginning has lost, as long as one that was seen is
    left."""
    before, now = lines[:first], lines[min(dropped, max(0, first - 1)) :]
    assert news("".join(before), "".join(now)) == "".join(lines[first:])


@pytest.mark.parametrize(
    ("seen", "now", "new"),
    [
        ("", "a\n", "a\n"),
        ("a\n", "a\n", ""),
        ("a\nb\n", "c\nd\n", "c\nd\n"),
        ("half a li", "half a line\n", "ne\n"),
        ("x" * 5000 + "\n", "x" * 3000 + "\ny\n", "y\n"),
        ("a\n", "", ""),
    ],
)
def test_what_is_new_is_what_follows_what_was_seen(seen: str, now: str, new: str) -> None:
    """A restarted container begins anew, and all of its log is new."""
    assert news(seen, now) == new
