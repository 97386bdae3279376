"""What is each kind created with? One row a kind: azure-native's class, the name of its name, the inputs of a new one.

The inputs hold for a creation only. Afterwards every input but the tags is frozen (`frozen`): what the settings omit
stays what our state recorded, on adoption what was live, and a name in another letter case is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_azure_native as azure

from holdfast.model.kinds import Kind
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted
from holdfast.provision.vault import vault_inputs

Ids = Mapping[Kind, "pulumi.Output[str]"]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How to make a kind. `inputs` gets the ids of everything that comes before it in `Kind`'s order."""

    make: Any
    name_argument: str
    inputs: Callable[[Wanted, Plan, str, Ids], dict[str, Any]]


def blueprint(kind: Kind) -> Blueprint:
    """The row of a kind. A function, because azure-native's modules load when they are first touched."""
    match kind:
        case Kind.GROUP:
            return Blueprint(azure.resources.ResourceGroup, "resource_group_name", lambda *_: {})
        case Kind.VAULT:
            return Blueprint(azure.keyvault.Vault, "vault_name", _vault)
        case Kind.STORAGE:
            return Blueprint(azure.storage.StorageAccount, "account_name", _storage)
        case Kind.LOGS:
            return Blueprint(azure.operationalinsights.Workspace, "workspace_name", _logs)
        case Kind.INSIGHTS:
            return Blueprint(azure.applicationinsights.Component, "resource_name_", _insights)
        case Kind.WORKSPACE:
            return Blueprint(azure.machinelearningservices.Workspace, "workspace_name", _workspace)


def frozen(make: Any, *but: str) -> list[str]:
    """All inputs of an azure-native class by their Pulumi names, without `but`."""
    code = make._internal_init.__code__
    arguments = code.co_varnames[3 : code.co_argcount]  # behind self, the logical name and the options
    names = (_pulumi_name(name) for name in arguments if name != "__props__")
    return [name for name in names if name not in but]


def _pulumi_name(argument: str) -> str:
    first, *rest = argument.strip("_").split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _vault(wanted: Wanted, plan: Plan, tenant: str, _ids: Ids) -> dict[str, Any]:
    return {"properties": azure.keyvault.VaultPropertiesArgs(**vault_inputs(plan, tenant))}


def _storage(*_: Any) -> dict[str, Any]:
    return {
        "sku": azure.storage.SkuArgs(name="Standard_LRS"),
        "kind": "StorageV2",
        "allow_blob_public_access": False,
        "allow_cross_tenant_replication": False,
        "enable_https_traffic_only": True,
        "minimum_tls_version": "TLS1_2",
    }


def _logs(*_: Any) -> dict[str, Any]:
    return {"sku": azure.operationalinsights.WorkspaceSkuArgs(name="PerGB2018"), "retention_in_days": 30}


def _insights(_wanted: Wanted, _plan: Plan, _tenant: str, ids: Ids) -> dict[str, Any]:
    return {"kind": "web", "application_type": "web", "workspace_resource_id": ids[Kind.LOGS]}


def _workspace(wanted: Wanted, _plan: Plan, _tenant: str, ids: Ids) -> dict[str, Any]:
    return {
        "friendly_name": wanted.resources[Kind.WORKSPACE].name,
        "identity": azure.machinelearningservices.ManagedServiceIdentityArgs(type="SystemAssigned"),
        "key_vault": ids[Kind.VAULT],
        "storage_account": ids[Kind.STORAGE],
        "application_insights": ids[Kind.INSIGHTS],
    }
