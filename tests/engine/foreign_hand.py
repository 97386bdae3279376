"""An environment that nobody made with Holdfast: plain requests of a stranger, as a portal or a template sends them."""

from __future__ import annotations

import time
from typing import Any

import requests

from holdfast_sandbox.rehearsal import Stranger

VAULT, STORAGE, LOGS = (
    "Microsoft.KeyVault/vaults",
    "Microsoft.Storage/storageAccounts",
    ("Microsoft.OperationalInsights/workspaces"),
)
INSIGHTS, REGISTRY = "microsoft.insights/components", "Microsoft.ContainerRegistry/registries"
WORKSPACE, CONTAINERS = "Microsoft.MachineLearningServices/workspaces", "Microsoft.ContainerInstance/containerGroups"
IDENTITY, CLUSTER = "Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.ContainerService/managedClusters"

VERSIONS = {
    VAULT: "2023-07-01",
    STORAGE: "2023-05-01",
    LOGS: "2023-09-01",
    INSIGHTS: "2020-02-02",
    REGISTRY: "2025-11-01",
    WORKSPACE: "2025-12-01",
    CONTAINERS: "2023-05-01",
    IDENTITY: "2023-01-31",
    CLUSTER: "2025-09-01",
}


class ForeignHand:
    """Makes things in one group by PUT."""

    def __init__(self, stranger: Stranger, environ: dict[str, str], group: str) -> None:
        self.tenant, self.group = stranger.tenant, group
        self._host, self._ca = f"https://{environ['ARM_METADATA_HOSTNAME']}", environ["REQUESTS_CA_BUNDLE"]
        credential: Any = stranger.client._config.credential
        self._token = credential.get_token(f"{self._host}/.default").token
        self.scope = f"/subscriptions/{environ['ARM_SUBSCRIPTION_ID']}/resourceGroups/{group}"

    def ask(self, method: str, path: str, version: str, body: Any = None) -> requests.Response:
        return requests.request(
            method,
            f"{self._host}{path}?api-version={version}",
            json=body,
            headers={"Authorization": f"Bearer {self._token}"},
            verify=self._ca,
            timeout=30,
        )

    def put(self, path: str, version: str, body: Any) -> dict[str, Any]:
        """PUT, and wait until it is there."""
        answer = self.ask("PUT", path, version, body)
        assert answer.ok, answer.text
        for _ in range(100):
            found = self.ask("GET", path, version).json()
            if found.get("properties", {}).get("provisioningState", "Succeeded") in ("Succeeded", "Failed"):
                return dict(found)
            time.sleep(0.1)
        raise AssertionError(f"{path} is still being made")

    def make_group(self) -> ForeignHand:
        self.put(self.scope, "2024-03-01", {"location": "westeurope", "tags": {"made-by": "portal"}})
        return self

    def id(self, type: str, name: str) -> str:
        return f"{self.scope}/providers/{type}/{name}"

    def make(self, type: str, name: str, properties: Any = None, **root: Any) -> str:
        """A resource of the group; its id."""
        body = {"location": "westeurope", "properties": properties or {}, **root}
        return str(self.put(self.id(type, name), VERSIONS[type], body)["id"])

    def vault(self, name: str, *policies: dict[str, Any], rbac: bool = False, **properties: Any) -> str:
        entries = [{"tenantId": self.tenant, **policy} for policy in policies]
        sku = {"family": "A", "name": "standard"}
        head = {"tenantId": self.tenant, "sku": sku, "enableRbacAuthorization": rbac, "accessPolicies": entries}
        return self.make(VAULT, name, {**head, **properties}, tags={"cost-center": "4711"})

    def storage(self, name: str, **root: Any) -> str:
        return self.make(STORAGE, name, kind="StorageV2", sku={"name": "Standard_GRS"}, **root)

    def insights(self, name: str, logs: str) -> str:
        return self.make(INSIGHTS, name, {"Application_Type": "web", "WorkspaceResourceId": logs}, kind="web")

    def workspace(self, name: str, **made_of: Any) -> str:
        return self.make(WORKSPACE, name, made_of, identity={"type": "SystemAssigned"}, tags={"team": "fraud"})

    def compute(self, workspace: str, name: str, properties: Any) -> None:
        body = {"location": "westeurope", "properties": properties}
        self.put(f"{workspace}/computes/{name}", VERSIONS[WORKSPACE], body)
