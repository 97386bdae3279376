"""What is each kind created with? One row a kind: the name of its name, and the inputs of a new one.

The inputs hold for a creation only. Afterwards every one of them is ignored (`options`): what the settings omit stays
what our state recorded, on adoption what was live, and a name in another letter case is no change. So azure-native
never sends a second PUT of anything; what changes has a way of its own: `VaultSettings`, `VaultGrants`, `ResourceTags`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from holdfast.model.kinds import Kind
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted
from holdfast.provision.vault import vault_inputs

Ids = Mapping[Kind, "pulumi.Output[str]"]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How to make a kind, by Pulumi's names. `inputs` gets the ids of everything before it in `Kind`'s order."""

    name_input: str
    inputs: Callable[[Wanted, Plan, str, Ids], dict[str, Any]]


def _group(*_: Any) -> dict[str, Any]:
    return {}


def _vault(_wanted: Wanted, plan: Plan, tenant: str, _ids: Ids) -> dict[str, Any]:
    return {"properties": vault_inputs(plan, tenant)}


def _storage(*_: Any) -> dict[str, Any]:
    return {
        "sku": {"name": "Standard_LRS"},
        "kind": "StorageV2",
        "allowBlobPublicAccess": False,
        "allowCrossTenantReplication": False,
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
    }


def _logs(*_: Any) -> dict[str, Any]:
    return {"sku": {"name": "PerGB2018"}, "retentionInDays": 30}


def _insights(_wanted: Wanted, _plan: Plan, _tenant: str, ids: Ids) -> dict[str, Any]:
    return {"kind": "web", "applicationType": "web", "workspaceResourceId": ids[Kind.LOGS]}


def _workspace(wanted: Wanted, _plan: Plan, _tenant: str, ids: Ids) -> dict[str, Any]:
    return {
        "friendlyName": wanted.resources[Kind.WORKSPACE].name,
        "identity": {"type": "SystemAssigned"},
        "keyVault": ids[Kind.VAULT],
        "storageAccount": ids[Kind.STORAGE],
        "applicationInsights": ids[Kind.INSIGHTS],
    }


BLUEPRINTS: dict[Kind, Blueprint] = {
    Kind.GROUP: Blueprint("resourceGroupName", _group),
    Kind.VAULT: Blueprint("vaultName", _vault),
    Kind.STORAGE: Blueprint("accountName", _storage),
    Kind.LOGS: Blueprint("workspaceName", _logs),
    Kind.INSIGHTS: Blueprint("resourceName", _insights),
    Kind.WORKSPACE: Blueprint("workspaceName", _workspace),
}
