"""What does Azure answer? One request, one `Answer`; a status is data, only a caller knows which ones are wrong.

azure-core retries what Azure asks to have retried (408, 429, 500, 502, 503, 504 and lost connections) with Retry-After.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import Pipeline
from azure.core.pipeline.policies import (
    BearerTokenCredentialPolicy,
    HeadersPolicy,
    RequestIdPolicy,
    RetryPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest

from holdfast.arm.cloud import Cloud
from holdfast.model.existing import Unreadable

#: Three tries more, from one second on: a run must end with a message, not hang in a pipeline for minutes.
RETRIES = 3
#: Seconds that a Retry-After is honoured for at most: the provider's own longest wait.
LONGEST_WAIT = 120.0
#: Seconds for a connection and for an answer.
CONNECT_TIMEOUT, READ_TIMEOUT = 10, 60


class _BoundedRetry(RetryPolicy[Any, Any]):
    """Retries as azure-core does, and waits no longer than the provider would: an hour would hang a pipeline."""

    def get_retry_after(self, response: Any) -> float | None:
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, LONGEST_WAIT)


class StaticToken:
    """A credential around a token that somebody else got (the provider's own, by `getClientToken`)."""

    def __init__(self, token: str) -> None:
        self._token = AccessToken(token, int(time.time()) + 3600)

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """The token as it was given; it outlives every run."""
        return self._token


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` 0: nothing did, and `body` holds an error of ours in Azure's shape."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """A 2xx."""
        return 200 <= self.status < 300

    @property
    def readable(self) -> bool:
        """A 2xx with a JSON object. Anything else (a proxy's page, nothing) says nothing about a resource."""
        return self.ok and isinstance(self.body, dict)

    @property
    def code(self) -> str:
        """Azure's error code, empty where the body holds none."""
        return str(self._error().get("code") or "")

    @property
    def message(self) -> str:
        """Azure's error text, with what its details add, else the start of the body."""
        error = self._error()
        if text := error.get("message"):
            details = error.get("details")
            rows = [row for row in details if isinstance(row, dict)] if isinstance(details, list) else []
            more = [f"{row.get('code') or ''}: {row['message']}" for row in rows if row.get("message")]
            return " ".join([str(text), *(one for one in more if one not in str(text))])
        return "" if self.body is None else str(self.body)[:300]

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """What came back, as rows of a `Fault`."""
        return self.unreadable().evidence

    def unreadable(self) -> Unreadable:
        """The fact that this answer stands for when it is no answer to a read."""
        return Unreadable(self.status, self.code, self.message)

    def _error(self) -> Mapping[str, Any]:
        """Azure's error, in the envelope of Resource Manager or, as AKS answers, without one."""
        whole = self.body if isinstance(self.body, dict) and not self.ok else {}
        error = whole.get("error", whole if "code" in whole else None)
        return error if isinstance(error, dict) else {}


class ArmClient:
    """Azure Resource Manager for one login. Safe to share between threads."""

    def __init__(self, cloud: Cloud, credential: TokenCredential, retries: int = RETRIES) -> None:
        self._endpoint = cloud.resource_manager
        self._pipeline: Pipeline[Any, Any] = Pipeline(
            RequestsTransport(connection_timeout=CONNECT_TIMEOUT, read_timeout=READ_TIMEOUT),
            policies=[
                RequestIdPolicy(),
                HeadersPolicy({"Accept": "application/json"}),
                UserAgentPolicy("holdfast"),
                _BoundedRetry(retry_total=retries, retry_backoff_factor=0.5, retry_backoff_max=20),
                BearerTokenCredentialPolicy(credential, f"{cloud.audience}/.default"),
            ],
        )

    def request(
        self, method: str, path: str, api_version: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; `path` starts with a slash and may hold a query. No `api_version`: it is in the path."""
        mark = "&" if "?" in path else "?"
        url = f"{self._endpoint}{path}" + (f"{mark}api-version={api_version}" if api_version else "")
        return self._send(HttpRequest(method, url, json=body, headers=dict(headers or {})))

    def follow(self, url: str) -> Answer:
        """A GET of an address that Azure gave; the token is taken to Resource Manager alone."""
        if _origin(url) != _origin(self._endpoint):
            said = f"the operation is to be followed at {url}, which is not {self._endpoint}"
            return Answer(0, {"error": {"code": "ForeignOperation", "message": said}})
        return self._send(HttpRequest("GET", url))

    def get(self, path: str, api_version: str) -> Answer:
        """A GET."""
        return self.request("GET", path, api_version)

    def pages(self, path: str, api_version: str) -> Iterator[Answer]:
        """A list, page by page; ends after the first answer that is no page."""
        answer = self.get(path, api_version)
        while True:
            yield answer
            following = answer.body.get("nextLink") if answer.readable else None
            if not following:
                return
            if _origin(str(following)) != _origin(self._endpoint):
                # Followed, it would take the token to a stranger; passed over, half a list would pass for a whole one.
                said = f"the list goes on at {following}, which is not {self._endpoint}"
                yield Answer(0, {"error": {"code": "ForeignNextLink", "message": said}})
                return
            answer = self._send(HttpRequest("GET", str(following)))

    def _send(self, request: HttpRequest) -> Answer:
        try:
            response = self._pipeline.run(request).http_response
        except ClientAuthenticationError as error:
            return Answer(401, {"error": {"code": "AuthenticationFailed", "message": str(error.message)}})
        except AzureError as error:
            return Answer(0, {"error": {"code": "NoAnswer", "message": str(error.message)}})
        text = response.text()
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = text
        return Answer(int(response.status_code), body, dict(response.headers))


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: some lists of Azure's go on at `https://management.azure.com:443/`."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or 443
