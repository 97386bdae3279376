"""Do container registries behave, for azure-mgmt-containerregistry and for raw requests?"""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

REST = "learn.microsoft.com/rest/api/containerregistry/registries"
SPEC = "azure-rest-api-specs: containerregistry 2025-11-01"
SKUS = "learn.microsoft.com/azure/container-registry/container-registry-skus"
VERSION, PREVIEW = "2025-11-01", "2023-01-01-preview"
OPEN = {"defaultAction": "Allow", "ipRules": []}


def registry_id(sandbox, group: str, name: str) -> str:
    return f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}"


def body(sku: str = "Basic", location: str = "westeurope", **properties) -> dict:
    return {"location": location, "sku": {"name": sku}, "properties": properties}


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def path(sandbox, group, unique) -> str:
    """The id of a registry that is not there yet."""
    return registry_id(sandbox, group, unique("acr"))


@pytest.fixture
def put(sandbox, path):
    """PUTs the registry: the answer, whatever it is."""
    return lambda *args, version=VERSION, **more: sandbox.request("PUT", path, version, body(*args, **more))


@pytest.fixture
def make(sandbox, path, put):
    """Creates the registry; what a GET answers then."""

    def made(*args, version=VERSION, **more):
        sandbox.settled(put(*args, version=version, **more), version)
        return sandbox.request("GET", path, version).json()

    return made


@pytest.mark.source(REST)
def test_a_registry_lives_its_life_in_azure_mgmt_containerregistry(sandbox, group, unique) -> None:
    """A registry is created, read, patched, listed and deleted by azure-mgmt-containerregistry."""
    registries, name = sandbox.client(ContainerRegistryManagementClient).registries, unique("Acr")
    made = registries.begin_create(group, name, {**body("Standard"), "tags": {"a": "1"}}).result()
    assert (made.name, made.location, made.sku.tier, made.tags) == (name, "westeurope", "Standard", {"a": "1"})
    assert (made.provisioning_state, made.admin_user_enabled) == ("Succeeded", False)
    assert registries.get(group, name.upper()).id == made.id
    changed = {"tags": {"b": "2"}, "sku": {"name": "Premium"}, "properties": {"publicNetworkAccess": "Disabled"}}
    patched = registries.begin_update(group, name, changed).result()
    assert (patched.tags, patched.sku.name, patched.public_network_access) == ({"b": "2"}, "Premium", "Disabled")
    assert [registry.name for registry in registries.list_by_resource_group(group)] == [name]
    assert name in [registry.name for registry in registries.list()]
    registries.begin_delete(group, name).result()
    assert list(registries.list_by_resource_group(group)) == []
    with pytest.raises(HttpResponseError) as gone:
        registries.get(group, name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source(f"{SPEC}: RegistryCreate.json")
def test_a_plain_registry_has_the_specifications_defaults(make) -> None:
    """What a body that says nothing but the SKU gets."""
    made = make("Standard")
    assert made["sku"] == {"name": "Standard", "tier": "Standard"}
    properties = made["properties"]
    assert properties.pop("loginServer") == f"{made['name']}.registry.sandbox.invalid"
    assert properties.pop("creationDate")
    assert properties["policies"]["retentionPolicy"].pop("lastUpdatedTime")
    assert properties == {
        "provisioningState": "Succeeded",
        "adminUserEnabled": False,
        "networkRuleSet": OPEN,
        "policies": {
            "quarantinePolicy": {"status": "disabled"},
            "trustPolicy": {"type": "Notary", "status": "disabled"},
            "retentionPolicy": {"days": 7, "status": "disabled"},
            "exportPolicy": {"status": "enabled"},
            "azureADAuthenticationAsArmPolicy": {"status": "enabled"},
        },
        "encryption": {"status": "disabled"},
        "status": None,
        "dataEndpointEnabled": False,
        "dataEndpointHostNames": [],
        "privateEndpointConnections": [],
        "publicNetworkAccess": "Enabled",
        "networkRuleBypassOptions": "AzureServices",
        "networkRuleBypassAllowedForTasks": False,
        "zoneRedundancy": "Disabled",
        "anonymousPullEnabled": False,
        "roleAssignmentMode": "LegacyRegistryPermissions",
    }


@pytest.mark.source("azure-rest-api-specs: containerregistry 2023-01-01-preview (Policies, RegistryProperties)")
def test_a_preview_has_soft_delete_and_not_what_came_later(make) -> None:
    """2023-01-01-preview, azure-native's default: with softDeletePolicy, without roleAssignmentMode."""
    properties = make(version=PREVIEW, roleAssignmentMode="AbacRepositoryPermissions")["properties"]
    assert properties["policies"]["softDeletePolicy"]["retentionDays"] == 7
    assert not {"roleAssignmentMode", "networkRuleBypassAllowedForTasks"} & set(properties)


@pytest.mark.source(f"{REST}/create (responses); {SPEC}: Registries_Create")
def test_creation_is_polled_by_azure_async_operation(sandbox, path, put) -> None:
    """201 with the registry as it is being made; a second PUT answers 200 at once and resets what it leaves out."""
    first = put(adminUserEnabled=True)
    assert (first.status_code, first.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert "Location" not in first.headers
    assert sandbox.settled(first, VERSION).json()["status"] == "Succeeded"
    created = sandbox.request("GET", path, VERSION).json()["properties"]["creationDate"]
    second = put()
    assert (second.status_code, second.json()["properties"]["adminUserEnabled"]) == (200, False)
    assert second.json()["properties"]["creationDate"] == created


@pytest.mark.source(f"{REST}/delete (responses)")
def test_deletion_is_polled_by_location(sandbox, path, make) -> None:
    """202 with a Location; of nothing, 204."""
    make()
    answer = sandbox.request("DELETE", path, VERSION)
    assert (answer.status_code, "Azure-AsyncOperation" in answer.headers) == (202, False)
    polled = answer.headers["Location"].removeprefix(sandbox.url).partition("?")[0]
    assert sandbox.request("GET", polled, VERSION).status_code in (200, 204)
    assert sandbox.request("GET", path, VERSION).status_code == 404
    assert sandbox.request("DELETE", path, VERSION).status_code == 204


@pytest.mark.source(
    "learn.microsoft.com/azure/azure-resource-manager/management/async-operations; containerregistry ProvisioningState"
)
def test_a_failed_creation_leaves_a_failed_registry(sandbox, path, put, no_faults) -> None:
    """The fault's own code ends the operation; the registry says Failed and can be put again."""
    sandbox.fault(f"PUT {path}", fail_operation="InternalError", times=1)
    done = sandbox.settled(put(), VERSION)
    assert (done.json()["status"], done.json()["error"]["code"]) == ("Failed", "InternalError")
    assert sandbox.request("GET", path, VERSION).json()["properties"]["provisioningState"] == "Failed"


@pytest.mark.source("pulumi-azure-native: provider/pkg/azure (409 AnotherOperationInProgress)")
@pytest.mark.slow
def test_two_writes_at_once_are_a_conflict(slow_sandbox) -> None:
    """While the registry is being made nothing else may write it."""
    groups = f"{slow_sandbox.subscription}/resourceGroups/rg"
    slow_sandbox.request("PUT", groups, "2024-03-01", {"location": "westeurope"})
    path = registry_id(slow_sandbox, "rg", "busyregistry")
    assert slow_sandbox.request("PUT", path, VERSION, body()).status_code == 201
    for method in ("PUT", "DELETE"):
        answer = slow_sandbox.request(method, path, VERSION, body())
        assert error(answer) == (409, "AnotherOperationInProgress")


@pytest.mark.source("hashicorp/terraform-provider-azurerm#21440")
@pytest.mark.parametrize("action", ["listCredentials", "regenerateCredential"])
def test_without_the_admin_user_there_are_no_credentials(sandbox, path, make, action) -> None:
    """UnAuthorizedForCredentialOperations, in Azure's words."""
    made = make()
    answer = sandbox.request("POST", f"{path}/{action}", VERSION, {"name": "password"})
    assert error(answer) == (400, "UnAuthorizedForCredentialOperations")
    assert answer.json()["error"]["message"] == (
        f"Cannot perform credential operations for {made['id']} as admin user is disabled. Kindly enable admin user as "
        "per docs: https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication"
        "#admin-account"
    )


@pytest.mark.source(f"{REST}/list-credentials; {REST}/regenerate-credential")
def test_one_password_is_renewed_and_the_other_stays(sandbox, group, path, make) -> None:
    """The admin user's name is the registry's; no GET ever shows a password."""
    name = make(adminUserEnabled=True)["name"]
    registries = sandbox.client(ContainerRegistryManagementClient).registries
    before = registries.list_credentials(group, name)
    assert (before.username, [password.name for password in before.passwords]) == (name, ["password", "password2"])
    after = registries.regenerate_credential(group, name, {"name": "password2"})
    assert after.passwords[0].value == before.passwords[0].value
    assert after.passwords[1].value != before.passwords[1].value
    assert registries.list_credentials(group, name).passwords[1].value == after.passwords[1].value
    shown = sandbox.request("GET", path, VERSION).text
    assert not any(password.value in shown for password in (*before.passwords, *after.passwords))
    wrong = sandbox.request("POST", f"{path}/regenerateCredential", VERSION, {"name": "password3"})
    assert wrong.status_code == 400


@pytest.mark.source("MicrosoftDocs/azure-dev-docs#1303")
def test_a_name_is_taken_everywhere_in_any_letter_case(sandbox, other_group, path, make) -> None:
    """AlreadyInUse: registries' names are host names."""
    name = make()["name"]
    answer = sandbox.request("PUT", registry_id(sandbox, other_group, name.upper()), VERSION, body())
    assert error(answer) == (409, "AlreadyInUse")
    assert answer.json()["error"]["message"] == (
        f"The registry DNS name {name}.registry.sandbox.invalid is already in use. You can check if the name is "
        "already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/"
        "checknameavailability"
    )


@pytest.mark.source(f"{SPEC}: RegistryCheckNameNotAvailable.json; azure-sdk-for-net: ContainerRegistryTests.cs")
def test_a_name_is_checked(sandbox, make, unique) -> None:
    """Free, in use, or none at all."""
    check = sandbox.client(ContainerRegistryManagementClient).registries.check_name_availability
    ask = {"type": "Microsoft.ContainerRegistry/registries"}
    name = make()["name"]
    assert check({**ask, "name": unique("free")}).name_available is True
    taken = check({**ask, "name": name})
    assert (taken.name_available, taken.reason) == (False, "AlreadyExists")
    assert taken.message == f"The registry {name} is already in use."
    invalid = check({**ask, "name": "a-b-c-d-e"})
    assert (invalid.name_available, invalid.reason) == (False, "Invalid")
    assert invalid.message == (
        "Registry names may contain alpha numeric characters only and must be between 5 and 50 characters"
    )
    route = f"{sandbox.subscription}/providers/Microsoft.ContainerRegistry/checkNameAvailability"
    assert sandbox.request("POST", route, VERSION, {"name": "abcde", "type": "x"}).status_code == 400


@pytest.mark.source(f"{SPEC}: RegistryNameParameter")
@pytest.mark.parametrize("name", ["abcd", "with-dash", "with_line", "a" * 51])
def test_a_name_outside_the_rules_is_refused(sandbox, group, name) -> None:
    """5 to 50 letters and digits."""
    assert sandbox.request("PUT", registry_id(sandbox, group, name), VERSION, body()).status_code == 400


@pytest.mark.source("Azure-Samples/dotNET-Frontend-AB-Testing-on-Azure-Container-Apps#5")
@pytest.mark.parametrize("sku", ["Basic", "Standard"])
def test_only_premium_goes_without_public_access(put, sku) -> None:
    """DisablingPublicNetworkAccessNotSupported, in Azure's words."""
    answer = put(sku, publicNetworkAccess="Disabled")
    assert error(answer) == (400, "DisablingPublicNetworkAccessNotSupported")
    assert answer.json()["error"]["message"] == (
        f"Disabling public network access is not supported for the SKU {sku}. For more information, please visit "
        "https://aka.ms/acr/private-link."
    )


@pytest.mark.source(
    f"{SKUS}; azurerm: container_registry_resource.go (network_rule_set); azure-cli: acr/network_rule.py"
)
@pytest.mark.parametrize("rules", [{"defaultAction": "Deny"}, {**OPEN, "ipRules": [{"value": "1.2.3.4"}]}, OPEN])
def test_only_premium_has_network_rules(sandbox, path, put, make, rules) -> None:
    """A new registry below Premium takes no rule set at all."""
    answer = put("Standard", networkRuleSet=rules)
    assert error(answer) == (400, "NetworkRuleNotSupported")
    assert sandbox.request("GET", path, VERSION).status_code == 404
    shown = make("Premium", networkRuleSet=rules)["properties"]["networkRuleSet"]
    assert shown["defaultAction"] == rules["defaultAction"]
    assert [rule["value"] for rule in shown["ipRules"]] == [rule["value"] for rule in rules.get("ipRules", [])]


@pytest.mark.source("azure-rest-api-specs: containerregistry 2023-01-01-preview (readOnly properties)")
def test_what_a_get_showed_can_be_put_again(sandbox, path, make) -> None:
    """Also below Premium, rule set included: a client that reads and writes back changes nothing."""
    made = make("Standard", version=PREVIEW)
    answer = sandbox.request("PUT", path, PREVIEW, made)
    assert answer.status_code == 200, answer.text
    assert {**answer.json(), "systemData": made["systemData"]} == made


@pytest.mark.source("Azure/bicep-registry-modules#1316; azurerm: container_registry_resource.go (CustomizeDiff)")
@pytest.mark.parametrize(
    "policies",
    [
        {"quarantinePolicy": {"status": "enabled"}},
        {"retentionPolicy": {"status": "enabled", "days": 30}},
        {"trustPolicy": {"status": "enabled"}},
    ],
)
def test_some_policies_are_for_premium(put, make, policies) -> None:
    """Below it: SkuNotSupported."""
    answer = put("Basic", policies=policies)
    assert error(answer) == (400, "SkuNotSupported")
    assert answer.json()["error"]["message"] == "The SKU Basic is not supported."
    ((name, given),) = policies.items()
    assert make("Premium", policies=policies)["properties"]["policies"][name].items() >= given.items()


@pytest.mark.source(f"{SKUS}; azurerm: container_registry_resource.go (CustomizeDiff)")
@pytest.mark.parametrize(
    ("sku", "properties"),
    [
        ("Standard", {"dataEndpointEnabled": True}),
        ("Standard", {"zoneRedundancy": "Enabled"}),
        ("Basic", {"anonymousPullEnabled": True}),
        ("Classic", {}),
        ("Gold", {}),
    ],
)
def test_what_a_sku_has_not_is_refused(put, sku, properties) -> None:
    """400 that names the SKU; nothing is made."""
    answer = put(sku, **properties)
    assert answer.status_code == 400
    assert f"SKU {sku}" in answer.json()["error"]["message"]


@pytest.mark.source(f"{SKUS}; azurerm: container_registry_resource.go (CustomizeDiff)")
def test_premium_has_it_all(make) -> None:
    """Zones, dedicated data endpoints, anonymous pull."""
    made = make("Premium", dataEndpointEnabled=True, zoneRedundancy="Enabled", anonymousPullEnabled=True)
    shown = made["properties"]
    assert (shown["zoneRedundancy"], shown["anonymousPullEnabled"]) == ("Enabled", True)
    assert shown["dataEndpointHostNames"] == [f"{made['name']}.westeurope.data.registry.sandbox.invalid"]


@pytest.mark.source(f"{SKUS} (change tiers)")
def test_a_sku_changes_both_ways_but_not_with_what_the_new_one_lacks(sandbox, path, make) -> None:
    """Down from Premium only after its features are given up."""
    make("Premium", dataEndpointEnabled=True)
    down = {"sku": {"name": "Basic"}}
    assert sandbox.request("PATCH", path, VERSION, down).status_code == 400
    assert sandbox.request("GET", path, VERSION).json()["sku"]["name"] == "Premium"
    both = {**down, "properties": {"dataEndpointEnabled": False}}
    assert sandbox.request("PATCH", path, VERSION, both).json()["sku"] == {"name": "Basic", "tier": "Basic"}


@pytest.mark.source("azurerm: container_registry_resource.go (zone_redundancy_enabled: ForceNew)")
def test_zone_redundancy_is_for_good(sandbox, path, put, make) -> None:
    """It is set at creation; a PATCH does not even have it in the specification."""
    make("Premium", zoneRedundancy="Enabled")
    assert put("Premium", zoneRedundancy="Disabled").status_code == 400


@pytest.mark.source("learn.microsoft.com/azure/reliability/regions-list (regions without availability zones)")
def test_zones_need_a_region_that_has_some(put) -> None:
    assert error(put("Premium", "westus", zoneRedundancy="Enabled")) == (400, "ZoneRedundancyNotSupported")


@pytest.mark.source(
    "azurerm: container_registry_resource.go; learn.microsoft.com/azure/container-registry/data-loss-prevention"
)
def test_export_is_forbidden_only_in_private(put, make) -> None:
    """Public access must be off, too."""
    never = {"exportPolicy": {"status": "disabled"}}
    assert put("Premium", policies=never).status_code == 400
    made = make("Premium", policies=never, publicNetworkAccess="Disabled")
    assert made["properties"]["policies"]["exportPolicy"] == {"status": "disabled"}


@pytest.mark.source("learn.microsoft.com/azure/container-registry/container-registry-soft-delete-policy (limitations)")
def test_retention_and_soft_delete_exclude_each_other(put) -> None:
    both = {"retentionPolicy": {"status": "enabled"}, "softDeletePolicy": {"status": "enabled"}}
    assert put("Premium", version=PREVIEW, policies=both).status_code == 400


@pytest.mark.source("learn.microsoft.com/azure/container-registry/container-registry-retention-policy (0 to 365 days)")
@pytest.mark.parametrize("days", [-1, 366, "7", True])
def test_days_have_limits(put, days) -> None:
    policies = {"retentionPolicy": {"status": "enabled", "days": days}}
    assert put("Premium", policies=policies).status_code == 400


@pytest.mark.source(f"{REST}/update")
def test_a_patch_changes_one_policy_and_notes_when(sandbox, path, make) -> None:
    """The others stay, and so does the time of what did not change."""
    before = make("Premium", policies={"trustPolicy": {"status": "enabled"}})["properties"]["policies"]
    change = {"properties": {"policies": {"retentionPolicy": {"status": "enabled"}}}}
    after = sandbox.request("PATCH", path, VERSION, change).json()["properties"]["policies"]
    assert after["trustPolicy"] == before["trustPolicy"]
    assert after["retentionPolicy"]["status"] == "enabled"
    assert after["retentionPolicy"]["lastUpdatedTime"] != before["retentionPolicy"]["lastUpdatedTime"]
    again = sandbox.request("PATCH", path, VERSION, change).json()["properties"]["policies"]
    assert again == after


@pytest.mark.source(f"{SPEC}: the enumerations")
@pytest.mark.parametrize(
    "properties",
    [
        {"publicNetworkAccess": "Perhaps"},
        {"networkRuleBypassOptions": "All"},
        {"adminUserEnabled": "yes"},
        {"networkRuleSet": {"defaultAction": "Ask"}},
        {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"action": "Allow"}]}},
        {"networkRuleSet": "open"},
        {"policies": "none"},
        {"policies": {"trustPolicy": "on"}},
        {"policies": {"trustPolicy": {"type": "Cosign"}}},
        {"policies": {"exportPolicy": {"status": "sometimes"}}},
        {"encryption": "on"},
    ],
)
def test_values_outside_the_specification_are_refused(put, properties) -> None:
    assert error(put("Premium", **properties)) == (400, "InvalidRequestContent")


@pytest.mark.source("azure-rest-api-specs: containerregistry 2023-01-01-preview (sku required; location: read, create)")
def test_a_registry_needs_a_sku_and_keeps_its_location(sandbox, path, put, make) -> None:
    """No SKU: SkuNotSupported; no location, another location: the front door's own errors."""
    assert error(sandbox.request("PUT", path, VERSION, {"location": "westeurope"})) == (400, "SkuNotSupported")
    assert error(sandbox.request("PUT", path, VERSION, {"sku": {"name": "Basic"}})) == (400, "LocationRequired")
    nothing = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": "none"}
    assert error(sandbox.request("PUT", path, VERSION, nothing)) == (400, "InvalidRequestContent")
    make()
    assert error(put("Basic", "eastus")) == (409, "InvalidResourceLocation")


@pytest.mark.source("sandbox: what is not served is refused by name")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("encryption", {"status": "enabled", "keyVaultProperties": {"keyIdentifier": "https://kv/keys/k"}}),
        ("metadataSearch", "Enabled"),
        ("autoGeneratedDomainNameLabelScope", "TenantReuse"),
        ("storageAccount", {"id": "/subscriptions/x"}),
        ("networkRuleSet", {"defaultAction": "Deny", "virtualNetworkRules": [{"id": "/subscriptions/x"}]}),
    ],
)
def test_what_is_not_served_is_refused_by_name(put, name, value) -> None:
    answer = put("Premium", **{name: value})
    assert error(answer) == (400, "NotServedBySandbox")
    assert name in answer.json()["error"]["message"]


@pytest.mark.source("sandbox: what is not served is refused by name")
@pytest.mark.parametrize("kind", ["replications", "webhooks", "tasks", "tokens", "scopeMaps", "connectedRegistries"])
def test_what_lies_under_a_registry_is_refused_by_name(sandbox, path, make, kind) -> None:
    """Lists and writes alike: the type is not known."""
    make("Premium")
    for method, where in (("GET", f"{path}/{kind}"), ("PUT", f"{path}/{kind}/northeurope")):
        answer = sandbox.request(method, where, VERSION, {"location": "northeurope"})
        assert error(answer) == (404, "InvalidResourceType")
        assert f"registries/{kind}" in answer.json()["error"]["message"]


@pytest.mark.source(f"{SPEC}: RegistryListUsages.json; {SKUS}")
@pytest.mark.parametrize(("sku", "gib", "webhooks"), [("Basic", 10, 2), ("Standard", 100, 10), ("Premium", 500, 500)])
def test_usages_are_what_the_sku_includes(sandbox, group, make, sku, gib, webhooks) -> None:
    name = make(sku)["name"]
    usages = sandbox.client(ContainerRegistryManagementClient).registries.list_usages(group, name).value
    assert [(one.name, one.limit, one.current_value, one.unit) for one in usages] == [
        ("Size", gib * 1024**3, 0, "Bytes"),
        ("Webhooks", webhooks, 0, "Count"),
    ]


@pytest.mark.source(f"{SPEC}: RegistryGetPrivateLinkResource.json")
def test_a_private_endpoint_can_be_for_the_registry(sandbox, group, path, make) -> None:
    """One group, with the registry and its regional data endpoint."""
    name = make("Premium")["name"]
    registries = sandbox.client(ContainerRegistryManagementClient).registries
    (link,) = registries.list_private_link_resources(group, name)
    assert (link.properties.group_id, link.properties.required_members) == (
        "registry",
        ["registry", "registry_data_westeurope"],
    )
    assert link.properties.required_zone_names == ["privatelink.azurecr.io"]
    assert registries.get_private_link_resource(group, name, "registry").id == link.id
    for where in (f"{path}/privateLinkResources/blob", f"{path}x/privateLinkResources/registry"):
        assert error(sandbox.request("GET", where, VERSION)) == (404, "ResourceNotFound")


@pytest.mark.source("learn.microsoft.com/azure/templates/microsoft.containerregistry/registries (IdentityProperties)")
def test_a_registry_has_identities(sandbox, group, path, make) -> None:
    """System-assigned by PATCH; a user-assigned one must be there."""
    make()
    given = {"identity": {"type": "SystemAssigned"}}
    shown = sandbox.request("PATCH", path, VERSION, given).json()["identity"]
    assert shown["principalId"]
    gone = (
        f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x1x"
    )
    given = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {gone: {}}}}
    assert error(sandbox.request("PATCH", path, VERSION, given)) == (400, "FailedIdentityOperation")


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group")
def test_registries_go_with_their_group_and_free_their_name(sandbox, group, other_group, make) -> None:
    name = make()["name"]
    groups = f"{sandbox.subscription}/resourceGroups/{group}"
    listed = sandbox.request("GET", f"{groups}/resources", "2024-03-01").json()["value"]
    assert [(one["name"], one["sku"]["name"]) for one in listed] == [(name, "Basic")]
    sandbox.request("DELETE", groups, "2024-03-01")
    assert sandbox.request("PUT", registry_id(sandbox, other_group, name), VERSION, body()).status_code == 201


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers")
def test_the_registrys_roles_are_built_in(sandbox, path, make) -> None:
    """All whose name begins with Acr, to be had at the registry's own scope."""
    make()
    listed = sandbox.request("GET", f"{path}/providers/Microsoft.Authorization/roleDefinitions", "2022-04-01").json()[
        "value"
    ]
    assert {one["properties"]["roleName"]: one["name"] for one in listed if "Acr" in one["properties"]["roleName"]} == {
        "AcrDelete": "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        "AcrImageSigner": "6cef56e8-d556-48e5-a04f-b8e64114680f",
        "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
        "AcrQuarantineReader": "cdda3590-29a3-44f6-95f2-9f980659eb04",
        "AcrQuarantineWriter": "c8d4ff99-41c3-41a8-9f60-21dfdad59608",
    }
