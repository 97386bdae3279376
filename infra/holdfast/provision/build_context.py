"""What goes up for a build? The context that `holdfast.context` packs, and a registered model out of the workspace.

Used by `build`, in the dynamic provider's process.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from holdfast.context import Folder, add_file, context
from holdfast.model.assets import whole_dockerfile
from holdfast.model.errors import Blame, Fault, HoldfastError

if TYPE_CHECKING:
    import tarfile
    from types import TracebackType

    from holdfast.arm import ArmClient

Props = dict[str, Any]


class Context:
    """The build context of an image's inputs (see `ServiceImageProvider`), in a file that goes with it."""

    def __init__(self, client: ArmClient, props: Props) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        try:
            self._write(client, props)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Context:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self) -> bytes:
        """All of it."""
        self._file.seek(0)
        return self._file.read()

    def send(self, address: str, named: str) -> None:
        """Put it where the registry said. The address opens that place, so it is never shown.

        Raises HoldfastError `image-not-built`.
        """
        from azure.core.exceptions import AzureError
        from azure.storage.blob import BlobClient

        self._file.seek(0)
        try:
            with BlobClient.from_blob_url(address) as blob:
                blob.upload_blob(self._file, overwrite=True)
        except (AzureError, ValueError) as error:
            status = getattr(error, "status_code", None)
            code = getattr(error, "error_code", None)
            said = " ".join(str(getattr(part, "value", part)) for part in (status, code) if part)
            raise HoldfastError(
                [
                    Fault(
                        "image-not-built",
                        f"image {named}: the build context could not be sent to the registry's storage",
                        (("answer", said or type(error).__name__),),
                        "run again; where the network lets nobody through, open it to the registry's storage",
                        Blame.AZURE,
                    )
                ]
            ) from None

    def _write(self, client: ArmClient, props: Props) -> None:
        named = f"{props['repository']}:{props['version']}"
        dockerfile = whole_dockerfile(named, str(props["dockerfile"]), str(props.get("below") or ""))
        texts = {file["path"]: file["text"] for file in props.get("files") or ()}
        folders = [Folder(root=Path(props["root"]), **folder) for folder in props.get("folders") or ()]
        with context(self._file, dockerfile, texts, folders) as tar:
            if props.get("reference"):
                _add_model(tar, client, props)


def _add_model(tar: tarfile.TarFile, client: ArmClient, props: Props) -> None:
    """A model that is registered already comes out of the workspace's storage."""
    from holdfast.model.assets import ASSETS_VERSION
    from holdfast.provision.datastore import Datastore, parse_uri

    name, version = props["reference"]["name"], props["reference"]["version"]
    answer = client.get(f"{props['workspaceId']}/models/{name}/versions/{version}", ASSETS_VERSION)
    uri = str((answer.body.get("properties") or {}).get("modelUri") or "") if answer.readable else ""
    place = parse_uri(uri)
    if place is None:
        raise _no_files(name, version, uri or f"{answer.status} {answer.code}".strip())
    cloud = props.get("cloud") or {}
    store = Datastore(client, props["workspaceId"], props["storageId"], cloud, place[0])
    count = 0
    for path, size, opened in store.download(place[1]):
        add_file(tar, f"model/{path}", size, opened)
        count += 1
    if not count:
        raise _no_files(name, version, f"{uri} holds no file")


def _no_files(name: str, version: str, found: str) -> HoldfastError:
    return HoldfastError(
        [
            Fault(
                "model-without-files",
                f"model `{name}:{version}` is not in a datastore of the workspace, so no image can be built with it",
                (("found", found),),
                "register it from a datastore (`azureml://datastores/NAME/paths/...`), or give a path",
            )
        ]
    )
