"""What do others do to the vault? Microsoft's own client, logged in as somebody else."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import requests
from azure.identity import ClientSecretCredential
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.keyvault import models as kv

Client = TypeVar("Client")

#: Microsoft's client for workspaces (azure-mgmt-machinelearningservices 1.0) has no online endpoints.
ONLINE_ENDPOINTS = "2025-06-01"

_NAMES = uuid.UUID("c7a1f0de-0000-5000-8000-000000000000")


class Stranger:
    """azure-mgmt-keyvault with azure-identity against the sandbox; `number`-th principals are the same in every run."""

    def __init__(self, environ: Mapping[str, str], client_id: str = "57a4e600-0000-4000-8000-00000000beef") -> None:
        # Microsoft's clients find the sandbox's certificate by the variable alone.
        os.environ["REQUESTS_CA_BUNDLE"] = environ["REQUESTS_CA_BUNDLE"]
        authority = environ["AZURE_AUTHORITY_HOST"]
        self.tenant = environ["ARM_TENANT_ID"]
        self._credential = ClientSecretCredential(
            self.tenant, client_id, environ["ARM_CLIENT_SECRET"], authority=authority, disable_instance_discovery=True
        )
        self._host, self._subscription = f"https://{environ['ARM_METADATA_HOSTNAME']}", environ["ARM_SUBSCRIPTION_ID"]
        self.client = self.ask_with(KeyVaultManagementClient)

    def ask_with(self, make: Callable[..., Client]) -> Client:
        """Another client of Microsoft's, by its class, with the same login."""
        scopes = [f"{self._host}/.default"]
        return make(self._credential, self._subscription, base_url=self._host, credential_scopes=scopes)

    @staticmethod
    def principal(number: int) -> str:
        """A principal that is nobody of ours."""
        return str(uuid.uuid5(_NAMES, str(number)))

    def entry(self, principal: str, **permissions: list[str]) -> kv.AccessPolicyEntry:
        """An access policy entry of this tenant."""
        return kv.AccessPolicyEntry(
            tenant_id=self.tenant,
            object_id=principal,
            permissions=kv.Permissions(permissions),
        )

    def add(self, vault_id: str, *entries: kv.AccessPolicyEntry) -> None:
        """`accessPolicies/add`."""
        group, name = _parts(vault_id)
        self.client.vaults.update_access_policy(
            group,
            name,
            "add",
            kv.VaultAccessPolicyParameters(properties=kv.VaultAccessPolicyProperties(access_policies=list(entries))),
        )

    def secret(self, vault_id: str, name: str, value: str) -> None:
        """Put a secret into the vault, through ARM as templates do."""
        group, vault = _parts(vault_id)
        self.client.secrets.create_or_update(
            group, vault, name, kv.SecretCreateOrUpdateParameters(properties=kv.SecretProperties(value=value))
        )

    def secrets(self, vault_id: str) -> list[str]:
        """The names of the vault's secrets."""
        return sorted(str(secret.name) for secret in self.client.secrets.list(*_parts(vault_id)))

    def request(self, method: str, path: str, version: str, body: Any = None) -> requests.Response:
        """A request to the resource manager that no client of Microsoft's has a method for."""
        token = self._credential.get_token(f"{self._host}/.default").token
        headers, query = {"Authorization": f"Bearer {token}"}, {"api-version": version}
        return requests.request(method, f"{self._host}{path}", json=body, params=query, headers=headers, timeout=60)

    def endpoint_key(self, endpoint_id: str) -> str:
        """The first key of an online endpoint, which its clients send along."""
        answer = self.request("POST", f"{endpoint_id}/listKeys", ONLINE_ENDPOINTS)
        answer.raise_for_status()
        return str(answer.json()["primaryKey"])

    def policies(self, vault_id: str) -> dict[str, dict[str, list[str]]]:
        """The vault's entries: principal -> object kind -> permissions, lower case and sorted."""
        vault = self.client.vaults.get(*_parts(vault_id))
        found: dict[str, dict[str, list[str]]] = {}
        for entry in vault.properties.access_policies or []:
            held: Any = entry.permissions
            found[str(entry.object_id).lower()] = {
                kind: sorted(str(value).lower() for value in values)
                for kind in ("keys", "secrets", "certificates", "storage")
                if (values := held.get(kind))  # by wire name: `keys` is a method of the model
            }
        return found

    def redeploy_template(self, vault_id: str, *entries: kv.AccessPolicyEntry, tags: dict[str, str]) -> None:
        """The classic template deployment: a PUT of the vault with the list and the tags of the template."""
        group, name = _parts(vault_id)
        live = self.client.vaults.get(group, name)
        sku = kv.Sku(family="A", name="standard")
        properties = kv.VaultProperties(
            tenant_id=self.tenant,
            sku=sku,
            access_policies=list(entries),
            enable_rbac_authorization=False,
            enable_purge_protection=live.properties.enable_purge_protection,
            public_network_access=live.properties.public_network_access,
        )
        parameters = kv.VaultCreateOrUpdateParameters(location=str(live.location), properties=properties, tags=tags)
        self.client.vaults.begin_create_or_update(group, name, parameters).result()


def _parts(vault_id: str) -> tuple[str, str]:
    pieces = vault_id.split("/")
    return pieces[4], pieces[8]
