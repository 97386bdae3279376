"""What of a workspace do the settings ask for, what is it given later, and what may a live one not become?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.decide.bodies.workspace import workspace_body
from holdfast.model.existing import Absent, Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import made_of, resource_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart, WhenExists

NETWORK = "learn.microsoft.com/azure/machine-learning/how-to-managed-network (Limitations)"
PATCH = "azure-rest-api-specs, machinelearningservices 2025-12-01, WorkspacePropertiesUpdateParameters"
CPU = WantedPart(Sort.COMPUTE, "cpu", "workspace", {"kind": "cluster", "size": "S"}, key="computes[0]")
OTHER = "/subscriptions/s/resourceGroups/theirs/providers/Microsoft.X/y/other"


def asked(world: Any, *parts: WantedPart, **settings: Any) -> Any:
    """The world whose settings say that about the workspace."""
    return replace(world, wanted=replace(world.wanted, settings={Kind.WORKSPACE: settings}, parts=parts))


def live(world: Any, **properties: Any) -> Any:
    """The workspace as a GET answers it: on the settings' own four resources but for what `properties` change."""
    whole = {
        **{name: id.upper() for name, (_, id) in made_of(world.wanted).items()},
        "friendlyName": "mlw-ml",
        "hbiWorkspace": False,
        "managedNetwork": {"isolationMode": "Disabled"},
        "systemDatastoresAuthMode": "accesskey",
        **properties,
    }
    found = world.facts.existing[Kind.WORKSPACE]
    return world.found(Kind.WORKSPACE, replace(found, body={"id": found.id, "properties": whole}))


def run(world: Any) -> tuple[list[Any], list[str], list[str]]:
    """The changes, the notes of settings, and the faults of a run."""
    plan, faults = decide(world.wanted, world.facts)
    return list(plan.changes), [note.id for note in plan.notes if "setting" in note.id], [one.id for one in faults]


@pytest.mark.parametrize(
    ("settings", "properties"),
    [
        ({"publicAccess": True}, {"publicNetworkAccess": "Enabled"}),
        ({"publicAccess": False}, {"publicNetworkAccess": "Disabled"}),
        ({"managedNetwork": "internetOutbound"}, {"managedNetwork": {"isolationMode": "AllowInternetOutbound"}}),
        ({"managedNetwork": "approvedOutbound"}, {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}}),
        ({"highBusinessImpact": True}, {"hbiWorkspace": True}),
        ({"description": "d", "friendlyName": "f"}, {"description": "d", "friendlyName": "f"}),
        ({"v1LegacyMode": False}, {"v1LegacyMode": False}),
        ({"systemDatastoresAuthMode": "identity"}, {"systemDatastoresAuthMode": "Identity"}),
    ],
)
def test_what_is_written_is_asked_for_by_azures_names(
    world: Any, settings: dict[str, Any], properties: dict[str, Any]
) -> None:
    """And nothing else is; a new one gets it with all that it stands on."""
    body = workspace_body(asked(world, **settings).wanted)
    assert body.explicit == {"properties": properties}
    made = body.creation["properties"]
    assert made | properties == made
    assert made["containerRegistry"] == resource_id(world.wanted, Kind.REGISTRY)


def test_silence_asks_for_nothing(world: Any) -> None:
    """A new one gets its name as the name that people read; `disabled` is asked of a new one alone."""
    body = workspace_body(world.wanted)
    assert (body.explicit, body.later) == ({}, {})
    assert body.creation["properties"]["friendlyName"] == "mlw-ml"
    off = workspace_body(asked(world, managedNetwork="disabled").wanted)
    assert (off.explicit, off.creation["properties"]["managedNetwork"]) == ({}, {"isolationMode": "Disabled"})


def test_what_is_so_already_is_no_change(world: Any) -> None:
    """In Azure's own letter case, and without what it leaves out."""
    wanted = asked(world, highBusinessImpact=False, systemDatastoresAuthMode="accessKey", imageBuildCompute="none")
    assert run(live(wanted)) == ([], [], [])


def test_a_text_of_ones_own_is_compared_as_it_is(world: Any) -> None:
    """Letter case and spaces are meant in what people read."""
    (change,), notes, _ = run(live(asked(world, friendlyName="MLW ML"), friendlyName="mlw ml"))
    assert change.fragment == {"properties": {"friendlyName": "MLW ML"}}
    assert notes == ["setting-changes"]


def test_the_business_impact_is_fixed(world: Any) -> None:
    """Azure sets it at creation alone."""
    assert run(live(asked(world, highBusinessImpact=True))) == ([], [], ["change-would-replace"])


@pytest.mark.source(NETWORK)
def test_a_managed_network_is_not_taken_away_again(world: Any) -> None:
    """From one isolated mode to the other it changes, and back to none it does not."""
    there = {"isolationMode": "AllowInternetOutbound", "status": {"status": "Active"}}
    off = live(asked(world, managedNetwork="disabled"), managedNetwork=there)
    assert run(off) == ([], [], ["managed-network-is-final"])
    (change,), _, faults = run(live(asked(world, managedNetwork="approvedOutbound"), managedNetwork=there))
    assert change.fragment == {"properties": {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}}}
    assert faults == []
    assert run(live(asked(world, managedNetwork="disabled"), managedNetwork=None)) == ([], [], [])


@pytest.mark.source(NETWORK)
def test_computes_are_in_the_way_of_a_managed_network(world: Any) -> None:
    """Those that are there; one that the same run makes comes into the network."""
    wanted = live(asked(world, CPU, managedNetwork="internetOutbound"))
    (change,), _, faults = run(wanted)
    assert change.fragment == {"properties": {"managedNetwork": {"isolationMode": "AllowInternetOutbound"}}}
    assert faults == []
    found = Live(f"{resource_id(world.wanted, Kind.WORKSPACE)}/computes/cpu", "cpu", "westeurope")
    there = wanted.knowing(parts={"compute-cpu": found}).record("compute-cpu", SORTS[Sort.COMPUTE].token, name="cpu")
    _, faults = decide(there.wanted, there.facts)
    (fault,) = [one for one in faults if one.id == "managed-network-is-final"]
    assert ("computes", "cpu") in fault.evidence


def test_a_new_workspace_learns_its_image_build_compute_at_the_end(world: Any) -> None:
    """The compute needs the workspace: one PATCH, when both are there, in the run that makes them."""
    new = asked(world, CPU, imageBuildCompute="cpu").found(Kind.WORKSPACE, Absent()).forget(Kind.WORKSPACE)
    body = workspace_body(new.wanted)
    assert "imageBuildCompute" not in body.creation["properties"]
    (change,), _, faults = run(new)
    workspace = resource_id(world.wanted, Kind.WORKSPACE)
    assert (change.id, change.fragment) == (workspace, {"properties": {"imageBuildCompute": "cpu"}})
    assert (change.whole_put, change.api_version, faults) == (False, KINDS[Kind.WORKSPACE].api_version, [])
    none = asked(world, imageBuildCompute="none").found(Kind.WORKSPACE, Absent()).forget(Kind.WORKSPACE)
    assert run(none)[0] == []


def test_a_live_workspace_changes_its_image_build_compute(world: Any) -> None:
    """To another one, and to none by Azure's empty name."""
    (change,), _, _ = run(live(asked(world, CPU, imageBuildCompute="cpu")))
    assert change.fragment == {"properties": {"imageBuildCompute": "cpu"}}
    (change,), _, _ = run(live(asked(world, imageBuildCompute="none"), imageBuildCompute="cpu"))
    assert change.fragment == {"properties": {"imageBuildCompute": ""}}
    assert run(live(asked(world, CPU, imageBuildCompute="cpu"), imageBuildCompute="CPU"))[0] == []


@pytest.mark.source(PATCH)
def test_a_registry_that_came_later_is_attached(world: Any) -> None:
    """By the one PATCH that carries the settings' other changes, and a note says so."""
    lacking = live(asked(world, description="new"), containerRegistry=None, applicationInsights=None)
    (change,), notes, faults = run(lacking)
    assert change.fragment == {
        "properties": {
            "description": "new",
            "containerRegistry": resource_id(world.wanted, Kind.REGISTRY),
            "applicationInsights": resource_id(world.wanted, Kind.INSIGHTS),
        }
    }
    assert (notes, faults) == (["setting-changes"], [])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("keyVault", Kind.VAULT),
        ("storageAccount", Kind.STORAGE),
        ("applicationInsights", Kind.INSIGHTS),
        ("containerRegistry", Kind.REGISTRY),
    ],
)
@pytest.mark.source("azure-sdk-for-python, azure-ai-ml, update_dependent_resources of a workspace")
def test_what_a_workspace_stands_on_is_not_exchanged(world: Any, name: str, kind: Kind) -> None:
    """The way out is to name what it has; another registry is taken by hand, with az's own consent."""
    _, faults = decide(world.wanted, live(world, **{name: OTHER}).facts)
    (fault,) = faults
    assert fault.id == "workspace-uses-another"
    assert f"`{kind}.id: {OTHER}`" in fault.hint
    assert ("--update-dependent-resources" in fault.hint) == (kind is Kind.REGISTRY)


def test_a_refusal_of_what_it_stands_on_is_told_once(world: Any) -> None:
    """A storage account that would be another one is refused itself."""
    renamed = live(world, storageAccount=OTHER).resource(Kind.STORAGE, name="stother")
    assert run(renamed)[2] == ["change-would-replace"]


def test_a_workspace_that_is_only_used_is_never_written(world: Any) -> None:
    """What it lacks or has otherwise is said, where the settings can say it at all."""
    theirs = replace(world.facts.existing[Kind.WORKSPACE], tags={})
    used = world.forget(Kind.WORKSPACE).found(Kind.WORKSPACE, theirs)
    used = used.resource(Kind.WORKSPACE, when_exists=WhenExists.REFER)
    changes, notes, faults = run(live(used, containerRegistry=None, keyVault=OTHER))
    assert (changes, notes, faults) == ([], ["setting-of-referred"], [])


def test_a_registry_is_never_taken_away(world: Any) -> None:
    """Settings without one leave the workspace its own."""
    left = {kind: row for kind, row in world.wanted.resources.items() if kind is not Kind.REGISTRY}
    without = replace(world, wanted=replace(world.wanted, resources=left)).forget(Kind.REGISTRY)
    without = without.knowing(existing={kind: world.facts.existing[kind] for kind in left})
    assert run(live(without, containerRegistry=OTHER)) == ([], [], [])
    assert run(live(without, containerRegistry=None)) == ([], [], [])


def test_a_row_of_a_list_says_nothing_about_settings(world: Any) -> None:
    """It shows no properties: what is not known is not lacking."""
    assert run(world) == ([], [], [])
