"""Which lines have a word?"""

from __future__ import annotations

from holdfast.diagnose.index import WIDTH, Index


def test_lines_are_found_by_their_words() -> None:
    """In any letter case, each once, and only within a line."""
    index = Index(["One two", "", "TWO two", "three on", "e"])
    assert index.having("two") == {0, 2}
    assert index.having("one") == {0}
    assert index.having_any(["one", "three", "four"]) == {0, 3}


def test_each_group_is_asked_for() -> None:
    """A line needs a word of every group; an empty group asks for nothing."""
    index = Index(["a b", "a c", "b"])
    assert index.having_each([frozenset({"a"}), frozenset({"b", "c"})]) == [0, 1]
    assert index.having_each([frozenset()]) == [0, 1, 2]


def test_a_long_line_goes_on_in_the_next_one() -> None:
    """Where asked, a line as wide as a terminal counts with what follows; a short one does not."""
    index = Index(["x" * WIDTH, "word", "short", "word"])
    assert index.having_each([frozenset({"word"})], wrapped=True) == [0, 1, 3]
