"""What does a receipt say of the run itself: who, with what, what was decided about each resource, what was written?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from holdfast.model.bodies import Body
from holdfast.model.decision import Adopt, Create, Keep, Recover, Refer, Replace, Update, Within
from holdfast.model.existing import Recorded
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.origin import Commit, Origin
from holdfast.model.permissions import Permissions
from holdfast.model.plan import AssignmentPlan, Change, PartPlan, Plan, RolePlan, VaultPlan, WorkspaceRole
from holdfast.model.roles import ROLES
from holdfast.model.sorts import Sort
from holdfast.verify import build
from holdfast.verify.head import type_of

Make = Callable[..., Any]

GROUP = "/subscriptions/sub/resourceGroups/rg-ml"
COMPUTE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/workspace-ml/computes/cpu"
PRINCIPAL = "aaaaaaaa-0000-4000-8000-000000000009"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"


def quiet(plan: Plan, **changes: Any) -> Plan:
    """A plan that writes nothing, but for `changes`."""
    decisions = {kind: Keep("in-state", f"/{kind}") for kind in plan.decisions}
    nothing = VaultPlan(plan.vault.authorization)
    return replace(plan, **{"decisions": decisions, "vault": nothing, "notes": (), **changes})


@pytest.fixture
def head(valid: Callable[[Any], None]) -> Make:
    """A receipt without entries, as it is kept, and of the published shape."""

    def make(wanted: Any, plan: Plan, **given: Any) -> dict[str, Any]:
        body = build(wanted, plan, (), (), **given).to_json()
        valid(body)
        return dict(json.loads(json.dumps(body)))

    return make


def part(decision: Any, sort: Sort = Sort.COMPUTE, id: str = COMPUTE) -> PartPlan:
    return PartPlan(f"{sort}-cpu", sort, "cpu", id, decision, Body())


def assignment(decision: Any) -> AssignmentPlan:
    scope = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/cr"
    return AssignmentPlan("assignment-x", "cluster", None, scope, "registry", ROLES["AcrPull"], "guid", decision)


def test_a_run_that_has_nothing_to_do_writes_nothing(wanted: Make, plan: Make, head: Make) -> None:
    """Kept, referred to, or made within another: no row."""
    run = quiet(
        plan(),
        parts=(part(Keep("in-state", COMPUTE)), part(Within("made-with-parent", "/x"), Sort.POOL)),
        assignments=(assignment(Refer("already-granted", "/held")),),
        workspace_role=WorkspaceRole(ADMINISTRATOR, "guid"),
    )
    known = ("compute-cpu", "pool-cpu", "assignment-x", "vault", "vault-settings")
    state = {name: Recorded(f"urn:pulumi:s::p::t::{name}", "t", "") for name in known}
    assert head(wanted(), run, state=state)["writes"] == []


def test_of_a_recovered_vault_only_what_is_known_is_told(wanted: Make, plan: Make, head: Make) -> None:
    """That it is recovered, and what is looked at when it is back; not that all of it was written."""
    base, vault = plan(), "/subscriptions/sub/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/vault-ml"
    run = quiet(
        base,
        decisions={
            **{kind: Keep("in-state", f"/{kind}") for kind in Kind},
            Kind.VAULT: Recover("ours-soft-deleted", vault, "westeurope", True),
        },
        vault=VaultPlan(
            base.vault.authorization, {"publicNetworkAccess": "Disabled"}, tags={"team": "ml"}, recovered=True
        ),
    )
    body = head(wanted(), run)
    assert [(row["write"], row["id"]) for row in body["writes"]] == [("recover", vault), ("setting", vault)]
    assert body["writes"][1]["settings"] == ["publicNetworkAccess"]
    assert "tags" in body["writes"][1]["says"]
    assert body["vaultChanges"] == {"settings": {}, "tags": {}}


def test_each_write_of_the_plan_is_told_by_id_and_in_words(wanted: Make, plan: Make, entries: Make, head: Make) -> None:
    """Creations, adoptions, replacements, settings, tags, grants, revocations, roles: each by what it is of."""
    base = plan(missing=entries("a: get"), revoke=entries("b: set"))
    run = quiet(
        base,
        decisions={
            **{kind: Keep("in-state", f"/{kind}") for kind in Kind},
            Kind.STORAGE: Adopt("our-tag", "/storage"),
            Kind.LOGS: Create("absent"),
        },
        vault=replace(base.vault, changes={"publicNetworkAccess": "Disabled"}, tags={"team": "ml"}),
        grants=replace(base.grants, own=Permissions(secrets=frozenset({"get"}))),
        parts=(part(Replace("fixed", COMPUTE, ("vmSize",))), part(Update("secret", "/c", ()), Sort.CONTAINER, "/c")),
        assignments=(assignment(Create("absent")),),
        roles=(RolePlan("role-p", PRINCIPAL, ADMINISTRATOR, "guid", Create("absent")),),
        workspace_role=WorkspaceRole(ADMINISTRATOR, "guid", missing=True),
        lacking_tags={"/registry": {"team": "ml", "a": "b"}},
        changes=(
            Change("/workspace", "v", {"properties": {"a": {"b": 1}, "c": {}}}, False),
            Change("/compute", "v", {"idle": "PT1H"}, False, "updateIdle"),
        ),
    )
    writes = head(wanted(), run)["writes"]
    a, b = entries("a:")[0].principal, entries("b:")[0].principal
    assert [(row["write"], row["id"]) for row in writes] == [
        ("adopt", "/storage"),
        ("create", resource_id(wanted(), Kind.LOGS)),
        ("replace", COMPUTE),
        ("update", "/c"),
        (
            "create",
            f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/cr"
            "/providers/Microsoft.Authorization/roleAssignments/guid",
        ),
        ("create", "/vault/providers/Microsoft.Authorization/roleAssignments/guid"),
        ("ensure", "/vault/providers/Microsoft.Authorization/roleAssignments/guid"),
        ("setting", "/vault"),
        ("tags", "/vault"),
        ("grant", "/vault"),
        ("grant", "/vault"),
        ("revoke", "/vault"),
        ("tags", "/registry"),
        ("setting", "/workspace"),
        ("setting", "/compute"),
    ]
    by_id = {row["id"]: row for row in writes if row["write"] == "setting"}
    assert by_id["/workspace"]["settings"] == ["properties.a.b", "properties.c"]
    assert by_id["/compute"]["says"] == "set (by updateIdle): idle"
    said = [row["says"] for row in writes]
    assert "Compute cpu is deleted and made anew: vmSize" in said
    assert "Role AcrPull for cluster is made" in said
    assert f"{a} is given secrets: get" in said
    assert f"{b} loses secrets: set" in said
    assert "the workspace's identity, new, is given secrets: get" in said
    assert "merged in: a, team" in said


@pytest.mark.parametrize(("retain", "word"), [(True, "forget"), (False, "delete")])
def test_what_the_settings_ask_for_no_more_is_deleted_or_forgotten(
    wanted: Make, plan: Make, head: Make, retain: bool, word: str
) -> None:
    """A part goes; a registry is left as it is, unless the settings retain nothing."""
    settings = wanted()
    fewer = {kind: one for kind, one in settings.resources.items() if kind is not Kind.REGISTRY}
    settings = replace(settings, resources=fewer, retain=retain)
    run = quiet(plan(), decisions={kind: Keep("in-state", f"/{kind}") for kind in fewer})
    state = {
        "registry": Recorded("urn:pulumi:s::p::t::registry", "t", "crml", {"id": "/registry"}),
        "compute-gpu": Recorded("urn:pulumi:s::p::t::compute-gpu", "t", ""),
        "vault-grants": Recorded("urn", "t", ""),
    }
    gone = "deleted" if word == "delete" else "managed no more, and left as it is"
    assert head(settings, run, state=state)["writes"] == [
        {
            "write": "delete",
            "id": "urn:pulumi:s::p::t::compute-gpu",
            "says": "Compute compute-gpu, asked for no more, is deleted",
        },
        {"write": word, "id": "/registry", "says": f"Container registry crml, asked for no more, is {gone}"},
    ]


def test_the_role_of_a_new_workspace_is_ensured(wanted: Make, plan: Make, head: Make) -> None:
    """Nobody knows before whether Azure assigns it, so the run looks, and assigns it where it is missing."""
    run = quiet(plan(), workspace_role=WorkspaceRole(ADMINISTRATOR, "guid"))
    run = replace(run, decisions={**run.decisions, Kind.WORKSPACE: Create("absent")})
    assert [row["write"] for row in head(wanted(), run)["writes"]] == ["create", "ensure"]


def test_parts_and_role_assignments_are_decided_like_kinds(wanted: Make, plan: Make, head: Make) -> None:
    """Each with its name in the state, its type, decision, reason and id; a role also with what it is, and where."""
    run = quiet(
        plan(),
        parts=(part(Create("absent")),),
        assignments=(assignment(Refer("already-granted", "/held")),),
        roles=(RolePlan("role-p", PRINCIPAL, ADMINISTRATOR, "guid", Keep("in-state", "/mine")),),
    )
    rows = {row["name"]: row for row in head(wanted(), run)["decisions"]}
    assert rows["compute-cpu"] == {
        "name": "compute-cpu",
        "kind": "compute",
        "type": "Microsoft.MachineLearningServices/workspaces/computes",
        "decision": "create",
        "reason": "absent",
        "id": COMPUTE,
    }
    assert rows["assignment-x"] == {
        "name": "assignment-x",
        "kind": "role-assignment",
        "type": "Microsoft.Authorization/roleAssignments",
        "decision": "refer",
        "reason": "already-granted",
        "id": "/held",
        "role": ROLES["AcrPull"],
        "principal": None,
        "scope": f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/cr",
    }
    assert (rows["role-p"]["id"], rows["role-p"]["scope"]) == ("/mine", "/vault")


@pytest.mark.parametrize(
    ("id", "type"),
    [
        (GROUP, "Microsoft.Resources/resourceGroups"),
        (COMPUTE, "Microsoft.MachineLearningServices/workspaces/computes"),
        (f"{COMPUTE}/providers/Microsoft.Authorization/locks/x", "Microsoft.Authorization/locks"),
    ],
)
def test_a_type_is_read_out_of_an_id(id: str, type: str) -> None:
    """What an extension is of comes before its own type."""
    assert type_of(id) == type


def test_the_head_says_who_ran_what(wanted: Make, plan: Make, entries: Make, head: Make) -> None:
    """The login's object id, the commit, the versions, and who is never handed anything back."""
    never = frozenset(entry.principal for entry in entries("b:; a:"))
    origin = Origin("oid", Commit("ab" * 20, True), {"holdfast": "1", "pulumi": "2", "pulumi-azure-native": "3"})
    body = head(wanted(never), quiet(plan()), origin=origin)
    assert body["identity"] == "oid"
    assert body["commit"] == {"id": "ab" * 20, "dirty": True}
    assert body["versions"] == origin.versions
    assert body["neverRestore"] == sorted(never)
