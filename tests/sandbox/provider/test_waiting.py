"""Long-running operations, retries, time limits and cancelling: what does the provider wait for, and when does it
give up?
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from typing import Any

import pytest

from holdfast_sandbox.provider import client as arm_client
from holdfast_sandbox.provider.answers import retry_after
from holdfast_sandbox.provider.transport import Answer
from holdfast_sandbox.provider.values import from_struct

pytestmark = pytest.mark.slow

WORKSPACE = "azure-native:machinelearningservices:Workspace"
COMPONENT = "azure-native:applicationinsights:Component"
PATH = (
    "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg"
    "/providers/Microsoft.MachineLearningServices/workspaces/ml"
)
INPUTS = {"resourceGroupName": "rg", "workspaceName": "ml", "location": "westeurope"}
RESOURCE = {"id": PATH, "name": "ml", "properties": {"provisioningState": "Succeeded"}}
OPERATION = "/providers/Microsoft.MachineLearningServices/operations/1"

POLLER = "azure-sdk-for-go: sdk/azcore/runtime/poller.go and its async, op, loc and body handlers"
RETRY = "azure-sdk-for-go: sdk/azcore/runtime/policy_retry.go; pulumi-azure-native: provider/pkg/azure/client_azcore.go"


def paths(azure: Any) -> list[tuple[str, str]]:
    return [(seen.method, seen.path.split("/")[-1]) for seen in azure.sent()]


@pytest.fixture
def absent(azure: Any) -> Any:
    """A double where the workspace does not exist at first and does at the end."""
    azure.say("GET", "/workspaces/ml", 404)
    azure.resources[PATH.lower()] = RESOURCE
    return azure


@pytest.mark.source(POLLER)
@pytest.mark.parametrize("header", ["Azure_AsyncOperation", "Operation_Location"])
def test_an_operation_is_polled_to_its_end_then_the_resource_is_read(provider: Any, absent: Any, header: str) -> None:
    """The operation's `status` decides; the result is a GET of the original URL."""
    absent.say(
        "PUT",
        "/workspaces/ml",
        201,
        {"id": PATH},
        **{header: absent.url + OPERATION, "Location": absent.url + "/wrong"},
    )
    absent.say("GET", OPERATION, 200, {"status": "Creating"}, times=2)
    absent.say("GET", OPERATION, 200, {"status": "Succeeded"})
    _, state = provider.create(WORKSPACE, INPUTS)
    assert paths(absent) == [
        ("GET", "ml"),
        ("PUT", "ml"),
        ("GET", "1"),
        ("GET", "1"),
        ("GET", "1"),
        ("GET", "ml"),
        ("GET", "ml"),
    ]
    assert state["provisioningState"] == "Succeeded"


@pytest.mark.source(f"{POLLER}; normalizeLocationHeader in client_azcore.go")
@pytest.mark.parametrize("absolute", [True, False])
def test_a_location_is_polled_until_it_is_no_longer_202(provider: Any, absent: Any, absolute: bool) -> None:
    """The location's last answer is the result; a relative one is completed with the host and the API version."""
    location = (absent.url if absolute else "") + OPERATION
    absent.say("PUT", "/workspaces/ml", 202, None, Location=location)
    absent.say("GET", OPERATION, 202)
    absent.say("GET", OPERATION, 200, RESOURCE)
    provider.create(WORKSPACE, INPUTS)
    polls = [seen for seen in absent.sent() if seen.path == OPERATION]
    assert [poll.query for poll in polls] == [{"api-version": "2025-12-01"}] * 2


@pytest.mark.source(POLLER)
def test_without_headers_the_resource_itself_is_polled(provider: Any, absent: Any) -> None:
    """`properties.provisioningState` of the body says that the PUT goes on."""
    creating = {"id": PATH, "properties": {"provisioningState": "Creating"}}
    absent.say("PUT", "/workspaces/ml", 201, creating)
    absent.say("GET", "/workspaces/ml", 200, creating)
    provider.create(WORKSPACE, INPUTS)
    assert paths(absent) == [("GET", "ml"), ("PUT", "ml"), ("GET", "ml"), ("GET", "ml"), ("GET", "ml")]


@pytest.mark.source(
    "pulumi-azure-native: provider/pkg/azure/client_azcore.go putOrPatch (a 202 of an API not marked as long-running)"
)
def test_a_202_is_polled_even_where_the_api_is_not_marked_as_long_running(provider: Any, azure: Any) -> None:
    """Services forget the mark; 202 is polled all the same."""
    azure.say("GET", "/components/ai", 404)
    azure.say("PUT", "/components/ai", 202, None, Location=azure.url + OPERATION)
    azure.say("GET", OPERATION, 200, {"id": "/the/id"})
    azure.say("GET", "/the/id", 200, {"id": "/the/id", "name": "ai"})
    resource_id, state = provider.create(COMPONENT, {"resourceGroupName": "rg", "resourceName": "ai", "kind": "web"})
    assert (resource_id, state["name"]) == ("/the/id", "ai")


@pytest.mark.source("pulumi-azure-native: provider/pkg/azure/client_azcore.go putOrPatch")
def test_what_is_not_marked_as_long_running_is_not_polled(provider: Any, azure: Any) -> None:
    """A component's PUT is over with its answer, whatever its state says."""
    azure.say("GET", "/components/ai", 404)
    azure.say("PUT", "/components/ai", 200, {"id": "/the/id", "properties": {"provisioningState": "Creating"}})
    azure.say("GET", "/the/id", 200, {"id": "/the/id"})
    provider.create(COMPONENT, {"resourceGroupName": "rg", "resourceName": "ai", "kind": "web"})
    assert len(azure.sent()) == 3


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/crud/crud.go HandleErrorWithCheckpoint, partialError")
def test_a_failed_operation_leaves_the_resource_in_the_state(provider: Any, absent: Any) -> None:
    """Azure has it, half made: the engine gets its id, its present state, the inputs and the reason."""
    absent.say("PUT", "/workspaces/ml", 201, {"id": PATH}, Azure_AsyncOperation=absent.url + OPERATION)
    failed = {"status": "Failed", "error": {"code": "VaultNotFound", "message": "no vault"}}
    absent.say("GET", OPERATION, 200, failed)
    absent.resources[PATH.lower()] = {"id": PATH, "name": "ml", "properties": {"provisioningState": "Failed"}}
    with pytest.raises(Exception, match='Status=200 Code="VaultNotFound" Message="no vault"') as caught:
        provider.create(WORKSPACE, INPUTS)
    detail: Any = caught.value.detail  # type: ignore[attr-defined]  # the fixture's own exception carries it
    assert detail.id == PATH
    assert list(detail.reasons) == ['Status=200 Code="VaultNotFound" Message="no vault"']
    assert from_struct(detail.properties)["provisioningState"] == "Failed"
    assert from_struct(detail.inputs) == INPUTS


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/crud/crud.go HandleErrorWithCheckpoint")
def test_a_failed_operation_whose_resource_cannot_be_read_is_kept_too(provider: Any, azure: Any) -> None:
    """Without a state, but with its id: it must not be forgotten."""
    azure.say("GET", "/workspaces/ml", 404, {"error": {"code": "NotFound", "message": "no"}}, times=2)
    azure.say("PUT", "/workspaces/ml", 201, {"id": PATH}, Azure_AsyncOperation=azure.url + OPERATION)
    azure.say("GET", OPERATION, 200, {"status": "Canceled"})
    with pytest.raises(Exception, match="resource created but read failed Status=404") as caught:
        provider.create(WORKSPACE, INPUTS)
    detail: Any = caught.value.detail  # type: ignore[attr-defined]  # as above
    assert detail.id == PATH
    assert 'Code="Canceled"' in detail.reasons[0]


@pytest.mark.source(POLLER)
def test_a_long_deletion_is_polled(provider: Any, azure: Any) -> None:
    """Done when the location no longer answers 202."""
    azure.say("DELETE", "/workspaces/ml", 202, None, Location=azure.url + OPERATION)
    azure.say("GET", OPERATION, 202)
    azure.say("GET", OPERATION, 204)
    provider.delete(WORKSPACE, PATH, INPUTS)
    assert paths(azure) == [("DELETE", "ml"), ("GET", "1"), ("GET", "1")]


@pytest.mark.source("pulumi-azure-native: provider/pkg/azure/client_azcore.go Delete (a workaround of theirs)")
def test_a_deletion_whose_operation_vanishes_with_the_resource_succeeded(provider: Any, azure: Any) -> None:
    """404 `ResourceNotFound` while polling is what deletion looks like on some services."""
    azure.say("DELETE", "/workspaces/ml", 202, None, Location=azure.url + OPERATION)
    azure.say("GET", OPERATION, 404, {"error": {"code": "ResourceNotFound", "message": "gone"}})
    provider.delete(WORKSPACE, PATH, INPUTS)
    assert len(azure.sent()) == 2


@pytest.mark.source(RETRY)
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_faults_are_retried_three_times(provider: Any, azure: Any, status: int) -> None:
    """A request is sent four times at most; the last answer is the error."""
    azure.say("DELETE", "/workspaces/ml", status, {"error": {"code": "Busy", "message": "later"}}, times=3)
    provider.delete(WORKSPACE, PATH, INPUTS)
    assert len(azure.sent("DELETE")) == 4
    azure.say("DELETE", "/workspaces/ml", status, {"error": {"code": "Busy", "message": "later"}}, times=4)
    with pytest.raises(Exception, match=f'^Status={status} Code="Busy" Message="later"$'):
        provider.delete(WORKSPACE, PATH, INPUTS)


@pytest.mark.source(RETRY)
@pytest.mark.parametrize(("code", "sent"), [("AnotherOperationInProgress", 2), ("ConflictError", 1)])
def test_of_all_conflicts_one_is_retried(provider: Any, azure: Any, code: str, sent: int) -> None:
    """Overlapping writes of a vault are not among them (pulumi-azure-native#1013)."""
    azure.say("DELETE", "/workspaces/ml", 409, {"error": {"code": code, "message": "m"}})
    if sent == 1:
        with pytest.raises(Exception, match=f'^Status=409 Code="{code}"'):
            provider.delete(WORKSPACE, PATH, INPUTS)
    else:
        provider.delete(WORKSPACE, PATH, INPUTS)
    assert len(azure.sent("DELETE")) == sent


@pytest.mark.source("azure-sdk-for-go: sdk/azcore/internal/shared RetryAfter")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "0.5"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"x-ms-retry-after-ms": "100"}, 0.1),
        ({"retry-after": "Wed, 01 Jan 2020 00:00:00 GMT"}, 0.0),
    ],
)
def test_retry_after_is_read_as_azures_sdk_reads_it(headers: dict[str, str], seconds: float) -> None:
    """Milliseconds first, whole seconds, or a date; anything else says nothing."""
    assert retry_after(Answer(429, "", headers, b"", "GET", "https://x")) == seconds


def test_retry_after_may_be_a_date() -> None:
    """The wait is the time until then."""
    date = formatdate(time.time() + 60, usegmt=True)
    assert 50 < retry_after(Answer(503, "", {"retry-after": date}, b"", "GET", "https://x")) <= 60


@pytest.mark.source(RETRY)
def test_retry_after_beats_the_providers_own_cadence(
    provider: Any, azure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With waits of its own of ten minutes, the operation is still over as soon as Azure said."""
    monkeypatch.setattr(arm_client, "RETRY_SECONDS", 600.0)
    monkeypatch.setattr(arm_client, "LONGEST_RETRY_SECONDS", 600.0)
    monkeypatch.setattr(arm_client, "DELETE_POLL_SECONDS", 600.0)
    azure.say("DELETE", "/workspaces/ml", 429, None, retry_after_ms="10")
    azure.say("DELETE", "/workspaces/ml", 202, None, Location=azure.url + OPERATION, retry_after_ms="10")
    azure.say("GET", OPERATION, 202, None, retry_after_ms="10")
    azure.say("GET", OPERATION, 200, None)
    provider.delete(WORKSPACE, PATH, INPUTS)
    assert len(azure.sent()) == 4


@pytest.mark.source(
    "pulumi-azure-native: provider/pkg/provider/provider.go azureContext; provider/pkg/azure/azure.go AzureError"
)
def test_a_time_limit_ends_the_wait_and_keeps_the_resource(provider: Any, absent: Any) -> None:
    """`customTimeouts` of the program: the error is plain, and what Azure has already is not lost."""
    absent.say("PUT", "/workspaces/ml", 201, {"id": PATH}, Azure_AsyncOperation=absent.url + OPERATION)
    absent.say("GET", OPERATION, 200, {"status": "Creating"}, times=1000)
    with pytest.raises(Exception, match="operation timed out") as caught:
        provider.create(WORKSPACE, INPUTS, timeout=0.3)
    assert caught.value.detail.id == PATH  # type: ignore[attr-defined]  # as above


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go Cancel")
def test_cancel_ends_operations_in_flight(provider: Any, absent: Any) -> None:
    """The wait ends at once, as a partly created resource, and not when Azure is done."""
    absent.say("PUT", "/workspaces/ml", 201, {"id": PATH}, Azure_AsyncOperation=absent.url + OPERATION)
    absent.say("GET", OPERATION, 200, {"status": "Creating"}, times=100, Retry_After="600")
    failures: list[Any] = []

    def create() -> None:
        try:
            provider.create(WORKSPACE, INPUTS)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=create)
    thread.start()
    while not any(seen.path == OPERATION for seen in absent.sent()):
        time.sleep(0.01)
    provider.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert "context canceled" in str(failures[0])
    assert failures[0].detail.id == PATH


def test_many_operations_run_at_once(provider: Any, azure: Any) -> None:
    """Twenty creates, each of which waits for all the others to have been sent, all end."""
    azure.say("GET", "/workspaces/", 404, times=20)
    barrier = threading.Barrier(20)
    answered: list[str] = []

    def create(number: int) -> None:
        barrier.wait(10)
        answered.append(provider.create(WORKSPACE, {**INPUTS, "workspaceName": f"ml{number}"})[0])

    threads = [threading.Thread(target=create, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(answered)) == 20


def start_plugin() -> subprocess.Popen[str]:
    """The plugin as the engine starts it: its own group, a pipe as standard input, the engine's address as argument."""
    return subprocess.Popen(
        [sys.executable, "-m", "holdfast_sandbox.provider", "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.source("pulumi: sdk/go/common/resource/plugin/plugin.go (the port on standard output, SIGINT to end)")
@pytest.mark.parametrize("how", ["interrupt", "terminate", "close-stdin"])
def test_the_plugin_tells_its_port_and_ends(how: str) -> None:
    """The first line is the port; SIGINT, SIGTERM and an engine that is gone each end it."""
    plugin = start_plugin()
    try:
        assert plugin.stdout is not None
        assert plugin.stdin is not None
        assert plugin.stdout.readline().strip().isdigit()
        if how == "close-stdin":
            plugin.stdin.close()
        else:
            plugin.send_signal(signal.SIGINT if how == "interrupt" else signal.SIGTERM)
        plugin.wait(10)
    finally:
        plugin.kill()
        plugin.wait()


@pytest.mark.source("pulumi: sdk/proto/pulumi/provider.proto Cancel")
def test_the_plugin_ends_after_cancel() -> None:
    """Nobody else has to end it then."""
    import grpc
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import provider_pb2_grpc

    plugin = start_plugin()
    try:
        assert plugin.stdout is not None
        port = plugin.stdout.readline().strip()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            provider_pb2_grpc.ResourceProviderStub(channel).Cancel(empty_pb2.Empty())
        assert plugin.wait(10) == 0
    finally:
        plugin.kill()
        plugin.wait()


def test_the_plugin_starts_without_the_sdks() -> None:
    """No `pulumi` package, no Azure SDK, no HTTP library is imported before the port is told: every `pulumi` command
    pays for it.
    """
    code = (
        "import sys\n"
        "from holdfast_sandbox.engine import lean_imports\n"
        "lean_imports.prepare()\n"
        "from holdfast_sandbox.provider import serve\n"
        "heavy = ('azure.', 'urllib3', 'requests', 'pydantic', 'holdfast_sandbox.arm', 'pulumi.output')\n"
        "print(sorted(name for name in sys.modules if name.startswith(heavy)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.strip() == "[]"
