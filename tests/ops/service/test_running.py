"""The same words for ACI and AKS: what each asks of Azure, and what it makes of the answers."""

from __future__ import annotations

import time
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.arm.endpoints import PAUSE
from holdfast.model.errors import Blame, HoldfastError
from holdfast.ops.service.aci import ContainerGroup
from holdfast.ops.service.aks import RESTARTED, OnlineEndpoint
from holdfast.ops.service.running import MISSING

GROUP = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/wine"
ENDPOINT = (
    "/subscriptions/S/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/wine"
)
ABSENT = Answer(404, {"error": {"code": "ResourceNotFound", "message": "not found"}})


class Azure:
    """Answers by method and path; what was asked is kept."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str, Any]] = []

    def on(self, what: str, status: int, body: Any = None) -> Azure:
        self.answers[what] = Answer(status, body)
        return self

    def request(self, method: str, path: str, _version: str, body: Any = None, **_more: Any) -> Answer:
        self.asked.append((method, path, body))
        return self.answers.get(f"{method} {path}", ABSENT)

    def get(self, path: str, version: str) -> Answer:
        return self.request("GET", path, version)

    def pages(self, path: str, version: str) -> Any:
        yield self.get(path, version)


def group(container: dict[str, Any], *, state: str = "Running", address: Any = None) -> dict[str, Any]:
    properties = {
        "provisioningState": "Succeeded",
        "instanceView": {"state": state, "events": [{"name": "Group", "lastTimestamp": "2"}]},
        "containers": [{"name": "wine", "properties": {"image": "cr/wine@sha256:1", "instanceView": container}}],
        "ipAddress": address
        or {"ip": "20.1.2.3", "fqdn": "wine.westeurope.azurecontainer.io", "ports": [{"port": 5001}]},
    }
    return {"id": GROUP, "properties": properties}


def aci(azure: Azure) -> ContainerGroup:
    client: Any = azure
    return ContainerGroup(client, "wine", GROUP)


def aks(azure: Azure) -> OnlineEndpoint:
    client: Any = azure
    return OnlineEndpoint(client, "wine", ENDPOINT)


def test_a_group_that_runs_is_running_at_its_name() -> None:
    """Its image by digest, and what happened in the order of its times."""
    view = {
        "currentState": {"state": "Running"},
        "restartCount": 0,
        "events": [{"name": "Pulled", "lastTimestamp": "1"}],
    }
    status = aci(Azure().on(f"GET {GROUP}", 200, group(view))).status()
    assert (status.state, status.image) == ("Running", "cr/wine@sha256:1")
    assert status.scoring_uri == "http://wine.westeurope.azurecontainer.io:5001/score"
    assert [event["name"] for event in status.events] == ["Pulled", "Group"]


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ({"ip": "127.0.0.9", "fqdn": "wine.azurecontainer.io", "ports": [{"port": 80}]}, "http://127.0.0.9:80/score"),
        ({"ip": "10.0.0.4", "ports": [{"port": 5001}]}, "http://10.0.0.4:5001/score"),
        ({"ports": []}, ""),
    ],
)
def test_an_address_is_one_that_a_client_can_use(address: dict[str, Any], uri: str) -> None:
    """The sandbox's is on this machine, and its name in no DNS; without an address there is nothing to call."""
    body = group({"currentState": {"state": "Running"}}, address=address)
    assert aci(Azure().on(f"GET {GROUP}", 200, body)).status().scoring_uri == uri


def test_a_crash_loop_is_not_called_running() -> None:
    """The group still says so; the container's own word counts, with its last exit code."""
    view = {
        "currentState": {"state": "Waiting", "detailStatus": "CrashLoopBackOff"},
        "previousState": {"state": "Terminated", "exitCode": 1},
        "restartCount": 4,
    }
    status = aci(Azure().on(f"GET {GROUP}", 200, group(view))).status()
    assert status.state == "CrashLoopBackOff"
    assert (status.parts[0]["exitCode"], status.parts[0]["restartCount"]) == (1, 4)


def endpoint(traffic: dict[str, int], **properties: Any) -> dict[str, Any]:
    said = {"provisioningState": "Succeeded", "scoringUri": "https://x/score", "traffic": traffic, "authMode": "Key"}
    return {"id": ENDPOINT, "properties": {**said, **properties}}


def deployment(name: str, state: str = "Succeeded", **properties: Any) -> dict[str, Any]:
    return {
        "id": f"{ENDPOINT}/deployments/{name}",
        "name": name,
        "location": "westeurope",
        "sku": {"name": "Default", "capacity": 2},
        "properties": {"provisioningState": state, "endpointComputeType": "Kubernetes", **properties},
    }


def two(green: str = "Succeeded") -> Azure:
    environment = "/subscriptions/S/environments/e/versions/1"
    rows = [deployment("blue"), deployment("green", green, environmentId=f"azureml:{environment}")]
    return (
        Azure()
        .on(f"GET {ENDPOINT}", 200, endpoint({"blue": 10, "green": 90}))
        .on(f"GET {ENDPOINT}/deployments", 200, {"value": rows})
        .on(f"GET {environment}", 200, {"properties": {"image": "cr/wine@sha256:2"}})
    )


def test_an_endpoint_runs_the_image_of_its_main_deployment() -> None:
    """The one with the most traffic."""
    status = aks(two()).status()
    assert (status.state, status.scoring_uri, status.image) == ("Running", "https://x/score", "cr/wine@sha256:2")
    assert [(row["name"], row["traffic"], row["instances"]) for row in status.parts] == [
        ("blue", 10, 2),
        ("green", 90, 2),
    ]


def test_an_endpoint_is_as_well_as_its_worst_deployment() -> None:
    """It would call itself well."""
    assert aks(two("Failed")).status().state == "Failed"


def test_logs_are_of_the_deployment_with_the_most_traffic() -> None:
    """By Azure's name of the container, and no longer than asked for."""
    azure = two().on(f"POST {ENDPOINT}/deployments/green/getLogs", 200, {"content": "said\n"})
    assert aks(azure).logs(container="storage-initializer", tail=5) == "said\n"
    assert azure.asked[-1][2] == {"containerType": "StorageInitializer", "tail": 5}


@pytest.mark.parametrize(("auth", "asked"), [("Key", True), ("AMLToken", False), ("AADToken", False)])
def test_only_an_endpoint_with_keys_is_asked_for_them(auth: str, asked: bool) -> None:
    """And they do not show in what is printed by accident."""
    azure = Azure().on(f"GET {ENDPOINT}", 200, endpoint({}, authMode=auth))
    azure.on(f"POST {ENDPOINT}/listKeys", 200, {"primaryKey": "one", "secondaryKey": "two"})
    keys = aks(azure).keys()
    assert (keys is not None) is asked
    if keys:
        assert (keys.primary, keys.secondary) == ("one", "two")
        assert "one" not in repr(keys)


def test_a_restart_changes_one_variable_of_each_deployment_and_nothing_else() -> None:
    """What Azure only answers is not sent back."""
    azure = two()
    for name in ("blue", "green"):
        azure.on(f"GET {ENDPOINT}/deployments/{name}", 200, deployment(name))
        azure.on(f"PUT {ENDPOINT}/deployments/{name}", 200, deployment(name))
    aks(azure).restart()
    sent = {path.rpartition("/")[2]: body for method, path, body in azure.asked if method == "PUT"}
    assert set(sent) == {"blue", "green"}
    assert set(sent["blue"]["properties"]) == {"endpointComputeType", "environmentVariables"}
    assert set(sent["blue"]["properties"]["environmentVariables"]) == {RESTARTED}
    assert sent["blue"]["sku"] == {"name": "Default", "capacity": 2}


def test_who_writes_meanwhile_is_waited_for_and_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart sends what is there when Azure takes it, not what was there before somebody else's update."""

    class Busy(Azure):
        """Takes a write once nobody else is at it: they end while they are waited for."""

        def request(self, method: str, path: str, version: str, body: Any = None, **more: Any) -> Answer:
            if method == "PUT" and not waited:
                self.asked.append((method, path, body))
                return Answer(409, {"error": {"code": "Conflict", "message": "an operation is already in progress"}})
            return super().request(method, path, version, body, **more)

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        azure.on(f"GET {blue}", 200, deployment("blue", model="2"))

    waited: list[float] = []
    blue = f"{ENDPOINT}/deployments/blue"
    azure = Busy()
    azure.on(f"GET {ENDPOINT}", 200, endpoint({"blue": 100}))
    azure.on(f"GET {ENDPOINT}/deployments", 200, {"value": [deployment("blue", "Updating", model="1")]})
    azure.on(f"GET {blue}", 200, deployment("blue", model="1")).on(f"PUT {blue}", 200, deployment("blue"))
    monkeypatch.setattr(time, "sleep", sleep)
    aks(azure).restart()
    sent = [body["properties"]["model"] for method, _, body in azure.asked if method == "PUT"]
    assert (waited, sent) == ([PAUSE], ["1", "2"])


def test_a_group_restarts_in_place_and_has_no_keys() -> None:
    """Its address stays."""
    azure = Azure().on(f"POST {GROUP}/restart", 204)
    aci(azure).restart()
    assert aci(azure).keys() is None
    assert [method for method, _, _ in azure.asked] == ["POST"]


@pytest.mark.parametrize("make", [aci, aks])
def test_what_azure_does_not_have_is_missing(make: Any) -> None:
    """To be looked at, that is a state; to be acted on, an error."""
    running = make(Azure())
    assert running.status().state == MISSING
    for act in (running.logs, running.delete):
        with pytest.raises(HoldfastError) as caught:
            act()
        assert caught.value.faults[0].id == "service-missing"


@pytest.mark.parametrize("make", [aci, aks])
@pytest.mark.parametrize(("status", "blame"), [(401, Blame.USER), (403, Blame.AZURE), (500, Blame.AZURE)])
def test_a_refusal_is_told_with_azures_words(make: Any, status: int, blame: Blame) -> None:
    """Could not read is never missing."""
    said = {"error": {"code": "Code", "message": "said so"}}
    with pytest.raises(HoldfastError) as caught:
        make(Azure().on(f"GET {GROUP}", status, said).on(f"GET {ENDPOINT}", status, said)).status()
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("azure-refused", blame)
    assert dict(fault.evidence)["said"] == "said so"


@pytest.mark.parametrize("make", [aci, aks])
def test_no_target_has_the_log_of_the_container_before(make: Any) -> None:
    """The hint says where it may be."""
    with pytest.raises(HoldfastError) as caught:
        make(two()).logs(previous=True)
    (fault,) = caught.value.faults
    assert fault.id == "no-previous-log"
    assert fault.hint


def test_a_container_that_an_endpoint_does_not_have_is_refused() -> None:
    """With those that it has."""
    with pytest.raises(HoldfastError, match="sidecar") as caught:
        aks(two()).logs(container="sidecar")
    assert caught.value.faults[0].id == "unknown-container"
