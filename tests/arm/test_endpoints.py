"""Is somebody else's write of an endpoint waited for, and nothing waited for that nobody writes?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.arm.endpoints import LAGS, PATIENCE, PAUSE, unless_busy

ENDPOINT = "/subscriptions/S/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/e"
BUSY = Answer(409, {"error": {"code": "Conflict", "message": "an operation is already in progress"}})


class Azure:
    """An endpoint and its one deployment, each in a state; a clock that goes on while somebody sleeps."""

    def __init__(self, endpoint: str, deployment: str, list_status: int = 200) -> None:
        self.endpoint, self.deployment, self.list_status = endpoint, deployment, list_status
        self.now = 0.0
        self.waits: list[float] = []

    def get(self, _path: str, _version: str) -> Answer:
        return Answer(200, {"properties": {"provisioningState": self.endpoint}})

    def pages(self, _path: str, _version: str) -> Iterator[Answer]:
        yield Answer(self.list_status, {"value": [{"properties": {"provisioningState": self.deployment}}]})

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def _sent(azure: Azure, monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> Answer:
    """The last of them is given for ever."""
    left = list(answers)
    client: Any = azure
    monkeypatch.setattr(time, "sleep", azure.sleep)
    monkeypatch.setattr(time, "monotonic", lambda: azure.now)
    return unless_busy(client, ENDPOINT, "2024-10-01", lambda: left.pop(0) if len(left) > 1 else left[0])


@pytest.mark.parametrize(("endpoint", "deployment"), [("Updating", "Succeeded"), ("Succeeded", "creating")])
def test_a_write_of_the_endpoint_or_of_a_deployment_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, deployment: str
) -> None:
    azure = Azure(endpoint, deployment)
    assert _sent(azure, monkeypatch, BUSY, BUSY, Answer(200, {})).ok
    assert azure.waits == [PAUSE, PAUSE]


@pytest.mark.parametrize("list_status", [200, 403])
def test_a_refusal_behind_which_nothing_is_seen_is_tried_again_for_a_while(
    monkeypatch: pytest.MonkeyPatch, list_status: int
) -> None:
    """What is seen lags, and what can't be read is not seen; after half a minute the refusal is the answer."""
    azure = Azure("Succeeded", "Succeeded" if list_status == 200 else "Updating", list_status)
    assert _sent(azure, monkeypatch, BUSY).status == 409
    assert azure.waits == list(LAGS)


def test_nobody_is_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    azure = Azure("Updating", "Succeeded")
    assert _sent(azure, monkeypatch, BUSY).status == 409
    assert azure.now == PATIENCE


@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_every_other_answer_is_the_answer(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    azure = Azure("Updating", "Updating")
    assert _sent(azure, monkeypatch, Answer(status, {})).status == status
    assert azure.waits == []
