"""Is what is told to be too much for a cluster too much?"""

from __future__ import annotations

from holdfast.decide.capacity import fits, overfull, too_much
from holdfast.model.sizing import Ask, Overfull, Pool

SMALL = Pool("small", "s", 4000, 16_000_000_000, 30, 0, 2)
LARGE = Pool("large", "l", 8000, 32_000_000_000, 30, 0, 1)


def test_pools_take_replicas_together() -> None:
    """Each at its most: two nodes with one, and one with two."""
    assert [fit.at_most for fit in fits((SMALL, LARGE), 4, 3, 1)] == [2, 2]
    four, five = Ask("a", 4, 3, 1), Ask("b", 5, 3, 1)
    assert too_much((SMALL, LARGE), (four, five)) == (five,)
    assert too_much((), (four,)) == (four,)


def test_a_pool_of_an_unknown_size_holds_nothing_that_is_known() -> None:
    """Whoever asks has to know the sizes."""
    unknown = Pool("u", "u", None, None, 30, 0, 9)
    assert too_much((unknown,), (Ask("a", 1, 1, 1),)) != ()
    assert overfull((unknown,), (Ask("a", 1, 1, 1),)) is not None


def test_cores_and_memory_count_each_for_itself() -> None:
    """Up to the last core, and no further; memory may be short where cores are not."""
    assert overfull((SMALL, LARGE), (Ask("a", 4, 2, 1), Ask("b", 4, 2, 1))) is None
    assert overfull((SMALL,), (Ask("a", 2, 4, 1), Ask("b", 1, 0.1, 1))) == Overfull(8.1, 3.0, 8.0, 32.0)
    assert overfull((SMALL,), (Ask("a", 3, 1, 12),)) == Overfull(3.0, 36.0, 8.0, 32.0)
