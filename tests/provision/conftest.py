"""A vault as Resource Manager serves it, in memory: GET, PATCH, accessPolicies. A test scripts what is to go wrong.

It stands for the edge only; that Azure answers so is the sandbox's tests' business.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast import guard
from holdfast.arm import Answer
from holdfast.model.permissions import PolicyEntry, lost, merged, parse_policies, wire_entry
from holdfast.provision import vault_provider

VAULT = "/subscriptions/S/resourceGroups/rg-ml/providers/Microsoft.KeyVault/vaults/kv-ml"


class FakeVault:
    """`script` holds, for each write to come, a function of (the usual answer's maker) that answers instead."""

    def __init__(self) -> None:
        self.body: dict[str, Any] = {"id": VAULT, "tags": {"their": "tag"}, "properties": {"accessPolicies": []}}
        self.requests: list[tuple[str, str, Any]] = []
        self.script: list[Callable[[Callable[[], Answer]], Answer]] = []
        self.unreadable: Answer | None = None

    def holds(self, *entries: PolicyEntry) -> None:
        self.body["properties"]["accessPolicies"] = [wire_entry(entry) for entry in entries]

    @property
    def entries(self) -> tuple[PolicyEntry, ...]:
        return parse_policies(self.body["properties"])

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        return [request for request in self.requests if request[0] != "GET"]

    def get(self, path: str, api_version: str) -> Answer:
        return self.request("GET", path, api_version)

    def request(self, method: str, path: str, api_version: str, body: Any = None) -> Answer:
        assert api_version == "2024-11-01"
        assert path.startswith(VAULT)
        body = copy.deepcopy(body)
        self.requests.append((method, path.removeprefix(VAULT), body))
        if method == "GET":
            return self.unreadable or Answer(200, copy.deepcopy(self.body))

        def usual() -> Answer:
            return self._write(method, path.removeprefix(VAULT), body)

        return self.script.pop(0)(usual) if self.script else usual()

    def _write(self, method: str, path: str, body: Any) -> Answer:
        if method == "PATCH":
            assert path == ""
            self.body["properties"].update(body.get("properties", {}))
            self.body["tags"] = body.get("tags", self.body["tags"])
            return Answer(200, copy.deepcopy(self.body))
        assert method == "PUT", "a vault that exists is never PUT"
        given = parse_policies(body["properties"])
        match path:
            case "/accessPolicies/add":
                self.holds(*merged([*self.entries, *given]))
            case "/accessPolicies/remove":
                self.holds(*lost(self.entries, given))
            case _:
                raise AssertionError(path)
        return Answer(200, {})


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> FakeVault:
    """The vault behind the client that the providers make for themselves."""
    fake = FakeVault()
    monkeypatch.setattr(vault_provider, "client_of", lambda props: fake)
    return fake


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; how long they would have is written down."""
    slept: list[float] = []
    monkeypatch.setattr(guard.time, "sleep", slept.append)
    return slept


@pytest.fixture(autouse=True)
def incidents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The incident files that were left."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    return lambda: [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((tmp_path / "receipts").glob("incident-*.json"))
    ]
