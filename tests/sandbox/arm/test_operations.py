"""Do operations end, whatever their completion does?"""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.latency import Latency
from holdfast_sandbox.arm.listing import Listing
from holdfast_sandbox.arm.operations import Operation, Operations
from holdfast_sandbox.arm.routing import Registry, Service
from holdfast_sandbox.arm.store import Resource, Store

THING = Resource("/a/thing", "T/t", "thing", "s", "g")


def good(plane: Plane, operation: Operation) -> None:
    plane.store.save(THING)


def refusing(plane: Plane, operation: Operation) -> None:
    plane.store.save(THING)
    raise ArmError(409, "NotNow", "Later.")


def broken(plane: Plane, operation: Operation) -> None:
    plane.store.save(THING)
    raise RuntimeError


@pytest.fixture
def plane(tmp_path: Path) -> Plane:
    service = Service("T", [], [], completions={"good": good, "refusing": refusing, "broken": broken})
    store = Store(tmp_path / "state.sqlite")
    return Plane(store, Registry([service]), Latency(0), Operations(), Listing(), clock=lambda: 100.0)


@pytest.mark.parametrize(
    ("completion", "status", "code"),
    [
        ("good", "Succeeded", None),
        ("refusing", "Failed", "NotNow"),
        ("broken", "Failed", "InternalServerError"),
        ("forgotten", "Failed", "InternalServerError"),
    ],
)
def test_a_due_operation_ends_once(plane, completion, status, code) -> None:
    """It succeeds with what it wrote, or fails with its error and nothing written; it is not carried out again."""
    operation = Operation("1", completion, "s", "T", "", THING.id, 90.0, 100.0, 0, "2024-01-01")
    with plane.store.transaction():
        plane.operations._save(plane, operation)
        plane.operations.settle(plane)
    ended = plane.operations.get(plane, "1")
    assert (ended.status, (ended.failure or {}).get("code")) == (status, code)
    assert (plane.store.get(THING.id) is not None) == (status == "Succeeded")
    assert plane.operations.under_way(plane, THING.id) is None
    plane.store.remove(THING.id)
    plane.operations.settle(plane)
    assert plane.store.get(THING.id) is None


def test_an_operation_that_is_not_due_waits(plane) -> None:
    """Before its moment it is in progress, whatever is asked meanwhile."""
    plane.operations._save(plane, Operation("1", "good", "s", "T", "", THING.id, 90.0, 100.1, 0, "2024-01-01"))
    plane.operations.settle(plane)
    assert plane.operations.get(plane, "1").answer()["status"] == "InProgress"
    assert plane.operations.under_way(plane, "/A/THING") is not None
