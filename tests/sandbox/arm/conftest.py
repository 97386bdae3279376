"""A sandbox server for the whole session, and clients that nobody here wrote: azure-mgmt-* with azure-identity, and
requests.

Each test works in resource groups of its own. A test that needs a server with switches starts one with `start_server`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.credentials import TokenCredential
from azure.identity import ClientSecretCredential
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox.arm import identity

RESOURCES_VERSION = "2024-03-01"


@dataclass
class Server:
    """A running sandbox server and ways to talk to it."""

    process: subprocess.Popen[bytes]
    state: Path
    url: str

    @property
    def bundle(self) -> str:
        return str(self.state / "ca-bundle.pem")

    @property
    def subscription_path(self) -> str:
        return f"/subscriptions/{identity.SUBSCRIPTION_ID}"

    def token(self, client_id: str = identity.CLIENT_ID, resource: str = "https://management.azure.com") -> str:
        """An access token, by a plain form post."""
        answer = self.session.post(
            f"{self.url}/{identity.TENANT_ID}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": identity.CLIENT_SECRET,
                "scope": f"{resource}/.default",
            },
            timeout=30,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def request(
        self, method: str, path: str, body: Any = None, *, version: str | None = RESOURCES_VERSION, **kwargs: Any
    ) -> requests.Response:
        """A request with a token; `path` is relative to the subscription unless it begins with a slash."""
        if not path.startswith("/"):
            path = f"{self.subscription_path}/{path}"
        headers = {"Authorization": f"Bearer {self.cached_token()}", **kwargs.pop("headers", {})}
        params = {**({"api-version": version} if version else {}), **kwargs.pop("params", {})}
        return self.session.request(
            method, self.url + path, json=body, params=params, headers=headers, timeout=30, **kwargs
        )

    @cached_property
    def session(self) -> requests.Session:
        """Keeps connections open: a TLS handshake with the whole CA bundle takes longer than most answers."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.bundle
        return session

    def cached_token(self) -> str:
        return self._token

    @cached_property
    def _token(self) -> str:
        return self.token()

    def control(self, method: str, what: str, body: Any = None) -> Any:
        """A request to the server's control interface."""
        answer = self.session.request(method, f"{self.url}/_sandbox/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        return list(self.control("GET", f"log?since={since}"))

    def credential(self, client_id: str = identity.CLIENT_ID, secret: str = identity.CLIENT_SECRET) -> TokenCredential:
        return ClientSecretCredential(
            identity.TENANT_ID,
            client_id,
            secret,
            authority=self.url,
            disable_instance_discovery=True,
            connection_verify=self.bundle,
        )

    def keyvault(self, client_id: str = identity.CLIENT_ID) -> KeyVaultManagementClient:
        return KeyVaultManagementClient(
            self.credential(client_id), identity.SUBSCRIPTION_ID, base_url=self.url, connection_verify=self.bundle
        )

    def resources(self) -> ResourceManagementClient:
        return ResourceManagementClient(
            self.credential(), identity.SUBSCRIPTION_ID, base_url=self.url, connection_verify=self.bundle
        )

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def start_server(state: Path, *options: str) -> Server:
    """Starts a server on the state folder and waits until it answers."""
    announcement = state / "server.json"
    announcement.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "holdfast_sandbox.arm", "--state", str(state), "--parent", str(os.getpid()), *options]
    )
    deadline = time.monotonic() + 30
    while not announcement.exists():
        assert process.poll() is None, f"the server ended with {process.returncode}"
        assert time.monotonic() < deadline, "the server is not ready after 30 s"
        time.sleep(0.02)
    return Server(process, state, json.loads(announcement.read_text())["url"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The session's server: no latency, no lag."""
    running = start_server(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that enforces role assignments; its default login is the owner."""
    running = start_server(tmp_path_factory.mktemp("rbac"), "--rbac")
    yield running
    running.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers with switches, on this test's own state folder; stopped when the test ends."""
    running: list[Server] = []

    def start(*options: str) -> Server:
        running.append(start_server(tmp_path / "state", *options))
        return running[-1]

    (tmp_path / "state").mkdir()
    yield start
    for one in running:
        one.stop()


@pytest.fixture
def group(server: Server) -> str:
    """A fresh resource group in westeurope; its name."""
    name = f"rg-{uuid.uuid4().hex[:10]}"
    answer = server.request("PUT", f"resourceGroups/{name}", {"location": "westeurope"})
    assert answer.status_code == 201, answer.text
    return name


@pytest.fixture
def faults(server: Server) -> Iterator[Callable[..., None]]:
    """Adds fault rules to the session's server; cleared when the test ends."""

    def add(match: str, **what: Any) -> None:
        server.control("POST", "faults", {"match": match, **what})

    yield add
    server.control("DELETE", "faults")
