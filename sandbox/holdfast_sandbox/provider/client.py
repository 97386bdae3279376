"""Requests to Azure Resource Manager: which are retried, and when is a long-running operation over?

After provider/pkg/azure/client_azcore.go and the azcore pipeline and poller below it. Retries: 408, 429, 500, 502,
503, 504, transport errors and 409 `AnotherOperationInProgress`, three of them, 20 s growing to 120 s unless
`Retry-After` says otherwise. Polling: `Azure-AsyncOperation`, `Operation-Location`, `Location`, then
`properties.provisioningState`; the first poll at once (or after the first answer's `Retry-After`), then every 10 s
(PUT) or 30 s (DELETE) unless `Retry-After` says otherwise.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from holdfast_sandbox.provider.answers import absolute, finished, pending, resource_of, retry_after
from holdfast_sandbox.provider.errors import (
    AzureError,
    CancelledOperationError,
    ProviderError,
    TimedOutError,
    of_answer,
)
from holdfast_sandbox.provider.settings import Cloud
from holdfast_sandbox.provider.transport import Answer, Transport, TransportError
from holdfast_sandbox.provider.values import Json

DEFAULT_SECONDS = 120 * 60.0
RETRIES = 3
RETRY_SECONDS = 20.0
LONGEST_RETRY_SECONDS = 120.0
UPDATE_POLL_SECONDS = 10.0
DELETE_POLL_SECONDS = 30.0

_RETRIED = frozenset({408, 429, 500, 502, 503, 504})

# Gives a bearer token for a scope such as `https://management.example/.default`.
TokenSource = Callable[[str], str]


class Limit:
    """How long an operation may go on: until its time limit, or until the engine cancels everything."""

    def __init__(self, cancelled: threading.Event, seconds: float = 0.0) -> None:
        self._cancelled = cancelled
        self._end = time.monotonic() + (seconds if seconds > 0 else DEFAULT_SECONDS)

    def remaining(self) -> float:
        """Seconds left; raises when there are none."""
        if self._cancelled.is_set():
            raise CancelledOperationError
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimedOutError
        return left

    def wait(self, seconds: float) -> None:
        """Sleep, unless the limit comes first."""
        if self._cancelled.wait(min(seconds, self.remaining())):
            raise CancelledOperationError
        self.remaining()


class ArmClient:
    """Azure Resource Manager as the provider sees it: ids in, bodies out, `AzureError` for a refusal."""

    def __init__(self, cloud: Cloud, token: TokenSource, transport: Transport, user_agent: str) -> None:
        self.cloud = cloud
        self._token = token
        self._transport = transport
        self._user_agent = user_agent

    # --- one operation each -------------------------------------------------------------------------------------------

    def get(self, resource_id: str, api_version: str, limit: Limit, query: Mapping[str, str] | None = None) -> Json:
        """The resource; anything but 200 is an error."""
        answer = self._send("GET", self._url(resource_id, api_version, query), limit)
        if answer.status != 200:
            raise of_answer(answer)
        return resource_of(answer)

    def require_absent(self, resource_id: str, api_version: str, limit: Limit) -> None:
        """Fail unless there is no such resource: 404 and 204 mean that, and a 200 with nothing in it."""
        answer = self._send("GET", self._url(resource_id, api_version), limit)
        if answer.status in (404, 204):
            return
        if answer.status == 200:
            try:
                found = answer.json()
            except ValueError:
                return
            if isinstance(found, dict) and found:
                raise ProviderError(f"cannot create already existing resource '{resource_id}'")
            return
        body = answer.body.decode("utf-8", "replace")
        raise ProviderError(f"cannot check existence of resource '{resource_id}': status code {answer.status}, {body}")

    def put(
        self,
        resource_id: str,
        api_version: str,
        body: Json,
        limit: Limit,
        query: Mapping[str, str] | None = None,
        *,
        long_running: bool,
    ) -> Json:
        """Create or update, and wait. `AcceptedError` when Azure took the request but did not complete it."""
        url = self._url(resource_id, api_version, query)
        answer = self._send("PUT", url, limit, body)
        if answer.status not in (200, 201, 202):
            raise of_answer(answer)
        if not long_running and answer.status != 202:
            return resource_of(answer)
        try:
            return self._poll(answer, api_version, limit, UPDATE_POLL_SECONDS)
        except ProviderError as error:
            raise AcceptedError(error) from error

    def post(
        self, path: str, api_version: str, body: Json, limit: Limit, query: Mapping[str, str] | None = None
    ) -> Any:
        """An action; 200 or 201."""
        answer = self._send("POST", self._url(path, api_version, query), limit, body)
        if answer.status not in (200, 201):
            raise of_answer(answer)
        return answer.json() if answer.body.strip() else {}

    def delete(self, resource_id: str, api_version: str, limit: Limit, *, long_running: bool) -> None:
        """Delete, and wait. 404 is success: it is gone."""
        answer = self._send("DELETE", self._url(resource_id, api_version), limit)
        if answer.status == 404:
            return
        if answer.status not in (200, 201, 202, 204):
            raise of_answer(answer)
        if not long_running or answer.status == 204:
            return
        try:
            self._poll(answer, api_version, limit, DELETE_POLL_SECONDS)
        except AzureError as error:
            if not (answer.status == 202 and error.status == 404 and error.code == "ResourceNotFound"):
                raise

    def data_plane(self, method: str, url: str, scope: str, limit: Limit) -> Answer:
        """A request to a service's own host, e.g. a vault's, with a token for it."""
        return self._send(method, url, limit, scope=scope)

    # --- requests -----------------------------------------------------------------------------------------------------

    def _url(self, path: str, api_version: str, query: Mapping[str, str] | None = None) -> str:
        return f"{self.cloud.resource_manager}/{path.lstrip('/')}?" + urlencode(
            {"api-version": api_version, **(query or {})}
        )

    def _send(self, method: str, url: str, limit: Limit, body: Json | None = None, scope: str | None = None) -> Answer:
        headers = {"Accept": "application/json", "User-Agent": self._user_agent}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        for attempt in range(RETRIES + 1):
            left = limit.remaining()
            headers["Authorization"] = "Bearer " + self._token(scope or f"{self.cloud.audience.rstrip('/')}/.default")
            try:
                answer = self._transport.send(method, url, headers, content, left)
            except TransportError as error:
                limit.remaining()
                if attempt == RETRIES:
                    raise ProviderError(str(error)) from None
                limit.wait(_growing(attempt))
                continue
            if attempt == RETRIES or not _retriable(answer):
                return answer
            limit.wait(retry_after(answer) or _growing(attempt))
        raise AssertionError("the loop returns or raises")

    # --- long-running operations --------------------------------------------------------------------------------------

    def _poll(self, first: Answer, api_version: str, limit: Limit, seconds: float) -> Json:
        """Wait for the operation that `first` started; its result, `{}` for a deletion."""
        original = first.url
        deletion = first.method == "DELETE"
        operation = first.headers.get("azure-asyncoperation") or first.headers.get("operation-location")
        location = first.headers.get("location")
        if not operation and not location and (first.status in (200, 201)) and not pending(first):
            return resource_of(first)
        if not operation and not location and deletion and first.status != 202:
            return {}
        if operation:
            url = operation
        elif location:
            url = absolute(location, self.cloud.resource_manager, api_version)
        elif first.status == 202 and deletion:
            raise ProviderError("the service accepted the deletion without saying where to poll")
        else:
            url = original
        answer = first
        wait = retry_after(first)
        while True:
            if wait > 0:
                limit.wait(wait)
            answer = self._send("GET", url, limit)
            done = finished(answer, bool(operation), bool(location and not operation))
            if done:
                break
            wait = retry_after(answer) or seconds
        if deletion:
            return {}
        if operation:
            answer = self._send("GET", original, limit)
            if answer.status != 200:
                raise of_answer(answer)
        return resource_of(answer)


class AcceptedError(ProviderError):
    """Azure accepted the write, then it failed or was given up: the resource may exist."""

    def __init__(self, cause: ProviderError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _growing(attempt: int) -> float:
    """20 s, 60 s, 120 s, give or take: azcore's exponential delay with its jitter of 0.8 to 1.3."""
    delay = float((1 << (attempt + 1)) - 1) * RETRY_SECONDS * random.uniform(0.8, 1.3)
    return min(delay, LONGEST_RETRY_SECONDS)


def _retriable(answer: Answer) -> bool:
    if answer.status in _RETRIED:
        return True
    return answer.status == 409 and of_answer(answer).code == "AnotherOperationInProgress"
