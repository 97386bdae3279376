"""What an answer of Azure says about time: is the operation over, how did it end, when to ask again?

After the poller handlers of azure-sdk-for-go (sdk/azcore/internal/pollers: async, op, loc, body) and
`normalizeLocationHeader` of provider/pkg/azure/client_azcore.go.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from holdfast_sandbox.provider.errors import AzureError, ProviderError, of_answer
from holdfast_sandbox.provider.transport import Answer
from holdfast_sandbox.provider.values import Json

_TERMINAL = frozenset({"succeeded", "failed", "canceled", "cancelled"})


def finished(answer: Answer, by_operation: bool, by_location: bool) -> bool:
    """Whether the polled answer is final; raises the operation's error."""
    if by_location and answer.status == 202:
        return False
    if answer.status not in (200, 201, 202, 204):
        raise of_answer(answer)
    state = state_of(answer, "status" if by_operation else "properties")
    if not state:
        if by_operation:
            raise ProviderError("the response does not contain a status")
        return True
    lowered = state.lower()
    if lowered not in _TERMINAL:
        return False
    if lowered != "succeeded":
        raise _ended_badly(answer, state)
    return True


def pending(answer: Answer) -> bool:
    state = state_of(answer, "properties")
    return bool(state) and state.lower() != "succeeded"


def state_of(answer: Answer, where: str) -> str:
    """`status` of an operation, or `properties.provisioningState` of a resource; empty when there is none."""
    try:
        document: Any = answer.json() if answer.body.strip() else {}
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    if where == "status":
        return str(document.get("status") or "")
    properties = document.get("properties")
    return str(properties.get("provisioningState") or "") if isinstance(properties, dict) else ""


def _ended_badly(answer: Answer, state: str) -> AzureError:
    error = of_answer(answer)
    if error.code:
        return error
    return AzureError(
        answer.status, state, f'Status={answer.status} Code="{state}" Message="the operation ended as {state}"'
    )


def absolute(location: str, host: str, api_version: str) -> str:
    if not urlsplit(location).scheme:
        location = f"{host}/{location.lstrip('/')}"
    parts = urlsplit(location)
    if "api-version=" in parts.query:
        return location
    query = (parts.query + "&" if parts.query else "") + urlencode({"api-version": api_version})
    return urlunsplit(parts._replace(query=query))


def retry_after(answer: Answer) -> float:
    """Seconds to wait as the answer asks: milliseconds headers, whole seconds, or a date; 0 when it does not ask.

    Azure's SDK reads whole seconds only, and takes 0 for "not said".
    """
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        if answer.headers.get(name, "").isdigit() and int(answer.headers[name]) > 0:
            return int(answer.headers[name]) / 1000
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    if said:
        import email.utils  # loads half of `email`: only dates need it

        try:
            return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
        except ValueError:
            return 0.0
    return 0.0


def resource_of(answer: Answer) -> Json:
    try:
        document: Any = answer.json() if answer.body.strip() else {}
    except ValueError:
        document = None
    if not isinstance(document, dict):
        body = answer.body.decode("utf-8", "replace")
        raise ProviderError(f"unexpected response from Azure: '{body}', HTTP status: {answer.status} {answer.reason}")
    return document
