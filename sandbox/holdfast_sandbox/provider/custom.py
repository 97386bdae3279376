"""Types whose operations are no plain PUT and DELETE: the ones that the real provider wrote by hand, and that the
sandbox serves.

`AccessPolicy` (provider/pkg/resources/customresources/custom_keyvault_accesspolicy.go): one entry of a vault's list,
by the vault's `accessPolicies/replace` and `/remove`. `Secret` and `Key` (custom_keyvault.go): Azure Resource Manager
cannot delete them, so the vault's own host does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from holdfast_sandbox.provider.client import Limit
from holdfast_sandbox.provider.errors import AzureError, ProviderError, of_answer
from holdfast_sandbox.provider.lifecycle import Lifecycle, Reading, identifier, parse_identifier
from holdfast_sandbox.provider.refresh import refreshed_inputs
from holdfast_sandbox.provider.transport import Answer
from holdfast_sandbox.provider.values import Json

_POLICY_ID = re.compile(
    r"^(?P<vault>/subscriptions/.+?/vaults/[^/]+)/accessPolicy(?:/(?P<principal>.*))?$", re.IGNORECASE
)
_KINDS = ("certificates", "keys", "secrets", "storage")
_DATA_PLANE_API = "7.4"


class AccessPolicies(Lifecycle):
    """One principal's entry in a vault. A principal that has one already fails the create."""

    def create(self, inputs: Json, limit: Limit) -> tuple[str, Json]:
        resource_id = identifier(self.table, inputs, self.subscription_id)
        if self._find(resource_id, inputs, limit) is not None:
            raise ProviderError(f'cannot create already existing resource "{resource_id}"')
        self._modify("replace", resource_id, inputs, limit)
        return resource_id, self._written(resource_id, inputs, limit)

    def update(self, inputs: Json, limit: Limit) -> Json:
        resource_id = identifier(self.table, inputs, self.subscription_id)
        if self._find(resource_id, inputs, limit) is None:
            raise ProviderError(f"access policy for {inputs['policy'].get('objectId')} does not exist")
        self._modify("replace", resource_id, inputs, limit)
        return self._written(resource_id, inputs, limit)

    def read(self, resource_id: str, old_inputs: Json | None, old_state: Json, limit: Limit) -> Reading | None:
        found = self._find(resource_id, old_state, limit)
        if found is None:
            return None
        if old_inputs is None:
            # As the real provider does it, `policy.objectId` of the path becomes an input of that very name
            # (pulumi-azure-native#3586): an imported policy needs its state mended by hand.
            return Reading(found, {**parse_identifier(resource_id, self.table.path), "policy": found["policy"]})
        return Reading(found, refreshed_inputs(self.table, old_inputs, old_state, found))

    def delete(self, resource_id: str, inputs: Json, limit: Limit) -> None:
        self._modify("remove", resource_id, inputs, limit)

    def _vault(self, resource_id: str) -> tuple[str, str]:
        match = _POLICY_ID.match(resource_id)
        if match is None:
            raise ProviderError(
                "unable to parse key vault access policy id in the form /subscriptions/{subscriptionId}/resourceGroups/"
                "{resourceGroupName}/providers/Microsoft.KeyVault/vaults/{vaultName}/accessPolicy/{objectId}: "
                f"{resource_id}"
            )
        return match["vault"], match["principal"] or ""

    def _find(self, resource_id: str, properties: Json, limit: Limit) -> Json | None:
        """The entry as outputs, or None: no vault, or no entry of this principal, compared as it is written."""
        vault_id, principal = self._vault(resource_id)
        principal = principal or str(properties.get("policy", {}).get("objectId", ""))
        try:
            vault = self.client.get(vault_id, self.table.api_version, limit)
        except AzureError as error:
            if error.status == 404:
                return None
            raise
        for entry in vault.get("properties", {}).get("accessPolicies") or []:
            if entry.get("objectId") == principal:
                policy = {key: entry[key] for key in ("tenantId", "objectId", "applicationId") if entry.get(key)}
                held: Json = entry.get("permissions") or {}
                policy["permissions"] = {kind: held[kind] for kind in _KINDS if held.get(kind)}
                group = vault_id.split("/")[4]
                return {"resourceGroupName": group, "vaultName": vault.get("name"), "policy": policy}
        return None

    def _written(self, resource_id: str, inputs: Json, limit: Limit) -> Json:
        found = self._find(resource_id, inputs, limit)
        if found is None:
            raise ProviderError("newly written access policy not found")
        return found

    def _modify(self, kind: str, resource_id: str, inputs: Json, limit: Limit) -> None:
        policy: Any = inputs.get("policy")
        if not isinstance(policy, dict):
            raise ProviderError("missing required property policy")
        if not policy.get("objectId") or not policy.get("tenantId"):
            raise ProviderError("missing required property objectId or tenantId")
        entry = {
            "objectId": policy["objectId"],
            "tenantId": policy["tenantId"],
            "applicationId": policy.get("applicationId", ""),  # sent when unset too
            "permissions": policy.get("permissions", {}),
        }
        vault_id, _ = self._vault(resource_id)
        self.client.put(
            f"{vault_id}/accessPolicies/{kind}",
            self.table.api_version,
            {"properties": {"accessPolicies": [entry]}},
            limit,
            long_running=False,
        )


class VaultItems(Lifecycle):
    """Secrets and keys: written through Azure Resource Manager, deleted and recovered through the vault's own host."""

    @property
    def _collection(self) -> str:
        return "secrets" if self.table.custom == "vault-secret" else "keys"

    def write(self, resource_id: str, body: Json, limit: Limit, query: Mapping[str, str] | None = None) -> Json:
        try:
            return super().write(resource_id, body, limit, query)
        except AzureError as error:
            if error.status != 409:
                raise
            parts = resource_id.split("/")
            self._recover(parts[8], parts[-1], limit, error)
            return super().write(resource_id, body, limit, query)

    def delete(self, resource_id: str, inputs: Json, limit: Limit) -> None:
        vault, name = inputs.get("vaultName"), inputs.get(self.table.name_parameter or "")
        if not isinstance(vault, str):
            raise ProviderError("vaultName not found in resource state")
        if not isinstance(name, str):
            raise ProviderError(f"{self.table.name_parameter} not found in resource state")
        answer = self._vault_host("DELETE", vault, f"{self._collection}/{name}", limit)
        if answer.status not in (200, 404):
            raise of_answer(answer)

    def _recover(self, vault: str, name: str, limit: Limit, conflict: AzureError) -> None:
        answer = self._vault_host("POST", vault, f"deleted{self._collection}/{name}/recover", limit)
        if answer.status == 404:
            raise conflict
        if answer.status != 200:
            raise of_answer(answer)

    def _vault_host(self, method: str, vault: str, path: str, limit: Limit) -> Answer:
        suffix = self.client.cloud.vault_suffix
        if not suffix or suffix.split(":")[0].endswith(".invalid"):
            raise ProviderError(
                f"{self.table.token}: {method} {path} goes to the vault's own host, and the sandbox serves none "
                f"(suffix '{suffix}'); keep the resource with retain_on_delete"
            )
        url = f"https://{vault}.{suffix}/{path}?api-version={_DATA_PLANE_API}"
        return self.client.data_plane(method, url, f"https://{suffix}/.default", limit)


LIFECYCLES: dict[str, type[Lifecycle]] = {
    "": Lifecycle,
    "access-policy": AccessPolicies,
    "vault-secret": VaultItems,
    "vault-key": VaultItems,
}
