"""A plan and what was wanted, for receipts: everything kept, nothing to write, but for what a test changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from holdfast.model.decision import Adopt, Create, Keep
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import Permissions, PolicyEntry
from holdfast.model.plan import GrantsPlan, Note, Plan, VaultPlan
from holdfast.model.wanted import Authorization, Wanted, WantedResource, WantedVault

WORKSPACE = "99999999-0000-4000-8000-000000000001"


@pytest.fixture(scope="session")
def wanted() -> Callable[..., Wanted]:
    def make(never: frozenset[str] = frozenset(), vault_id: str | None = None) -> Wanted:
        resources = {kind: WantedResource(kind, f"{kind}-ml") for kind in Kind}
        resources[Kind.VAULT] = WantedResource(Kind.VAULT, "kv-ml", vault_id)
        return Wanted(
            "holdfast", "prod", "f", "sub", "westeurope", "rg-ml", resources, WantedVault(never_restore=never)
        )

    return make


@pytest.fixture(scope="session")
def plan(wanted: Callable[..., Wanted]) -> Callable[..., Plan]:
    def make(**grants: Any) -> Plan:
        decisions: dict[Kind, Any] = {kind: Keep("in-state", resource_id(wanted(), kind).upper()) for kind in Kind}
        decisions[Kind.LOGS] = Create("absent")
        decisions[Kind.STORAGE] = Adopt("our-tag", "/adopted")
        return Plan(
            decisions,
            VaultPlan(Authorization.ACCESS_POLICIES, changes={"publicNetworkAccess": "Disabled"}, tags={"team": "ml"}),
            GrantsPlan(**grants),
            workspace_principal=WORKSPACE.upper(),
            notes=(Note("grant-lost", "somebody lost something"),),
        )

    return make


@pytest.fixture(scope="session")
def entries() -> Callable[[str], tuple[PolicyEntry, ...]]:
    """`a: get list; b/APP: set` as entries with permissions on secrets; `w` is the workspace's identity."""

    def make(text: str | None) -> tuple[PolicyEntry, ...]:
        found = []
        for part in filter(None, (part.strip() for part in (text or "").split(";"))):
            who, _, words = part.partition(":")
            letter, _, application = who.strip().partition("/")
            guid = WORKSPACE if letter.lower() == "w" else f"{letter.lower() * 8}-0000-4000-8000-000000000001"
            guid = guid.upper() if letter.isupper() else guid
            found.append(PolicyEntry(guid, "tenant", Permissions(secrets=frozenset(words.split())), application))
        return tuple(found)

    return make


@pytest.fixture(scope="session")
def valid() -> Callable[[Any], None]:
    """Holds a receipt, as it is kept, against docs/receipt.schema.json."""
    schema = json.loads((Path(__file__).parents[2] / "docs" / "receipt.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)

    def check(body: Any) -> None:
        versions = {"holdfast": "1", "pulumi": "1", "pulumi-azure-native": "1"}
        body = {"time": "2026-01-31T12:00:00+00:00", **body}
        validator.validate(json.loads(json.dumps({**body, "versions": body["versions"] or versions})))

    return check
