"""An environment to decide about: everything kept and as it should be, but for what a test changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from holdfast.model.existing import Existing, Facts, Live, Recorded
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import ownership_tags, resource_id
from holdfast.model.wanted import Wanted, WantedResource, WantedVault, WhenExists

SUBSCRIPTION = "5a4db0c5-5b5c-4000-8000-000000000002"
TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
WORKSPACE = "aaaaaaaa-0000-4000-8000-000000000001"
OURS = ownership_tags("holdfast", "prod")
NAMES = {
    Kind.GROUP: "rg-ml",
    Kind.VAULT: "kv-ml",
    Kind.STORAGE: "stml",
    Kind.LOGS: "log-ml",
    Kind.INSIGHTS: "appi-ml",
    Kind.REGISTRY: "crml",
    Kind.CLUSTER: "aks-ml",
    Kind.WORKSPACE: "mlw-ml",
}


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:prod::holdfast::{token}::{name}"


@dataclass(frozen=True, repr=False)
class World:
    """What is wanted and what was found. Every method gives another world, so that a test reads as a story."""

    wanted: Wanted
    facts: Facts

    def settings(self, **changes: Any) -> World:
        """`changes` are fields of the vault's settings."""
        return replace(self, wanted=replace(self.wanted, vault=replace(self.wanted.vault, **changes)))

    def resource(self, kind: Kind, **changes: Any) -> World:
        """`changes` are fields of what the settings say about one resource."""
        resources = {**self.wanted.resources, kind: replace(self.wanted.resources[kind], **changes)}
        return replace(self, wanted=replace(self.wanted, resources=resources))

    def found(self, kind: Kind, existing: Existing) -> World:
        """What Azure says about one resource."""
        return replace(self, facts=replace(self.facts, existing={**self.facts.existing, kind: existing}))

    def live(self, kind: Kind, **changes: Any) -> World:
        """Change fields of a live resource."""
        existing = self.facts.existing[kind]
        assert isinstance(existing, Live)
        return self.found(kind, replace(existing, **changes))

    def vault(self, **properties: Any) -> World:
        """Change properties of the live vault."""
        existing = self.facts.existing[Kind.VAULT]
        assert isinstance(existing, Live)
        return self.found(Kind.VAULT, replace(existing, properties={**existing.properties, **properties}))

    def forget(self, *names: str) -> World:
        """Take resources out of the state, all of them when none is named."""
        left = {name: row for name, row in self.facts.state.items() if names and name not in names}
        return replace(self, facts=replace(self.facts, state=left))

    def record(self, name: str, token: str, /, **outputs: Any) -> World:
        """Put a resource into the state."""
        recorded = Recorded(urn(token, name), token, str(outputs.get("name", "")), outputs)
        return replace(self, facts=replace(self.facts, state={**self.facts.state, name: recorded}))

    def knowing(self, **changes: Any) -> World:
        """Change other facts."""
        return replace(self, facts=replace(self.facts, **changes))


def _world(*, rbac: bool = False) -> World:
    wanted = Wanted(
        project="holdfast",
        stack="prod",
        file="stacks/Pulumi.prod.yaml",
        subscription=SUBSCRIPTION,
        location="westeurope",
        resource_group=NAMES[Kind.GROUP],
        resources={
            kind: WantedResource(kind, NAMES[kind], None, WhenExists.REFUSE, f"{kind.setting}.name") for kind in Kind
        },
        vault=WantedVault(),
        tags={"team": "ml"},
    )
    tags = {**wanted.tags, **OURS}
    existing = {
        kind: Live(resource_id(wanted, kind), NAMES[kind], "westeurope", tags, {"provisioningState": "Succeeded"})
        for kind in Kind
    }
    existing[Kind.WORKSPACE] = replace(
        existing[Kind.WORKSPACE], properties={"identity": {"type": "SystemAssigned", "principalId": WORKSPACE}}
    )
    existing[Kind.VAULT] = replace(
        existing[Kind.VAULT],
        properties={
            "enableRbacAuthorization": rbac,
            "publicNetworkAccess": "Disabled",
            "enablePurgeProtection": True,
            "softDeleteRetentionInDays": 90,
        },
    )
    world = World(wanted, Facts(existing, policies=(), role_assignments=() if rbac else None, tenant=TENANT))
    for kind in Kind:
        world = world.record(str(kind), KINDS[kind].token, name=NAMES[kind], tags=tags)
    lasting = {"publicNetworkAccess": "Disabled", "enablePurgeProtection": True}
    vault_id = resource_id(wanted, Kind.VAULT)
    world = world.record(
        "vault-settings", "pulumi-python:dynamic/holdfast:VaultSettings", vaultId=vault_id, wanted=lasting
    )
    if rbac:
        return world
    return world.record("vault-grants", "pulumi-python:dynamic/holdfast:VaultGrants", vaultId=vault_id, granted=[])


@pytest.fixture(scope="session")
def world() -> World:
    """An access-policy vault without grants; all of it in the state and live."""
    return _world()


@pytest.fixture(scope="session")
def rbac_world() -> World:
    """The same with an RBAC vault without role assignments."""
    return _world(rbac=True)


@pytest.fixture(scope="session")
def note_ids() -> Callable[[Any], list[str]]:
    """The ids of a plan's notes, sorted."""
    return lambda plan: sorted(note.id for note in plan.notes)
