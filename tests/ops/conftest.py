"""An environment that somebody made, as Azure answers it; no server behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.sorts import SORTS, Sort

SUBSCRIPTION = "5a4db0c5-5b5c-4000-8000-000000000002"
TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-fraud"
ELSEWHERE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-platform"
IDENTITY = "aaaaaaaa-0000-4000-8000-000000000001"
PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
OURS = {"holdfast-project": "holdfast", "holdfast-stack": "found"}


class FakeAzure:
    """Answers GETs and lists from what was put; `answers` take precedence, by lower-case path without the query."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Answer] = {}

    def get(self, path: str, _api_version: str) -> Answer:
        key = path.partition("?")[0].lower()
        if key in self.answers:
            return self.answers[key]
        if key in self.bodies:
            return Answer(200, self.bodies[key])
        return Answer(404, {"error": {"code": "ResourceNotFound", "message": "not there"}})

    def request(self, method: str, path: str, api_version: str) -> Answer:
        """An action: what was put at its path."""
        assert method == "POST"
        return self.get(path, api_version)

    def pages(self, path: str, _api_version: str) -> Iterator[Answer]:
        key = path.partition("?")[0].lower()
        if key in self.answers:
            yield self.answers[key]
        elif key.endswith("/microsoft.authorization/roleassignments"):
            yield Answer(200, {"value": [body for id, body in self.bodies.items() if "/roleassignments/" in id]})
        elif key.endswith("/resources"):
            above = key.removesuffix("resources") + "providers/"
            rows = [body for id, body in self.bodies.items() if id.startswith(above) and id.count("/") == 8]
            # The list has no properties, and a letter case of its own.
            yield Answer(200, {"value": [{**body, "id": body["id"].upper(), "properties": None} for body in rows]})
        else:
            rows = [body for id, body in self.bodies.items() if id.rpartition("/")[0] == key]
            yield Answer(200, {"value": rows})

    def put(self, id: str, properties: Any = None, **root: Any) -> str:
        pieces = id.split("/providers/")[-1].split("/")
        type = "/".join([pieces[0], *pieces[1::2]]) if "/providers/" in id else "Microsoft.Resources/resourceGroups"
        head = {"id": id, "name": id.rpartition("/")[2], "type": type, "location": "westeurope", "tags": {}}
        self.bodies[id.lower()] = {**head, "properties": properties or {}, **root}
        return id

    def kind(self, kind: Kind, name: str, properties: Any = None, scope: str = GROUP, **root: Any) -> str:
        return self.put(f"{scope}/providers/{KINDS[kind].arm_type}/{name}", properties, **root)

    def part(self, sort: Sort, parent: str, name: str, properties: Any = None, **root: Any) -> str:
        return self.put(f"{parent}{SORTS[sort].path}{name}", properties, **root)

    def change(self, id: str, **changes: Any) -> None:
        """Change the root of a body, or under `properties`, its properties."""
        body = self.bodies[id.lower()]
        properties = changes.pop("properties", {})
        self.bodies[id.lower()] = {**body, **changes, "properties": {**body["properties"], **properties}}


def policy(principal: str, **permissions: list[str]) -> dict[str, Any]:
    return {"objectId": principal, "tenantId": TENANT, "permissions": permissions}


@pytest.fixture
def azure() -> FakeAzure:
    """A group with a whole environment, a compute and a container group in it."""
    fake = FakeAzure()
    fake.put(GROUP)
    fake.put(ELSEWHERE)
    vault = fake.kind(
        Kind.VAULT,
        "kv-fraud",
        {
            "tenantId": TENANT,
            "enableRbacAuthorization": False,
            "softDeleteRetentionInDays": 90,
            "enablePurgeProtection": True,
            "publicNetworkAccess": "Disabled",
            "accessPolicies": [
                policy(IDENTITY, secrets=["all"]),
                policy(PIPELINE.upper(), secrets=["Get", "List"]),
            ],
        },
    )
    logs = fake.kind(Kind.LOGS, "log-fraud")
    insights = fake.kind(Kind.INSIGHTS, "appi-fraud", {"WorkspaceResourceId": logs})
    registry = fake.kind(
        Kind.REGISTRY, "crfraud", {"adminUserEnabled": False, "publicNetworkAccess": "Enabled"}, sku={"name": "Basic"}
    )
    workspace = fake.kind(
        Kind.WORKSPACE,
        "mlw-fraud",
        {
            "keyVault": vault.lower(),
            "storageAccount": fake.kind(Kind.STORAGE, "stfraud"),
            "applicationInsights": insights,
            "containerRegistry": registry,
            "publicNetworkAccess": "Enabled",
        },
        identity={"type": "SystemAssigned", "principalId": IDENTITY},
    )
    azure_gave = {"scope": registry, "principalId": IDENTITY, "roleDefinitionId": f"/x/{CONTRIBUTOR}"}
    fake.put(f"{registry}/providers/Microsoft.Authorization/roleAssignments/1", azure_gave)
    inner = {"vmSize": "STANDARD_DS3_V2", "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 2}}
    fake.part(Sort.COMPUTE, workspace, "cpu", {"computeType": "AmlCompute", "properties": inner})
    container = {"image": "nginx:1.27", "resources": {"requests": {"cpu": 1.0, "memoryInGB": 1.5}}}
    group = {"osType": "Linux", "restartPolicy": "Always", "containers": [{"name": "score", "properties": container}]}
    fake.part(Sort.CONTAINER, GROUP, "score", group)
    return fake
