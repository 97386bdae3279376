"""How long did each resource of a run take, and what did it wait for? `provision` watches, `verify` writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Watched:
    """One resource that the engine was asked to register. `name` is its logical name, `token` its Pulumi type.

    `start` is when it was asked, in seconds since the run's program began, `seconds` how long the answer took; `needs`
    are the logical names of those that it waited for. `new`: the last checkpoint does not hold it; `changed`: its
    outputs are not those of the last checkpoint.
    """

    name: str
    token: str
    start: float
    seconds: float
    needs: tuple[str, ...] = ()
    new: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """A run's own account of its time. `seconds` is all of it, up to the receipt; `stages` are the seconds at which a
    stage of the program ended, in their order, by name."""

    began: str = ""
    seconds: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    watched: tuple[Watched, ...] = ()
