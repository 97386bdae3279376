"""Vaults to work on, and short ways to say what is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast_sandbox.arm import identity

VERSION = "2024-11-01"


def policy(object_id: str, tenant: str = identity.TENANT_ID, **permissions: list[str]) -> dict[str, Any]:
    """An access policy entry."""
    return {"tenantId": tenant, "objectId": object_id, "permissions": permissions or {"secrets": ["get"]}}


def vault_body(*policies: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The body of a PUT; a property given as None is left out."""
    all_properties = {
        "tenantId": identity.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": list(policies),
        **properties,
    }
    return {"location": "westeurope", "properties": {k: v for k, v in all_properties.items() if v is not None}}


class Vault:
    """A vault's path, and requests to it."""

    def __init__(self, server: Any, group: str, name: str) -> None:
        self.server, self.group, self.name = server, group, name
        self.path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"

    def call(self, method: str, tail: str = "", body: Any = None, *, version: str = VERSION) -> Any:
        """The answer of a request to the vault's path with `tail` behind it."""
        return self.server.request(method, self.path + tail, body, version=version)

    def put(self, *policies: dict[str, Any], version: str = VERSION, **properties: Any) -> Any:
        return self.call("PUT", "", vault_body(*policies, **properties), version=version)

    def change(self, kind: str, *policies: dict[str, Any]) -> Any:
        """accessPolicies/{add|replace|remove}"""
        return self.call("PUT", f"/accessPolicies/{kind}", {"properties": {"accessPolicies": list(policies)}})

    def properties(self) -> dict[str, Any]:
        answer = self.call("GET")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["properties"])

    def entries(self) -> dict[str, Any]:
        """Permissions by object id."""
        return {entry["objectId"]: entry["permissions"] for entry in self.properties()["accessPolicies"]}


@pytest.fixture
def new_vault(server: Any, group: str) -> Callable[[], Vault]:
    """A name in the test's group with nothing there yet."""
    return lambda: Vault(server, group, f"kv-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def vault(new_vault: Callable[[], Vault]) -> Vault:
    """A live vault with no policies."""
    made = new_vault()
    answer = made.put()
    assert answer.status_code == 200, answer.text
    return made


def error_of(answer: Any) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


@pytest.fixture
def make() -> Any:
    """The short ways, for tests: `make.policy`, `make.vault_body`, `make.error_of`."""

    return SimpleNamespace(policy=policy, vault_body=vault_body, error_of=error_of)
