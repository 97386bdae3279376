"""Which requests does the sandbox itself make of its blobs? A handful, each with a signature of its own.

By the standard library: Microsoft's client takes longer to load than all of them take.
"""

from __future__ import annotations

import http.client
import ssl
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import urlsplit

from holdfast_sandbox.blobs.signatures import VERSION, account_query

PATIENCE = 120.0  # seconds; the first request may have to wait for an installation
#: What one request may append (learn.microsoft.com/rest/api/storageservices/append-block).
BLOCK = 4 * 1024 * 1024


class BlobError(Exception):
    """The blob service answered with an error: its status, and its own words."""


class Client:
    """Requests to the blobs at `port` of this machine, whose certificate `authority` (a PEM file) has signed."""

    def __init__(self, port: int, authority: Path) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(authority))

    def make(self, account: str, container: str, key: str) -> None:
        """Makes a container that may be there already."""
        self._ask("PUT", f"/{account}/{container}?restype=container&{account_query(account, key)}", ignore=409)

    def empty(self, account: str, key: str) -> None:
        """Deletes all containers of an account."""
        signed = account_query(account, key)
        body = self._ask("GET", f"/{account}/?comp=list&{signed}")
        for name in ET.fromstring(body).iterfind("Containers/Container/Name"):
            self._ask("DELETE", f"/{account}/{name.text}?restype=container&{signed}", ignore=404)

    def start_log(self, link: str) -> None:
        """Makes an empty append blob of text; one that is there is emptied."""
        self._ask("PUT", _path(link), headers={"x-ms-blob-type": "AppendBlob", "x-ms-blob-content-type": "text/plain"})

    def append(self, link: str, text: bytes) -> None:
        """Appends to such a blob."""
        for start in range(0, len(text), BLOCK):
            self._ask("PUT", f"{_path(link)}&comp=appendblock", text[start : start + BLOCK])

    def mark(self, link: str, **metadata: str) -> None:
        """Sets a blob's metadata."""
        headers = {f"x-ms-meta-{name}": value for name, value in metadata.items()}
        self._ask("PUT", f"{_path(link)}&comp=metadata", headers=headers)

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, ignore: int = 0
    ) -> bytes:
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context, timeout=PATIENCE)
        try:
            common = {"x-ms-version": VERSION, "Content-Length": str(len(body))}
            connection.request(method, path, body, {**common, **(headers or {})})
            answer = connection.getresponse()
            said = answer.read()
        except OSError as error:
            raise BlobError(str(error)) from None
        finally:
            connection.close()
        if answer.status >= 400 and answer.status != ignore:
            raise BlobError(f"{answer.status} {answer.headers.get('x-ms-error-code', '')}: {_message(said)}")
        return said


def _path(link: str) -> str:
    """A link without its host; it has a query."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def _message(body: bytes) -> str:
    try:
        return ET.fromstring(body).findtext("Message", "").partition("\n")[0]
    except ET.ParseError:
        return ""
