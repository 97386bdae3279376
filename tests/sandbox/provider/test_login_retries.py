"""A login that meets a busy directory tries again, as azidentity does."""

from __future__ import annotations

import pytest

from holdfast_sandbox.provider import login_retries
from holdfast_sandbox.provider.login_retries import RETRIES, STATUSES, patiently
from holdfast_sandbox.provider.transport import Answer, TransportError

pytestmark = pytest.mark.source(
    "azure-sdk-for-go: azidentity newPipelineAdapter; azcore/runtime/policy_retry.go, setDefaults and calcDelay"
)


class Directory:
    """Answers as it is told, the last way for ever: a status, (status, Retry-After), or None for no answer."""

    def __init__(self, *script: int | tuple[int, str] | None) -> None:
        self.script, self.asked = list(script), 0

    def __call__(self) -> Answer:
        self.asked += 1
        told = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if told is None:
            raise TransportError("reset")
        status, after = told if isinstance(told, tuple) else (told, "")
        return Answer(status, "", {"retry-after": after} if after else {}, b"", "POST", "https://login/token")


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits."""
    pauses: list[float] = []
    monkeypatch.setattr(login_retries.time, "sleep", pauses.append)
    monkeypatch.setattr(login_retries.random, "uniform", lambda low, high: 1.0)
    return pauses


@pytest.mark.parametrize("busy", [*sorted(STATUSES), None])
def test_a_busy_moment_is_waited_out(busy: int | None, slept: list[float]) -> None:
    """0.8 s times one, three, seven."""
    directory = Directory(busy, busy, busy, 200)
    assert patiently(directory).status == 200
    assert slept == pytest.approx([0.8, 2.4, 5.6])


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 501])
def test_any_other_answer_is_the_answer(status: int, slept: list[float]) -> None:
    """A wrong secret stays wrong."""
    directory = Directory(status)
    assert (patiently(directory).status, directory.asked, slept) == (status, 1, [])


def test_after_the_third_retry_it_is_given_up() -> None:
    """With the last answer, or without any."""
    directory = Directory(503)
    assert (patiently(directory).status, directory.asked) == (503, 1 + RETRIES)
    with pytest.raises(TransportError):
        patiently(Directory(None))


@pytest.mark.parametrize(("after", "pause"), [("7", 7.0), ("60", 60.0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0.8)])
def test_retry_after_goes_first(after: str, pause: float, slept: list[float]) -> None:
    """In seconds."""
    assert patiently(Directory((429, after), 200)).status == 200
    assert slept == pytest.approx([pause])


def test_who_asks_for_more_than_a_minute_is_not_asked_again(slept: list[float]) -> None:
    """The run ends, instead of hanging."""
    directory = Directory((429, "61"))
    assert (patiently(directory).status, directory.asked, slept) == (429, 1, [])
