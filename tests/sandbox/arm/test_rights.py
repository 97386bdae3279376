"""Is the right that a request needs worked out as Azure names its operations?"""

from __future__ import annotations

import pytest

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.rights import Right, right_of, type_of

SUBSCRIPTION = f"/subscriptions/{identity.SUBSCRIPTION_ID}"
V = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
R = V.replace("KeyVault/vaults", "ContainerRegistry/registries")


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/resource-provider-operations")
@pytest.mark.parametrize(
    ("method", "path", "action", "scope"),
    [
        ("GET", V, "Microsoft.KeyVault/vaults/read", V),
        ("HEAD", V, "Microsoft.KeyVault/vaults/read", V),
        ("PATCH", V, "Microsoft.KeyVault/vaults/write", V),
        ("DELETE", f"{V}/", "Microsoft.KeyVault/vaults/delete", V),
        ("GET", f"{V}/secrets", "Microsoft.KeyVault/vaults/secrets/read", V),
        ("GET", V[:-3], "Microsoft.KeyVault/vaults/read", V[:-10]),
        ("PUT", f"{V}/accessPolicies/add", "Microsoft.KeyVault/vaults/accessPolicies/write", f"{V}/accessPolicies/add"),
        (
            "PUT",
            f"{V}/providers/Microsoft.Authorization/roleAssignments/x",
            "Microsoft.Authorization/roleAssignments/write",
            f"{V}/providers/Microsoft.Authorization/roleAssignments/x",
        ),
        (
            "DELETE",
            f"{V}/providers/Microsoft.Authorization/locks/x",
            "Microsoft.Authorization/locks/delete",
            f"{V}/providers/Microsoft.Authorization/locks/x",
        ),
        (
            "PATCH",
            f"{V}/providers/Microsoft.Resources/tags/default",
            "Microsoft.Resources/tags/write",
            f"{V}/providers/Microsoft.Resources/tags/default",
        ),
        (
            "GET",
            f"{V}/providers/Microsoft.Insights/diagnosticSettings",
            "Microsoft.Insights/diagnosticSettings/read",
            f"{V}/providers/Microsoft.Insights",
        ),
        ("POST", f"{V}/listKeys", "Microsoft.KeyVault/vaults/listKeys/action", V),
        ("POST", f"{R}/scheduleRun", "Microsoft.ContainerRegistry/registries/scheduleRun/action", R),
        ("POST", f"{R}/runs/ca1/cancel", "Microsoft.ContainerRegistry/registries/runs/cancel/action", f"{R}/runs/ca1"),
        (
            "POST",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv/purge",
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv",
        ),
        (
            "POST",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/checkNameAvailability",
            "Microsoft.KeyVault/checkNameAvailability/read",
            SUBSCRIPTION,
        ),
        (
            "POST",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/register",
            "Microsoft.KeyVault/register/action",
            SUBSCRIPTION,
        ),
        (
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault",
            "Microsoft.Resources/subscriptions/providers/read",
            SUBSCRIPTION,
        ),
        (
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults",
            "Microsoft.KeyVault/deletedVaults/read",
            f"{SUBSCRIPTION}/providers/Microsoft.KeyVault",
        ),
        (
            "PUT",
            V.partition("/prov")[0],
            "Microsoft.Resources/subscriptions/resourceGroups/write",
            V.partition("/prov")[0],
        ),
        (
            "GET",
            f"{SUBSCRIPTION}/resourceGroups/rg/resources",
            "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
            f"{SUBSCRIPTION}/resourceGroups/rg",
        ),
        ("GET", f"{SUBSCRIPTION}/locations", "Microsoft.Resources/subscriptions/locations/read", SUBSCRIPTION),
        (
            "PUT",
            f"{V.partition('/prov')[0]}/providers/Microsoft.Resources/deployments/d",
            "Microsoft.Resources/deployments/write",
            f"{V.partition('/prov')[0]}/providers/Microsoft.Resources/deployments/d",
        ),
    ],
)
def test_a_request_needs_the_operation_that_azure_publishes_for_it(
    method: str, path: str, action: str, scope: str
) -> None:
    """By the types behind the last provider and the method, over the resource, or over what a list lists."""
    assert right_of(method, path) == Right(action, scope)


def test_a_type_is_told_from_an_id() -> None:
    """That of the last provider, parents included; a group has none."""
    assert type_of(f"{V}/secrets/s/") == "Microsoft.KeyVault/vaults/secrets"
    assert type_of(f"{SUBSCRIPTION}/resourceGroups/rg") == ""
