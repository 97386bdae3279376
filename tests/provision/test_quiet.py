"""Does the SDK keep to itself what nobody asked for, and is it still the SDK that we know?"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Iterator

import pulumi
import pytest
from pulumi import log
from pulumi.runtime import resource

from holdfast.provision import quiet


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The SDK and the collector as they are, here and after the test."""
    threshold = gc.get_threshold()
    monkeypatch.setattr(log, "debug", log.debug)
    monkeypatch.setattr(resource, quiet.STACK, getattr(resource, quiet.STACK))
    monkeypatch.delenv(quiet.VARIABLE, raising=False)
    yield
    gc.set_threshold(*threshold)


def test_the_sdk_takes_its_stack_by_that_name_for_every_resource() -> None:
    """Else it would be slow again, and nothing would say so."""
    assert f"{quiet.STACK}()" in inspect.getsource(resource.register_resource)


def test_debug_messages_reach_no_engine_and_stacks_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings still do."""
    sent: list[str] = []
    monkeypatch.setattr(log, "get_engine", lambda: "engine")
    monkeypatch.setattr(log, "_log", lambda _engine, _severity, message, *_: sent.append(message))
    quiet.quieten()
    pulumi.log.debug("nobody hears this", None)
    pulumi.log.warn("this one is heard")
    assert sent == ["this one is heard"]
    assert not getattr(resource, quiet.STACK)().frames


def test_whoever_looks_into_the_sdk_gets_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a variable of the environment."""
    before = (log.debug, getattr(resource, quiet.STACK))
    monkeypatch.setenv(quiet.VARIABLE, "1")
    quiet.quieten()
    assert (log.debug, getattr(resource, quiet.STACK)) == before


def test_the_collector_waits_and_is_not_off() -> None:
    """A stack of a thousand services still gives back what it does not need."""
    quiet.quieten()
    assert (gc.isenabled(), gc.get_threshold()) == (True, quiet.COLLECT)
