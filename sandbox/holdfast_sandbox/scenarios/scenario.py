"""Which scenarios are there, and what does each need to be?

A scenario is a module of `plays`: its docstring is what happens (the first line is its title), `SYMPTOMS` are the ids
of what `holdfast doctor` finds afterwards, the root first, and `play(stage)` makes it happen: it yields a line for
each step, and raises what `not_shown` gives where the sandbox does not show what the scenario is about. `HARMLESS` is
there, and true, where what the stack made is whole afterwards.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.scenarios import plays

if TYPE_CHECKING:
    from holdfast_sandbox.scenarios.stage import Stage  # no start of the command line pays for it

#: Every scenario, in the order of the alphabet.
NAMES = tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(plays.__path__)))


@dataclass(frozen=True, slots=True)
class Scenario:
    """`name` in kebab-case; `title` is one line, `story` the text below it; `symptoms` are ids of the doctor's;
    `harmless`: what the stack made is whole afterwards."""

    name: str
    title: str
    story: str
    symptoms: tuple[str, ...]
    play: Callable[[Stage], Iterator[str]]
    harmless: bool = False


def load(name: str) -> Scenario:
    """The scenario of that name. Raises SandboxError `unknown-scenario`."""
    if name not in NAMES:
        raise SandboxError(
            "unknown-scenario",
            f"There is no scenario `{name}`",
            evidence=[("scenarios", ", ".join(NAMES))],
            hint="`holdfast sandbox scenario list` explains each",
        )
    module = importlib.import_module(f"{plays.__name__}.{name.replace('-', '_')}")
    title, _, story = (module.__doc__ or "").strip().partition("\n")
    story, harmless = " ".join(story.split()), bool(getattr(module, "HARMLESS", False))
    return Scenario(name, title.rstrip("."), story, module.SYMPTOMS, module.play, harmless)
