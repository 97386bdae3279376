"""Does a scoring script return the text of an exception to its caller? Read as Python, never run.

What counts is where a value comes from, not how it is written: a return of `run`, or of a function of the script whose
value `run` returns, within an `except`, that holds the caught exception or a traceback, by itself or by a name that was
given to it. The type alone tells nothing of the data, so `type(error).__name__` does not count. Source of the rule:
"Troubleshooting remote model deployment" (Microsoft Learn, v1): it is for debugging.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TypeVar

#: What of an exception is no text of it.
_HARMLESS = ("type", "isinstance", "issubclass", "id", "hash", "len", "bool")
#: What holds the exception that is being handled, without its name: `traceback.format_exc()`, `sys.exc_info()`.
_TRACEBACKS = ("format_exc", "exc_info", "format_exception", "format_tb")
_MODULES = ("traceback", "sys")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Node = TypeVar("_Node", bound=ast.AST)


def returned_exceptions(source: str | bytes) -> list[tuple[int, int]]:
    """(first line, last line) of each such return, in order. Raises SyntaxError, ValueError where it is no Python."""
    tree = ast.parse(source)
    functions = {one.name: one for one in ast.walk(tree) if isinstance(one, _Function)}
    found = {
        (node.lineno, node.end_lineno or node.lineno)
        for function in _answering(functions)
        for handler in _within(function, ast.ExceptHandler)
        for node in _within(handler, ast.Return)
        if node.value is not None and _holds(node.value, _names(handler))
    }
    return sorted(found)


def _answering(functions: Mapping[str, _Function]) -> list[_Function]:
    """`run`, and whatever of the script it returns the value of."""
    found: list[_Function] = []
    names = ["run"]
    for name in names:  # grows meanwhile
        function = functions.get(name)
        if function is None or function in found:
            continue
        found.append(function)
        for node in _within(function, ast.Return):
            called = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
            names += [one.id for one in called if isinstance(one, ast.Name)]
    return found


def _names(handler: ast.ExceptHandler) -> set[str]:
    """What the exception is called in its handler, and what was made of it."""
    names = {handler.name} if handler.name else set()
    for node in ast.walk(handler):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is not None and _holds(node.value, names):
                names |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return names


def _holds(value: ast.AST, names: set[str]) -> bool:
    """Whether the value has something of the exception in it."""
    if isinstance(value, ast.Name):
        return value.id in names
    if isinstance(value, ast.Call):
        called = value.func
        if isinstance(called, ast.Name) and called.id in _HARMLESS:
            return False
        by_name = called.id if isinstance(called, ast.Name) else ""
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in _MODULES:
            by_name = called.attr
        if by_name in _TRACEBACKS:
            return True
    return any(_holds(child, names) for child in ast.iter_child_nodes(value))


def _within(node: ast.AST, kind: type[_Node]) -> Iterator[_Node]:
    """Those below it, but in no function within."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, kind):
            yield child
        if not isinstance(child, _Function | ast.Lambda | ast.ClassDef):
            yield from _within(child, kind)
