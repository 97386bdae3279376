"""How does an image come into the registry? Built there by a task run, and registered by its digest.

A dynamic provider, for the environment that services share and for each service's own image. **This module's path and
the class name are frozen**, as those of `vault_provider` are. A version that is registered is found first, on any
machine; then a run of the registry that has built it, or is at it, for a program that died before it registered it: so
the same inputs are not built twice. Nothing is deleted: images are records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of, other_id

if TYPE_CHECKING:
    from datetime import datetime

    from holdfast.arm import ArmClient

Props = dict[str, Any]


class ServiceImageProvider(QuietProvider):
    """Inputs: `workspaceId`, `registryId`, `storageId`, `name`, `version`, `hash`, `repository`, `dockerfile`, `below`
    (the image that it stands on, for a Dockerfile that names one), `root` (the project's folder, from the program's),
    `files` [{`path`, `text`}], `folders` [{`at`, `place`, `named`, `hash`}], `reference` {`name`, `version`} or null,
    `serves`, `returnedErrors` (where a scoring script returns the text of an exception; left out where it does not),
    `shown` (the command that shows the log), `tags`, `cloud`. Outputs: `workspaceId`, `name`, `version`,
    `hash`, `repository`, `image` (by its digest), `server`, `run`, `log` (without what opens it), `cloud`."""

    def create(self, props: Props) -> CreateResult:
        """Build, push and register, unless that version is registered."""
        return CreateResult(f"{props['workspaceId']}/environments/{props['name']}/{props['repository']}", _built(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where another version is wanted, or in another workspace."""
        moved = other_id(olds.get("workspaceId"), news.get("workspaceId"))
        return DiffResult(changes=moved or olds.get("version") != news.get("version"))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create; the image before stays."""
        return UpdateResult(_built(news))

    def read(self, id: str, props: Props) -> ReadResult:
        """For `pulumi refresh`: gone where somebody deleted the version, so that the next run makes it again."""
        from holdfast.provision.registered import version_is_gone

        return ReadResult("" if version_is_gone(client_of(props), props, "environments") else id, props)


def _built(props: Props) -> Props:
    from holdfast.model.services import LIVENESS_PATH, PORT, SCORING_PATH
    from holdfast.provision.build import build
    from holdfast.provision.registered import find_version, register

    client = client_of(props)
    found = find_version(client, props, "environments")
    if found is not None:
        _refuse_older_than_registry(client, props, found)
        more = found.get("properties") or {}
        return _outputs(props, str(found.get("image") or ""), str(more.get("run") or ""), str(more.get("log") or ""))
    made = build(client, props)
    body: Props = {
        "image": made.image,
        "osType": "Linux",
        "description": f"{props['repository']}:{props['version']}, built by Holdfast",
        "properties": {"run": made.run, "log": made.log},
    }
    if props.get("serves"):
        route = {"path": LIVENESS_PATH, "port": PORT}
        scoring = {"path": SCORING_PATH, "port": PORT}
        body["inferenceConfig"] = {"livenessRoute": route, "readinessRoute": route, "scoringRoute": scoring}
    register(client, props, "environments", body)
    print(f"image {made.image} is registered as {props['name']}:{props['version']}", flush=True)
    return _outputs(props, made.image, made.run, made.log)


def _refuse_older_than_registry(client: ArmClient, props: Props, found: Props) -> None:
    """A registry that was deleted and made again has no image that a version from before it names, and no version can
    be given another one. Raises HoldfastError `image-gone`; what is not told refuses nothing."""
    from holdfast.model.errors import Fault, HoldfastError
    from holdfast.model.kinds import KINDS, Kind

    registry = client.get(props["registryId"], KINDS[Kind.REGISTRY].api_version)
    body: Props = registry.body if registry.readable else {}
    since = str((body.get("properties") or {}).get("creationDate") or "")
    made, registered = _time(since), _time(found["createdAt"])
    if made is None or registered is None or registered >= made:
        return
    raise HoldfastError(
        [
            Fault(
                "image-gone",
                f"{props['name']}:{props['version']} is registered with an image that its registry can't have any more",
                (
                    ("image", str(found.get("image") or "")),
                    ("registered", found["createdAt"]),
                    ("registry made", since),
                ),
                "a registered version keeps its image: change a line of the environment's file, a comment will do, and"
                " run again; every image is built anew then, under another version",
            )
        ]
    )


def _time(text: str) -> datetime | None:
    """Azure's time; of UTC where it names no zone."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _outputs(props: Props, image: str, run: str, log: str) -> Props:
    return {
        "workspaceId": props["workspaceId"],
        "name": props["name"],
        "version": props["version"],
        "hash": props["hash"],
        "repository": props["repository"],
        "image": image,
        "server": image.partition("/")[0],
        "run": run,
        "log": log,
        "cloud": props.get("cloud") or {},
    }
