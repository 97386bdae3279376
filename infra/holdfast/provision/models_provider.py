"""How does a model get into the workspace? Its files into the default datastore's container, its version by one PUT.

A dynamic provider. **This module's path and the class name are frozen**, as those of `vault_provider` are. A version
that is registered is found first, on any machine: then nothing is uploaded. Blobs are written before the version, so a
version never names files that are not there, and a run that died half-way leaves nothing but blobs that the next one
finds. Nothing is deleted: models are records.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of, other_id

if TYPE_CHECKING:
    from holdfast.arm import ArmClient
    from holdfast.model.content import FileContent

Props = dict[str, Any]


class ServiceModelProvider(QuietProvider):
    """Inputs: `workspaceId`, `storageId`, `name`, `version`, `hash`, `root` (the project's folder, from the program's),
    `place` (from `root`), `tags`, `cloud`. Outputs: `workspaceId`, `name`, `version`, `hash`, `modelUri`, `cloud`."""

    def create(self, props: Props) -> CreateResult:
        """Upload and register, unless that version is registered."""
        return CreateResult(f"{props['workspaceId']}/models/{props['name']}", _registered(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where what is to be served is another version, or in another workspace."""
        moved = other_id(olds.get("workspaceId"), news.get("workspaceId"))
        return DiffResult(changes=moved or olds.get("version") != news.get("version"))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create; the version before stays."""
        return UpdateResult(_registered(news))

    def read(self, id: str, props: Props) -> ReadResult:
        """For `pulumi refresh`: gone where somebody deleted the version, so that the next run makes it again."""
        from holdfast.provision.registered import version_is_gone

        return ReadResult("" if version_is_gone(client_of(props), props, "models") else id, props)


def _registered(props: Props) -> Props:
    from holdfast.provision.registered import find_version, register

    client = client_of(props)
    found = find_version(client, props, "models")
    uri = str(found.get("modelUri") or "") if found is not None else ""
    if found is None:
        uri = _uploaded(client, props)
        body = {"modelType": "custom_model", "modelUri": uri, "description": f"{props['place']}, by Holdfast"}
        register(client, props, "models", body)
        print(f"model {props['name']}:{props['version']} is registered", flush=True)
    return {
        "workspaceId": props["workspaceId"],
        "name": props["name"],
        "version": props["version"],
        "hash": props["hash"],
        "modelUri": uri,
        "cloud": props.get("cloud") or {},
    }


def _uploaded(client: ArmClient, props: Props) -> str:
    """Put the files into the container; the URI that the version is registered with."""
    from holdfast.content import changed_meanwhile, read_content
    from holdfast.provision.datastore import Datastore

    root, place = Path(props["root"]), str(props["place"])
    content = read_content(root, place, named=True)
    if content.hash != props["hash"]:
        raise changed_meanwhile(place)
    store = Datastore(client, props["workspaceId"], props["storageId"], props.get("cloud") or {})
    folder = f"holdfast/models/{props['name']}/{props['version']}"
    sent = store.upload([(f"{folder}/{file.path}", path, file) for file, path in _files(root, place, content.files)])
    print(f"model {props['name']}:{props['version']}: {sent} of {len(content.files)} files uploaded", flush=True)
    # A folder is registered by its own name, a file by its own: that is what AZUREML_MODEL_DIR will hold.
    top = content.files[0].path.partition("/")[0]
    return store.uri(f"{folder}/{top}")


def _files(root: Path, place: str, files: tuple[FileContent, ...]) -> list[tuple[FileContent, Path]]:
    from holdfast.content import content_files

    where = dict(content_files(root, place, named=True))
    return [(file, where[file.path]) for file in files]
