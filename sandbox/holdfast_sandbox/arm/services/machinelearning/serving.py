"""What runs behind online endpoints? Between the resources in the store and the replicas and the front end.

A deployment's image is that of its environment, which the sandbox must have built; the model and the code are the
image's own: nothing is downloaded. A roll-out ends the deployment's operation: when its least number of replicas is
ready, or with the code of what keeps them from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from holdfast_sandbox.arm.call import Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.services.machinelearning import capacity, deployment_settings, diagnosis, tokens
from holdfast_sandbox.arm.services.machinelearning import endpoint_models as models
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.containers import Recipe, recipes
from holdfast_sandbox.containers.container import Container
from holdfast_sandbox.images import Image, ImageStore
from holdfast_sandbox.scoring import Deployment, Endpoint, ReplicaSet, Version
from holdfast_sandbox.scoring.endpoint import one_of

ENDPOINT = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
DEPLOYMENT = f"{ENDPOINT}/deployments"
CONTAINER = "inference-server"
_PORT, _ONLY = "machinelearning.front-end", "port"
_ENVIRONMENT = re.compile(r".*/environments/[^/]+/versions/[^/]+", re.IGNORECASE)


def place_endpoint(plane: Plane, endpoint: Resource) -> None:
    """Writes down where the endpoint answers; opens the front end, on the port it had before where that is free."""
    assert plane.scoring is not None
    before = plane.store.record(_PORT, _ONLY) or {"port": 0}
    port = plane.scoring.listen(before["port"])
    if port != before["port"]:
        plane.store.save_record(_PORT, _ONLY, {"port": port})
    where = f"{plane.scoring.url}/api/v1/endpoint/{endpoint.name}"
    endpoint.body["properties"] |= {"scoringUri": f"{where}/score", "swaggerUri": f"{where}/swagger.json"}


def open_endpoint(plane: Plane, endpoint: Resource) -> None:
    """Lets requests in, with the endpoint's present keys and traffic."""
    assert plane.scoring is not None
    known = plane.scoring.endpoints.get(endpoint.name.lower())
    deployments = known.deployments if known is not None else {}
    secret, keys = endpoint.private["secret"], list(endpoint.private["keys"].values())

    def allowed(credential: str) -> bool:
        if endpoint.body["properties"]["authMode"] == "Key":
            return one_of(credential, keys)
        return tokens.good(secret, credential, plane.clock())

    traffic = endpoint.body["properties"]["traffic"]
    plane.scoring.endpoints[endpoint.name.lower()] = Endpoint(endpoint.name, allowed, traffic, deployments)


def close_endpoint(plane: Plane, endpoint: Resource) -> None:
    assert plane.scoring is not None
    gone = plane.scoring.endpoints.pop(endpoint.name.lower(), None)
    if gone is not None:
        gone.end()


def running(plane: Plane, deployment: Resource) -> Deployment | None:
    """The deployment as it runs, if it does."""
    endpoint = plane.scoring.endpoints.get(_endpoint_name(deployment).lower()) if plane.scoring is not None else None
    return endpoint.deployments.get(deployment.name) if endpoint is not None else None


def image_of(plane: Plane, properties: Json) -> Image:
    """The built image of the deployment's environment."""
    environment = environment_of(plane, properties)
    reference = str(environment.body["properties"].get("image") or "")
    assert plane.containers is not None
    image = ImageStore(plane.containers.state).find(reference)
    if image is None or not recipes.can_run(image):
        told = reference or "an image that Azure would build (the environment has a build context only)"
        raise models.ended("ImagePullLoopBackOff", f"Back-off pulling image: the sandbox has not built {told}.")
    return image


def environment_of(plane: Plane, properties: Json) -> Resource:
    """The environment version that the deployment names."""
    given = str(properties["environmentId"])
    found = plane.store.get(given.removeprefix("azureml:")) if _ENVIRONMENT.fullmatch(given) else None
    if found is None:
        raise models.unacceptable("ResourceNotFound", f"The environment '{given}' was not found.")
    return found


def roll_out(plane: Plane, deployment: Resource, operation_id: str | None) -> None:
    """Starts the deployment's replicas; `operation_id` is the operation that waits for them.

    ArmError where it is known at once that they can't run.
    """
    assert plane.containers is not None
    assert plane.scoring is not None
    properties, managed = deployment.body["properties"], deployment.body["kind"] == models.MANAGED
    settings = deployment_settings.settings(properties, deployment.body["sku"], managed=managed)
    image = image_of(plane, properties)
    version = _version(plane, deployment, image)
    if not managed:
        capacity.check(plane, deployment, settings.limits.minimum)
    endpoint = plane.scoring.endpoints[_endpoint_name(deployment).lower()]
    service = endpoint.deployments.get(deployment.name)
    if service is None:
        service = Deployment(deployment.name, settings, _room(plane, deployment, managed), plane.autoscale)
        endpoint.deployments[deployment.name] = service
    elif service.next is not None:
        service.next.end()

    def outcome(replicas: ReplicaSet, good: bool, crashed: Container | None) -> None:
        assert service is not None
        if good:
            service.take_over(replicas, settings)
        failure = None if good else _failure(replicas, crashed)
        if not good:
            service.give_up(replicas)
        if operation_id is not None:
            with plane.store.transaction():
                plane.operations.conclude(plane, operation_id, failure)

    replicas = ReplicaSet(plane.containers, deployment.id, version, outcome, service.dispatch)
    service.next = replicas
    replicas.scale(settings.limits.minimum)


def end(plane: Plane, deployment: Resource) -> None:
    """Ends the deployment's replicas."""
    service = running(plane, deployment)
    if service is not None and plane.scoring is not None:
        service.end()
        plane.scoring.endpoints[_endpoint_name(deployment).lower()].deployments.pop(deployment.name, None)


def resume(plane: Plane) -> None:
    """The sandbox has started: endpoints answer again, and deployments that ran run again."""
    for endpoint in plane.store.find(ENDPOINT):
        place_endpoint(plane, endpoint)
        plane.save(endpoint)
        open_endpoint(plane, endpoint)
    for deployment in plane.store.find(DEPLOYMENT):
        operation = plane.operations.under_way(plane, deployment.id)
        if deployment.body["properties"]["provisioningState"] in ("Deleting", "Failed"):
            continue
        try:
            roll_out(plane, deployment, operation.id if operation is not None else None)
        except ArmError as error:
            if operation is not None:
                plane.operations.conclude(plane, operation.id, error.error())


def forget(plane: Plane, workspace: Resource) -> None:
    """A workspace is deleted: its endpoints go for good (concept-soft-delete)."""
    for endpoint in plane.store.find(ENDPOINT, under=workspace.id):
        close_endpoint(plane, endpoint)


def _version(plane: Plane, deployment: Resource, image: Image) -> Version:
    properties = deployment.body["properties"]
    routes = environment_of(plane, properties).body["properties"].get("inferenceConfig") or {}
    env = _variables(properties, image)
    fallback = recipes.server_port(image, env)

    def route(name: str, path: str) -> tuple[str, int]:
        given = routes.get(name) or {}
        return str(given.get("path") or path), int(given.get("port") or fallback)

    score, live, ready = route("scoringRoute", "/score"), route("livenessRoute", "/"), route("readinessRoute", "/")
    readiness = deployment_settings.probe(properties.get("readinessProbe"), *ready)
    liveness = deployment_settings.probe(properties.get("livenessProbe"), *live)
    limit = deployment.private.get("memory")

    def recipe(address: str, home: Path) -> Recipe:
        ports = tuple(sorted({score[1], live[1], ready[1]}))
        return recipes.recipe(
            image,
            CONTAINER,
            recipes.Place(address, ports, home),
            env=env,
            memory=int(limit) if limit is not None else None,
            liveness=liveness,
            readiness=readiness,
        )

    scale = plane.containers.scale if plane.containers is not None else 1.0
    patience = readiness.initial_delay * min(scale, 1.0) + readiness.failures * readiness.period
    return Version(int(deployment.private.get("version", 1)), recipe, score[1], score[0], patience)


def _variables(properties: Json, image: Image) -> dict[str, str]:
    env = {str(name): str(value) for name, value in properties["environmentVariables"].items()}
    code = properties.get("codeConfiguration")
    if code:
        env.setdefault("AZUREML_ENTRY_SCRIPT", str(code["scoringScript"]))
    if properties.get("modelMountPath") and Path(image.root, str(properties["modelMountPath"]).lstrip("/")).is_dir():
        env.setdefault("AZUREML_MODEL_DIR", str(properties["modelMountPath"]))
    return env


def _failure(replicas: ReplicaSet, crashed: Container | None) -> Json:
    if crashed is not None:
        return models.ended(*diagnosis.diagnose(crashed)).error()
    patience = replicas.version.patience
    states = ", ".join(one.container.state.state for one in replicas.replicas)
    message = f"No replica was ready after {patience:g} s (containers: {states}): the readiness probe does not succeed."
    return models.ended("ResourceNotReady", message).error()


def _room(plane: Plane, deployment: Resource, managed: bool) -> Callable[[int], int]:
    return (lambda count: count) if managed else (lambda count: capacity.room(plane, deployment, count))


def _endpoint_name(deployment: Resource) -> str:
    return deployment.id.split("/")[-3]
