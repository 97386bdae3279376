"""Which stack file is meant, and which of its services? For commands that work on a stack without the engine."""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import WantedService
from holdfast.model.wanted import Wanted
from holdfast.settings.file import stack_files, stack_of
from holdfast.settings.suggestions import did_you_mean


def stack_files_of(stack: str | None) -> list[Path]:
    """The stack files of the project around here, or that of one stack; never none.

    Raises HoldfastError `stack-file-missing`.
    """
    found = stack_files(Path.cwd())
    chosen = [path for path in found if stack in (None, stack_of(path))]
    if chosen:
        return [_from_here(path) for path in chosen]
    known = [stack_of(path) for path in found]
    what = f"stack `{stack}` has no file" if stack else "no stack file was found"
    evidence = (("looked in", str(Path.cwd())), ("stacks", ", ".join(known) or "none"))
    raise HoldfastError([Fault("stack-file-missing", what, evidence, did_you_mean(stack or "", known))])


def stack_file(stack: str | None) -> Path:
    """The file of one stack: the one that is named, else PULUMI_STACK's, else the only one.

    Raises HoldfastError `stack-file-missing`, `stack-not-said`.
    """
    found = stack_files_of(stack or os.environ.get("PULUMI_STACK") or None)
    if len(found) == 1:
        return found[0]
    stacks = ", ".join(stack_of(path) for path in found)
    raise HoldfastError(
        [
            Fault(
                "stack-not-said",
                "the project has several stacks, and nothing says which one is meant",
                (("stacks", stacks),),
                "name it with --stack, or set PULUMI_STACK",
            )
        ]
    )


def named_service(wanted: Wanted, file: Path, name: str) -> WantedService:
    """The item of `services` with that name. Raises HoldfastError `unknown-service`."""
    known = {service.name: service for service in wanted.services}
    if name in known:
        return known[name]
    rows = (("file", str(file)), ("services", ", ".join(known) or "none"))
    what = f"stack `{wanted.stack}` has no service `{name}`"
    raise HoldfastError([Fault("unknown-service", what, rows, did_you_mean(name, list(known)))])


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
