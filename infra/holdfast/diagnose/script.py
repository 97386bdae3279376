"""Does a scoring script return the text of an exception to its caller? Read as Python, never run.

A log may show a script only in part, so what is no Python as a whole is looked at line by line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from holdfast.diagnose.lines import Line
from holdfast.diagnose.symptom import LIKELY, SURE, Spot

_EXCEPT = re.compile(r"^\s*except\b.*?(?:\bas\s+(?P<name>\w+))?\s*:")
_DEF = re.compile(r"^\s*(?:async\s+)?def\s+run\s*\(")


def returned_exceptions(lines: Sequence[Line]) -> list[Spot]:
    """The returns of `run` that hand out an exception."""
    if not any(_DEF.match(line.text) for line in lines):
        return []
    try:
        tree = ast.parse("\n".join(line.text for line in lines))
    except (SyntaxError, ValueError, RecursionError):
        return list(_by_line(lines))
    return [
        Spot(node.lineno - 1, node.end_lineno or node.lineno, confidence=SURE)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name == "run"
        for handler in ast.walk(function)
        if isinstance(handler, ast.ExceptHandler)
        for node in ast.walk(handler)
        if isinstance(node, ast.Return) and node.value is not None and _hands_out(node.value, handler)
    ]


def _hands_out(value: ast.expr, handler: ast.ExceptHandler) -> bool:
    """Whether the value holds the caught exception as text, or the traceback; directly, or by a name of the handler."""
    names = {handler.name} if handler.name else set()
    for statement in handler.body:
        if isinstance(statement, ast.Assign) and _mentions(statement.value, names):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return _mentions(value, names)


def _mentions(value: ast.expr, names: set[str]) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Name) and node.id in names:
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("format_exc", "exc_info", "format_exception"):
            return True
        if isinstance(node, ast.Name) and node.id == "format_exc":
            return True
    return False


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
