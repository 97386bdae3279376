"""Is the vault what azure-mgmt-keyvault, a client that nobody here wrote, expects?"""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.keyvault import models

from holdfast_sandbox.arm import identity


def entry(object_id: str, secrets: list[str]) -> models.AccessPolicyEntry:
    return models.AccessPolicyEntry(
        tenant_id=identity.TENANT_ID, object_id=object_id, permissions=models.Permissions(secrets=secrets)
    )


def parameters(*entries: models.AccessPolicyEntry, **properties: object) -> models.VaultCreateOrUpdateParameters:
    return models.VaultCreateOrUpdateParameters(
        location="westeurope",
        tags={"team": "ml"},
        properties=models.VaultProperties(
            tenant_id=identity.TENANT_ID,
            sku=models.Sku(family="A", name="standard"),
            access_policies=list(entries),
            **properties,
        ),
    )


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/vaults")
def test_a_vault_lives_dies_comes_back_and_is_purged(server, group) -> None:
    """Create, read, list, patch, soft delete, recover with its policies, soft delete again, purge: all through the
    SDK.
    """
    client, name, who = server.keyvault(), f"kv-{uuid.uuid4().hex[:12]}", str(uuid.uuid4())
    made = client.vaults.begin_create_or_update(
        group, name, parameters(entry(who, ["get", "list"]), enable_rbac_authorization=False)
    ).result()
    assert (made.name, made.location, made.tags) == (name, "westeurope", {"team": "ml"})
    assert made.properties.provisioning_state == "Succeeded"
    assert made.properties.vault_uri == f"https://{name}.vault.sandbox.invalid/"
    assert made.properties.soft_delete_retention_in_days == 90
    assert made.system_data.created_by == identity.CLIENT_ID
    assert (
        client.vaults.check_name_availability(
            models.VaultCheckNameAvailabilityParameters(name=name, type="Microsoft.KeyVault/vaults")
        ).reason
        == "AlreadyExists"
    )

    assert name in [vault.name for vault in client.vaults.list_by_resource_group(group)]
    assert name in [vault.name for vault in client.vaults.list_by_subscription()]
    assert name in [vault.name for vault in client.vaults.list()]

    client.vaults.update(
        group,
        name,
        models.VaultPatchParameters(properties=models.VaultPatchProperties(public_network_access="Disabled")),
    )
    read = client.vaults.get(group, name)
    assert read.properties.public_network_access == "Disabled"
    assert [policy.object_id for policy in read.properties.access_policies] == [who]
    client.secrets.create_or_update(
        group, name, "s", models.SecretCreateOrUpdateParameters(properties=models.SecretProperties(value="v"))
    )

    client.vaults.delete(group, name)
    with pytest.raises(ResourceNotFoundError):
        client.vaults.get(group, name)
    deleted = client.vaults.get_deleted(name, "westeurope")
    assert deleted.properties.vault_id == made.id
    assert (deleted.properties.scheduled_purge_date - deleted.properties.deletion_date).days == 90
    assert name in [vault.name for vault in client.vaults.list_deleted()]

    back = client.vaults.begin_create_or_update(
        group,
        name,
        models.VaultCreateOrUpdateParameters(
            location="westeurope",
            properties=models.VaultProperties(
                tenant_id=identity.TENANT_ID, sku=models.Sku(family="A", name="standard"), create_mode="recover"
            ),
        ),
    ).result()
    assert back.properties.access_policies[0].permissions.secrets == ["get", "list"]
    assert back.properties.public_network_access == "Disabled"
    assert [secret.name for secret in client.secrets.list(group, name)] == ["s"]
    assert back.tags == {"team": "ml"}

    client.vaults.delete(group, name)
    client.vaults.begin_purge_deleted(name, "westeurope").result()
    with pytest.raises(ResourceNotFoundError):
        client.vaults.get_deleted(name, "westeurope")
    assert client.vaults.check_name_availability(
        models.VaultCheckNameAvailabilityParameters(name=name, type="Microsoft.KeyVault/vaults")
    ).name_available


@pytest.mark.source("github.com/Azure/azure-sdk-for-net/issues/32872")
def test_a_put_replaces_the_policies_and_the_tags(server, group) -> None:
    """The classic redeploy wipes what others put in: policies and tags are those of the last PUT."""
    client, name = server.keyvault(), f"kv-{uuid.uuid4().hex[:12]}"
    mine, theirs = str(uuid.uuid4()), str(uuid.uuid4())
    first = parameters(entry(mine, ["get"]), enable_rbac_authorization=False)
    client.vaults.begin_create_or_update(group, name, first).result()
    client.vaults.update_access_policy(
        group,
        name,
        "add",
        models.VaultAccessPolicyParameters(
            properties=models.VaultAccessPolicyProperties(access_policies=[entry(theirs, ["set"])])
        ),
    )
    client.vaults.update(group, name, models.VaultPatchParameters(tags={"owner": "they"}))
    assert len(client.vaults.get(group, name).properties.access_policies) == 2
    client.vaults.begin_create_or_update(group, name, first).result()
    after = client.vaults.get(group, name)
    assert [policy.object_id for policy in after.properties.access_policies] == [mine]
    assert after.tags == {"team": "ml"}


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/secrets")
def test_a_secret_is_never_answered(server, group, vault) -> None:
    """A secret's value goes in by PUT and PATCH and comes out of no answer; each value makes a version."""
    client, name, value = server.keyvault(), vault.name, f"hush-{uuid.uuid4()}"
    made = client.secrets.create_or_update(
        group,
        name,
        "db-password",
        models.SecretCreateOrUpdateParameters(
            properties=models.SecretProperties(value=value, content_type="text/plain"), tags={"a": "b"}
        ),
    )
    assert made.properties.value is None
    assert made.properties.secret_uri == f"https://{name}.vault.sandbox.invalid/secrets/db-password"
    changed = client.secrets.update(
        group,
        name,
        "db-password",
        models.SecretPatchParameters(properties=models.SecretPatchProperties(value=value + "2")),
    )
    assert changed.properties.secret_uri_with_version != made.properties.secret_uri_with_version
    assert changed.properties.content_type == "text/plain"
    assert [secret.name for secret in client.secrets.list(group, name)] == ["db-password"]
    for tail in ("", "/secrets", "/secrets/db-password"):
        assert value not in vault.call("GET", tail).text


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/keys")
def test_a_key_that_exists_is_not_written_again(server, group, vault) -> None:
    """The second PUT of a key answers the first one's version."""
    client = server.keyvault()
    wanted = models.KeyCreateParameters(properties=models.KeyProperties(kty="RSA", key_size=3072))
    made = client.keys.create_if_not_exist(group, vault.name, "sign", wanted)
    again = client.keys.create_if_not_exist(
        group, vault.name, "sign", models.KeyCreateParameters(properties=models.KeyProperties(kty="EC"))
    )
    assert again.properties.key_uri_with_version == made.properties.key_uri_with_version
    assert client.keys.get(group, vault.name, "sign").properties.key_size == 3072
    versions = list(client.keys.list_versions(group, vault.name, "sign"))
    assert client.keys.get_version(group, vault.name, "sign", versions[0].name).properties.kty == "RSA"
    assert [key.name for key in client.keys.list(group, vault.name)] == ["sign"]


@pytest.mark.source("learn.microsoft.com/azure/key-vault/general/soft-delete-overview")
def test_purge_protection_keeps_the_name(server, group) -> None:
    """A protected vault cannot be purged; its name stays taken by the deleted one."""
    client, name = server.keyvault(), f"kv-{uuid.uuid4().hex[:12]}"
    wanted = parameters(enable_purge_protection=True)
    client.vaults.begin_create_or_update(group, name, wanted).result()
    client.vaults.delete(group, name)
    assert client.vaults.get_deleted(name, "westeurope").properties.purge_protection_enabled
    with pytest.raises(HttpResponseError) as refused:
        client.vaults.begin_purge_deleted(name, "westeurope").result()
    assert refused.value.error.code == "MethodNotAllowed"
    assert refused.value.error.message == "Operation 'DeletedVaultPurge' is not allowed."
    with pytest.raises(HttpResponseError) as refused:
        client.vaults.begin_create_or_update(group, name, wanted).result()
    assert refused.value.error.code == "ConflictError"


@pytest.mark.source("learn.microsoft.com/azure/key-vault/general/soft-delete-overview")
def test_a_vault_outlives_its_group(server, group, vault) -> None:
    """Deleting the group soft-deletes the vault; in a group of the same name it is recovered with its policies."""
    client, who = server.keyvault(), str(uuid.uuid4())
    vault.change("add", {"tenantId": identity.TENANT_ID, "objectId": who, "permissions": {"keys": ["get"]}})
    server.resources().resource_groups.begin_delete(group).result()
    assert client.vaults.get_deleted(vault.name, "westeurope").name == vault.name
    server.resources().resource_groups.create_or_update(group, {"location": "westeurope"})
    assert vault.put(createMode="recover", accessPolicies=None).status_code == 200
    assert vault.entries() == {who: {"keys": ["get"]}}


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/private-endpoint-connections")
def test_a_vault_without_endpoints_has_no_connections(server, group, vault) -> None:
    """The lists of private endpoint connections and link resources answer."""
    assert vault.call("GET", "/privateEndpointConnections").json() == {"value": []}
    assert vault.call("GET", "/privateEndpointConnections/x").status_code == 404
    assert vault.call("GET", "/privateLinkResources").json()["value"][0]["properties"]["groupId"] == "vault"


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/managedhsm/managed-hsms")
def test_there_are_no_managed_hsms(server, group) -> None:
    """The lists that the az CLI asks for beside the vaults are empty; making one is refused."""
    client = server.keyvault()
    assert list(client.managed_hsms.list_by_resource_group(group)) == []
    assert list(client.managed_hsms.list_by_subscription()) == []
    assert list(client.managed_hsms.list_deleted()) == []
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/managedHSMs/h"
    assert server.request("PUT", path, {"location": "westeurope"}, version="2024-11-01").status_code == 405
