"""Are vaults validated, defaulted and refused as Azure does it? Raw requests, because the texts matter."""

from __future__ import annotations

import uuid

import pytest

from holdfast_sandbox.arm import identity

OID = "11111111-2222-3333-4444-555555555555"
REFERENCE = "learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update"


@pytest.mark.source(REFERENCE)
@pytest.mark.parametrize(("version", "rbac"), [("2022-07-01", False), ("2024-11-01", False), ("2026-02-01", True)])
def test_rbac_is_the_default_of_the_new_generation(new_vault, version, rbac) -> None:
    """A new vault without the flag takes policies before API 2026-02-01, and roles from then on."""
    vault = new_vault()
    assert vault.put(version=version).json()["properties"]["enableRbacAuthorization"] is rbac


@pytest.mark.source(REFERENCE)
def test_the_default_is_for_new_vaults_only(new_vault) -> None:
    """A PUT of the new generation without the flag leaves an old vault with its policies' authorization."""
    vault = new_vault()
    vault.put(version="2024-11-01")
    vault.put(version="2026-02-01")
    assert vault.properties()["enableRbacAuthorization"] is False


@pytest.mark.source(
    "github.com/hashicorp/terraform-provider-azurerm key_vault_resource.go: updates every vault by PATCH"
)
def test_a_patch_changes_only_what_it_carries(vault, make) -> None:
    """A PATCH without policies keeps policies, tags and every other property."""
    vault.call("PATCH", "", {"tags": {"a": "1"}, "properties": {"networkAcls": {"defaultAction": "Deny"}}})
    vault.change("add", make.policy(OID))
    before = vault.call("GET").json()
    answer = vault.call("PATCH", "", {"properties": {"enabledForTemplateDeployment": True}})
    assert answer.status_code == 200
    after = vault.call("GET").json()
    assert after["properties"].pop("enabledForTemplateDeployment") is True
    assert (after["properties"], after["tags"]) == (before["properties"], before["tags"])


@pytest.mark.unverified
def test_a_patch_with_policies_replaces_the_list(vault, make) -> None:
    """A PATCH that carries a list of policies sets that list."""
    vault.change("add", make.policy(OID))
    other = str(uuid.uuid4())
    vault.call("PATCH", "", {"properties": {"accessPolicies": [make.policy(other)]}})
    assert set(vault.entries()) == {other}


@pytest.mark.source(REFERENCE)
def test_policies_must_be_given_on_creation(new_vault, make) -> None:
    """A PUT without accessPolicies is refused, unless the vault takes roles."""
    vault = new_vault()
    refused = vault.put(accessPolicies=None)
    assert make.error_of(refused) == (400, "BadRequest", "The parameter accessPolicies is not specified.")
    assert vault.call("GET").status_code == 404
    assert vault.put(accessPolicies=None, enableRbacAuthorization=True).status_code == 200


@pytest.mark.source(
    "github.com/alexander-kastil/az-204/issues/142; github.com/Azure/azure-libraries-for-net/issues/361"
)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"objectId": "not-a-guid"}, "Invalid value found at accessPolicies[1].ObjectId: not-a-guid"),
        ({"permissions": {"secrets": ["fly"]}}, "An invalid value was provided for 'accessPolicies'."),
        ({"permissions": {"keys": [" get"]}}, "An invalid value was provided for 'accessPolicies'."),
        ({"permissions": None}, "An invalid value was provided for 'accessPolicies'."),
    ],
)
def test_a_bad_entry_is_named(vault, make, change, message) -> None:
    """A bad policy entry is refused in the service's words, by PUT, PATCH and add alike, and nothing changes."""
    entries = [make.policy(str(uuid.uuid4())), {**make.policy(OID), **change}]
    body = {"properties": {"accessPolicies": entries}}
    for answer in (vault.put(*entries), vault.call("PATCH", "", body), vault.call("PUT", "/accessPolicies/add", body)):
        assert make.error_of(answer) == (400, "BadRequest", message)
    assert vault.entries() == {}


@pytest.mark.unverified
def test_duplicates_strangers_and_too_many_are_refused(vault, make) -> None:
    """One entry per principal, all of the vault's tenant, at most 1024."""
    twice = vault.put(make.policy(OID), make.policy(OID.upper()))
    assert make.error_of(twice)[:2] == (400, "BadRequest")
    other_tenant = vault.put(make.policy(OID, tenant=str(uuid.uuid4())))
    assert "accessPolicies[0].TenantId" in make.error_of(other_tenant)[2]
    full = [make.policy(str(uuid.uuid4())) for _ in range(1024)]
    assert vault.put(*full).status_code == 200
    assert "1024" in make.error_of(vault.put(*full, make.policy(OID)))[2]
    assert "1024" in make.error_of(vault.change("add", make.policy(OID)))[2]
    assert vault.change("add", {**full[0], "permissions": {"keys": ["get"]}}).status_code == 200


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update#keypermissions")
def test_permissions_are_answered_in_the_enums_letter_case(vault, make) -> None:
    """`WRAPKEY` comes back as `wrapKey`, each permission once."""
    vault.change("add", make.policy(OID, keys=["WRAPKEY", "wrapKey", "Get"], certificates=["ManageContacts"]))
    assert vault.entries() == {OID: {"keys": ["wrapKey", "get"], "certificates": ["managecontacts"]}}


@pytest.mark.source("github.com/Azure/azure-rest-api-specs/issues/9222; learn.microsoft.com soft-delete-overview")
def test_what_is_irreversible_stays(vault, make) -> None:
    """Purge protection cannot be set to false; retention cannot be changed; both survive a PUT that omits them."""
    refused = vault.call("PATCH", "", {"properties": {"enablePurgeProtection": False}})
    status, code, message = make.error_of(refused)
    assert (status, code) == (400, "BadRequest")
    assert message.startswith('The property "enablePurgeProtection" cannot be set to false.')
    vault.put(enablePurgeProtection=True)
    vault.put()
    assert vault.properties()["enablePurgeProtection"] is True
    refused = vault.put(softDeleteRetentionInDays=7)
    assert make.error_of(refused)[2] == (
        'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.'
    )
    assert vault.put(softDeleteRetentionInDays=90).status_code == 200
    assert make.error_of(vault.put(softDeleteRetentionInDays=6))[0] == 400


@pytest.mark.source("github.com/Azure/azure-powershell/issues/15115")
def test_a_name_is_taken_in_all_groups(server, vault, make) -> None:
    """The same name in another group is refused as taken."""
    other = f"rg-{uuid.uuid4().hex[:8]}"
    server.request("PUT", f"resourceGroups/{other}", {"location": "westeurope"})
    path = f"resourceGroups/{other}/providers/Microsoft.KeyVault/vaults/{vault.name.upper()}"
    refused = server.request("PUT", path, make.vault_body(), version="2024-11-01")
    status, code, message = make.error_of(refused)
    assert (status, code) == (409, "VaultAlreadyExists")
    assert message.startswith(f"The vault name '{vault.name.upper()}' is already in use.")


@pytest.mark.source("learn.microsoft.com/azure/key-vault/general/key-vault-recovery")
def test_the_deleted_name_must_be_recovered_or_purged(vault, make) -> None:
    """A create over a soft-deleted vault is a ConflictError; recovery without one, SoftDeletedVaultDoesNotExist."""
    vault.call("DELETE")
    assert vault.call("DELETE").status_code == 204
    status, code, message = make.error_of(vault.put())
    assert (status, code) == (409, "ConflictError")
    assert message.startswith("A vault with the same name already exists in deleted state.")
    assert vault.put(createMode="recover").status_code == 200
    purged = (
        vault.call("DELETE"),
        vault.server.request(
            "POST",
            f"providers/Microsoft.KeyVault/locations/West Europe/deletedVaults/{vault.name}/purge",
            version="2024-11-01",
        ),
    )
    assert [answer.status_code for answer in purged] == [200, 202]
    assert vault.server.request("GET", purged[1].headers["Location"].removeprefix(vault.server.url), version=None).ok
    assert make.error_of(vault.put(createMode="recover"))[1] == "SoftDeletedVaultDoesNotExist"


@pytest.mark.unverified
def test_recover_on_a_live_vault_keeps_its_policies(vault, make) -> None:
    """A PUT with createMode recover over a live vault needs no policies and changes none."""
    vault.change("add", make.policy(OID))
    assert vault.put(createMode="recover", accessPolicies=None).status_code == 200
    assert vault.put(make.policy(str(uuid.uuid4())), createMode="recover").status_code == 200
    assert set(vault.entries()) == {OID}


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules")
@pytest.mark.parametrize("name", ["ab", "a" * 25, "1abc", "kv--x", "kv-", "kv_x"])
def test_bad_names_are_refused(server, group, make, name) -> None:
    """3 to 24 letters, digits and single hyphens, a letter first."""
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    status, code, _ = make.error_of(server.request("PUT", path, make.vault_body(), version="2024-11-01"))
    assert (status, code) == (400, "VaultNameNotValid")


@pytest.mark.unverified
@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"tenantId": None}, "tenantId"),
        ({"tenantId": "x"}, "tenantId"),
        ({"sku": None}, "sku"),
        ({"sku": {"family": "A", "name": "gold"}}, "sku.name"),
        ({"publicNetworkAccess": "maybe"}, "publicNetworkAccess"),
        ({"createMode": "clone"}, "createMode"),
        ({"networkAcls": {"defaultAction": "Perhaps"}}, "networkAcls.defaultAction"),
        ({"networkAcls": {"ipRules": [{"value": "1.2.3"}]}}, "networkAcls.ipRules"),
        ({"networkAcls": {"virtualNetworkRules": [{"id": "/x"}]}}, "networkAcls.virtualNetworkRules"),
        ({"enableSoftDelete": False}, "enableSoftDelete"),
        ({"enabledForDeployment": "yes"}, "enabledForDeployment"),
    ],
)
def test_bad_properties_are_named(new_vault, make, properties, text) -> None:
    """A bad property is refused with its name, and no vault comes to be."""
    vault = new_vault()
    status, _, message = make.error_of(vault.put(**properties))
    assert status == 400
    assert text in message
    assert vault.call("GET").status_code == 404


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update#networkruleset")
def test_network_rules_are_stored_in_azures_form(vault) -> None:
    """A single address becomes a /32, the bypass and the action take their defaults."""
    vault.put(networkAcls={"ipRules": [{"value": "124.56.78.91"}], "defaultAction": "deny"})
    assert vault.properties()["networkAcls"] == {
        "bypass": "AzureServices",
        "defaultAction": "Deny",
        "ipRules": [{"value": "124.56.78.91/32"}],
        "virtualNetworkRules": [],
    }


@pytest.mark.unverified
def test_a_new_vault_registers_its_name(new_vault) -> None:
    """The PUT that creates answers RegisteringDns, the next read Succeeded."""
    vault = new_vault()
    assert vault.put().json()["properties"]["provisioningState"] == "RegisteringDns"
    assert vault.properties()["provisioningState"] == "Succeeded"


@pytest.mark.unverified
def test_secrets_and_keys_are_validated(vault, new_vault, make) -> None:
    """A secret needs a value and a good name; a key a type that the vault's tier has; both a vault."""
    assert (
        make.error_of(vault.call("PUT", "/secrets/s", {"properties": {}}))[2] == "The parameter value is not specified."
    )
    assert make.error_of(vault.call("PUT", "/secrets/a_b", {"properties": {"value": "v"}}))[0] == 400
    assert make.error_of(vault.call("PUT", "/keys/k", {"properties": {"kty": "RSA-HSM"}}))[0] == 400
    assert make.error_of(vault.call("PUT", "/keys/k", {"properties": {"kty": "RSA", "keySize": 1}}))[0] == 400
    nowhere = new_vault()
    assert make.error_of(nowhere.call("PUT", "/secrets/s", {"properties": {"value": "v"}}))[:2] == (
        404,
        "ParentResourceNotFound",
    )
    assert make.error_of(vault.call("GET", "/secrets/none"))[:2] == (404, "ResourceNotFound")


@pytest.mark.source("learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints")
def test_a_missing_vault_is_named(new_vault, make, group) -> None:
    """A read of no vault answers Azure's sentence with the resource and its group."""
    vault = new_vault()
    for method in ("GET", "PATCH"):
        assert make.error_of(vault.call(method, "", {})) == (
            404,
            "ResourceNotFound",
            f"The Resource 'Microsoft.KeyVault/vaults/{vault.name}' under resource group '{group}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
        )


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/vaults/list-by-resource-group")
def test_lists_page(server, group, make) -> None:
    """`$top` cuts a list, `nextLink` leads through all of it."""
    names = sorted(f"kv-{uuid.uuid4().hex[:12]}" for _ in range(5))
    base = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults"
    for name in names:
        server.request("PUT", f"{base}/{name}", make.vault_body(), version="2024-11-01")
    seen, page = [], server.request("GET", base, version="2024-11-01", params={"$top": "2"}).json()
    while True:
        seen += [vault["name"] for vault in page["value"]]
        if "nextLink" not in page:
            break
        page = server.request("GET", page["nextLink"].removeprefix(server.url), version=None).json()
    assert seen == names
    assert identity.SUBSCRIPTION_ID in page["value"][0]["id"]
