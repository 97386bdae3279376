"""Create, update, read, delete: the requests that are sent, in their order, and the errors."""

from __future__ import annotations

import re
from typing import Any

import pytest

from holdfast_sandbox.provider import types
from holdfast_sandbox.provider.values import UNKNOWN

VAULT = "azure-native:keyvault:Vault"
GROUP = "azure-native:resources:ResourceGroup"
STORAGE = "azure-native:storage:StorageAccount"
WORKSPACE = "azure-native:machinelearningservices:Workspace"
SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
VAULT_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-one"
WORKSPACE_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml"
)
PROPERTIES = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}
INPUTS = {
    "resourceGroupName": "rg",
    "vaultName": "kv-one",
    "location": "westeurope",
    "properties": PROPERTIES,
    "azureApiVersion": "2024-11-01",
}
POLICY = {"tenantId": "t", "objectId": "o", "permissions": {"secrets": ["get"]}}

CREATE = "pulumi-azure-native: provider/pkg/provider/provider.go defaultCreate; client_azcore.go CanCreate"
UPDATE = "pulumi-azure-native: provider.go defaultUpdate; crud.go MaintainSubResourcePropertiesIfNotSet"
READ = "pulumi-azure-native: provider/pkg/provider/provider.go Read"
PREVIEW = "pulumi-azure-native: provider/pkg/convert/previewOutputs.go"


def verbs(azure: Any) -> list[str]:
    return [seen.method for seen in azure.sent()]


@pytest.mark.source(CREATE)
def test_create_is_get_put_get(provider: Any, azure: Any) -> None:
    """Nothing may be there; then one PUT of the whole body, and the state is what a GET shows afterwards."""
    resource_id, state = provider.create(VAULT, INPUTS)
    assert verbs(azure) == ["GET", "PUT", "GET"]
    assert {seen.path for seen in azure.sent()} == {VAULT_ID}
    assert {seen.query["api-version"] for seen in azure.sent()} == {"2024-11-01"}
    assert resource_id == VAULT_ID
    assert state == {
        "id": VAULT_ID,
        "name": "kv-one",
        "location": "westeurope",
        "properties": {**PROPERTIES, "accessPolicies": []},
        "azureApiVersion": "2024-11-01",
    }


@pytest.mark.source(CREATE)
def test_unset_access_policies_are_created_as_an_empty_list(provider: Any, azure: Any) -> None:
    """Key Vault wants the list; the program may manage its entries elsewhere."""
    provider.create(VAULT, INPUTS)
    (put,) = azure.sent("PUT")
    assert put.body == {"location": "westeurope", "properties": {**PROPERTIES, "accessPolicies": []}}


@pytest.mark.source(CREATE)
def test_the_id_is_the_answers_verbatim(provider: Any, azure: Any) -> None:
    """Azure's own letter case is kept, as it will be compared with later answers."""
    theirs = VAULT_ID.replace("resourceGroups", "resourcegroups")
    azure.say("PUT", "/vaults/kv-one", 200, {"id": theirs, "name": "kv-one"})
    assert provider.create(VAULT, INPUTS)[0] == theirs


@pytest.mark.source(CREATE)
def test_what_exists_is_not_created(provider: Any, azure: Any) -> None:
    """A resource that is there already is never overwritten by a create."""
    azure.resources[VAULT_ID.lower()] = {"id": VAULT_ID}
    with pytest.raises(Exception, match=f"^cannot create already existing resource '{VAULT_ID}'$"):
        provider.create(VAULT, INPUTS)
    assert verbs(azure) == ["GET"]


@pytest.mark.source(CREATE)
@pytest.mark.parametrize(
    ("status", "body"), [(204, None), (404, {"error": {"code": "NotFound", "message": "m"}}), (200, {})]
)
def test_these_answers_mean_that_nothing_is_there(provider: Any, azure: Any, status: int, body: Any) -> None:
    """404, 204 and a 200 with nothing in it let the create go on."""
    azure.say("GET", "/vaults/kv-one", status, body)
    assert provider.create(VAULT, INPUTS)[0] == VAULT_ID


@pytest.mark.source(CREATE)
def test_a_forbidden_read_fails_the_create(provider: Any, azure: Any) -> None:
    """Who may not look cannot know that nothing is there: the status and the body are shown as they came."""
    azure.say("GET", "/vaults/kv-one", 403, '{"error":{"code":"AuthorizationFailed","message":"no"}}')
    expected = (
        f"cannot check existence of resource '{VAULT_ID}': status code 403, "
        '{"error":{"code":"AuthorizationFailed","message":"no"}}'
    )
    with pytest.raises(Exception, match=f"^{re.escape(expected)}$"):
        provider.create(VAULT, INPUTS)


@pytest.mark.source("pulumi-azure-native: provider/pkg/azure error texts")
def test_a_refusal_is_told_by_status_code_and_message(provider: Any, azure: Any) -> None:
    """Azure's error envelope becomes one line."""
    azure.say("PUT", "/vaults/kv-one", 409, {"error": {"code": "ConflictError", "message": 'A vault "kv" exists.'}})
    expected = 'Status=409 Code="ConflictError" Message="A vault \\"kv\\" exists."'
    with pytest.raises(Exception, match=f"^{re.escape(expected)}$") as caught:
        provider.create(VAULT, INPUTS)
    assert caught.value.detail is None  # type: ignore[attr-defined]  # the fixture's own exception carries it
    assert verbs(azure) == ["GET", "PUT"]


@pytest.mark.source(CREATE)
def test_nothing_is_stored_in_the_state_but_outputs(provider: Any) -> None:
    """3.x keeps the inputs out of the state (2.x had `__inputs`), and names the API version."""
    _, state = provider.create(STORAGE, {"resourceGroupName": "rg", "accountName": "one", "kind": "StorageV2"})
    assert "__inputs" not in state
    assert state["azureApiVersion"] == "2024-01-01"


@pytest.mark.source("pulumi-azure-native: recorded storage-blob 2.76.0 (Create of StorageAccount)")
def test_flattened_properties_and_other_names_of_the_wire(provider: Any, azure: Any) -> None:
    """What the program sees at the top lies under `properties`, partly under other names; nulls and unknown keys are
    dropped.
    """
    inputs = {
        "resourceGroupName": "rg",
        "accountName": "one",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "location": "westeurope",
        "enableHttpsTrafficOnly": True,
        "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "10.0.0.1"}]},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/s/one"]},
    }
    answer = {
        "id": "/the/id",
        "tags": None,
        "surprise": 1,
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": {"/subscriptions/s/one": {"clientId": "c", "x": 1}},
        },
        "properties": {
            "supportsHttpsTrafficOnly": True,
            "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.1"}], "virtualNetworkRules": []},
            "primaryEndpoints": {"blob": "https://one.blob", "z": "https://one.z"},
            "secretOfTheFuture": True,
        },
    }
    azure.say("GET", "/storageAccounts/one", 404)
    azure.say("GET", "/storageAccounts/one", 200, answer)
    _, state = provider.create(STORAGE, inputs)
    (put,) = azure.sent("PUT")
    assert put.body == {
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "location": "westeurope",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/s/one": {}}},
        "properties": {
            "supportsHttpsTrafficOnly": True,
            "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.1"}]},
        },
    }
    assert state == {
        "azureApiVersion": "2024-01-01",
        "id": "/the/id",
        "enableHttpsTrafficOnly": True,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/s/one": {"clientId": "c"}}},
        "networkRuleSet": {
            "defaultAction": "Deny",
            "ipRules": [{"iPAddressOrRange": "10.0.0.1"}],
            "virtualNetworkRules": [],
        },
        "primaryEndpoints": {"blob": "https://one.blob"},
    }


@pytest.mark.source("pulumi-azure-native: provider/pkg/convert responseBodyToSdkOutputs.go (write-only properties)")
def test_write_only_properties_are_in_no_output(provider: Any, azure: Any) -> None:
    """`createMode` goes to Azure and is not shown, even when the answer repeats it."""
    _, state = provider.create(VAULT, {**INPUTS, "properties": {**PROPERTIES, "createMode": "default"}})
    assert azure.sent("PUT")[0].body["properties"]["createMode"] == "default"
    assert "createMode" not in state["properties"]


@pytest.mark.source("pulumi-azure-native: provider/pkg/convert (oneOf with a constant discriminator)")
def test_one_of_several_objects_is_told_by_its_constant(provider: Any, azure: Any) -> None:
    """A managed network's rules are converted each after its own `type`."""
    rule = {
        "type": "ServiceTag",
        "destination": {"serviceTag": "AzureML", "portRanges": "443"},
        "category": "Recommended",
    }
    inputs = {
        "resourceGroupName": "rg",
        "workspaceName": "ml",
        "managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound", "outboundRules": {"one": rule}},
    }
    _, state = provider.create(WORKSPACE, inputs)
    assert azure.sent("PUT")[0].body["properties"]["managedNetwork"]["outboundRules"] == {"one": rule}
    assert state["managedNetwork"]["outboundRules"] == {"one": rule}


@pytest.mark.source(PREVIEW)
@pytest.mark.parametrize("existing", [False, True])
def test_a_preview_sends_nothing(provider: Any, azure: Any, existing: bool) -> None:
    """Creating or updating in a preview answers with the inputs; all else is unknown, save name and location of what
    exists.
    """
    inputs = {**INPUTS, "tags": {"a": UNKNOWN}}
    if existing:
        state = provider.update(
            VAULT, VAULT_ID, INPUTS, inputs, {"name": "kv-one", "location": "westeurope"}, preview=True
        )
        assert state["name"] == "kv-one"
    else:
        _, state = provider.create(VAULT, inputs, preview=True)
        assert state["name"] is UNKNOWN
    assert azure.sent() == []
    assert state["location"] == "westeurope"
    assert state["tags"] == {"a": UNKNOWN}
    assert state["properties"]["tenantId"] == "t"
    assert state["properties"]["vaultUri"] is UNKNOWN
    assert state["id"] is UNKNOWN


@pytest.mark.source(UPDATE)
def test_an_update_keeps_policies_that_the_program_leaves_unset(provider: Any, azure: Any) -> None:
    """The list is read and sent along: what a colleague adds between that GET and the PUT is lost, as with the real
    provider.
    """
    azure.resources[VAULT_ID.lower()] = {"id": VAULT_ID, "properties": {**PROPERTIES, "accessPolicies": [POLICY]}}
    provider.update(VAULT, VAULT_ID, INPUTS, {**INPUTS, "tags": {"a": "b"}})
    assert verbs(azure) == ["GET", "PUT", "GET"]
    (put,) = azure.sent("PUT")
    assert put.body["properties"] == {**PROPERTIES, "accessPolicies": [POLICY]}
    assert put.body["tags"] == {"a": "b"}


@pytest.mark.source(UPDATE)
@pytest.mark.parametrize("listed", [[], [{"tenantId": "t", "objectId": "other", "permissions": {}}]])
def test_an_explicit_list_replaces_what_is_there(provider: Any, azure: Any, listed: list[Any]) -> None:
    """A list of the program's own, empty or not, is sent without a look at Azure's."""
    azure.resources[VAULT_ID.lower()] = {"id": VAULT_ID, "properties": {**PROPERTIES, "accessPolicies": [POLICY]}}
    provider.update(VAULT, VAULT_ID, INPUTS, {**INPUTS, "properties": {**PROPERTIES, "accessPolicies": listed}})
    assert verbs(azure) == ["PUT", "GET"]
    assert azure.sent("PUT")[0].body["properties"]["accessPolicies"] == listed


@pytest.mark.source(UPDATE)
def test_an_update_that_cannot_read_the_list_writes_nothing(provider: Any, azure: Any) -> None:
    """Not knowing what to keep, the provider gives up before the PUT."""
    azure.say("GET", "/vaults/kv-one", 403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    with pytest.raises(
        Exception, match="failed maintaining unset sub-resource properties: reading cloud state: Status=403"
    ):
        provider.update(VAULT, VAULT_ID, INPUTS, {**INPUTS, "tags": {"a": "b"}})
    assert azure.sent("PUT") == []


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go readAfterWrite")
def test_a_failed_read_after_a_write_is_no_failure(provider: Any, azure: Any) -> None:
    """The PUT's own answer is the state then."""
    azure.say("GET", "/vaults/kv-one", 404)
    azure.say("GET", "/vaults/kv-one", 403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    _, state = provider.create(VAULT, INPUTS)
    assert state["name"] == "kv-one"


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go Delete; client_azcore.go Delete")
@pytest.mark.parametrize("status", [200, 202, 204, 404])
def test_these_answers_mean_deleted(provider: Any, azure: Any, status: int) -> None:
    """Success in each of Azure's ways, and what is gone already."""
    azure.say("DELETE", "/vaults/kv-one", status)
    provider.delete(VAULT, VAULT_ID, INPUTS)
    assert verbs(azure) == ["DELETE"]


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go Delete")
def test_a_refused_deletion_is_an_error(provider: Any, azure: Any) -> None:
    """A lock, for one, keeps the resource in the state."""
    azure.say("DELETE", "/vaults/kv-one", 409, {"error": {"code": "ScopeLocked", "message": "locked"}})
    with pytest.raises(Exception, match=r'^Status=409 Code="ScopeLocked" Message="locked"$'):
        provider.delete(VAULT, VAULT_ID, INPUTS)


@pytest.mark.source(READ)
def test_what_is_gone_reads_as_no_id(provider: Any) -> None:
    """A refresh then drops the resource from the state."""
    assert provider.read(VAULT, VAULT_ID, INPUTS, {})[0] == ""


@pytest.mark.source(READ)
def test_a_forbidden_read_is_not_absence(provider: Any, azure: Any) -> None:
    """Only 404 means gone."""
    azure.say("GET", "/vaults/kv-one", 403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    with pytest.raises(Exception, match="Status=403"):
        provider.read(VAULT, VAULT_ID, INPUTS, {})


@pytest.mark.source(f"{READ}; provider/pkg/convert/responseToSdkInputs.go; provider/pkg/resources/parseResourceId.go")
def test_an_import_projects_inputs_from_the_id_and_the_body(provider: Any, azure: Any) -> None:
    """The id's letter case is no matter, and what is empty or read-only becomes no input."""
    shouted = VAULT_ID.replace("resourceGroups", "RESOURCEGROUPS")
    azure.resources[VAULT_ID.lower()] = {
        "id": VAULT_ID,
        "name": "kv-one",
        "type": "Microsoft.KeyVault/vaults",
        "location": "westeurope",
        "tags": {},
        "systemData": {"createdBy": "me"},
        "properties": {
            **PROPERTIES,
            "accessPolicies": [{**POLICY, "permissions": {"secrets": ["get"], "keys": []}}],
            "networkAcls": {"bypass": "AzureServices", "ipRules": []},
            "vaultUri": "https://kv-one/",
        },
    }
    resource_id, outputs, inputs = provider.read(VAULT, shouted)
    assert resource_id == shouted
    assert outputs["properties"]["vaultUri"] == "https://kv-one/"
    assert inputs == {
        "resourceGroupName": "rg",
        "vaultName": "kv-one",
        "location": "westeurope",
        "properties": {**PROPERTIES, "accessPolicies": [POLICY], "networkAcls": {"bypass": "AzureServices"}},
    }


@pytest.mark.source("pulumi-azure-native: provider/pkg/resources/parseResourceId.go")
def test_an_import_by_an_id_of_another_type_fails(provider: Any, azure: Any) -> None:
    """The id must fit the type's path."""
    azure.resources["/subscriptions/s/resourcegroups/rg"] = {"location": "x"}
    with pytest.raises(Exception, match="failed to parse '/subscriptions/s/resourceGroups/rg' against the path"):
        provider.read(VAULT, "/subscriptions/s/resourceGroups/rg")


@pytest.mark.source("pulumi-azure-native#4818 (merged before 3.29): the leading slash of a scope")
def test_an_imported_scope_is_the_scope_that_programs_write(provider: Any, azure: Any) -> None:
    """Adopting a role assignment by its id must not look like a move to another scope, which would replace it."""
    token, scope = "azure-native:authorization:RoleAssignment", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
    role_id = f"{scope}/providers/Microsoft.Authorization/roleAssignments/r"
    azure.resources[role_id.lower()] = {"id": role_id, "properties": {"principalId": "p", "scope": scope}}
    _, outputs, inputs = provider.read(token, role_id)
    assert inputs == {"scope": scope, "roleAssignmentName": "r", "principalId": "p"}
    assert outputs["scope"] == scope
    assert list(provider.diff(token, inputs, {**inputs, "roleDefinitionId": "d"}, outputs).replaces) == []


@pytest.mark.source(f"{READ}; applyDiff in provider/pkg/provider/diff.go")
def test_a_refresh_takes_over_changes_and_leaves_defaults_alone(provider: Any, azure: Any) -> None:
    """What differs between the old and the new outputs changes the inputs; what Azure filled in from the start does
    not.
    """
    old = {"location": "westeurope", "tags": {"a": "1"}, "properties": {**PROPERTIES, "enableSoftDelete": True}}
    inputs = {**INPUTS, "tags": {"a": "1"}}
    azure.resources[VAULT_ID.lower()] = {
        "id": VAULT_ID,
        "location": "westeurope",
        "tags": {"a": "2", "theirs": "x"},
        "properties": {**PROPERTIES, "enableSoftDelete": True, "sku": {"family": "A", "name": "premium"}},
    }
    _, outputs, refreshed = provider.read(VAULT, VAULT_ID, inputs, old)
    assert outputs["tags"] == {"a": "2", "theirs": "x"}
    assert refreshed == {
        **INPUTS,
        "tags": {"a": "2", "theirs": "x"},
        "properties": {"tenantId": "t", "sku": {"family": "A", "name": "premium"}},
    }


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go removeUnsetSubResourceProperties")
@pytest.mark.parametrize("managed", [False, True])
def test_a_refresh_pushes_no_policies_into_a_program_that_has_none(provider: Any, azure: Any, managed: bool) -> None:
    """Policies that others added show in the outputs; they become inputs only where the program lists its own."""
    old = {"location": "westeurope", "properties": {**PROPERTIES, "accessPolicies": []}}
    inputs = {**INPUTS, "properties": {**PROPERTIES, "accessPolicies": []}} if managed else INPUTS
    azure.resources[VAULT_ID.lower()] = {
        "id": VAULT_ID,
        "location": "westeurope",
        "properties": {**PROPERTIES, "accessPolicies": [POLICY]},
    }
    _, outputs, refreshed = provider.read(VAULT, VAULT_ID, inputs, old)
    assert outputs["properties"]["accessPolicies"] == [POLICY]
    assert refreshed["properties"].get("accessPolicies") == ([POLICY] if managed else None)


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go getPreviousInputs (states of 2.x)")
def test_a_state_of_2x_has_its_inputs_inside(provider: Any, azure: Any) -> None:
    """Where the engine sends no inputs, `__inputs` of the old state stand in: such a refresh is no import."""
    azure.resources[VAULT_ID.lower()] = {
        "id": VAULT_ID,
        "location": "westeurope",
        "properties": {**PROPERTIES, "enableSoftDelete": True},
    }
    state = {"__inputs": INPUTS, "location": "westeurope", "properties": {**PROPERTIES, "enableSoftDelete": True}}
    assert provider.read(VAULT, VAULT_ID, None, state)[2] == INPUTS


def test_every_type_creates_reads_and_deletes_by_its_table(provider: Any, azure: Any) -> None:
    """No table has a path that its own inputs cannot fill, and what was imported is what was created."""
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
    for token, table in types.all_resources().items():
        if table.custom:
            continue
        scopes = ("scope", "resourceUri")
        inputs = {prop.name: scope if prop.name in scopes else "abcd" for prop in table.path_parameters}
        resource_id, state = provider.create(token, inputs)
        assert "{" not in resource_id
        assert state["azureApiVersion"] == table.api_version
        read_id, _, imported = provider.read(token, resource_id)
        assert read_id == resource_id
        assert imported.items() >= inputs.items()
        provider.delete(token, resource_id, inputs)
        assert provider.read(token, resource_id)[0] == ""
    assert azure.resources == {}
