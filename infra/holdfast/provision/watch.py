"""When was each resource asked for, when was it answered, and what did it wait for? Noted where the SDK asks.

The engine's own account of a run needs an option of whoever types `pulumi up`, and the state holds no beginnings. The
program sees both ends of every registration anyhow: the SDK sends it when everything that the resource needs is there,
and the engine answers when its operation is over. So two looks at a clock a resource are all that it costs, and no
request. What is measured includes the wait for a free hand where more are asked for than the engine does at once
(`--parallel`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import settings

from holdfast.model.operations import Timing, Watched

#: What the engine wraps secrets in, and the word for one. Source: pulumi/pulumi, sdk/go/common/resource/properties.go.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
#: The types of what is ours and no provider's.
_DYNAMIC = "pulumi-python:"

Asked = tuple[Any, Any, float, float]


class Watch:
    """A run's clock, from its making on."""

    def __init__(self) -> None:
        self._began = datetime.now(UTC)
        self._zero = time.perf_counter()
        self._stages: dict[str, float] = {}
        self._asked: list[Asked] = []
        monitor = settings.get_monitor()
        if monitor is not None:
            monitor.RegisterResource = self._timed(monitor.RegisterResource)

    def stage(self, name: str) -> None:
        """A stage of the program has ended."""
        self._stages[name] = self._now()

    def finish(self, state: Mapping[str, Any], secret: Collection[str] = ()) -> Timing:
        """What was seen up to now. `state`: `{urn: outputs}` of the last checkpoint; `secret`: the names of those that
        the engine itself compares. Of azure-native's others it ignores every input: to compare them, too, would take
        longer than all the rest of this."""
        asked = [one for one in list(self._asked) if one[0].custom]
        watched = tuple(_watched(*one, state, one[0].name in secret) for one in asked)
        return Timing(self._began.isoformat(timespec="milliseconds"), self._now(), dict(self._stages), watched)

    def _now(self) -> float:
        return time.perf_counter() - self._zero

    def _timed(self, register: Callable[..., Any]) -> Callable[..., Any]:
        def ask(request: Any, *rest: Any, **more: Any) -> Any:
            start = self._now()
            answer = register(request, *rest, **more)
            self._asked.append((request, answer, start, self._now()))  # of many threads: an append is one step
            return answer

        return ask


def _watched(request: Any, answer: Any, start: float, end: float, state: Mapping[str, Any], secret: bool) -> Watched:
    new = answer.urn not in state
    compared = secret or request.type.startswith(_DYNAMIC)
    changed = new or (compared and _same(state[answer.urn]) != _same(_plain(answer.object)))
    needs = tuple(sorted({_logical(urn) for urn in request.dependencies}))
    return Watched(request.name, request.type, start, end - start, needs, new, changed)


def _logical(urn: str) -> str:
    return "::".join(urn.split("::")[3:])


def _plain(value: Any) -> Any:
    """A Struct as Python's own, quicker than by way of JSON."""
    if isinstance(value, struct_pb2.Struct):
        return {name: _plain(one) for name, one in value.fields.items()}
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _plain(value.struct_value)
    if kind == "list_value":
        return [_plain(one) for one in value.list_value.values]
    return None if kind == "null_value" else getattr(value, kind)


def _same(value: Any) -> Any:
    """As it is compared: a secret by its value, and what is null as not there."""
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return _same(value.get("value"))
        return {name: _same(one) for name, one in value.items() if one is not None}
    return [_same(one) for one in value] if isinstance(value, list | tuple) else value
