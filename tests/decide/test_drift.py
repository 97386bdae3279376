"""What differs between settings, state and Azure? Every decision of a run as a row, and no row where nothing does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.compare import Difference
from holdfast.decide.drift import Subject, _settled, find_drift, recorded_value
from holdfast.model.assets import assets_of
from holdfast.model.bodies import Body
from holdfast.model.content import Content, FileContent
from holdfast.model.decision import Adopt, Keep, Recover, Refer, Replace, Update
from holdfast.model.drift import Checkpoint, Drift, Up
from holdfast.model.errors import Fault
from holdfast.model.existing import Absent, Live, Recorded, RoleAssignment, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import part_id, resource_id
from holdfast.model.permissions import Permissions, PolicyEntry
from holdfast.model.plan import PartPlan
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.services import EnvironmentFile, Target, WantedService
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists

DENIED = Unreadable(403, "AuthorizationFailed", "no")
SIZED = {"kind": "cluster", "size": "Standard_DS3_v2", "max": 4}
CPU = WantedPart(Sort.COMPUTE, "cpu", "workspace", SIZED, key="computes[0]")
OURS = {"holdfast-project": "holdfast", "holdfast-stack": "prod"}
IDENTITY = WantedPart(Sort.IDENTITY, "id-score", "group", key="identities[0]")

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
WORKSPACE = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def world(world: Any) -> Any:
    """The workspace's identity has its entry."""
    return world.knowing(policies=(PolicyEntry(WORKSPACE, TENANT, Permissions.of({"secrets": ["all"]})),))


@pytest.fixture
def rbac_world(rbac_world: Any) -> Any:
    """The workspace's identity has its role."""
    vault, role = resource_id(rbac_world.wanted, Kind.VAULT), KEY_VAULT_ROLES["Key Vault Administrator"]
    return rbac_world.knowing(role_assignments=(RoleAssignment(f"{vault}/1", "1", vault, WORKSPACE, role),))


def drift_of(world: Any, *, state: bool = True, listed: Any = None, **changes: Any) -> Drift:
    """As the command asks; `changes` are fields of the plan."""
    facts = world.facts
    checkpoint = Checkpoint(facts.state) if state else None
    plan, faults = decide(world.wanted, facts)
    return find_drift(world.wanted, facts, replace(plan, **changes), faults, checkpoint, listed or {}, {})


def rows(world: Any, **options: Any) -> list[tuple[Any, ...]]:
    return [
        (row.name, row.property, row.settings, row.state, row.azure, row.up) for row in drift_of(world, **options).rows
    ]


def with_part(world: Any, part: WantedPart, properties: Any = None, *, recorded: bool = True, **root: Any) -> Any:
    """A part that is wanted and live, with the tags of this stack where it has any of its own."""
    wanted = replace(world.wanted, parts=(part,))
    id = part_id(wanted, part)
    tags = (
        {"team": "ml", "holdfast-project": "holdfast", "holdfast-stack": "prod"} if part.sort is Sort.IDENTITY else {}
    )
    body = {"id": id, "properties": properties or {}, **root}
    live = Live(id, part.name, "westeurope", tags, properties or {}, body)
    world = replace(world, wanted=wanted).knowing(parts={part.logical: live})
    return world.record(part.logical, "azure-native:x:Y", name=part.name) if recorded else world


def cpu(most: int) -> Any:
    scale = {"minNodeCount": 0, "maxNodeCount": most}
    return {"computeType": "AmlCompute", "properties": {"vmSize": "STANDARD_DS3_V2", "scaleSettings": scale}}


def test_of_an_environment_as_it_should_be_nothing_is_told(world: Any, rbac_world: Any) -> None:
    """With its state and without it."""
    held = with_part(world, CPU, cpu(4))
    assert drift_of(held) == drift_of(rbac_world) == Drift(())
    assert drift_of(held.forget(), state=False) == Drift(())


def test_a_setting_is_told_by_its_path_with_its_three_values(world: Any) -> None:
    """Azure takes a compute whole; the state holds it without `properties`."""
    drifted = with_part(world, CPU, cpu(9)).record(
        "compute-cpu", "azure-native:x:Y", name="cpu", properties={"properties": {"scaleSettings": {"maxNodeCount": 3}}}
    )
    path = "properties.properties.scaleSettings.maxNodeCount"
    assert rows(drifted) == [("cpu", path, 4, 3, 9, Up.PUT)]


def test_a_setting_of_a_kind_is_patched(world: Any) -> None:
    """A registry's tier: what Azure answers beside it is nothing to compare."""
    wanted = replace(world, wanted=replace(world.wanted, settings={Kind.REGISTRY: {"sku": "Premium"}}))
    body = {"id": "/x", "sku": {"name": "Basic", "tier": "Basic"}, "properties": {"adminUserEnabled": False}}
    assert rows(wanted.live(Kind.REGISTRY, body=body)) == [("crml", "sku.name", "Premium", None, "Basic", Up.PATCH)]


def test_versions_of_a_service_that_are_nowhere_are_told(world: Any) -> None:
    """Each step, with what the state holds; none where they are on record, or where nothing could be registered."""
    model = Content("m", (FileContent("a", "1", 5),))
    file = EnvironmentFile("conda.yaml", "dependencies: [python]\n", conda=True, base="mcr.microsoft.com/x:1")
    settings = {"cpu": 1.0, "memory": 1.5}
    service = WantedService(
        "wine", Target.ACI, model, replace(model, place="c"), "score.py", file, settings, "services[0]"
    )
    world = replace(world, wanted=replace(world.wanted, services=(service,)))
    assets = {asset.logical: asset for asset in assets_of(world.wanted)}
    workspace = resource_id(world.wanted, Kind.WORKSPACE)
    old = world.record("model-wine", "pulumi-python:dynamic/holdfast:X", workspaceId=workspace, version="old")
    assert [(row[0], row[1], row[2], row[3], row[4]) for row in rows(old)] == [
        (asset.name, "version", asset.version, "old" if logical == "model-wine" else None, "absent")
        for logical, asset in assets.items()
    ]
    assert {row.why for row in drift_of(old).rows} == {"uploaded", "built"}
    for logical, asset in assets.items():
        world = world.record(logical, "pulumi-python:dynamic/holdfast:X", workspaceId=workspace, version=asset.version)
    assert rows(world) == []
    made = old.forget().found(Kind.WORKSPACE, Absent())
    assert "version" not in {row[1] for row in rows(made)}


def test_tags_that_are_lacking_are_told_one_by_one(world: Any) -> None:
    """In whatever letter case the name is; a stranger's tag is none of ours."""
    tags = {"TEAM": "others", "holdfast-project": "holdfast", "holdfast-stack": "prod", "cost": "4711"}
    assert rows(world.live(Kind.LOGS, tags=tags)) == [("log-ml", "tags.team", "ml", "ml", "others", Up.PATCH)]


def test_what_is_not_there_is_made(world: Any) -> None:
    """Absent in Azure and in the state; without the state it might be refused, and that is said."""
    gone = world.found(Kind.LOGS, Absent()).forget("logs")
    assert rows(gone) == [("log-ml", "", "declared", "absent", "absent", Up.CREATE)]
    (row,) = drift_of(gone.forget(), state=False).rows
    assert (row.state, row.up, bool(row.why)) == (None, Up.CREATE, True)


def test_what_is_in_the_state_and_gone_in_azure_is_told_once(world: Any) -> None:
    """Its parts are gone with it, and need no row; a gone part of a live parent has one."""
    gone = with_part(world, CPU, cpu(4)).knowing(parts={CPU.logical: Absent()})
    assert rows(gone) == [("cpu", "", "declared", "recorded", "absent", Up.REFUSE)]
    assert rows(gone.found(Kind.WORKSPACE, Absent())) == [("mlw-ml", "", "declared", "recorded", "absent", Up.REFUSE)]


def test_what_is_soft_deleted_is_recovered_with_its_parts(world: Any) -> None:
    """The workspace from where Azure keeps it, a compute of it made again."""
    deleted = SoftDeleted(resource_id(world.wanted, Kind.WORKSPACE), "westeurope")
    lost = with_part(world, CPU, cpu(4)).found(Kind.WORKSPACE, deleted).knowing(parts={CPU.logical: Absent()})
    assert [row for row in rows(lost) if row[5] is Up.RECOVER] == [
        ("mlw-ml", "", "declared", "recorded", "soft-deleted", Up.RECOVER),
        ("cpu", "", "declared", "recorded", "absent", Up.RECOVER),
    ]


def test_a_soft_deleted_one_of_somebody_elses_is_refused(world: Any) -> None:
    """By its tags; the row says where it is."""
    tags = {"holdfast-project": "holdfast", "holdfast-stack": "other"}
    deleted = SoftDeleted(resource_id(world.wanted, Kind.WORKSPACE), "westeurope", tags=tags)
    assert ("mlw-ml", "", "declared", "absent", "soft-deleted", Up.REFUSE) in rows(
        world.found(Kind.WORKSPACE, deleted).forget("workspace")
    )


def test_what_the_state_lost_is_adopted(world: Any) -> None:
    """Told, because a state that was thrown away is a difference; and with what it lacks."""
    assert rows(world.forget("logs").live(Kind.LOGS, tags={**world.facts.existing[Kind.LOGS].tags, "team": "x"})) == [
        ("log-ml", "", "declared", "absent", "live", Up.ADOPT),
        ("log-ml", "tags.team", "ml", None, "x", Up.PATCH),
    ]


def test_what_could_not_be_read_is_no_drift(world: Any) -> None:
    """It is named with Azure's answer, once for everything within it; the group's own answer stands for the list."""
    denied = with_part(world, CPU, cpu(4)).found(Kind.WORKSPACE, DENIED).knowing(parts={CPU.logical: DENIED})
    found = drift_of(denied)
    assert (found.rows, [(one.source, one.reason) for one in found.not_read]) == (
        (),
        [("Machine Learning workspace mlw-ml", "403 AuthorizationFailed no")],
    )
    unlisted = drift_of(world, listed=DENIED)
    assert [one.source for one in unlisted.not_read] == ["what is in the group"]
    assert [one.source for one in drift_of(denied, listed=DENIED).not_read] == ["Machine Learning workspace mlw-ml"]


def test_lists_of_deleted_resources_that_were_refused_are_not_read(world: Any) -> None:
    """With the answer, or that there was none."""
    found = drift_of(world.knowing(deleted_vaults=DENIED, deleted_workspaces=Unreadable(0, "", "")))
    assert [(one.source, one.reason) for one in found.not_read] == [
        ("deleted vaults", "403 AuthorizationFailed"),
        ("workspaces", "no answer"),
    ]


def test_roles_that_could_not_be_read_are_not_read(rbac_world: Any) -> None:
    """The refusal of the plan is no drift: nothing is known about them."""
    found = drift_of(rbac_world.knowing(role_assignments=DENIED))
    assert not found.rows
    assert [one.source for one in found.not_read] == ["the role assignments of the Key Vault"]


def test_a_resource_that_nobody_claims_is_refused_where_the_state_is_known(world: Any) -> None:
    """And is anybody's where it is not: then what differs is told, and what becomes of it is unknown."""
    settings = replace(world.wanted, settings={Kind.REGISTRY: {"sku": "Premium"}})
    registry = world.facts.existing[Kind.REGISTRY]
    body = {"id": registry.id, "sku": {"name": "Basic"}, "properties": {}}
    bare = replace(world, wanted=settings).live(Kind.REGISTRY, tags={"team": "ml"}, body=body).forget("registry")
    assert rows(bare) == [("crml", "", "declared", "absent", "live", Up.REFUSE)]
    assert rows(bare.forget(), state=False) == [
        ("crml", "sku.name", "Premium", None, "Basic", Up.UNKNOWN),
        ("crml", "tags.holdfast-project", "holdfast", None, None, Up.UNKNOWN),
        ("crml", "tags.holdfast-stack", "prod", None, None, Up.UNKNOWN),
    ]


def test_what_can_not_be_changed_is_refused_property_by_property(world: Any) -> None:
    """The size of a compute; where it is about no property, such as a place, the message says it."""
    body = cpu(4)
    body["properties"]["vmSize"] = "STANDARD_D4S_V3"
    other = with_part(world, CPU, body)
    path = "properties.properties.vmSize"
    assert rows(other) == [("cpu", path, "Standard_DS3_v2", None, "STANDARD_D4S_V3", Up.REFUSE)]
    moved = drift_of(world.live(Kind.LOGS, location="northeurope"))
    (row,) = moved.rows
    assert (row.property, row.up, "it can't be moved" in row.why) == ("", Up.REFUSE, True)


def test_what_is_only_referred_to_is_told_and_left(world: Any) -> None:
    """A setting that differs there is a note of each run; its tags are its owner's."""
    part = replace(CPU, when_exists=WhenExists.REFER)
    assert [row[5] for row in rows(with_part(world, part, cpu(9), recorded=False), state=False)] == [Up.UNKNOWN]
    assert [(row[1].rpartition(".")[2], row[5]) for row in rows(with_part(world, part, cpu(9), recorded=False))] == [
        ("maxNodeCount", Up.NOTHING)
    ]


def test_the_plans_own_refusals_have_a_row_of_the_stack(world: Any) -> None:
    """A fault that is about no resource is not passed over."""
    facts = world.facts
    plan, _ = decide(world.wanted, facts)
    fault = Fault("too-many-policies", "the vault is full", (), "make room")
    (row,) = find_drift(world.wanted, facts, plan, (fault,), Checkpoint(facts.state), {}, {}).rows
    assert (row.noun, row.name, row.property, row.azure, row.up, row.why) == (
        "Stack", "prod", "too-many-policies", "the vault is full", Up.REFUSE, "make room",
    )  # fmt: skip


def subject(decision: Any, **changes: Any) -> Subject:
    whole: dict[str, Any] = {
        "noun": "n", "name": "x", "id": "/x", "decision": decision, "asked": {}, "found": Absent(), "recorded": None,
        "whole_put": False, "actions": {"properties.idle": "setIdle"}, "child": False, "by_engine": False,
        "state_known": True,
    }  # fmt: skip
    return Subject(**{**whole, **changes})


@pytest.mark.parametrize(
    ("decision", "by_engine", "whole_put", "path", "up", "says"),
    [
        (Refer("r", "/x"), False, False, "sku", Up.NOTHING, "referred"),
        (Replace("r", "/x", ("sku",)), True, False, "sku", Up.REPLACE, "in place"),
        (Update("r", "/x", ("sku",)), True, False, "sku", Up.UPDATE, ""),
        (Adopt("r", "/x"), True, False, "sku", Up.NOTHING, "after the one that adopts"),
        (Keep("r", "/x"), True, False, "sku", Up.NOTHING, "pulumi refresh"),
        (Keep("r", "/x"), False, False, "sku", Up.PATCH, ""),
        (Adopt("r", "/x"), False, True, "sku", Up.PUT, ""),
        (Keep("r", "/x"), False, True, "properties.idle", Up.ACTION, "setIdle"),
    ],
)
def test_each_decision_has_its_way_of_writing(
    decision: Any, by_engine: bool, whole_put: bool, path: str, up: Up, says: str
) -> None:
    """As `changes` and `provision` do it."""
    one = subject(decision, by_engine=by_engine, whole_put=whole_put)
    done, why = _settled(one, Difference(tuple(path.split(".")), 1, 2))
    assert done is up
    assert says in why


def test_tags_of_what_the_engine_writes_whole_go_with_it(world: Any) -> None:
    """An update carries them; a child has none of its own."""
    held = with_part(world, IDENTITY, {})
    live = held.facts.parts[IDENTITY.logical]
    bare = held.knowing(parts={IDENTITY.logical: replace(live, tags={**live.tags, "team": "x"})})
    assert rows(bare) == [("id-score", "tags.team", "ml", None, "x", Up.PATCH)]
    plan, _ = decide(bare.wanted, bare.facts)
    updated = tuple(replace(part, decision=Update("setting-changes", part.id, ("x",))) for part in plan.parts)
    assert [row[5] for row in rows(bare, parts=updated)] == [Up.UPDATE]


def test_a_part_that_azure_does_not_show_differs_in_nothing(world: Any) -> None:
    """A plan may keep what no fact is known of: there is nothing to compare."""
    kept = PartPlan("compute-x", Sort.COMPUTE, "x", "/x", Keep("in-state", "/x"), Body({"properties": {"a": 1}}))
    back = replace(kept, decision=Recover("parent-recovered", "/x", ""))
    assert rows(world, parts=(kept,)) == []
    assert [row[5] for row in rows(world, parts=(back,))] == [Up.RECOVER]


def test_a_value_of_the_state_is_found_by_the_bodys_path() -> None:
    """Beside `properties` or under it, in lists by name; nothing where nothing is recorded."""
    outputs = {"sku": {"name": "Basic"}, "properties": {"a": {"b": 1}}, "containers": [{"name": "c", "cpu": 2}, 3]}
    recorded = Recorded("u", "t", "n", outputs)
    assert recorded_value(recorded, ("sku", "name")) == "Basic"
    assert recorded_value(recorded, ("properties", "a", "b")) == 1
    assert recorded_value(recorded, ("properties", "containers", "c", "properties", "cpu")) == 2
    assert recorded_value(recorded, ("properties", "containers", "d")) is None
    assert recorded_value(recorded, ("sku", "tier")) is None
    assert recorded_value(None, ("sku",)) is None


def test_nouns_are_those_of_the_tables(world: Any) -> None:
    """People find the resource by the words that runs use."""
    (row,) = drift_of(world.live(Kind.LOGS, tags={**world.facts.existing[Kind.LOGS].tags, "team": "x"})).rows
    assert (row.noun, row.id) == (KINDS[Kind.LOGS].noun, resource_id(world.wanted, Kind.LOGS))
