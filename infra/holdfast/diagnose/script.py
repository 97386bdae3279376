"""Is a text a scoring script that returns the text of an exception to its caller?

A log may show a script only in part, so what is no Python as a whole is looked at line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from holdfast.diagnose.lines import Line
from holdfast.diagnose.symptom import LIKELY, SURE, Spot
from holdfast.model.scoring_script import returned_exceptions

_EXCEPT = re.compile(r"^\s*except\b.*?(?:\bas\s+(?P<name>\w+))?\s*:")
_DEF = re.compile(r"^\s*(?:async\s+)?def\s+run\s*\(")


def errors_returned(lines: Sequence[Line]) -> list[Spot]:
    """The returns of `run` that hand out an exception."""
    if not any(_DEF.match(line.text) for line in lines):
        return []
    try:
        found = returned_exceptions("\n".join(line.text for line in lines))
    except (SyntaxError, ValueError, RecursionError):
        return list(_by_line(lines))
    return [Spot(first - 1, last, confidence=SURE) for first, last in found]


def _by_line(lines: Sequence[Line]) -> Iterator[Spot]:
    inside, name, since = False, "", 0
    for at, line in enumerate(lines):
        if re.match(r"^\s*(?:async\s+)?def\s+", line.text):
            inside, name = bool(_DEF.match(line.text)), ""
            continue
        caught = _EXCEPT.match(line.text)
        if inside and caught is not None:
            name, since = caught["name"] or "", at
        elif inside and name and at - since <= 5:
            returns = re.match(r"^\s*return\b(.*)", line.text)
            if returns and re.search(rf"\b{re.escape(name)}\b|format_exc", returns[1]):
                yield Spot(at, at + 1, confidence=LIKELY)
