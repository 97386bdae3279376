"""When is an answer the expected one?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.ops.local.samples import difference


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ({"a": [1, 2.0], "b": None}, {"b": None, "a": [1.0, 2]}),
        (0.965, 0.9650000001),
        ([], []),
        ("x", "x"),
        (True, True),
    ],
)
def test_the_same_in_other_words_is_the_same(wanted: Any, got: Any) -> None:
    """Order of keys, 1 and 1.0, the last digits of a number."""
    assert difference(wanted, got) == ""


@pytest.mark.parametrize(
    ("wanted", "got", "told"),
    [
        ({"a": 1}, {}, "the answer lacks `a`"),
        ({}, {"a": 1}, "the answer has, beyond what is expected, `a`"),
        ({"a": [1, 2]}, {"a": [1, 3]}, 'the answer["a"][1] is 3, expected 2'),
        ([1], [1, 2], "the answer has 2 items, expected 1"),
        (0.965, 0.966, "the answer is 0.966, expected 0.965"),
        (1, True, "the answer is true, expected 1"),
        (1, "1", 'the answer is "1", expected 1'),
        (None, 0, "the answer is 0, expected null"),
    ],
)
def test_the_first_difference_is_told_with_its_place(wanted: Any, got: Any, told: str) -> None:
    """True is no number, and a text of digits neither."""
    assert difference(wanted, got) == told
