"""Where do a workspace's files go, and how? Into the container of its default datastore, by the run's own login.

Which container that is, the datastore says; where the account is, the account itself: its address is Azure's to choose.
Used by the dynamic providers, in their own process. Source: "Datastores - Get" and "Storage Accounts - Get Properties"
(Azure REST API reference).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from holdfast.arm import find_cloud, log_in
from holdfast.model.assets import ASSETS_VERSION
from holdfast.model.content import FileContent
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.kinds import KINDS, Kind

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

    from holdfast.arm import Answer, ArmClient

#: The one that Azure makes with every workspace.
DEFAULT = "workspaceblobstore"
#: Files at the same time.
PARALLEL = 4
_URI = re.compile(r"azureml://(?:[^/]+/)*?datastores/(?P<store>[^/]+)/paths/(?P<path>.+)")


class Datastore:
    """A workspace's datastore, the default one where none is named."""

    def __init__(
        self, client: ArmClient, workspace: str, storage: str, cloud: Mapping[str, str], name: str = DEFAULT
    ) -> None:
        self._workspace, self._name = workspace, name
        properties = _get(client, f"{workspace}/datastores/{name}", ASSETS_VERSION)
        account, container = str(properties.get("accountName") or ""), str(properties.get("containerName") or "")
        if not account or not container:
            raise _not_uploaded(f"datastore `{name}` is no blob container", ())
        url = f"https://{account}.blob.{properties.get('endpoint') or 'core.windows.net'}"
        if storage.rpartition("/")[2].lower() == account.lower():
            found = _get(client, storage, KINDS[Kind.STORAGE].api_version)
            url = str((found.get("primaryEndpoints") or {}).get("blob") or url)
        self._url, self._container, self._cloud = url.rstrip("/"), container, cloud

    def uri(self, path: str) -> str:
        """A path in it, as versions of models name it."""
        _, _, subscription, _, group, _, _, _, workspace = self._workspace.split("/")
        return (
            f"azureml://subscriptions/{subscription}/resourcegroups/{group}/workspaces/{workspace}"
            f"/datastores/{self._name}/paths/{path}"
        )

    def upload(self, files: Sequence[tuple[str, Path, FileContent]]) -> int:
        """Put files there, each under its path, unless one that holds the same is there; how many were sent.

        Raises HoldfastError `not-uploaded`.
        """
        from azure.core.exceptions import AzureError

        try:
            with self._open() as container, ThreadPoolExecutor(PARALLEL, "upload") as pool:
                return sum(pool.map(lambda one: _put(container, *one), files))
        except AzureError as error:
            raise self._refused(error) from None

    def download(self, path: str) -> Iterator[tuple[str, int, IO[bytes]]]:
        """What is at a path or below it: the path from the last name on, the size, and the content to read.

        Raises HoldfastError `not-uploaded`.
        """
        from azure.core.exceptions import AzureError

        path = path.strip("/")
        above = path.rpartition("/")[0]
        try:
            with self._open() as container:
                names = sorted(
                    name
                    for name in container.list_blob_names(name_starts_with=path)
                    if name == path or name.startswith(f"{path}/")
                )
                for name in names:
                    with tempfile.TemporaryFile() as whole:
                        size = container.download_blob(name).readinto(whole)
                        whole.seek(0)
                        yield name.removeprefix(f"{above}/" if above else ""), size, whole
        except AzureError as error:
            raise self._refused(error) from None

    def _open(self) -> ContainerClient:
        from azure.storage.blob import ContainerClient

        cloud = find_cloud(os.environ, self._cloud.get("environment"), self._cloud.get("metadataHost"))
        return ContainerClient(self._url, self._container, credential=log_in(cloud, os.environ))

    def _refused(self, error: Exception) -> HoldfastError:
        status, code = getattr(error, "status_code", None), getattr(error, "error_code", None)
        code = getattr(code, "value", code)
        answer = " ".join(str(part) for part in (status, code) if part) or "no answer"
        text = " ".join(str(getattr(error, "message", "") or error).split("\n", 1)[0].split())[:300]
        return _not_uploaded(
            f"the container {self._url}/{self._container} did not do what it was asked",
            (("answer", answer), ("said", text)),
        )


def parse_uri(uri: str) -> tuple[str, str] | None:
    """The datastore and the path of a model's URI; `None` for one that leads elsewhere."""
    found = _URI.fullmatch(uri)
    return (found["store"], found["path"]) if found else None


def _put(container: ContainerClient, path: str, file: Path, content: FileContent) -> int:
    """1 where it was sent. Another machine may have sent it, or an earlier run that died."""
    from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

    blob = container.get_blob_client(path)
    try:
        there = blob.get_blob_properties()
        if there.size == content.size and (there.metadata or {}).get("sha256") == content.sha256:
            return 0
        overwrite = True
    except ResourceNotFoundError:
        overwrite = False
    metadata = {"sha256": content.sha256}
    with file.open("rb") as opened:
        try:
            blob.upload_blob(opened, length=content.size, overwrite=overwrite, metadata=metadata, max_concurrency=2)
        except ResourceExistsError:
            # Somebody was quicker, with the same: the path holds the hash.
            return 0
    return 1


def _get(client: ArmClient, path: str, api_version: str) -> dict[str, Any]:
    answer: Answer = client.get(path, api_version)
    if not answer.readable:
        raise _not_uploaded(f"{path} could not be read", answer.evidence)
    return dict(answer.body.get("properties") or {})


def _not_uploaded(says: str, evidence: tuple[tuple[str, str], ...]) -> HoldfastError:
    return HoldfastError(
        [
            Fault(
                "not-uploaded",
                f"the model's files could not be put into the workspace's storage, or read there: {says}",
                evidence,
                "this login needs the role Storage Blob Data Contributor on the storage account (Owner and Contributor"
                " do not hold it), and a way there where its firewall is shut",
                Blame.AZURE,
            )
        ]
    )
