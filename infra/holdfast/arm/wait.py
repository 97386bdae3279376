"""Is a long-running operation over, and how did it end?

As Azure asks for it: `Azure-AsyncOperation` is polled until its status ends, else `Location` until it is no 202, else
the resource itself until its `provisioningState` ends (Azure's "Track asynchronous Azure operations").
"""

from __future__ import annotations

import time

from holdfast.arm.client import Answer, ArmClient

#: Seconds between two looks where Azure names none, and the longest of a wait that it may ask for.
PAUSE, LONGEST_PAUSE = 5.0, 60.0
#: Seconds after which nobody waits any more: the provider's own limit, 120 minutes.
LONGEST = 7200.0

_ENDED = ("succeeded", "failed", "canceled")


def wait(client: ArmClient, path: str, api_version: str, answer: Answer) -> Answer:
    """The answer that the operation behind `answer` ended with: `answer` itself where there is none.

    A failed operation is an answer whose status is 500 and whose body holds Azure's error. `path` is the resource's.
    """
    if not answer.ok:
        return answer
    followed = _header(answer, "azure-asyncoperation") or _header(answer, "location")
    if not followed and _ended(answer):
        return _outcome(answer)
    started = time.monotonic()
    while time.monotonic() - started < LONGEST:
        state = client.follow(followed) if followed else client.get(path, api_version)
        if not state.ok:
            return state
        if _ended(state):
            return _outcome(state)
        if followed and not _header(answer, "azure-asyncoperation"):
            followed = _header(state, "location") or followed  # an operation may go on somewhere else
        time.sleep(_pause(state))
    return Answer(0, {"error": {"code": "OperationTimeout", "message": f"{path} was still changing after two hours"}})


def _state(answer: Answer) -> str:
    if not isinstance(answer.body, dict):
        return ""
    inner = answer.body.get("properties")
    state = answer.body.get("status") or (inner.get("provisioningState") if isinstance(inner, dict) else "")
    return str(state or "").lower()


def _ended(answer: Answer) -> bool:
    return answer.status != 202 and _state(answer) in (*_ENDED, "")


def _header(answer: Answer, wanted: str) -> str:
    return next((value for name, value in answer.headers.items() if name.lower() == wanted), "")


def _pause(answer: Answer) -> float:
    asked = _header(answer, "retry-after")
    return min(float(asked), LONGEST_PAUSE) if asked.isdigit() else PAUSE


def _outcome(answer: Answer) -> Answer:
    if _state(answer) in ("succeeded", ""):
        return answer
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    return Answer(500, {"error": error or {"code": "OperationFailed", "message": str(answer.body)[:300]}})
