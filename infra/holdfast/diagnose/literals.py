"""Which words does a text need for a pattern to match it at all? So that a log of many lines costs little.

A search for a word is a hundred times cheaper than one for a pattern, and nearly no line of a log has any of the words
of a given pattern. The words are read off the pattern itself, so they can't be forgotten when it changes; a pattern
that demands none is tried on every line.
"""

from __future__ import annotations

# The parser behind `re` has no public name; its trees have been the same since Python 3.7, and a test holds this
# module's answers against the patterns' own.
from re import _constants as codes  # type: ignore[attr-defined] # see above
from re import _parser as parser  # type: ignore[attr-defined] # see above
from typing import Any

#: Shorter words are in every line.
SHORTEST = 2
#: A number is as rare as a word that is longer by so many letters.
NUMBER = 6
#: So many words are still cheaper than the pattern.
MOST = 40


def demanded(pattern: str) -> frozenset[str]:
    """Words in lower case, of which at least one is in every text that the pattern matches; empty where it demands
    none."""
    words = _of(list(parser.parse(pattern)))
    return frozenset(words) if words and len(words) <= MOST else frozenset()


def _of(items: list[Any]) -> set[str]:
    """The best choice of a sequence: of its parts, whichever is hardest to find by chance."""
    choices: list[set[str]] = []
    run = ""
    for code, value in items:
        if code is codes.LITERAL and chr(value).isascii():
            run += chr(value).lower()
            continue
        choices.append({run})
        run = ""
        choices.append(_of_one(code, value))
    choices.append({run})
    good = [words for words in choices if words and all(len(word) >= SHORTEST for word in words)]
    return max(good, key=lambda words: (min(map(_rarity, words)), -len(words)), default=set())


def _rarity(word: str) -> int:
    """A long word is in fewer lines than a short one, and a number in fewer than a word."""
    return len(word) + (NUMBER if any(letter.isdigit() for letter in word) else 0)


def _of_one(code: Any, value: Any) -> set[str]:
    if code is codes.SUBPATTERN:
        return _of(list(value[-1]))
    if code is codes.BRANCH:
        each = [_of(list(branch)) for branch in value[1]]
        return set().union(*each) if all(each) else set()
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] >= 1:
        return _of(list(value[2]))
    if code is codes.ATOMIC_GROUP:
        return _of(list(value))
    return set()
