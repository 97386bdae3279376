"""Do the switches do what they say: faults, latency, long-running operations, reset?"""

from __future__ import annotations

import threading
import time
import uuid

import pytest
import requests
from azure.core.exceptions import HttpResponseError

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.latency import Latency

VAULT = {
    "location": "westeurope",
    "properties": {
        "tenantId": identity.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
    },
}


def put_vault(server, group: str, name: str) -> requests.Response:
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    return server.request("PUT", path, VAULT, version="2024-11-01")


def test_a_status_fault_answers_instead(server, group, faults) -> None:
    """A 429 with Retry-After, so often as asked, with nothing carried out; the log names the fault."""
    faults(f"PATCH .*{group}", status=429, retry_after=7, times=2)
    since = server.log()[-1]["n"]
    answers = [server.request("PATCH", f"resourceGroups/{group}", {"tags": {"a": "1"}}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json()["error"]["code"] == "TooManyRequests"
    notes = [line.get("note") for line in server.log(since)]
    assert notes[0] == notes[1]
    assert notes[0].startswith("fault ")
    assert notes[2] is None
    (rule,) = server.control("GET", "faults")
    assert (rule["hits"], rule["times"]) == (2, 0)


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/troubleshooting")
def test_a_principal_can_be_kept_out(server, group, faults) -> None:
    """A 403 for one caller is worded with its ids, the action and the scope; others are let through."""
    stranger = str(uuid.uuid4())
    oid = identity.object_id_of(stranger)
    faults(f"GET .*/vaults/.* {oid}$", status=403, code="AuthorizationFailed")
    put_vault(server, group, name := f"kv-{uuid.uuid4().hex[:12]}")
    assert server.keyvault().vaults.get(group, name).name == name
    with pytest.raises(HttpResponseError) as refused:
        server.keyvault(stranger).vaults.get(group, name)
    assert refused.value.error.code == "AuthorizationFailed"
    scope = f"{server.subscription_path}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    assert refused.value.error.message.startswith(
        f"The client '{stranger}' with object id '{oid}' does not have authorization to perform action "
        f"'Microsoft.KeyVault/vaults/read' over scope '{scope}'"
    )


@pytest.mark.unverified
def test_azure_policy_can_refuse(server, group, faults) -> None:
    """A 403 RequestDisallowedByPolicy names the resource."""
    faults("PUT .*/vaults/", status=403, code="RequestDisallowedByPolicy", times=1)
    refused = put_vault(server, group, "kv-never").json()["error"]
    assert refused == {"code": "RequestDisallowedByPolicy", "message": "Resource 'kv-never' was disallowed by policy."}


def test_a_login_can_be_refused(server, faults) -> None:
    """Faults reach the token endpoint, too."""
    faults("POST .*/oauth2/v2.0/token", status=503, times=1)
    with pytest.raises(requests.HTTPError, match="503"):
        server.token()
    assert server.token()


def test_a_dropped_connection_carries_nothing_out(server, group, faults) -> None:
    """The client sees a reset, the vault does not come to be, the log's status is null."""
    name = f"kv-{uuid.uuid4().hex[:12]}"
    faults(f"PUT .*{name}", drop=True, times=1)
    with pytest.raises(requests.ConnectionError):
        put_vault(server, group, name)
    (line,) = [line for line in server.log() if name in line["path"]]
    assert line["status"] is None
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    assert server.request("GET", path, version="2024-11-01").status_code == 404


def test_a_lost_answer_is_a_write_that_happened(server, group, faults) -> None:
    """The client sees a reset, and the vault is there."""
    name = f"kv-{uuid.uuid4().hex[:12]}"
    faults(f"PUT .*{name}", lose_answer=True, times=1)
    with pytest.raises(requests.ConnectionError):
        put_vault(server, group, name)
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    assert server.request("GET", path, version="2024-11-01").status_code == 200


def test_an_answer_that_is_kept_back_is_a_write_that_happened_and_is_logged(server, group, faults) -> None:
    """Its client waits until the rules are cleared; everybody else sees the resource and the log's line at once."""
    name = f"kv-{uuid.uuid4().hex[:12]}"
    faults(f"PUT .*{name}", hold_answer=600, times=1)
    kept_back = threading.Thread(target=lambda: put_vault(server, group, name), daemon=True)
    kept_back.start()
    deadline = time.monotonic() + 30
    while not (lines := [line for line in server.log() if line["method"] == "PUT" and name in line["path"]]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert lines[0]["status"] == 200
    assert lines[0]["note"].startswith("fault ")
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    assert server.request("GET", path, version="2024-11-01").status_code == 200
    assert kept_back.is_alive()
    server.control("DELETE", "faults")
    kept_back.join(30)
    assert not kept_back.is_alive()


def test_a_rule_can_let_requests_pass_first(server, group, faults) -> None:
    """The third of three writes meets it, and no more."""
    faults(f"PATCH .*{group}", status=500, skip=2, times=1)
    answers = [server.request("PATCH", f"resourceGroups/{group}", {"tags": {"a": "1"}}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 500, 200]


@pytest.mark.slow
def test_an_operation_can_go_on_and_on(server, group, faults) -> None:
    """The request is accepted, and what it started is under way until its time is over."""
    faults(f"DELETE .*{group}", hold_operation=2, times=1)
    answer = server.request("DELETE", f"resourceGroups/{group}")
    assert answer.status_code == 202
    assert server.request("GET", f"resourceGroups/{group}").json()["properties"]["provisioningState"] == "Deleting"
    deadline = time.monotonic() + 30
    while server.request("GET", f"resourceGroups/{group}").status_code != 404:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize(
    "rule",
    [
        {"match": "x"},
        {"match": "(", "status": 500},
        {"match": "x", "status": 200},
        {"match": "x", "status": 500, "drop": True},
        {"match": "x", "hold": 1, "hold_answer": 1},
        {"match": "x", "hook": "no-such-hook=1"},
        {"match": "x", "colour": "red"},
        {"status": 500},
    ],
)
def test_a_wrong_rule_is_refused(server, rule) -> None:
    """A rule without an effect, with two, with a bad expression, status, hook or member is not taken."""
    answer = server.session.post(f"{server.url}/_sandbox/faults", json=rule, timeout=30)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert server.control("GET", "faults") == []


def test_a_failed_operation_leaves_the_group(server, group, faults) -> None:
    """A deletion that fails tells so at its poll, and the group is as before."""
    faults(f"DELETE .*{group}", fail_operation="ScopeLocked", times=1)
    with pytest.raises(HttpResponseError) as failed:
        server.resources().resource_groups.begin_delete(group).result()
    assert failed.value.error.code == "ScopeLocked"
    read = server.request("GET", f"resourceGroups/{group}").json()
    assert read["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/async-operations")
@pytest.mark.slow
def test_an_operation_takes_its_time_and_outlives_a_kill(own_server) -> None:
    """A group's deletion is polled until it is done, refuses writes meanwhile, and goes on after a kill -9."""
    server = own_server("--latency", "0.1")
    server.request("PUT", "resourceGroups/rg-slow", {"location": "westeurope"})
    put_vault(server, "rg-slow", name := f"kv-{uuid.uuid4().hex[:12]}")
    accepted = server.request("DELETE", "resourceGroups/rg-slow")
    assert accepted.status_code == 202
    assert int(accepted.headers["Retry-After"]) >= 1
    poll = accepted.headers["Location"].removeprefix(server.url)
    assert server.request("GET", poll, version=None).status_code == 202
    again = server.request("DELETE", "resourceGroups/rg-slow").headers["Location"]
    assert again.removeprefix(server.url) == poll
    refused = put_vault(server, "rg-slow", "kv-too-late")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ResourceGroupBeingDeleted")
    server.kill()
    server = own_server("--latency", "0.1")
    deadline = time.monotonic() + 20
    while (answer := server.request("GET", poll, version=None)).status_code == 202:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert answer.status_code == 200
    assert server.request("GET", "resourceGroups/rg-slow").status_code == 404
    deleted = f"providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/{name}"
    assert server.request("GET", deleted, version="2024-11-01").status_code == 200


@pytest.mark.slow
def test_a_reset_empties_and_counts_on(own_server) -> None:
    """Resources, faults and the log are gone; the log's numbers go on, also over a restart."""
    server = own_server()
    server.request("PUT", "resourceGroups/rg-x", {"location": "westeurope"})
    server.control("POST", "faults", {"match": "nothing", "status": 500})
    last = server.log()[-1]["n"]
    server.control("POST", "reset")
    assert server.control("GET", "faults") == []
    assert server.log() == []
    server.kill()
    server = own_server()
    assert server.request("GET", "resourceGroups/rg-x").status_code == 404
    assert server.log()[0]["n"] == last + 1


@pytest.mark.parametrize(
    ("text", "seconds", "retry"), [("off", 0, 0), ("azure", 10, 10), ("0.01", 0.1, 1), ("2", 20, 20)]
)
def test_latency_scales(text, seconds, retry) -> None:
    """A profile is a factor; Retry-After is whole seconds, at least one unless nothing takes time."""
    latency = Latency.parse(text)
    assert (latency.seconds(10), latency.retry_after(10)) == (pytest.approx(seconds), retry)


@pytest.mark.parametrize("text", ["fast", "-1", "nan", "inf", ""])
def test_a_wrong_latency_is_refused(text) -> None:
    """Anything but off, azure and a non-negative number."""
    with pytest.raises(ValueError, match="neither 'off', 'azure' nor a factor"):
        Latency.parse(text)
