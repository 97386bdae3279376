"""Where else is a receipt kept? In a blob container, beside the machine that a pipeline throws away.

A blob is created, never replaced (`If-None-Match: *`), by the run's own login; so a container in which that login may
create and not overwrite keeps what it was given. Nothing here may fail or hold up a run: every failure is an
`ArchiveError`, and all requests of a run share a few seconds.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from holdfast.arm import find_cloud, log_in
from holdfast.home import plain
from holdfast.model.errors import HoldfastError

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

T = TypeVar("T")

#: Seconds for everything that a run asks of its container, logging in included.
PATIENCE = 10.0
#: Seconds for a connection and for an answer, and how often one is asked for again.
CONNECT_TIMEOUT, READ_TIMEOUT, RETRIES = 3, 5, 1
#: Bytes: a receipt of 1024 entries has under a megabyte; whatever is larger is none.
LARGEST = 8 * 1024 * 1024


class ArchiveError(Exception):
    """The container did not do what it was asked; the text says how it answered, without anything secret."""


class Archive:
    """The receipts of one stack in one container; `url` as the settings have it (see settings/receipts.py)."""

    def __init__(self, url: str, project: str, stack: str, cloud: Mapping[str, str]) -> None:
        """`cloud` is the provider's settings `environment` and `metadataHost`, where they are set."""
        self._account, self._container, prefix = split(url)
        self._folder = "/".join(filter(None, (prefix, plain(project), plain(stack)))) + "/"
        self._cloud = cloud
        self._client: ContainerClient | None = None
        self._until: float | None = None

    def store(self, name: str, body: Mapping[str, Any]) -> str:
        """Create the blob `name`; its URL. Raises ArchiveError: also where a blob of that name is there already."""
        content = (json.dumps(body, indent=2, sort_keys=True) + "\n").encode()

        def upload() -> str:
            from azure.storage.blob import ContentSettings

            settings = ContentSettings(content_type="application/json")
            made = self._open().upload_blob(
                self._folder + name, content, overwrite=False, content_settings=settings, max_concurrency=1
            )
            return str(made.url)

        return self._ask(upload, 1.0)

    def newest(self) -> dict[str, Any] | None:
        """The newest receipt of this stack; `None` where there is none. Raises ArchiveError."""

        def download() -> dict[str, Any] | None:
            client = self._open()
            # The time is the name's beginning, so that the last name is the newest.
            last = max(client.list_blob_names(name_starts_with=f"{self._folder}receipt-"), default=None)
            if last is None:
                return None
            read = client.download_blob(last, offset=0, length=LARGEST, max_concurrency=1).readall()
            body = json.loads(read)
            if not isinstance(body, dict):
                raise ValueError(f"{last} is no receipt")
            return body

        # Half of the time at most: what this run did is to be stored as well.
        return self._ask(download, 0.5)

    def latest(self, count: int, last: str, known: Collection[str] = ()) -> tuple[dict[str, dict[str, Any]], list[str]]:
        """The newest `count` receipts of this stack up to the name `last`, by their blobs' URLs, without those whose
        name is in `known`; and the URLs of those that are none. Raises ArchiveError."""

        def download() -> tuple[dict[str, dict[str, Any]], list[str]]:
            client = self._open()
            found: dict[str, dict[str, Any]] = {}
            unreadable = []
            names = client.list_blob_names(name_starts_with=f"{self._folder}receipt-")
            for name in sorted(name for name in names if name.rpartition("/")[2] <= last)[-count:]:
                if name.rpartition("/")[2] in known:
                    continue
                read = client.download_blob(name, offset=0, length=LARGEST, max_concurrency=1).readall()
                body = _json(read)
                url = f"{client.url}/{name}"
                if isinstance(body, dict):
                    found[url] = body
                else:
                    unreadable.append(url)
            return found, unreadable

        return self._ask(download, 1.0)

    def _open(self) -> ContainerClient:
        if self._client is None:
            from azure.storage.blob import ContainerClient

            cloud = find_cloud(os.environ, self._cloud.get("environment"), self._cloud.get("metadataHost"))
            self._client = ContainerClient(
                self._account,
                self._container,
                credential=log_in(cloud, os.environ),
                connection_timeout=CONNECT_TIMEOUT,
                read_timeout=READ_TIMEOUT,
                retry_total=RETRIES,
                retry_connect=RETRIES,
            )
        return self._client

    def _ask(self, what: Callable[[], T], share: float) -> T:
        try:
            # Loaded before the clock starts: a slow disk is no store that does not answer.
            import azure.storage.blob  # noqa: F401 - for its loading alone
        except ImportError:
            raise ArchiveError("azure-storage-blob is not installed: pip install 'holdfast[program]'") from None
        now = time.monotonic()
        self._until = self._until or now + PATIENCE
        return bounded(what, (self._until - now) * share)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def split(url: str) -> tuple[str, str, str]:
    """The account's URL, the container and the prefix. At an address (an emulator) the path begins with the account."""
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    host = parts.hostname or ""
    emulated = host == "localhost" or ":" in host or host.replace(".", "").isdigit()
    account = f"{parts.scheme}://{parts.netloc}" + (f"/{names.pop(0)}" if emulated else "")
    return account, names[0], "/".join(names[1:])


def bounded(what: Callable[[], T], seconds: float) -> T:
    """The result of `what`, or ArchiveError: its failure, or that it took longer. What hangs is left behind: a thread
    that the end of the process does not wait for."""
    results: list[T] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            results.append(what())
        except Exception as error:  # whatever it is: a receipt must not cost a run that has been made
            failures.append(error)

    thread = Thread(target=run, name="receipts", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if results:
        return results[0]
    raise ArchiveError(_said(failures[0]) if failures else f"no answer within {max(0.0, seconds):.0f} s") from None


def _said(error: Exception) -> str:
    """What Azure answered: its status and code, else the first line of what was said."""
    if isinstance(error, HoldfastError):
        return "; ".join(f"{fault.id}: {fault.message}" for fault in error.faults)
    status, code = getattr(error, "status_code", None), getattr(error, "error_code", None)
    text = " ".join(str(getattr(error, "message", "") or error).split("\n", 1)[0].split())[:300]
    # The library's codes are an enumeration, where it knows them.
    return " ".join(str(getattr(part, "value", part)) for part in (status, code, text or type(error).__name__) if part)
