"""What was done with each resource, by the decision, by the plan, by what its outputs became?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from holdfast.model.bodies import Body
from holdfast.model.decision import Create, Keep, Recover, Replace, Update
from holdfast.model.kinds import Kind
from holdfast.model.operations import Timing, Watched
from holdfast.model.plan import AssignmentPlan, Change, PartPlan, Plan, RolePlan, VaultPlan, WorkspaceRole
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Authorization
from holdfast.verify.operations import operations_of

Make = Callable[..., Any]


def done(plan: Plan, *watched: Watched) -> dict[str, str]:
    """The word of each operation."""
    return {row["name"]: row["operation"] for row in operations_of(plan, Timing(watched=watched))["operations"]}


def seen(name: str, **more: Any) -> Watched:
    return Watched(name, "t", 0.0, 1.0, **more)


@pytest.fixture
def quiet(plan: Make) -> Plan:
    """A plan that keeps everything and writes nothing."""
    base: Plan = plan()
    kept = {kind: Keep("in-state", f"/{kind}") for kind in base.decisions}
    return replace(base, decisions=kept, vault=VaultPlan(Authorization.ACCESS_POLICIES))


def test_the_decision_is_the_word(quiet: Plan) -> None:
    """Of kinds, parts, assignments and roles; what is kept is the same, whatever its name in the state."""
    plan = replace(
        quiet,
        decisions={**quiet.decisions, Kind.LOGS: Create("absent"), Kind.VAULT: Recover("gone", "/v", "w", True)},
        parts=(
            PartPlan("container-a", Sort.CONTAINER, "a", "/a", Replace("fixed", "/a", ("cpu",)), Body()),
            PartPlan("container-b", Sort.CONTAINER, "b", "/b", Update("secret", "/b", ()), Body()),
        ),
        assignments=(AssignmentPlan("assignment-x", "cluster", None, "/s", "s", "r", "guid", Create("absent")),),
        roles=(RolePlan("role-p", "p", "r", "guid", Create("absent")),),
    )
    names = ("logs", "vault", "storage", "container-a", "container-b", "assignment-x", "role-p")
    assert done(plan, *(seen(name, new=name == "logs") for name in names)) == {
        "logs": "create",
        "vault": "recover",
        "storage": "same",
        "container-a": "replace",
        "container-b": "update",
        "assignment-x": "create",
        "role-p": "create",
    }


def test_what_no_decision_is_about_is_told_by_the_state_and_the_outputs(quiet: Plan) -> None:
    """New in the state, changed, or as it was; and a kept resource with a changed secret was written."""
    rows = (seen("image-a", new=True, changed=True), seen("image-b", changed=True), seen("image-c"))
    assert done(quiet, *rows, seen("storage", changed=True)) == {
        "image-a": "create",
        "image-b": "update",
        "image-c": "same",
        "storage": "update",
    }


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("vault-settings", {"vault": VaultPlan(Authorization.ACCESS_POLICIES, changes={"a": 1})}),
        ("vault-settings", {"vault": VaultPlan(Authorization.ACCESS_POLICIES, tags={"a": "1"})}),
        ("vault-settings", {"vault": VaultPlan(Authorization.ACCESS_POLICIES, recovered=True)}),
        ("resource-tags", {"lacking_tags": {"/registry": {"a": "b"}}}),
        ("resource-settings", {"changes": (Change("/w", "v", {"a": 1}, False),)}),
        ("workspace-role", {"workspace_role": WorkspaceRole("r", "guid", missing=True)}),
        ("vault-grants", {}),
    ],
)
def test_a_write_that_leaves_no_trace_in_the_outputs_is_known_from_the_plan(
    quiet: Plan, plan: Make, entries: Make, name: str, change: dict[str, Any]
) -> None:
    """What was missing in Azure is an input of one run, and no output."""
    run = replace(quiet, **(change or {"grants": plan(missing=entries("a: get")).grants}))
    assert done(run, seen(name)) == {name: "update"}
    assert done(replace(quiet, workspace_role=WorkspaceRole("r", "guid")), seen(name)) == {name: "same"}


def test_rows_are_in_the_order_of_asking_and_need_only_one_another(quiet: Plan) -> None:
    """A component, which no row is about, is nothing to wait for."""
    late = Watched("b", "t", 2.00049, 0.5004, ("a", "environment"))
    body = operations_of(quiet, Timing("t", 9.87654, {"login": 0.12345}, (late, Watched("a", "t", 1.0, 1.0))))
    assert body["duration"] == {"began": "t", "seconds": 9.877, "stages": [{"name": "login", "ended": 0.123}]}
    assert [row["name"] for row in body["operations"]] == ["a", "b"]
    assert body["operations"][1] == {
        "name": "b",
        "type": "t",
        "operation": "same",
        "start": 2.0,
        "seconds": 0.5,
        "needs": ["a"],
    }


def test_a_run_that_nobody_timed_says_so(quiet: Plan) -> None:
    """No beginning, no rows."""
    body = operations_of(quiet, Timing())
    assert body == {"duration": {"began": None, "seconds": 0.0, "stages": []}, "operations": []}
