"""Which step does each service need: an upload, a build, or nothing?

A version is named by the hash of what is in it, so it is recorded, registered or needed, and nothing else. What is
registered is taken as it is, whoever built it; a version of that name that holds something else is refused, never
written over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from holdfast.model.assets import HASH_PROPERTY, Asset, AssetSort, asset_id, assets_of, is_recorded
from holdfast.model.content import Content
from holdfast.model.decision import Create, Decision, Recover, Refuse
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Absent, Existing, Facts, Live, Unreadable
from holdfast.model.kinds import Kind
from holdfast.model.plan import AssetPlan, Note, Step
from holdfast.model.services import EnvironmentFile, Target
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart

_CALLED = {
    AssetSort.MODEL: "model",
    AssetSort.REFERENCE: "model",
    AssetSort.ENVIRONMENT: "environment",
    AssetSort.IMAGE: "image",
}


def plan_services(
    wanted: Wanted, decisions: Mapping[Kind, Decision], facts: Facts
) -> tuple[tuple[AssetPlan, ...], list[Note], list[Fault]]:
    """What is to be done about each version, what every preview says of it, and what forbids it."""
    workspace = decisions[Kind.WORKSPACE]
    plans, notes, faults = list[AssetPlan](), list[Note](), list[Fault]()
    for asset in assets_of(wanted):
        if is_recorded(wanted, asset, facts.state):
            plans.append(AssetPlan(asset, Step.RECORDED, _recorded_image(asset, facts)))
            continue
        found = facts.assets.get(asset.logical, Absent())
        if isinstance(found, Unreadable) and isinstance(workspace, Create | Recover | Refuse):
            # Of what is not there nothing is; what was refused has been told.
            found = Absent()
        fault = _fault(wanted, asset, found, workspace)
        if fault is not None:
            faults.append(fault)
            continue
        plan = AssetPlan(asset, Step.NEEDED if isinstance(found, Absent) else Step.REGISTERED, _live_image(found))
        plans.append(plan)
        if asset.sort is not AssetSort.REFERENCE:
            notes.append(_note(plan))
    return tuple(plan for plan in plans if plan.asset.sort is not AssetSort.REFERENCE), notes, faults


def with_images(wanted: Wanted, assets: tuple[AssetPlan, ...]) -> Wanted:
    """The services' container groups with the images that they are to run: by their digests where those are known, else
    by what builds them, and only the engine will know."""
    built = {plan.asset.name: plan for plan in assets if plan.asset.sort is AssetSort.IMAGE}
    names = {service.name for service in wanted.services if service.target is Target.ACI}
    return replace(wanted, parts=tuple(_with_image(part, built, names) for part in wanted.parts))


def _with_image(part: WantedPart, built: Mapping[str, AssetPlan], names: set[str]) -> WantedPart:
    if part.sort is not Sort.CONTAINER or part.name not in names or part.name not in built:
        return part
    plan = built[part.name]
    image: dict[str, Any] = {"image": plan.image} if plan.image else {"imageOf": plan.asset.logical}
    return replace(part, settings={**part.settings, "builtBy": plan.asset.logical, **image})


def _recorded_image(asset: Asset, facts: Facts) -> str:
    recorded = facts.state.get(asset.logical)
    return str(recorded.outputs.get("image") or "") if recorded is not None else ""


def _live_image(found: Existing) -> str:
    return str(found.properties.get("image") or "") if isinstance(found, Live) else ""


def _fault(wanted: Wanted, asset: Asset, found: Existing, workspace: Decision) -> Fault | None:
    called, where = f"{_CALLED[asset.sort]} `{asset.name}:{asset.version}`", asset_id(wanted, asset)
    if isinstance(found, Unreadable):
        return Fault(
            "unreadable",
            f"whether {called} is registered could not be read",
            (
                ("asked", where),
                *found.evidence,
                ("decided", "refuse; unreadable is not absent"),
            ),
            "give this login the role AzureML Data Scientist (or better) on the workspace, or run again once Azure"
            " answers",
            Blame.AZURE,
        )
    if asset.sort is AssetSort.REFERENCE:
        # Under a workspace that was refused nothing is known, and that has been told.
        if isinstance(found, Live) or isinstance(workspace, Refuse):
            return None
        return Fault(
            "model-not-registered",
            f"service `{asset.service.name}` is to serve {called}, and the workspace has none",
            (("file", wanted.file), ("key", f"{asset.service.key}.model"), ("asked", where)),
            "correct its name and version (`az ml model list` shows them), or give a path to have one registered",
        )
    if isinstance(found, Live) and _hash(found) != asset.hash:
        return Fault(
            "version-taken",
            f"{called} is registered, and holds something else",
            (
                ("found", found.id),
                ("holds", _hash(found) or f"nobody knows: it has no property `{HASH_PROPERTY}`"),
                ("wanted", asset.hash),
                ("decided", "refuse; what somebody registered is not written over"),
            ),
            f"give `{asset.service.key}` another name in {wanted.file}",
        )
    return None


def _hash(found: Live) -> str:
    inner = found.properties.get("properties")
    return str(inner.get(HASH_PROPERTY) or "") if isinstance(inner, Mapping) else ""


def _note(plan: AssetPlan) -> Note:
    asset, service = plan.asset, plan.asset.service
    named = f"{_CALLED[asset.sort]} `{asset.name}:{asset.version}`"
    if plan.step is Step.REGISTERED:
        return Note("step-done-already", f"{named} is registered: nothing is {_done(asset.sort)}")
    if isinstance(service.model, Content) and asset.sort is AssetSort.MODEL:
        count, size = len(service.model.files), _size(service.model.size)
        files = f"{count} files of {service.model.place}" if count != 1 else service.model.place
        return Note("model-upload", f"{named}: {files} ({size}) will be uploaded and registered")
    if isinstance(service.environment, EnvironmentFile) and asset.sort is AssetSort.ENVIRONMENT:
        on = f"{service.environment.path}, on {service.environment.base}"
        return Note("image-build", f"{named} will be built of {on}, as {asset.repository}:{asset.version}")
    of = f"{service.code.place} and its model"
    return Note("image-build", f"{named} will be built of {of}, as {asset.repository}:{asset.version}")


def _done(sort: AssetSort) -> str:
    return "uploaded" if sort is AssetSort.MODEL else "built"


def _size(count: int) -> str:
    """Bytes, as people say them."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return f"{count} bytes"
