"""Are the words that a pattern is said to demand in everything that it matches?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from holdfast.diagnose.lines import read_lines
from holdfast.diagnose.literals import demanded
from holdfast.diagnose.symptoms import SYMPTOMS

CORPUS = Path(__file__).parents[1] / "ops/corpus"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"no space left", {"no space left"}),
        (r"(?:soft|hard)-deleted", {"-deleted"}),
        (r"cats?|dogs?", {"cat", "dog"}),
        (r"a+bc", {"bc"}),
        (r"(?:abc)+", {"abc"}),
        (r"(?>abc)d", {"abc"}),
        (r"(?:abc)?", set()),
        (r"\d+", set()),
        (r"/score: ?503", {"503"}),
        (r"a|bcd", set()),
        ("|".join(f"{chr(97 + number // 26)}{chr(97 + number % 26)}x" for number in range(50)), set()),
    ],
)
def test_words_are_read_off_a_pattern(pattern: str, words: set[str]) -> None:
    """The hardest to find by chance of those that every match has; none where there is none."""
    if pattern.startswith("(?>"):
        # Atomic groups came with Python 3.11.
        assert re.compile(pattern)
    assert demanded(pattern) == words


def test_no_match_is_missed_for_its_words() -> None:
    """Every line of the corpus that a pattern matches has one of the words that the pattern demands."""
    cases = [
        case for path in sorted(CORPUS.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    lines = {line.text for case in cases for line in read_lines("x", case["log"])}
    patterns = {pattern for symptom in SYMPTOMS for says in symptom.says for pattern in says.all}
    matched = 0
    for pattern in patterns:
        compiled, words = re.compile(pattern, re.IGNORECASE), demanded(pattern)
        for line in lines:
            if compiled.search(line):
                matched += 1
                assert not words or any(word in line.lower() for word in words), (pattern, line)
    assert matched > 500
