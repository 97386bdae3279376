"""Which lines have a given word? Found once, in the whole text at a time, which is what strings are fast at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

#: A line of at least so many characters may go on in the next one, cut by a terminal.
WIDTH = 60


class Index:
    """The lines, in lower case, by the words that are asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._low = [line.lower() for line in lines]
        self._text = "\n".join(self._low)
        self._starts: list[int] = []
        at = 0
        for line in self._low:
            self._starts.append(at)
            at += len(line) + 1
        self.long = {at for at, line in enumerate(self._low) if len(line) >= WIDTH}
        self._found: dict[str, frozenset[int]] = {}

    def having(self, word: str) -> frozenset[int]:
        """The positions of the lines that have the word, which is in lower case and of one line."""
        if word not in self._found:
            positions = set[int]()
            at = self._text.find(word)
            while at >= 0:
                line = bisect_right(self._starts, at) - 1
                positions.add(line)
                # One hit a line is enough.
                at = self._text.find(word, self._starts[line] + len(self._low[line]))
            self._found[word] = frozenset(positions)
        return self._found[word]

    def having_any(self, words: Iterable[str]) -> set[int]:
        """The positions of the lines that have one of the words."""
        return set().union(*(self.having(word) for word in words))

    def having_each(self, groups: Sequence[frozenset[str]], *, wrapped: bool = False) -> list[int]:
        """In order, the lines that have a word of each group; an empty group asks for nothing. `wrapped`: also a line
        as long as a terminal is wide whose next one has it."""
        found = set(range(len(self._low)))
        for words in groups:
            if words:
                having = self.having_any(words)
                found &= having | ({at - 1 for at in having} & self.long if wrapped else set())
        return sorted(found)
