"""Can a workspace read what it keeps in its vault? Whatever needs that fails with Azure's least telling error if not.

It keeps the credentials of its registry and of its datastores there. Source of the failure and of its text:
"Troubleshooting Azure Machine Learning Azure Kubernetes Service and Azure Container Instances deployments" (Microsoft
Learn, edition of 2019), which gives a repeated template deployment that wiped the vault's access policies as the cause.
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.services.authorization.allowed import may
from holdfast_sandbox.arm.store import Resource, Store

#: What a role needs to read a secret's value (learn.microsoft.com/azure/key-vault/general/rbac-guide).
_READ = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
_MESSAGE = "An internal server error occurred. Please try again. If the problem persists, contact support"


def refuse_without_secrets(store: Store, workspace: Resource) -> None:
    """500 where the workspace's identity has no `get` on its vault's secrets; a user-assigned one is not looked at."""
    principal = (workspace.body.get("identity") or {}).get("principalId")
    if principal is not None and not _reads_secrets(store, workspace, principal):
        raise ArmError(500, "InternalServerError", _MESSAGE)


def _reads_secrets(store: Store, workspace: Resource, principal: str) -> bool:
    vault = store.get(workspace.body["properties"]["keyVault"])
    if vault is None:
        return False
    properties = vault.body["properties"]
    if properties.get("enableRbacAuthorization"):
        return may(store, principal, vault, _READ, data=True)
    return any(
        entry["objectId"].lower() == principal.lower()
        and {"get", "all"} & {str(word).lower() for word in entry["permissions"].get("secrets") or ()}
        for entry in properties.get("accessPolicies") or ()
    )
