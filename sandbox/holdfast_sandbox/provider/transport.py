"""One HTTPS exchange: connections, trust, time limits; no knowledge of Azure.

urllib3 keeps connections alive and is safe to use from many threads. It is imported on the first request, after the
plugin has printed its port. Trust: `SSL_CERT_FILE` as the real (Go) provider reads it, else `REQUESTS_CA_BUNDLE`,
else the system's.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import urllib3

_CONNECT_SECONDS = 30.0
_POOL = 16


class TransportError(Exception):
    """No answer came: refused, reset, timed out, not trusted."""


@dataclass(frozen=True)
class Answer:
    """What came back. Header names in lower case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    method: str
    url: str

    def json(self) -> Any:
        """The body as JSON (a byte-order mark is tolerated); ValueError when it is none."""
        return json.loads(self.body.decode("utf-8-sig"))


class Transport:
    """A pool of connections, made on first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: urllib3.PoolManager | None = None

    def _connections(self) -> urllib3.PoolManager:
        with self._lock:
            if self._pool is None:
                import urllib3

                bundle = os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE")
                context = ssl.create_default_context(cafile=bundle) if bundle else ssl.create_default_context()
                self._pool = urllib3.PoolManager(maxsize=_POOL, block=False, retries=False, ssl_context=context)
            return self._pool

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, seconds: float = 7200.0
    ) -> Answer:
        """One request; `seconds` is the longest wait for the answer. TransportError when none comes."""
        import urllib3

        try:
            response = self._connections().request(
                method,
                url,
                headers=dict(headers),
                body=body,
                timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=max(seconds, 0.1)),
                redirect=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise TransportError(f'{method.title()} "{url}": {_plain(error)}') from None
        held = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, response.reason or "", held, response.data, method, url)


def _plain(error: BaseException) -> str:
    """urllib3's message without the object that it starts with."""
    text = str(error)
    return text.split(": ", 1)[1] if text.startswith("<") and ": " in text else text
