"""Are precision and recall what they are called?"""

from __future__ import annotations

from benchmarks.doctor import HELD_OUT, read_cases, score

ILL = {"name": "ill", "log": 'namespaces "a" not found', "ids": ["namespace-not-found"]}
WELL = {"name": "well", "log": "fine", "ids": []}
MISSED = {"name": "missed", "log": "fine", "ids": ["init-raised"]}
WRONG = {"name": "wrong", "log": 'namespaces "a" not found', "ids": []}


def test_right_wrong_and_missed_are_counted() -> None:
    """Recall falls with what was missed, precision with what was wrongly found."""
    assert (score([ILL, WELL]).recall, score([ILL, WELL]).precision) == (1.0, 1.0)
    assert score([ILL, MISSED]).recall == 0.5
    assert score([ILL, WRONG]).precision == 0.5
    assert (score([]).recall, score([]).precision) == (1.0, 1.0)
    assert score([ILL, WELL, WRONG]).healthy == 2


def test_the_held_out_cases_are_there() -> None:
    """A third of the first corpus, under a name of their own."""
    assert len(read_cases()[HELD_OUT]) >= 40
