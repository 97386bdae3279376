"""What is declared for what services are made of? A model, an environment and an image each, every one by itself.

So each can be targeted (`pulumi up --target`), fails under its own name, and is passed over while its version is the
one on record. See `models_provider` and `images_provider` for what they do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.assets import ENVIRONMENTS, Asset, AssetSort, asset_id, environment_files, image_of
from holdfast.model.content import Content, hashed
from holdfast.model.decision import Recover
from holdfast.model.deployments import UNFINISHED, deployment_body
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id, wanted_tags
from holdfast.model.plan import AssetPlan, PartPlan, Plan
from holdfast.model.services import (
    LIVENESS_PATH,
    PORT,
    SCORING_PATH,
    EnvironmentFile,
    EnvironmentImage,
    RegisteredModel,
    Target,
    WantedService,
)
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import Wanted
from holdfast.provision.deployments_provider import ServiceDeploymentProvider
from holdfast.provision.images_provider import ServiceImageProvider
from holdfast.provision.models_provider import ServiceModelProvider
from holdfast.provision.start_provider import ServiceStartProvider


class ServiceModel(DynamicResource, module="holdfast", name="ServiceModel"):
    """A service's model, registered in the workspace; see `models_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(ServiceModelProvider(), name, {"modelUri": None, **props}, opts)


class _Built(DynamicResource):
    """What has an image."""

    image: pulumi.Output[str]
    server: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        answered = dict.fromkeys(("image", "server", "run", "log"))
        super().__init__(ServiceImageProvider(), name, {**answered, **props}, opts)


class ServiceEnvironment(_Built, module="holdfast", name="ServiceEnvironment"):
    """An environment that services share; see `images_provider`."""


class ServiceImage(_Built, module="holdfast", name="ServiceImage"):
    """A service's own image; see `images_provider`."""


class ServiceStart(DynamicResource, module="holdfast", name="ServiceStart"):
    """That a service has started; see `start_provider`."""

    image: pulumi.Output[str]
    scoringUri: pulumi.Output[str]  # noqa: N815 - the engine's name

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(ServiceStartProvider(), name, {"scoringUri": None, **props}, opts)


class ServiceDeployment(DynamicResource, module="holdfast", name="ServiceDeployment"):
    """What runs behind an online endpoint; see `deployments_provider`."""

    image: pulumi.Output[str]
    scoringUri: pulumi.Output[str]  # noqa: N815 - the engine's name

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(ServiceDeploymentProvider(), name, {"scoringUri": None, **props}, opts)


#: What each is declared as. What a service refers to is not.
DECLARED: dict[AssetSort, Callable[[str, dict[str, Any], pulumi.ResourceOptions], DynamicResource]] = {
    AssetSort.MODEL: ServiceModel,
    AssetSort.ENVIRONMENT: ServiceEnvironment,
    AssetSort.IMAGE: ServiceImage,
}


def asset_needs(asset: Asset, there: Mapping[str, AssetPlan]) -> tuple[str, ...]:
    """The logical names of what has to be there before it: an image comes after its model, as in the chain that the
    guides describe."""
    own = [f"{AssetSort.MODEL}-{asset.service.name}"] if asset.sort is AssetSort.IMAGE else []
    parts = [name for name in (*own, asset.environment) if name in there]
    kinds = (Kind.WORKSPACE, Kind.STORAGE) if asset.sort is AssetSort.MODEL else (Kind.WORKSPACE, Kind.REGISTRY)
    return (*(kind.value for kind in kinds), *parts)


def declare_asset(
    wanted: Wanted,
    plan: AssetPlan,
    made: Mapping[str, pulumi.Resource],
    images: Mapping[str, str],
    parent: pulumi.Resource,
    needs: Sequence[pulumi.Resource],
    cloud: dict[str, str],
) -> DynamicResource:
    """Declare one. `made` is what has been declared, `images` the digests that are known already."""
    asset = plan.asset
    inputs: dict[str, Any] = {
        "workspaceId": resource_id(wanted, Kind.WORKSPACE),
        "storageId": resource_id(wanted, Kind.STORAGE),
        "name": asset.name,
        "version": asset.version,
        "hash": asset.hash,
        "tags": wanted_tags(wanted),
        # From the program's own folder, where the providers run as well: no path of a machine is in the state.
        "root": os.path.relpath(wanted.folder),
        "cloud": cloud,
    }
    if asset.sort is AssetSort.MODEL:
        assert isinstance(asset.service.model, Content)
        inputs |= {"place": asset.service.model.place}
    else:
        inputs |= _image_inputs(wanted, asset, made, images)
    opts = pulumi.ResourceOptions(parent=parent, depends_on=needs)
    return DECLARED[asset.sort](asset.logical, inputs, opts)


def declare_running(
    wanted: Wanted,
    plan: Plan,
    parts: Mapping[str, pulumi.Resource],
    assets: Mapping[str, pulumi.Resource],
    parent: pulumi.Resource,
    cloud: dict[str, str],
) -> dict[str, ServiceStart | ServiceDeployment]:
    """Wait for every service that runs in a container group of ours, and deploy behind every online endpoint of ours;
    by the service's name."""
    planned = {part.logical: part for part in plan.parts}
    running: dict[str, ServiceStart | ServiceDeployment] = {}
    for service in wanted.services:
        if service.part not in parts:
            continue
        image = assets[image_of(service).logical]
        assert isinstance(image, _Built)
        part = planned[service.part]
        shared = {
            "image": image.image,
            "apiVersion": SORTS[part.sort].api_version,
            "shown": f"holdfast logs service {service.name}",
            "cloud": cloud,
        }
        opts = pulumi.ResourceOptions(parent=parent, depends_on=[parts[service.part]])
        name = f"service-{service.name}"
        if service.target is Target.ACI:
            running[service.name] = ServiceStart(name, {**_start_inputs(service, part), **shared}, opts)
        else:
            own = _deployment_inputs(wanted, service, part, plan.locations[Kind.WORKSPACE])
            running[service.name] = ServiceDeployment(name, {**own, **shared}, opts)
    return running


def _start_inputs(service: WantedService, part: PartPlan) -> dict[str, Any]:
    return {
        "groupId": part.id,
        "container": service.name,
        "of": hashed([json.dumps(_but_the_image(part.body.explicit), sort_keys=True), *part.body.secrets.values()]),
        "port": PORT,
        "path": LIVENESS_PATH,
        "scoringPath": SCORING_PATH,
    }


def _deployment_inputs(wanted: Wanted, service: WantedService, part: PartPlan, location: str) -> dict[str, Any]:
    body = deployment_body(service, asset_id(wanted, image_of(service)))
    traffic = dict(service.settings.get("traffic") or {})
    return {
        "endpointId": part.id,
        "service": service.name,
        # The one that is named last follows the settings; those before it stay as they are.
        "deployment": next(reversed(traffic), ""),
        "traffic": traffic,
        "location": location,
        "body": body,
        "of": hashed([json.dumps(body, sort_keys=True)]),
        "tags": wanted_tags(wanted),
        "back": isinstance(part.decision, Recover),
        "again": UNFINISHED in (part.body.secure.get("tags") or {}),
    }


def _but_the_image(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a container group without what names its image: by a tag today, by a digest tomorrow."""
    properties = {name: value for name, value in body["properties"].items() if name != "imageRegistryCredentials"}
    (container,) = properties["containers"]
    inner = {name: value for name, value in container["properties"].items() if name != "image"}
    return {**body, "properties": {**properties, "containers": [{**container, "properties": inner}]}}


def _image_inputs(
    wanted: Wanted, asset: Asset, made: Mapping[str, pulumi.Resource], images: Mapping[str, str]
) -> dict[str, Any]:
    service = asset.service
    named = f"{ENVIRONMENTS}:{asset.version}" if asset.sort is AssetSort.ENVIRONMENT else service.name
    inputs: dict[str, Any] = {
        "registryId": resource_id(wanted, Kind.REGISTRY),
        "repository": asset.repository,
        "dockerfile": asset.dockerfile,
        "serves": asset.sort is AssetSort.IMAGE,
        "shown": f"holdfast logs build {named}",
        "below": "",
        "files": [],
        "folders": [],
        "reference": None,
    }
    if asset.sort is AssetSort.ENVIRONMENT:
        assert isinstance(service.environment, EnvironmentFile)
        files = environment_files(service.environment)
        return inputs | {"files": [{"path": path, "text": text} for path, text in files.items()]}
    if service.returned_errors:
        # For the policy pack, which sees inputs alone.
        script = f"{service.code.place}/{service.script}"
        inputs["returnedErrors"] = [f"{script}:{line}" for line in service.returned_errors]
    folders = [{"at": "code", "place": service.code.place, "named": False, "hash": service.code.hash}]
    if isinstance(service.model, RegisteredModel):
        inputs["reference"] = {"name": service.model.name, "version": service.model.version}
    else:
        folders.append({"at": "model", "place": service.model.place, "named": True, "hash": service.model.hash})
    return inputs | {"below": _below(asset, made, images), "folders": folders}


def _below(asset: Asset, made: Mapping[str, pulumi.Resource], images: Mapping[str, str]) -> pulumi.Input[str]:
    """Known already where the environment is built: a run with nothing to do need not wait for its outputs."""
    if isinstance(asset.service.environment, EnvironmentImage):
        return asset.service.environment.image
    known = images.get(asset.environment)
    if known:
        return known
    environment = made[asset.environment]
    assert isinstance(environment, _Built)
    return environment.image
