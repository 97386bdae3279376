"""Is each registration timed where it is asked and answered, and compared with what the state held?"""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2

from holdfast.provision import watch
from holdfast.provision.watch import Watch

URN = "urn:pulumi:dev::holdfast::a$b::"
SECRET = {watch._SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": "s"}


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    json_format.ParseDict(values, made)
    return made


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """An engine that answers with `outputs`, by the resource's name; each look at the clock is a second later."""
    outputs: dict[str, dict[str, Any]] = {}

    def register(request: Any) -> Any:
        answer = struct(outputs.get(request.name, {}))
        return resource_pb2.RegisterResourceResponse(urn=URN + request.name, object=answer)

    fake = SimpleNamespace(RegisterResource=register, outputs=outputs)
    monkeypatch.setattr(settings, "get_monitor", lambda: fake)
    ticks = count(100.0)
    monkeypatch.setattr(watch.time, "perf_counter", lambda: next(ticks))
    return fake


def ask(monitor: SimpleNamespace, name: str, *needs: str, custom: bool = True, type: str = "a:b:C") -> Any:
    urns = [URN + need for need in needs]
    return monitor.RegisterResource(
        resource_pb2.RegisterResourceRequest(type=type, name=name, custom=custom, dependencies=urns)
    )


def test_a_registration_is_seen_with_its_time_and_what_it_waited_for(monitor: SimpleNamespace) -> None:
    """And answered as the engine answers; components are none."""
    seen = Watch()
    seen.stage("login")
    assert ask(monitor, "group").urn == f"{URN}group"
    ask(monitor, "environment", custom=False)
    ask(monitor, "vault", "group", "group", "odd::name")
    timing = seen.finish({})
    first, second = timing.watched
    assert (first.name, first.token, first.needs, first.new, first.changed) == ("group", "a:b:C", (), True, True)
    assert (second.name, second.needs) == ("vault", ("group", "odd::name"))
    assert timing.stages == {"login": 1.0}
    # The component's two looks lie between.
    assert [(one.start, one.seconds) for one in timing.watched] == [(2.0, 1.0), (6.0, 1.0)]
    assert timing.seconds == 8.0
    assert timing.began.endswith("+00:00")


@pytest.mark.parametrize(
    ("was", "now", "changed"),
    [
        ({"a": 1, "b": [True, {"c": None}]}, {"a": 1.0, "b": [True, {}]}, False),
        ({"a": None}, {}, False),
        ({"a": "s"}, {"a": SECRET}, False),
        ({"a": SECRET}, {"a": SECRET}, False),
        ({"a": "other"}, {"a": SECRET}, True),
        ({"a": [1, 2]}, {"a": [2, 1]}, True),
        ({"a": 1}, {"a": 1, "b": ""}, True),
    ],
)
def test_outputs_are_compared_with_the_last_checkpoint(
    monitor: SimpleNamespace, was: dict[str, Any], now: dict[str, Any], changed: bool
) -> None:
    """What is null is not there, a secret is its value, a number is one whether or not it has a point."""
    seen = Watch()
    monitor.outputs["x"] = now
    ask(monitor, "x", type="pulumi-python:dynamic/a:B")
    (one,) = seen.finish({f"{URN}x": was}).watched
    assert (one.new, one.changed) == (False, changed)


def test_of_the_providers_resources_only_what_holds_a_secret_is_compared(monitor: SimpleNamespace) -> None:
    """The engine ignores every input of the others."""
    seen = Watch()
    ask(monitor, "x")
    assert [seen.finish({f"{URN}x": {"a": 1}}, secret).watched[0].changed for secret in (set[str](), {"y"}, {"x"})] == [
        False,
        False,
        True,
    ]


def test_without_an_engine_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a unit test of the program: no monitor, no rows, and a clock all the same."""
    monkeypatch.setattr(settings, "get_monitor", lambda: None)
    timing = Watch().finish({})
    assert (timing.watched, timing.stages) == ((), {})


def test_the_sdk_asks_the_monitor_by_that_name() -> None:
    """Else nothing would be seen, and nothing would say so."""
    import inspect

    from pulumi.runtime import resource

    text = inspect.getsource(resource.register_resource)
    assert "monitor = settings.get_monitor()" in text
    assert "monitor.RegisterResource(req)" in text
