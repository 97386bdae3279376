"""A vault on the sandbox, Microsoft's own client as the stranger who writes to it, and receipts as runs leave them."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.keyvault import models as kv
from azure.mgmt.resource.resources import ResourceManagementClient
from click.testing import CliRunner, Result

from holdfast.home import keep, receipts
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.ops.main import main
from holdfast.verify.receipt import through_applications
from holdfast_sandbox.rehearsal import Azure, Stranger

GROUP = "rg-vaults"
_NUMBERS = itertools.count(1)

Held = Mapping[str, Mapping[str, list[str]]]


@dataclass
class Vault:
    """A vault of a test's own, and what a stranger does to it with Microsoft's client."""

    azure: Azure
    stranger: Stranger
    name: str
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        subscription = self.azure.environ["ARM_SUBSCRIPTION_ID"]
        return f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/Microsoft.KeyVault/vaults/{self.name}"

    def put(self, held: Held | None = None, **properties: Any) -> None:
        """The vault with just these entries: made, or wiped as a template does."""
        self.properties |= properties
        parameters = kv.VaultCreateOrUpdateParameters(
            location="westeurope",
            properties=kv.VaultProperties(
                tenant_id=self.stranger.tenant,
                sku=kv.Sku(family="A", name="standard"),
                access_policies=[self.stranger.entry(who, **what) for who, what in (held or {}).items()],
                **{"enable_rbac_authorization": False, **self.properties},
            ),
        )
        self.stranger.client.vaults.begin_create_or_update(GROUP, self.name, parameters).result()

    def add(self, held: Held) -> None:
        self.stranger.add(self.id, *(self.stranger.entry(who, **what) for who, what in held.items()))

    def through(self, principal: str, application: str, *secrets: str) -> None:
        """An entry through an application."""
        entry = kv.AccessPolicyEntry(
            tenant_id=self.stranger.tenant,
            object_id=principal,
            application_id=application,
            permissions=kv.Permissions(secrets=list(secrets)),
        )
        self.stranger.add(self.id, entry)

    def policies(self) -> dict[str, dict[str, list[str]]]:
        return self.stranger.policies(self.id)

    def entries(self) -> set[tuple[str, str, str]]:
        """(principal, application or nothing, permissions on secrets) of each entry."""
        found = self.stranger.client.vaults.get(GROUP, self.name).properties.access_policies or []
        return {
            (
                str(entry.object_id),
                str(entry.application_id or ""),
                " ".join(sorted(str(value).lower() for value in entry.permissions.get("secrets") or ())),
            )
            for entry in found
        }

    def delete(self) -> None:
        self.stranger.client.vaults.delete(GROUP, self.name)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """One sandbox a worker, with a resource group."""
    with Azure.private(tmp_path_factory.mktemp("sandbox")) as running, pytest.MonkeyPatch.context() as patch:
        # Microsoft's clients find the sandbox's certificate by the variable alone.
        patch.setenv("REQUESTS_CA_BUNDLE", running.environ["REQUESTS_CA_BUNDLE"])
        groups = Stranger(running.environ).ask_with(ResourceManagementClient).resource_groups
        groups.create_or_update(GROUP, {"location": "westeurope"})
        yield running


@pytest.fixture
def azure(sandbox: Azure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Azure]:
    """The sandbox as this process's Azure, a home of the test's own, and no project around."""
    for name, value in sandbox.environ.items():
        if name.startswith(("ARM_", "AZURE_")) or name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    yield sandbox
    sandbox.clear_faults()


@pytest.fixture
def vault(azure: Azure) -> Vault:
    """An access-policy vault with nobody in it."""
    made = Vault(azure, Stranger(azure.environ), f"kv-{uuid.uuid4().hex[:10]}")
    made.put()
    return made


@pytest.fixture
def person(azure: Azure) -> Callable[..., str]:
    """A new object id; with a name the sandbox's directory knows it."""

    def make(name: str = "", kind: str = "user") -> str:
        id = f"{next(_NUMBERS):08x}-{uuid.uuid4().hex[:4]}-4000-8000-000000000001"
        if name:
            azure.server.ask("POST", "principals", {"id": id, "kind": kind, "name": name})
        return id

    return make


def leave(
    vault_id: str,
    after: Held,
    *,
    day: int = 1,
    stack: str = "prod",
    before: Held | None = None,
    whose: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    applications: list[PolicyEntry] | None = None,
    **more: Any,
) -> Path:
    """A run's receipt in the home of the test, as docs/receipt.md has it."""
    was = after if before is None else before
    body = {
        "schema": 1,
        "time": f"2026-01-{day:02}T12:00:00+00:00",
        "project": "holdfast",
        "stack": stack,
        "vault": {"id": vault_id, "authorization": "access-policies"},
        "policies": [
            {
                "principal": who,
                "whose": (whose or {}).get(who, "theirs"),
                "before": Permissions.of(was.get(who, {})).wire(),
                "after": Permissions.of(after.get(who, {})).wire(),
                "state": (states or {}).get(who, "kept"),
            }
            for who in sorted({*after, *was, *(states or {})})
        ],
        "applications": [wire_entry(entry) for entry in through_applications(applications or [])],
        **more,
    }
    return keep(receipts("holdfast", stack), f"receipt-202601{day:02}T120000000000.json", body)


@pytest.fixture
def receipt() -> Callable[..., Path]:
    return leave


@pytest.fixture
def holdfast() -> Callable[..., Result]:
    """`holdfast vault ...` as it is typed; `given` is what somebody answers."""

    def run(*words: str, given: str | None = None) -> Result:
        result = CliRunner().invoke(main, ["vault", *words], input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """The records that commands left."""
    return lambda: [json.loads(path.read_text()) for path in sorted((tmp_path / "home/receipts").glob("vault-*.json"))]


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at the terminal, who answers."""
    monkeypatch.setattr("holdfast.ops.ask._somebody_is_there", lambda: True)
