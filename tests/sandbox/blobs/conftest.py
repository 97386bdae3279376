"""A sandbox with a storage account, for clients that nobody here wrote: azure-storage-blob, and requests."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests
from azure.identity import ClientSecretCredential
from azure.storage.blob import BlobServiceClient

from holdfast_sandbox import running
from holdfast_sandbox.arm import identity

STORAGE = "2024-01-01"


@dataclass
class Sandbox:
    """A running server whose certificate this process trusts."""

    state: Path
    url: str
    pid: int
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env, self.session.verify = False, str(self.state / "ca.pem")
        self.session.headers["Authorization"] = f"Bearer {self.token('https://management.azure.com')}"

    def token(self, resource: str) -> str:
        login = {
            "grant_type": "client_credentials",
            "client_id": identity.CLIENT_ID,
            "client_secret": identity.CLIENT_SECRET,
            "scope": f"{resource}/.default",
        }
        where = f"{self.url}/{identity.TENANT_ID}/oauth2/v2.0/token"
        answer = requests.post(where, data=login, verify=str(self.state / "ca.pem"), timeout=30)
        return str(answer.json()["access_token"])

    def arm(self, method: str, path: str, version: str = STORAGE, body: object = None) -> requests.Response:
        where = f"{self.url}/subscriptions/{identity.SUBSCRIPTION_ID}/{path}"
        return self.session.request(method, where, json=body, params={"api-version": version}, timeout=30)

    def account(self, name: str | None = None) -> Account:
        """A new account in a group of its own."""
        name = name or f"st{uuid.uuid4().hex[:12]}"
        group = f"resourceGroups/rg-{name}"
        self.arm("PUT", group, "2024-03-01", {"location": "westeurope"}).raise_for_status()
        account = Account(self, f"{group}/providers/Microsoft.Storage/storageAccounts/{name}", name)
        body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        self.arm("PUT", account.path, STORAGE, body).raise_for_status()
        return account

    def family(self) -> list[psutil.Process]:
        """The server's processes below it: Azurite, where it runs."""
        return psutil.Process(self.pid).children(recursive=True)


@dataclass
class Account:
    sandbox: Sandbox
    path: str
    name: str

    @property
    def endpoint(self) -> str:
        return str(self.sandbox.arm("GET", self.path).json()["properties"]["primaryEndpoints"]["blob"])

    def keys(self) -> list[str]:
        answer = self.sandbox.arm("POST", f"{self.path}/listKeys")
        return [row["value"] for row in answer.json()["keys"]]

    def client(self, key: str | None = None, **options: object) -> BlobServiceClient:
        """Microsoft's client, with a key: the first one where none is given."""
        return BlobServiceClient(self.endpoint, credential=key or self.keys()[0], retry_total=0, **options)

    def by_login(self) -> BlobServiceClient:
        """Microsoft's client, with a token."""
        credential = ClientSecretCredential(
            identity.TENANT_ID,
            identity.CLIENT_ID,
            identity.CLIENT_SECRET,
            authority=self.sandbox.url,
            disable_instance_discovery=True,
        )
        return BlobServiceClient(self.endpoint, credential=credential, retry_total=0)


@contextmanager
def started(state: Path) -> Iterator[Sandbox]:
    """A server on that folder; ended with the block."""
    server, process = running.start(state, detached=False)
    try:
        yield Sandbox(state, server.url, process.pid)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with started(tmp_path_factory.mktemp("blobs")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_shared: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The session's, trusted by clients that go by the variable alone."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(_shared.state / "ca-bundle.pem"))
    return _shared


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    return sandbox.account()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """Starts a server on this test's own folder, as often as wanted."""
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", os.fspath(state / "ca-bundle.pem"))
    return lambda: started(state)
