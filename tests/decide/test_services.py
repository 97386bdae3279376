"""Which step does each service need? Recorded, registered or needed: every row, and what a change costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.services import plan_services, with_images
from holdfast.model.assets import HASH_PROPERTY, AssetSort, asset_id, assets_of
from holdfast.model.content import Content, FileContent
from holdfast.model.decision import Create, Keep, Refuse
from holdfast.model.errors import Fault
from holdfast.model.existing import Absent, Live, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Step
from holdfast.model.services import EnvironmentFile, EnvironmentImage, RegisteredModel, Target, WantedService
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart

BASE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
FILE = EnvironmentFile("conda.yaml", "dependencies: [python]\n", conda=True, base=BASE)


def content(place: str, **files: str) -> Content:
    return Content(place, tuple(FileContent(path, sha256, 10**6) for path, sha256 in files.items()))


SERVICE = WantedService(
    "wine",
    Target.ACI,
    content("m", a="1"),
    content("c", score="2"),
    "score.py",
    FILE,
    {"cpu": 1.0, "memory": 1.5},
    "services[0]",
)
STEPS = {"model-wine", "image-wine"}


def serving(world: Any, *services: WantedService) -> Any:
    return replace(world, wanted=replace(world.wanted, services=services or (SERVICE,)))


def recorded(world: Any) -> Any:
    """As a run leaves it."""
    workspace = resource_id(world.wanted, Kind.WORKSPACE)
    for asset in assets_of(world.wanted):
        outputs = {"workspaceId": workspace.upper(), "version": asset.version}
        if asset.sort is not AssetSort.MODEL:
            outputs["image"] = f"crml.azurecr.io/{asset.repository}@sha256:{asset.hash}"
        world = world.record(asset.logical, "pulumi-python:dynamic/holdfast:X", **outputs)
    return world


def registered(world: Any, *, hash: str | None = None, forget: bool = True) -> Any:
    """As the workspace shows it; the state is lost."""
    found = {
        asset.logical: Live(
            asset_id(world.wanted, asset),
            asset.version,
            "",
            properties={
                "image": f"crml.azurecr.io/{asset.repository}@sha256:{asset.hash}",
                "properties": {HASH_PROPERTY: asset.hash if hash is None else hash},
            },
        )
        for asset in assets_of(world.wanted)
    }
    return world.knowing(assets=found)


def planned(world: Any) -> tuple[dict[str, Step], list[str], list[Fault]]:
    decisions = {kind: Keep("in-state", resource_id(world.wanted, kind)) for kind in Kind}
    plans, notes, faults = plan_services(world.wanted, decisions, world.facts)
    return {plan.asset.logical.split("-")[0]: plan.step for plan in plans}, [note.id for note in notes], faults


def test_a_new_service_needs_every_step(world: Any) -> None:
    """Upload and builds, each told in words with what it is of."""
    plan, faults = decide(*(lambda found: (found.wanted, found.facts))(serving(world)))
    assert not faults
    assert [(one.asset.sort, one.step) for one in plan.assets] == [
        (AssetSort.MODEL, Step.NEEDED),
        (AssetSort.ENVIRONMENT, Step.NEEDED),
        (AssetSort.IMAGE, Step.NEEDED),
    ]
    said = {note.id: [other.message for other in plan.notes if other.id == note.id] for note in plan.notes}
    (upload,) = said["model-upload"]
    assert upload.endswith(": m (1.0 MB) will be uploaded and registered")
    environment, image = said["image-build"]
    assert f"of conda.yaml, on {BASE}, as holdfast/environments:" in environment
    assert "of c and its model, as holdfast/services/wine:" in image


def test_what_is_on_record_is_done_and_not_asked_for(world: Any) -> None:
    """Nothing to do, nothing to say; the letter case of an id is no difference."""
    steps, notes, faults = planned(recorded(serving(world)))
    assert set(steps.values()) == {Step.RECORDED}
    assert (notes, faults) == ([], [])


def test_a_lost_state_uploads_and_builds_nothing(world: Any) -> None:
    """The workspace knows the versions, on any machine."""
    steps, notes, faults = planned(registered(serving(world)))
    assert set(steps.values()) == {Step.REGISTERED}
    assert (notes, faults) == (["step-done-already"] * 3, [])


def test_another_workspace_has_none_of_it(world: Any) -> None:
    """What is on record is about the workspace that it was registered in."""
    moved = recorded(serving(world)).resource(Kind.WORKSPACE, name="mlw-other")
    assert set(planned(moved)[0].values()) == {Step.NEEDED}


CHANGES = {
    "script": (replace(SERVICE, code=content("c", score="3")), {"image"}),
    "model": (replace(SERVICE, model=content("m", a="2")), {"model", "image"}),
    "environment": (
        replace(SERVICE, environment=replace(FILE, text="dependencies: [pip]\n")),
        {"environment", "image"},
    ),
    "base": (replace(SERVICE, environment=replace(FILE, base="cr.azurecr.io/b:1")), {"environment", "image"}),
    "entry": (replace(SERVICE, script="main.py"), {"image"}),
    "cpu": (replace(SERVICE, settings={"cpu": 2.0}), set()),
    "nothing": (SERVICE, set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_costs_its_own_steps_alone(world: Any, change: str) -> None:
    """A changed script uploads no model and builds no environment; a changed model builds no environment."""
    service, cost = CHANGES[change]
    after = serving(recorded(serving(world)), service)
    steps, _, _ = planned(after)
    assert {sort for sort, step in steps.items() if step is not Step.RECORDED} == cost


def test_one_environment_is_built_once_for_all(world: Any) -> None:
    """However many services have the same file; an image needs none."""
    second, third = (
        replace(SERVICE, name="beer"),
        replace(SERVICE, name="tea", environment=EnvironmentImage("cr.io/t:1")),
    )
    assets = assets_of(serving(world, SERVICE, second, third).wanted)
    assert [asset.sort for asset in assets].count(AssetSort.ENVIRONMENT) == 1
    by_name = {asset.logical: asset for asset in assets}
    assert by_name["image-wine"].environment == by_name["image-beer"].environment != ""
    assert by_name["image-tea"].environment == ""
    assert by_name["image-wine"].version != by_name["image-beer"].version


def test_many_files_are_counted(world: Any) -> None:
    """The preview says how much goes over the line."""
    many = replace(SERVICE, model=Content("m", (FileContent("a", "1", 10), FileContent("b", "2", 20))))
    plan, _ = decide(*(lambda found: (found.wanted, found.facts))(serving(world, many)))
    assert any("2 files of m (30 bytes)" in note.message for note in plan.notes)


def test_a_version_that_holds_something_else_is_not_written_over(world: Any) -> None:
    """Somebody registered that very name and version by other means."""
    steps, _, faults = planned(registered(serving(world), hash=""))
    assert steps == {}
    assert {fault.id for fault in faults} == {"version-taken"}
    assert "no property" in str(faults[0])
    bare = registered(serving(world))
    found = {name: replace(live, properties={}) for name, live in bare.facts.assets.items()}
    assert {fault.id for fault in planned(bare.knowing(assets=found))[2]} == {"version-taken"}


def test_what_could_not_be_read_is_not_absent(world: Any) -> None:
    """Refused; but of a workspace that is made only now nothing was there."""
    forbidden = serving(world).knowing(assets={"model-wine": Unreadable(403, "AuthorizationFailed", "no")})
    assert [fault.id for fault in planned(forbidden)[2]] == ["unreadable"]
    decisions: dict[Kind, Any] = {Kind.WORKSPACE: Create("absent")}
    plans, _, faults = plan_services(forbidden.wanted, decisions, forbidden.facts)
    assert ([plan.step for plan in plans], faults) == ([Step.NEEDED] * 3, [])


def test_a_reference_is_looked_for_and_never_declared(world: Any) -> None:
    """Absent, it is refused once; found, or on record with its image, nothing is said of it."""
    service = replace(SERVICE, model=RegisteredModel("grapes", "7"))
    (fault,) = planned(serving(world, service))[2]
    assert (fault.id, "grapes:7" in fault.message) == ("model-not-registered", True)
    there = registered(serving(world, service))
    assert planned(there)[0] == {"environment": Step.REGISTERED, "image": Step.REGISTERED}
    assert planned(recorded(serving(world, service)))[0] == {"environment": Step.RECORDED, "image": Step.RECORDED}
    refused: dict[Kind, Any] = {Kind.WORKSPACE: Refuse("x", Fault("x", "x"))}
    assert plan_services(serving(world, service).wanted, refused, world.facts)[2] == []


def test_a_service_on_aks_is_no_reason_for_a_note(world: Any) -> None:
    """Its endpoint is a part like others, and the preview shows what runs behind it."""
    assert planned(recorded(serving(world, replace(SERVICE, target=Target.AKS))))[1] == []


def test_a_container_group_runs_the_image_of_its_service(world: Any) -> None:
    """By its digest where that is known; else the engine alone will know, and the group waits for it."""
    parts = tuple(
        WantedPart(Sort.CONTAINER, name, "group", {"image": "crml.azurecr.io/x:1", "cpu": 1, "memory": 1})
        for name in ("wine", "stranger")
    )

    def settings(found: Any) -> Any:
        found = replace(found, wanted=replace(found.wanted, parts=parts))
        decisions = {kind: Keep("in-state", resource_id(found.wanted, kind)) for kind in Kind}
        plans, _, _ = plan_services(found.wanted, decisions, found.facts)
        mine, other = with_images(found.wanted, plans).parts
        assert other is parts[1]
        return mine.settings

    known = settings(recorded(serving(world)))
    assert known["image"].startswith("crml.azurecr.io/holdfast/services/wine@sha256:")
    assert (known["builtBy"], "imageOf" in known) == ("image-wine", False)
    unknown = settings(serving(world))
    assert (unknown["image"], unknown["imageOf"]) == ("crml.azurecr.io/x:1", "image-wine")
    assert settings(serving(world, replace(SERVICE, target=Target.AKS))) == parts[0].settings


def test_a_group_is_updated_when_its_image_is_built_anew(world: Any) -> None:
    """The body names what only the engine will know."""
    part = WantedPart(
        Sort.CONTAINER,
        "wine",
        "group",
        {
            "image": "crml.azurecr.io/holdfast/services/wine:1",
            "cpu": 1.0,
            "memory": 1.5,
            "identity": {"user": {"name": "id-wine"}},
            "pullByIdentity": True,
        },
    )
    identity = WantedPart(Sort.IDENTITY, "id-wine", "group", {})
    found = serving(world)
    found = replace(found, wanted=replace(found.wanted, parts=(identity, part)))
    plan, _ = decide(found.wanted, found.facts)
    body = next(one.body for one in plan.parts if one.logical == "container-wine")
    assert body.outputs == {
        "properties.containers.0.properties.image": ("image-wine", "image"),
        "properties.imageRegistryCredentials.0.server": ("image-wine", "server"),
    }
    assert "image-wine" in body.needs
    assert plan.assets


def test_what_is_absent_is_absent(world: Any) -> None:
    """Said or unsaid."""
    found = serving(world).knowing(assets={"model-wine": Absent()})
    assert set(planned(found)[0].values()) == {Step.NEEDED}
