"""`holdfast vault to-rbac` over HTTP against the sandbox, judged by Microsoft's own clients for vaults and roles."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.identity import ClientSecretCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from click.testing import CliRunner, Result

from holdfast.model.roles import role_name
from holdfast.ops.main import main
from holdfast.ops.vault import to_rbac_apply
from holdfast_sandbox import running
from holdfast_sandbox.arm import identity
from holdfast_sandbox.environment import variables

LOCATION = "westeurope"


@dataclass
class Azure:
    """A running sandbox: set up with plain requests, judged by azure-mgmt-*."""

    server: running.RunningServer
    environ: dict[str, str]
    subscription: str = f"/subscriptions/{identity.SUBSCRIPTION_ID}"
    faults: list[str] = field(default_factory=list)

    def client(self, kind: Any) -> Any:
        """A management client of the class `kind`."""
        credential = ClientSecretCredential(
            identity.TENANT_ID,
            identity.CLIENT_ID,
            identity.CLIENT_SECRET,
            authority=self.server.url,
            disable_instance_discovery=True,
            connection_verify=self.bundle,
        )
        return kind(
            credential,
            identity.SUBSCRIPTION_ID,
            base_url=self.server.url,
            connection_verify=self.bundle,
            credential_scopes=["https://management.azure.com/.default"],
        )

    @property
    def bundle(self) -> str:
        return self.environ["REQUESTS_CA_BUNDLE"]

    def put(self, path: str, version: str, body: Any) -> dict[str, Any]:
        """A PUT that succeeds, waited for; the resource as a GET answers it."""
        token = self._token()
        for method, content in (("PUT", body), ("GET", None)):
            answer = requests.request(
                method,
                f"{self.server.url}{path}",
                json=content,
                params={"api-version": version},
                headers={"Authorization": f"Bearer {token}"},
                verify=self.bundle,
                timeout=30,
            )
            assert answer.status_code < 300, answer.text
            time.sleep(0.05)
        found: dict[str, Any] = answer.json()
        return found

    def fault(self, match: str, **what: Any) -> None:
        """Let requests fail until the test ends."""
        self.server.ask("POST", "faults", {"match": match, **what})

    def mark(self) -> int:
        log = self.server.ask("GET", "log")
        return int(log[-1]["n"]) if log else 0

    def writes(self, mark: int) -> list[str]:
        """`METHOD last-two-segments status` of every write to Resource Manager since `mark`."""
        rows = self.server.ask("GET", f"log?since={mark}")
        return [
            f"{row['method']} {'/'.join(row['path'].partition('?')[0].split('/')[-2:-1])} {row['status']}"
            for row in rows
            if row["method"] in ("PUT", "PATCH", "DELETE") and row["path"].lower().startswith("/subscriptions")
        ]

    def _token(self) -> str:
        answer = requests.post(
            f"{self.server.url}/{identity.TENANT_ID}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": identity.CLIENT_ID,
                "client_secret": identity.CLIENT_SECRET,
                "scope": "https://management.azure.com/.default",
            },
            verify=self.bundle,
            timeout=30,
        )
        return str(answer.json()["access_token"])


@dataclass
class Vault:
    """A vault in a group of its own. Every question is Microsoft's client's."""

    azure: Azure
    group: str
    name: str

    @property
    def scope(self) -> str:
        return f"{self.azure.subscription}/resourceGroups/{self.group}"

    @property
    def id(self) -> str:
        return f"{self.scope}/providers/Microsoft.KeyVault/vaults/{self.name}"

    def make(self, **policies: dict[str, list[str]]) -> None:
        """With an entry for each principal, and one without permissions where it has none."""
        entries = [
            {"tenantId": identity.TENANT_ID, "objectId": who, "permissions": held} for who, held in policies.items()
        ]
        self.azure.put(self.scope, "2024-03-01", {"location": LOCATION})
        properties = {
            "tenantId": identity.TENANT_ID,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": False,
            "accessPolicies": entries,
        }
        self.azure.put(self.id, "2024-11-01", {"location": LOCATION, "properties": properties})

    def make_workspace(self) -> str:
        """A workspace that uses the vault; its identity's principal. Azure gives it an entry of its own."""
        unique = uuid.uuid4().hex[:8]
        account = f"{self.scope}/providers/Microsoft.Storage/storageAccounts/st{unique}"
        component = f"{self.scope}/providers/Microsoft.Insights/components/appi-{unique}"
        workspace = f"{self.scope}/providers/Microsoft.MachineLearningServices/workspaces/mlw-{unique}"
        storage = {"location": LOCATION, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        self.azure.put(account, "2024-01-01", storage)
        properties = {"Application_Type": "web"}
        self.azure.put(component, "2020-02-02", {"location": LOCATION, "kind": "web", "properties": properties})
        stands_on = {"storageAccount": account, "keyVault": self.id, "applicationInsights": component}
        body = {"location": LOCATION, "identity": {"type": "SystemAssigned"}, "properties": stands_on}
        return str(self.azure.put(workspace, "2025-12-01", body)["identity"]["principalId"])

    @property
    def _properties(self) -> Any:
        return self.azure.client(KeyVaultManagementClient).vaults.get(self.group, self.name).properties

    @property
    def counts_roles(self) -> bool:
        return bool(self._properties.enable_rbac_authorization)

    def policies(self) -> dict[str, list[str]]:
        """The secret permissions of each principal."""
        return {
            str(entry.object_id): sorted(
                str(getattr(one, "value", one)).lower() for one in entry.permissions.secrets or []
            )
            for entry in self._properties.access_policies or []
        }

    def set_policies(self, operation: str, *entries: dict[str, Any]) -> None:
        properties = {"accessPolicies": [{"tenantId": identity.TENANT_ID, **entry} for entry in entries]}
        client = self.azure.client(KeyVaultManagementClient)
        client.vaults.update_access_policy(self.group, self.name, operation, {"properties": properties})

    def roles(self) -> set[tuple[str, str]]:
        """(principal, role) assigned at the vault itself."""
        rows = self.azure.client(AuthorizationManagementClient).role_assignments.list_for_scope(self.id)
        return {
            (row.principal_id, role_name(row.role_definition_id.rpartition("/")[2]))
            for row in rows
            if row.scope.lower() == self.id.lower()
        }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.RunningServer]:
    """This worker's sandbox, without latency."""
    started, process = running.start(tmp_path_factory.mktemp("to-rbac"), detached=False)
    yield started
    process.terminate()
    process.wait(10)


@pytest.fixture
def azure(server: running.RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Azure]:
    """The sandbox by environment variables alone, and a home of this test's own; faults end with the test."""
    environ = variables(server.url, server.state, [], os.environ)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(to_rbac_apply, "VISIBLE_WITHIN", 0.0)
    yield Azure(server, environ)
    server.ask("DELETE", "faults")


@pytest.fixture
def vault(azure: Azure) -> Vault:
    """A vault that is still to be made."""
    unique = uuid.uuid4().hex[:8]
    return Vault(azure, f"rg-{unique}", f"kv-{unique}")


@pytest.fixture
def records(tmp_path: Path) -> Any:
    """What the records on this machine say, oldest first."""
    return lambda: [json.loads(path.read_text()) for path in sorted((tmp_path / "receipts").glob("to-rbac-*.json"))]


@pytest.fixture
def run() -> Any:
    """`holdfast vault to-rbac ...`, and what it answered."""

    def typed(*words: str, input: str | None = None) -> Result:
        return CliRunner().invoke(main, ["vault", "to-rbac", *words], input=input)

    return typed
