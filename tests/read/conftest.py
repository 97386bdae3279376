"""A stand-in for the client: it answers from a table and writes down what it was asked. The edge, nothing behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.existing import Recorded
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import group_id, resource_id
from holdfast.model.wanted import Wanted, WantedResource, WhenExists

SUBSCRIPTION = "5a4db0c5-5b5c-4000-8000-000000000002"
GROUP = "rg-ml"
NAMES = {
    Kind.GROUP: GROUP,
    Kind.VAULT: "kv-ml",
    Kind.STORAGE: "stml",
    Kind.LOGS: "log-ml",
    Kind.INSIGHTS: "appi-ml",
    Kind.REGISTRY: "crml",
    Kind.CLUSTER: "aks-ml",
    Kind.WORKSPACE: "mlw-ml",
}
#: What everything that is managed bears: a list that shows less is not believed.
TAGS = {"holdfast-project": "holdfast", "holdfast-stack": "prod"}
LIST = f"{group_id(SUBSCRIPTION, GROUP)}/resources"
NAMES_IN_USE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.KeyVault/checkNameAvailability"
WORKSPACES = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.MachineLearningServices/workspaces"
DELETED = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults"


def error(status: int, code: str, message: str = "said so") -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}})


class FakeArm:
    """`bodies` by path (without letter case), `lists` by path: pages of rows. `answers` take precedence, by path."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}
        self.lists: dict[str, list[list[dict[str, Any]]]] = {}
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.asked: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def _ask(self, path: str, api_version: str) -> str:
        with self._lock:
            self.asked.append((path, api_version))
        return path.partition("?")[0].lower()

    def get(self, path: str, api_version: str) -> Answer:
        key = self._ask(path, api_version)
        if key in self.answers:
            answer = self.answers[key]
            assert isinstance(answer, Answer)
            return answer
        return Answer(200, self.bodies[key]) if key in self.bodies else error(404, "ResourceNotFound")

    def pages(self, path: str, api_version: str) -> Iterator[Answer]:
        key = self._ask(path, api_version)
        said = self.answers.get(key)
        if said is not None:
            yield from said if isinstance(said, list) else [said]
            return
        for rows in self.lists.get(key, [[]]):
            yield Answer(200, {"value": rows})

    def request(self, method: str, path: str, api_version: str, body: Any = None) -> Answer:
        """A POST that asks: it answers from `answers`, else that the name is free."""
        assert (method, path.rpartition("/")[2]) == ("POST", "checkNameAvailability")
        said = self.answers.get(self._ask(path, api_version), Answer(200, {"nameAvailable": True}))
        assert isinstance(said, Answer)
        return said

    def put(self, body: dict[str, Any], *, listed: bool = True) -> None:
        """Let there be a resource; `listed`: the group's list shows it, in another letter case, without properties."""
        self.bodies[body["id"].lower()] = body
        if listed:
            row = {key: value for key, value in body.items() if key != "properties"}
            shown = {**row, "id": body["id"].replace("resourceGroups", "resourcegroups").upper()}
            self.lists.setdefault(LIST.lower(), [[]])[0].append(shown)

    def paths(self) -> list[str]:
        return [path.partition("?")[0] for path, _ in self.asked]


@pytest.fixture(scope="session")
def wanted() -> Wanted:
    resources = {
        kind: WantedResource(kind, name, None, WhenExists.REFUSE, f"{kind}.name") for kind, name in NAMES.items()
    }
    return Wanted("holdfast", "prod", "stacks/Pulumi.prod.yaml", SUBSCRIPTION, "westeurope", GROUP, resources)


@pytest.fixture
def arm(wanted: Wanted) -> FakeArm:
    """An Azure in which the whole environment is."""
    fake = FakeArm()
    for kind, name in NAMES.items():
        fake.put(
            {"id": resource_id(wanted, kind), "name": name, "location": "westeurope", "tags": dict(TAGS)},
            listed=kind is not Kind.GROUP,
        )
    vault = fake.bodies[resource_id(wanted, Kind.VAULT).lower()]
    vault["properties"] = {
        "accessPolicies": [{"objectId": "A", "tenantId": "T", "permissions": {"secrets": ["Get"]}}],
        "enableRbacAuthorization": False,
    }
    return fake


@pytest.fixture(scope="session")
def state() -> dict[str, Recorded]:
    """A checkpoint that holds everything."""
    return {str(kind): Recorded(f"urn::{kind}", KINDS[kind].token, name) for kind, name in NAMES.items()}
