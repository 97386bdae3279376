"""What went wrong, in the real provider's words.

`Status=409 Code="ConflictError" Message="..."` out of `{"error": {"code", "message"}}`; an answer in another shape is
shown whole.
"""

from __future__ import annotations

import json
from typing import Any

from holdfast_sandbox.provider.transport import Answer
from holdfast_sandbox.provider.values import Json


class ProviderError(Exception):
    """An operation failed; the message is what the user reads."""


class AzureError(ProviderError):
    """Azure refused: `status` is the HTTP status, `code` the error's code (empty when the body has none)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class CancelledOperationError(ProviderError):
    """The engine asked to stop."""

    def __init__(self) -> None:
        super().__init__("context canceled")


class TimedOutError(ProviderError):
    """The operation's time limit passed (`customTimeouts`, two hours by default)."""

    def __init__(self) -> None:
        super().__init__("operation timed out")


class PartialFailureError(ProviderError):
    """The resource exists but its operation did not complete: the engine keeps it with its state and inputs."""

    def __init__(self, message: str, resource_id: str, state: Json | None) -> None:
        super().__init__(message)
        self.resource_id = resource_id
        self.state = state


def of_answer(answer: Answer) -> AzureError:
    """The error that an answer stands for."""
    code, message = _code_and_message(answer)
    if code or message:
        quoted = f"Status={answer.status} Code={json.dumps(code, ensure_ascii=False)} "
        return AzureError(answer.status, code, quoted + f"Message={json.dumps(message, ensure_ascii=False)}")
    body = answer.body.decode("utf-8", "replace").strip() or "the answer has no body"
    return AzureError(
        answer.status,
        "",
        f"{answer.method} {answer.url.split('?')[0]}: RESPONSE {answer.status} {answer.reason}: {body}",
    )


def _code_and_message(answer: Answer) -> tuple[str, str]:
    try:
        document: Any = answer.json()
    except ValueError:
        return "", ""
    if not isinstance(document, dict):
        return "", ""
    error = document.get("error", document)
    if isinstance(error, str):  # the shape of token endpoints
        return error, str(document.get("error_description", ""))
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or ""), str(error.get("message") or "")
