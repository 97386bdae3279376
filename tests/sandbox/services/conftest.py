"""One sandbox server for these tests, and clients that nobody here wrote: azure-mgmt-* with azure-identity, requests.

Each test works in resource groups of its own, so that one server does for all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.identity import ClientSecretCredential

from holdfast_sandbox.arm import identity


@dataclass
class Sandbox:
    """A running server and ways to talk to it."""

    process: subprocess.Popen[bytes]
    url: str
    bundle: str
    subscription: str = field(default=f"/subscriptions/{identity.SUBSCRIPTION_ID}")
    _clients: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @cached_property
    def credential(self) -> ClientSecretCredential:
        return ClientSecretCredential(
            identity.TENANT_ID,
            identity.CLIENT_ID,
            identity.CLIENT_SECRET,
            authority=self.url,
            disable_instance_discovery=True,
            connection_verify=self.bundle,
        )

    @cached_property
    def session(self) -> requests.Session:
        """Kept, as are the clients: each new one reads all certificates of the bundle, which takes longer than any
        request here."""
        session = requests.Session()
        session.verify = self.bundle
        session.trust_env = False  # or REQUESTS_CA_BUNDLE is looked for in the environment, and preferred
        return session

    def client(self, kind: Callable[..., Any], **options: Any) -> Any:
        """A management client of the class `kind`, pointed here by its documented arguments alone."""
        key = (kind, *sorted(options.items()))
        if key not in self._clients:
            self._clients[key] = self._new_client(kind, options)
        return self._clients[key]

    def _new_client(self, kind: Callable[..., Any], options: dict[str, Any]) -> Any:
        return kind(
            self.credential,
            identity.SUBSCRIPTION_ID,
            base_url=self.url,
            connection_verify=self.bundle,
            credential_scopes=["https://management.azure.com/.default"],
            **options,
        )

    def request(self, method: str, path: str, version: str, body: Any = None, **params: str) -> requests.Response:
        """A raw request with a token; `path` is a resource id."""
        token = self.credential.get_token("https://management.azure.com/.default").token
        return self.session.request(
            method,
            self.url + path,
            json=body,
            params={"api-version": version, **params},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )

    def settled(self, answer: requests.Response, version: str) -> requests.Response:
        """The last answer of a long-running operation that `answer` began, by its polling header."""
        assert answer.status_code in (201, 202), answer.text
        where = answer.headers.get("Azure-AsyncOperation") or answer.headers["Location"]
        path = where.removeprefix(self.url).partition("?")[0]
        for _ in range(20):
            polled = self.request("GET", path, version)
            if polled.status_code != 202 and polled.json().get("status") != "InProgress":
                return polled
        raise AssertionError(f"{path} does not end")

    def fault(self, match: str, **what: Any) -> None:
        self.session.post(f"{self.url}/_sandbox/faults", json={"match": match, **what}, timeout=30).raise_for_status()


@contextmanager
def running(state: Path, *options: str) -> Iterator[Sandbox]:
    """A server on that state folder; stopped at the end."""
    announcement, deadline = state / "server.json", time.monotonic() + 30
    announcement.unlink(missing_ok=True)
    command = [sys.executable, "-m", "holdfast_sandbox.arm", "--state", str(state), "--parent", str(os.getpid())]
    process = subprocess.Popen([*command, *options])
    while not announcement.exists():
        assert process.poll() is None, f"the server ended with {process.returncode}"
        assert time.monotonic() < deadline, "the server is not ready after 30 s"
        time.sleep(0.02)
    yield Sandbox(process, json.loads(announcement.read_text())["url"], str(state / "ca-bundle.pem"))
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The session's server, without latency."""
    with running(tmp_path_factory.mktemp("services")) as server:
        yield server


@pytest.fixture
def slow_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A server on which operations take a tenth of Azure's time: what is under way can be met."""
    with running(tmp_path, "--latency", "0.1") as server:
        yield server


@pytest.fixture
def start() -> Callable[..., AbstractContextManager[Sandbox]]:
    """Starts servers on a state folder of one's own."""
    return running


@pytest.fixture
def group(sandbox: Sandbox) -> str:
    """The name of a fresh resource group in westeurope."""
    return new_group(sandbox)


@pytest.fixture
def other_group(sandbox: Sandbox) -> str:
    return new_group(sandbox)


def new_group(sandbox: Sandbox) -> str:
    name = f"rg-{uuid.uuid4().hex[:10]}"
    path = f"{sandbox.subscription}/resourceGroups/{name}"
    answer = sandbox.request("PUT", path, "2024-03-01", {"location": "westeurope"})
    assert answer.status_code == 201, answer.text
    return name


@pytest.fixture
def no_faults(sandbox: Sandbox) -> Iterator[None]:
    """Clears the fault rules when the test ends."""
    yield
    requests.delete(f"{sandbox.url}/_sandbox/faults", verify=sandbox.bundle, timeout=30).raise_for_status()


def named(prefix: str) -> str:
    """A name that no other test uses: a prefix and ten hexadecimal digits."""
    return f"{prefix}{uuid.uuid4().hex[:10]}"


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Makes names that no other test uses."""
    return named
