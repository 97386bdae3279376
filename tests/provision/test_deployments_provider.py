"""What runs behind an endpoint is made once, shares its traffic when it is there, and fails with its phase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.deployments import UNFINISHED
from holdfast.model.errors import HoldfastError
from holdfast.provision import deployments_provider
from holdfast.provision.deployments_provider import MADE_OF, ServiceDeploymentProvider

ENDPOINT = (
    "/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W/onlineEndpoints/wine"
)
BUSY = Answer(409, {"error": {"code": "Conflict", "message": "an operation is already in progress"}})
NOT_FOUND = Answer(404, {"error": {"code": "ResourceNotFound", "message": "no"}})


class Azure:
    """An endpoint with its deployments, and what was sent to it."""

    def __init__(self) -> None:
        self.traffic: dict[str, int] = {}
        self.deployments: dict[str, dict[str, Any]] = {}
        self.sent: list[tuple[str, str, Any]] = []
        self.refusals: dict[str, Answer] = {}
        self.busy: dict[str, list[str]] = {}  # of a write: how the endpoint looks after each refusal of it
        self.states: list[str] = []
        self.tags: dict[str, str] = {}
        self.log = ""

    def get(self, path: str, _version: str) -> Answer:
        if path == ENDPOINT:
            state = self.states.pop() if self.states else "Succeeded"
            properties = {"scoringUri": "https://x/score", "traffic": self.traffic, "provisioningState": state}
            return Answer(
                200,
                {
                    "id": ENDPOINT,
                    "location": "westeurope",
                    "tags": dict(self.tags),
                    "kind": "Kubernetes",
                    "identity": {"type": "SystemAssigned", "principalId": "p"},
                    "properties": {**properties, "authMode": "Key", "compute": "c"},
                },
            )
        row = self.deployments.get(path.rpartition("/")[2])
        if row is not None and "after" in row:
            row["properties"]["provisioningState"] = row.pop("after")
        return Answer(200, row) if row else NOT_FOUND

    def pages(self, _path: str, _version: str) -> Iterator[Answer]:
        yield Answer(200, {"value": [dict(row) for row in self.deployments.values()]})

    def request(self, method: str, path: str, _version: str, body: Any = None) -> Answer:
        name = path.removeprefix(f"{ENDPOINT}/deployments/")
        if name.endswith("/getLogs"):
            return Answer(200, {"content": self.log})
        self.sent.append((method, name.rpartition("/")[2], body))
        refused = self.refusals.get(f"{method} {name.rpartition('/')[2]}")
        if refused is not None:
            return refused
        if states := self.busy.get(f"{method} {name.rpartition('/')[2]}"):
            self.states = [states.pop(0)]
            return BUSY
        if method == "PATCH":
            tags = body["properties"]["tags"]
            kept = {name: value for name, value in self.tags.items() if name not in tags}
            self.tags = {**kept, **(tags if body["operation"] == "Merge" else {})}
            return Answer(200, {})
        if path == ENDPOINT:
            self.traffic = dict(body["properties"]["traffic"])
            return self.get(ENDPOINT, "")
        if method == "DELETE":
            del self.deployments[name]
            return Answer(204)
        self.there(name, body["tags"], body)
        return Answer(200, self.deployments[name])

    def there(self, name: str, tags: dict[str, str], body: Any = None, state: str = "Succeeded") -> None:
        properties = {**((body or {}).get("properties") or {}), "provisioningState": state}
        self.deployments[name] = {"name": name, "tags": tags, "properties": properties}

    @property
    def wrote(self) -> list[str]:
        return [f"{method} {name}" for method, name, _ in self.sent]


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Azure:
    made = Azure()
    monkeypatch.setattr(deployments_provider, "client_of", lambda props: made)
    monkeypatch.setattr(deployments_provider.time, "sleep", lambda seconds: None)
    return made


def props(**changes: Any) -> dict[str, Any]:
    return {
        "endpointId": ENDPOINT,
        "service": "wine",
        "deployment": "",
        "traffic": {},
        "location": "westeurope",
        "body": {"sku": {"name": "Default", "capacity": 1.0}, "properties": {"environmentId": "e", "x": [2.0, 0.5]}},
        "image": "cr/wine@sha256:1",
        "of": "hash",
        "apiVersion": "2025-12-01",
        "shown": "holdfast logs service wine",
        "tags": {"holdfast-stack": "dev"},
        **changes,
    }


def create(**changes: Any) -> dict[str, Any]:
    return dict(ServiceDeploymentProvider().create(props(**changes)).outs)


def test_the_first_deployment_is_blue_and_gets_everything(azure: Azure) -> None:
    """The endpoint takes the traffic once the deployment is there, as it is otherwise."""
    made = create()
    assert azure.wrote == ["PUT blue", "PUT wine"]
    _, _, body = azure.sent[0]
    assert body["sku"]["capacity"] == 1
    assert isinstance(body["sku"]["capacity"], int)
    assert body["properties"]["x"] == [2, 0.5]
    assert body["tags"] == {"holdfast-stack": "dev", MADE_OF: "hash"}
    _, _, endpoint = azure.sent[1]
    assert endpoint["properties"] == {"authMode": "Key", "compute": "c", "traffic": {"blue": 100}}
    assert endpoint["identity"] == {"type": "SystemAssigned"}
    assert (made["deployment"], made["scoringUri"]) == ("blue", "https://x/score")


def test_what_is_there_is_found_and_nothing_is_written(azure: Azure) -> None:
    """After a lost state, by the hash of what it was made of."""
    azure.there("green", {MADE_OF: "hash"})
    azure.traffic = {"green": 100}
    made = create()
    assert (azure.wrote, made["deployment"]) == ([], "green")


@pytest.mark.parametrize(("tag", "state"), [("other", "Succeeded"), ("hash", "Failed")])
def test_another_or_a_failed_one_is_updated_in_place(azure: Azure, tag: str, state: str) -> None:
    """The one with the most traffic; what somebody tagged it with stays."""
    azure.there("green", {MADE_OF: tag, "theirs": "yes"}, state=state)
    azure.traffic = {"green": 100}
    create()
    assert azure.wrote == ["PUT green"]
    assert azure.sent[0][2]["tags"]["theirs"] == "yes"


def test_the_last_one_named_follows_the_settings_and_those_before_stay(azure: Azure) -> None:
    """And the requests are shared when it is there."""
    azure.there("blue", {MADE_OF: "before"})
    azure.traffic = {"blue": 100}
    create(deployment="green", traffic={"blue": 90, "green": 10})
    assert azure.wrote == ["PUT green", "PUT wine"]
    assert azure.traffic == {"blue": 90, "green": 10}


def test_one_that_is_named_no_more_goes_when_it_gets_nothing(azure: Azure) -> None:
    """If it is ours: one that somebody else made stays."""
    azure.there("blue", {MADE_OF: "before"})
    azure.there("green", {MADE_OF: "hash"})
    azure.there("theirs", {})
    azure.traffic = {"blue": 90, "green": 10}
    create(deployment="green", traffic={"green": 100})
    assert azure.wrote == ["PUT wine", "DELETE blue"]
    assert set(azure.deployments) == {"green", "theirs"}


def test_one_that_is_under_way_is_waited_for(azure: Azure) -> None:
    """Of a run that died: it ends as what is wanted, and is not written a second time."""
    azure.there("blue", {MADE_OF: "hash"}, state="Creating")
    azure.deployments["blue"]["after"] = "Succeeded"
    azure.traffic = {"blue": 100}
    create()
    assert azure.wrote == []


@pytest.mark.parametrize("write", ["PUT green", "PUT wine", "DELETE blue"])
def test_what_azure_refuses_while_another_write_is_under_way_is_sent_again(azure: Azure, write: str) -> None:
    """For as long as the endpoint is being written, and a little longer."""
    azure.there("blue", {MADE_OF: "before"})
    azure.traffic = {"blue": 100}
    azure.busy[write] = ["Updating"] * 20 + ["Succeeded"] * 3
    create(deployment="green", traffic={"green": 100})
    assert [one for one in azure.wrote if one != write] == [
        one for one in ("PUT green", "PUT wine", "DELETE blue") if one != write
    ]
    assert azure.wrote.count(write) == 24


def test_a_refusal_with_nothing_under_way_is_told(azure: Azure) -> None:
    """After half a minute of tries."""
    azure.refusals["PUT blue"] = BUSY
    with pytest.raises(HoldfastError) as caught:
        create()
    assert [fault.id for fault in caught.value.faults] == ["deployment-refused"]
    assert azure.wrote == ["PUT blue"] * 7


@pytest.mark.parametrize(
    ("code", "phase"),
    [
        ("PodUnschedulable", "schedule"),
        ("ImagePullLoopBackOff", "pull"),
        ("UserScriptInitFailed", "init"),
        ("ScoringFeUnhealthy", "probe"),
    ],
)
def test_one_that_does_not_start_fails_with_its_phase_and_its_log(azure: Azure, code: str, phase: str) -> None:
    """And no traffic is given to it."""
    failed = {"status": "Failed", "error": {"code": code, "message": "said so"}}
    azure.refusals["PUT blue"] = Answer(200, failed)
    azure.log = "Traceback\n  File score.py\nKeyError: 'x'\n"
    with pytest.raises(HoldfastError) as caught:
        create()
    (fault,) = caught.value.faults
    assert fault.id == "service-not-started"
    assert dict(fault.evidence)["phase"] == phase
    assert ("log", "KeyError: 'x'") in fault.evidence
    assert "holdfast logs service wine" in fault.hint
    assert azure.wrote == ["PUT blue", "PATCH default"]
    assert azure.tags == {UNFINISHED: "wine"}


def test_settings_that_are_put_back_after_a_failure_are_deployed(azure: Azure) -> None:
    """The state has them on record as if nothing had happened; the endpoint's tag tells, and goes with a success."""
    azure.there("blue", {MADE_OF: "broken"}, state="Failed")
    azure.traffic, azure.tags = {"blue": 100}, {UNFINISHED: "wine", "theirs": "yes"}
    recorded, again = {**props(), "deployment": "blue", "traffic": {"blue": 100}}, props(again=True)
    assert ServiceDeploymentProvider().diff("id", recorded, again).changes
    ServiceDeploymentProvider().update("id", recorded, again)
    assert azure.wrote == ["PUT blue", "PATCH default"]
    assert azure.tags == {"theirs": "yes"}


def test_a_login_that_may_tag_nothing_is_told_why_the_service_did_not_start(azure: Azure) -> None:
    azure.refusals["PUT blue"] = Answer(200, {"status": "Failed", "error": {"code": "PodUnschedulable"}})
    azure.refusals["PATCH default"] = Answer(403, {"error": {"code": "AuthorizationFailed"}})
    with pytest.raises(HoldfastError) as caught:
        create()
    assert [fault.id for fault in caught.value.faults] == ["service-not-started"]


@pytest.mark.parametrize("where", ["PUT blue", "PUT wine"])
def test_what_azure_does_not_take_is_told_with_its_details(azure: Azure, where: str) -> None:
    """Its first words say nothing."""
    details = [{"code": "InvalidDeploymentSpec", "message": "The minimum is above the maximum."}]
    azure.refusals[where] = Answer(400, {"error": {"code": "BadRequest", "message": "Invalid.", "details": details}})
    with pytest.raises(HoldfastError) as caught:
        create()
    (fault,) = caught.value.faults
    assert fault.id == "deployment-refused"
    assert "InvalidDeploymentSpec: The minimum is above" in dict(fault.evidence)["said"]


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({}, False),
        ({"of": "other"}, True),
        ({"image": "cr/wine@sha256:2"}, True),
        ({"traffic": {"blue": 100}}, False),
        ({"traffic": {"blue": 90, "green": 10}, "deployment": "green"}, True),
        ({"endpointId": ENDPOINT.upper()}, False),
        ({"endpointId": ENDPOINT + "2"}, True),
        ({"back": True}, True),
        ({"again": True}, True),
        ({"again": False}, False),
    ],
)
def test_only_what_makes_a_difference_is_one(azure: Azure, change: dict[str, Any], differs: bool) -> None:
    """Without `traffic` whatever is there is wanted."""
    olds = {**props(), "deployment": "blue", "traffic": {"blue": 100}}
    assert ServiceDeploymentProvider().diff("id", olds, props(**change)).changes is differs
    assert azure.sent == []


@pytest.mark.parametrize(("there", "id"), [(True, "id"), (False, "")])
def test_a_refresh_finds_what_is_gone(azure: Azure, there: bool, id: str) -> None:
    """So that the next run makes it again."""
    if there:
        azure.there("blue", {})
    assert ServiceDeploymentProvider().read("id", props(deployment="blue")).id == id
