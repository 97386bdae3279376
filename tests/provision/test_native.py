"""Is what we declare without azure-native's classes what those classes would take?"""

from __future__ import annotations

from typing import Any

import pulumi_azure_native as azure
import pytest
from pulumi import _types

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.plan import GrantsPlan, Plan, VaultPlan
from holdfast.model.wanted import Authorization, Wanted, WantedResource
from holdfast.provision.native import plugin_version
from holdfast.provision.resources import BLUEPRINTS
from holdfast.provision.roles import ROLE_ASSIGNMENT

CLASSES = {
    Kind.GROUP: (azure.resources, "ResourceGroup"),
    Kind.VAULT: (azure.keyvault, "Vault"),
    Kind.STORAGE: (azure.storage, "StorageAccount"),
    Kind.LOGS: (azure.operationalinsights, "Workspace"),
    Kind.INSIGHTS: (azure.applicationinsights, "Component"),
    Kind.WORKSPACE: (azure.machinelearningservices, "Workspace"),
}

#: Inputs that are records of their own, by the SDK's class for them.
NESTED = {
    (Kind.VAULT, "properties"): azure.keyvault.VaultPropertiesArgs,
    (Kind.VAULT, "properties.sku"): azure.keyvault.SkuArgs,
    (Kind.VAULT, "properties.networkAcls"): azure.keyvault.NetworkRuleSetArgs,
    (Kind.STORAGE, "sku"): azure.storage.SkuArgs,
    (Kind.LOGS, "sku"): azure.operationalinsights.WorkspaceSkuArgs,
    (Kind.WORKSPACE, "identity"): azure.machinelearningservices.ManagedServiceIdentityArgs,
}


def inputs_of(kind: Kind) -> dict[str, Any]:
    resources = {one: WantedResource(one, f"name-{one}") for one in Kind}
    wanted = Wanted("p", "s", "f", "sub", "westeurope", "rg", resources)
    settings = {"publicNetworkAccess": "Disabled", "enablePurgeProtection": True, "softDeleteRetentionInDays": 90}
    plan = Plan({}, VaultPlan(Authorization.RBAC, settings), GrantsPlan())
    row = BLUEPRINTS[kind]
    ids: Any = dict.fromkeys(Kind, "/id")
    inputs = {row.name_input: "n", "location": "westeurope", "tags": {}, **row.inputs(wanted, plan, "tenant", ids)}
    return inputs if kind is Kind.GROUP else {**inputs, "resourceGroupName": "rg"}


def names(arguments: type) -> set[str]:
    return set(_types.input_type_py_to_pulumi_names(arguments).values())


@pytest.mark.parametrize("kind", list(Kind))
def test_every_input_is_one_of_the_sdks_class(kind: Kind) -> None:
    """By Pulumi's name, at the top and in every record within; what the class requires is there."""
    module, name = CLASSES[kind]
    arguments = getattr(module, f"{name}Args", None) or getattr(module, f"{name}InitArgs")
    assert set(inputs_of(kind)) <= names(arguments)
    pending = [("", inputs_of(kind))]
    while pending:
        path, record = pending.pop()
        for key, value in record.items():
            where = f"{path}.{key}".lstrip(".")
            if isinstance(value, dict) and key != "tags":
                assert set(value) <= names(NESTED[kind, where]), where
                pending.append((where, value))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_token_is_one_of_the_sdks_class(kind: Kind) -> None:
    """The token is `azure-native:<module>:<class>`, which the class itself registers with."""
    module, name = CLASSES[kind]
    assert KINDS[kind].token == f"azure-native:{module.__name__.rsplit('.', 1)[-1]}:{name}"


def test_a_role_assignment_is_the_sdks_too() -> None:
    """Its four inputs are the class's; `principalType` is left out on purpose."""
    taken = names(azure.authorization.RoleAssignmentArgs)
    assert {"roleAssignmentName", "scope", "principalId", "roleDefinitionId", "principalType"} <= taken
    assert ROLE_ASSIGNMENT == "azure-native:authorization:RoleAssignment"


def test_the_plugin_is_the_one_of_the_sdk() -> None:
    """Another version would be a second provider."""
    assert plugin_version() == azure._utilities.get_version()
