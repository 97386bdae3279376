"""Does a long-running operation end as Azure ends it, by whichever of its three ways it is followed?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.arm import Answer, ArmClient
from holdfast.arm import wait as module
from holdfast.arm.wait import LONGEST, LONGEST_PAUSE, PAUSE, wait

PATH, VERSION = "/subscriptions/S/thing", "v1"
ASYNC = "/operations/1?api-version=v1"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits: the clock goes on by what would have been slept."""
    pauses: list[float] = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    monkeypatch.setattr(module.time, "monotonic", lambda: sum(pauses))
    return pauses


def state(status: str) -> dict[str, Any]:
    return {"status": status}


def resource(provisioning: str | None) -> dict[str, Any]:
    return {"id": PATH, "properties": {"provisioningState": provisioning}}


def paths(double: Any) -> list[str]:
    return [f"{seen['method']} {seen['path']}" for seen in double.seen]


@pytest.mark.parametrize("status", [0, 400, 403, 409, 412, 500])
def test_a_refusal_is_not_waited_for(double: Any, client: ArmClient, status: int) -> None:
    """It is the answer."""
    refused = Answer(status, {"error": {"code": "Code"}}, {"Location": f"{double.url}/x"})
    assert wait(client, PATH, VERSION, refused) is refused
    assert double.seen == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, resource("Succeeded")),
        Answer(200, resource(None)),
        Answer(200, {"id": PATH}),
        Answer(200, "text"),
        Answer(200),
        Answer(204),
    ],
)
def test_what_is_over_is_not_asked_about(double: Any, client: ArmClient, answer: Answer) -> None:
    """Most PATCHes are."""
    assert wait(client, PATH, VERSION, answer) is answer
    assert double.seen == []


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/async-operations")
@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("header", ["Azure-AsyncOperation", "azure-asyncoperation"])
def test_an_async_operation_is_asked_until_its_status_ends(
    double: Any, client: ArmClient, slept: list[float], status: int, header: str
) -> None:
    """It goes before `Location`, and before the state of the resource."""
    double.script = [
        (200, {}, state("InProgress")),
        (200, {"Retry-After": "3"}, state("Updating")),
        (200, {}, state("Succeeded")),
    ]
    headers = {header: f"{double.url}{ASYNC}", "Location": f"{double.url}/never"}
    done = wait(client, PATH, VERSION, Answer(status, resource("Updating"), headers))
    assert done.ok
    assert paths(double) == [f"GET {ASYNC}"] * 3
    assert slept == [PAUSE, 3.0]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/async-operations")
def test_a_location_is_asked_until_it_is_no_202(double: Any, client: ArmClient, slept: list[float]) -> None:
    """Wherever it says to go on meanwhile."""
    double.script = [(202, {}, ...), (202, {"Location": f"{double.url}/b"}, ...), (204, {}, ...)]
    done = wait(client, PATH, VERSION, Answer(202, None, {"Location": f"{double.url}/a"}))
    assert (done.status, done.ok) == (204, True)
    assert paths(double) == ["GET /a", "GET /a", "GET /b"]
    assert slept == [PAUSE, PAUSE]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_resource_is_asked_until_its_state_ends(
    double: Any, client: ArmClient, slept: list[float], status: int
) -> None:
    """Where there is no header to follow."""
    double.script = [(200, {}, resource("Updating")), (200, {}, resource("Succeeded"))]
    assert wait(client, PATH, VERSION, Answer(status, resource("Updating"))).ok
    assert paths(double) == [f"GET {PATH}?api-version={VERSION}"] * 2
    assert slept == [PAUSE]


def test_a_202_that_says_nothing_is_answered_by_the_resource(
    double: Any, client: ArmClient, slept: list[float]
) -> None:
    """An empty 202 is not the end of anything."""
    double.script = [(200, {}, resource("Succeeded"))]
    assert wait(client, PATH, VERSION, Answer(202)).ok
    assert paths(double) == [f"GET {PATH}?api-version={VERSION}"]
    assert slept == []


@pytest.mark.parametrize("ended", ["Failed", "Canceled", "canceled"])
def test_a_failed_operation_is_azures_error(double: Any, client: ArmClient, slept: list[float], ended: str) -> None:
    """With its code and its text, and never a success."""
    double.script = [(200, {}, {**state(ended), "error": {"code": "SkuNotAvailable", "message": "Not here."}})]
    done = wait(client, PATH, VERSION, Answer(202, None, {"Azure-AsyncOperation": f"{double.url}{ASYNC}"}))
    assert (done.ok, done.code, done.message) == (False, "SkuNotAvailable", "Not here.")


def test_a_resource_that_failed_without_a_word_is_shown_as_it_is(double: Any, client: ArmClient) -> None:
    """No invented reason: what came back."""
    done = wait(client, PATH, VERSION, Answer(200, resource("Failed")))
    assert (done.ok, done.code) == (False, "OperationFailed")
    assert "provisioningState" in done.message
    assert double.seen == []


@pytest.mark.parametrize("headers", [{"Azure-AsyncOperation": "{url}/x"}, {"Location": "{url}/x"}, {}])
def test_a_refused_look_ends_it(double: Any, client: ArmClient, slept: list[float], headers: dict[str, str]) -> None:
    """What became of the operation is not known, and that is no success."""
    double.script = [(403, {}, {"error": {"code": "AuthorizationFailed"}})]
    told = {name: value.format(url=double.url) for name, value in headers.items()}
    done = wait(client, PATH, VERSION, Answer(202, None, told))
    assert (done.status, done.code) == (403, "AuthorizationFailed")
    assert len(double.seen) == 1


@pytest.mark.parametrize("header", ["Azure-AsyncOperation", "Location"])
@pytest.mark.parametrize("foreign", ["https://evil.invalid/x", "http://127.0.0.1/x", "https://127.0.0.1:1/x"])
def test_a_token_is_taken_to_no_other_host(
    double: Any, client: ArmClient, slept: list[float], header: str, foreign: str
) -> None:
    """Nor port, nor scheme; the run fails instead of following."""
    done = wait(client, PATH, VERSION, Answer(202, None, {header: foreign}))
    assert (done.status, done.code) == (0, "ForeignOperation")
    assert foreign in done.message
    assert double.seen == []


def test_an_address_that_moves_to_another_host_is_not_followed_either(
    double: Any, client: ArmClient, slept: list[float]
) -> None:
    """Every look is checked, not the first alone."""
    double.script = [(202, {"Location": "https://evil.invalid/x"}, ...)]
    done = wait(client, PATH, VERSION, Answer(202, None, {"Location": f"{double.url}/a"}))
    assert (done.code, paths(double)) == ("ForeignOperation", ["GET /a"])


def test_what_never_ends_is_given_up(double: Any, client: ArmClient, slept: list[float]) -> None:
    """After the provider's own two hours; a pause is a minute at most, whatever Azure asks for."""
    double.script = [(200, {"Retry-After": "3600"}, state("Running"))]
    done = wait(client, PATH, VERSION, Answer(202, None, {"Azure-AsyncOperation": f"{double.url}{ASYNC}"}))
    assert (done.status, done.code) == (0, "OperationTimeout")
    assert PATH in done.message
    assert set(slept) == {LONGEST_PAUSE}
    assert sum(slept) >= LONGEST


@pytest.mark.parametrize(
    ("asked", "pause"), [("7", 7.0), ("Fri, 31 Dec 1999 23:59:59 GMT", PAUSE), ("0", 0.0), ("", PAUSE)]
)
def test_a_pause_is_as_long_as_azure_says(
    double: Any, client: ArmClient, slept: list[float], asked: str, pause: float
) -> None:
    """In seconds; a date is not worked out."""
    double.script = [(202, {"retry-after": asked}, ...), (200, {}, ...)]
    wait(client, PATH, VERSION, Answer(202, None, {"Location": f"{double.url}/a"}))
    assert slept == [pause]


def test_what_was_followed_carries_the_token_and_the_address_as_it_was_given(double: Any, client: ArmClient) -> None:
    """Its query is Azure's own: no version of ours joins it."""
    client.follow(f"{double.url}/x?t=1&api-version=2020")
    assert double.seen[0]["path"] == "/x?t=1&api-version=2020"
    assert double.seen[0]["headers"]["Authorization"] == "Bearer a-token"


def test_a_request_takes_headers(double: Any, client: ArmClient) -> None:
    """An ETag goes with the write that it is the condition of."""
    client.request("PUT", "/x", "v", {}, {"If-Match": '"1"'})
    assert double.seen[0]["headers"]["If-Match"] == '"1"'
