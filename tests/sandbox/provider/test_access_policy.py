"""`keyvault:AccessPolicy`, secrets and keys: the types that the real provider wrote by hand."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest

POLICIES = "azure-native:keyvault:AccessPolicy"
SECRET = "azure-native:keyvault:Secret"
KEY = "azure-native:keyvault:Key"
VAULT_ID = (
    "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-one"
)
POLICY = {"tenantId": "t", "objectId": "one", "permissions": {"secrets": ["get"]}}
INPUTS = {"resourceGroupName": "rg", "vaultName": "kv-one", "policy": POLICY}
ID = f"{VAULT_ID}/accessPolicy/one"

SOURCE = "pulumi-azure-native: provider/pkg/resources/customresources/custom_keyvault_accesspolicy.go"


@pytest.fixture(autouse=True)
def _vault_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """`kv-one.localhost` is this machine, whatever its resolver thinks of names under `localhost`."""
    resolve = socket.getaddrinfo

    def at_home(host: str, *args: Any, **kwargs: Any) -> Any:
        return resolve("localhost" if str(host).endswith(".localhost") else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", at_home)


def vault(*policies: dict[str, Any]) -> dict[str, Any]:
    return {"id": VAULT_ID, "name": "kv-one", "properties": {"accessPolicies": list(policies)}}


@pytest.mark.source(SOURCE)
def test_create_replaces_one_entry_between_two_looks(provider: Any, azure: Any) -> None:
    """GET the vault, PUT `accessPolicies/replace` with one entry, GET the vault; `applicationId` is sent when unset."""
    azure.say("GET", "/vaults/kv-one", 200, vault())
    azure.say("PUT", "/accessPolicies/replace", 200, {})
    azure.say("GET", "/vaults/kv-one", 200, vault({**POLICY, "permissions": {"secrets": ["get"], "keys": []}}))
    resource_id, state = provider.create(POLICIES, INPUTS)
    assert resource_id == ID
    assert state == INPUTS
    assert [(seen.method, seen.path.removeprefix(VAULT_ID)) for seen in azure.sent()] == [
        ("GET", ""),
        ("PUT", "/accessPolicies/replace"),
        ("GET", ""),
    ]
    assert azure.sent("PUT")[0].body == {"properties": {"accessPolicies": [{**POLICY, "applicationId": ""}]}}


@pytest.mark.source(SOURCE)
def test_a_principal_that_has_a_policy_fails_the_create(provider: Any, azure: Any) -> None:
    """Also when someone else gave it, and when it is wider than ours."""
    azure.say("GET", "/vaults/kv-one", 200, vault(POLICY))
    with pytest.raises(Exception, match=f'^cannot create already existing resource "{re.escape(ID)}"$'):
        provider.create(POLICIES, INPUTS)
    assert azure.sent("PUT") == []


@pytest.mark.source(SOURCE)
def test_principals_are_compared_as_they_are_written(provider: Any, azure: Any) -> None:
    """`ONE` is not `one`, although it is to Azure."""
    azure.resources[VAULT_ID.lower()] = vault({**POLICY, "objectId": "ONE"})
    assert provider.read(POLICIES, ID, INPUTS, INPUTS)[0] == ""


@pytest.mark.source(SOURCE)
def test_update_needs_the_entry(provider: Any, azure: Any) -> None:
    """An entry that someone removed is an error, and nothing is written."""
    azure.say("GET", "/vaults/kv-one", 200, vault())
    with pytest.raises(Exception, match=r"^access policy for one does not exist$"):
        provider.update(POLICIES, ID, INPUTS, INPUTS)
    assert azure.sent("PUT") == []


@pytest.mark.source(SOURCE)
def test_update_replaces_the_entry(provider: Any, azure: Any) -> None:
    """What the principal held beyond ours is gone then."""
    wider = {**POLICY, "permissions": {"secrets": ["get", "list"], "keys": ["get"]}}
    news = {**INPUTS, "policy": {**POLICY, "permissions": {"secrets": ["list"]}}}
    azure.say("GET", "/vaults/kv-one", 200, vault(wider))
    azure.say("PUT", "/accessPolicies/replace", 200, {})
    azure.say("GET", "/vaults/kv-one", 200, vault(news["policy"]))
    assert provider.update(POLICIES, ID, INPUTS, news) == news


@pytest.mark.source(SOURCE)
def test_delete_removes_the_principals_entry(provider: Any, azure: Any) -> None:
    """One PUT to `accessPolicies/remove`."""
    azure.say("PUT", "/accessPolicies/remove", 200, {})
    provider.delete(POLICIES, ID, INPUTS)
    assert [seen.path for seen in azure.sent()] == [f"{VAULT_ID}/accessPolicies/remove"]


@pytest.mark.source(SOURCE)
@pytest.mark.parametrize("with_vault", [True, False])
def test_a_policy_that_is_gone_reads_as_no_id(provider: Any, azure: Any, with_vault: bool) -> None:
    """No entry, or no vault."""
    if with_vault:
        azure.resources[VAULT_ID.lower()] = vault()
    assert provider.read(POLICIES, ID, INPUTS, INPUTS)[0] == ""


@pytest.mark.source("pulumi-azure-native#3586: importing an access policy")
def test_an_imported_policy_has_an_input_that_nobody_can_write(provider: Any, azure: Any) -> None:
    """The path's `policy.objectId` becomes an input of that name, as it does in the real provider."""
    azure.resources[VAULT_ID.lower()] = vault(POLICY)
    _, _, inputs = provider.read(POLICIES, ID)
    assert inputs == {**INPUTS, "policy.objectId": "one"}


@pytest.mark.source(SOURCE)
def test_an_id_of_the_old_form_finds_its_principal_in_the_state(provider: Any, azure: Any) -> None:
    """States of early versions have ids that end in `accessPolicy`."""
    azure.resources[VAULT_ID.lower()] = vault(POLICY)
    old_id = f"{VAULT_ID}/accessPolicy"
    assert provider.read(POLICIES, old_id, INPUTS, INPUTS)[:2] == (old_id, INPUTS)


@pytest.mark.source(SOURCE)
@pytest.mark.parametrize("missing", ["objectId", "tenantId", "permissions"])
def test_an_incomplete_policy_is_refused_by_check(provider: Any, missing: str) -> None:
    """What the entry needs is known before any request."""
    policy = {key: value for key, value in POLICY.items() if key != missing}
    _, failures = provider.check(POLICIES, {**INPUTS, "policy": policy})
    assert failures == [f"missing required property 'policy.{missing}'"]


SECRET_INPUTS = {
    "resourceGroupName": "rg",
    "vaultName": "kv-one",
    "secretName": "s",
    "properties": {"value": "hidden", "attributes": {"expires": 1}},
}


@pytest.mark.source("azure-rest-api-specs: keyvault 2024-11-01 secrets.json; pulumi-azure-native: custom_keyvault.go")
def test_a_secret_goes_through_arm_and_its_value_is_not_shown(provider: Any, azure: Any) -> None:
    """The value is in the request only; the attributes have the wire's short names."""
    azure.say("GET", "/secrets/s", 404)
    azure.say("GET", "/secrets/s", 200, {"id": "/i", "properties": {"attributes": {"exp": 1}, "secretUri": "u"}})
    _, state = provider.create(SECRET, SECRET_INPUTS)
    assert azure.sent("PUT")[0].body == {"properties": {"value": "hidden", "attributes": {"exp": 1}}}
    assert state["properties"] == {"attributes": {"expires": 1}, "secretUri": "u"}


@pytest.mark.source("pulumi-azure-native: provider/pkg/resources/customresources/custom_keyvault.go")
@pytest.mark.parametrize(("token", "name", "collection"), [(SECRET, "secretName", "secrets"), (KEY, "keyName", "keys")])
def test_secrets_and_keys_are_deleted_by_the_vaults_own_host(
    provider: Any, azure: Any, token: str, name: str, collection: str
) -> None:
    """Azure Resource Manager has no deletion for them; one that is gone already is a success."""
    azure.say("DELETE", f"/{collection}/s", 404)
    provider.delete(token, f"{VAULT_ID}/{collection}/s", {"vaultName": "kv-one", name: "s"})
    (seen,) = azure.sent()
    assert seen.headers["Host"].startswith("kv-one.localhost:")
    assert seen.path == f"/{collection}/s"


@pytest.mark.source("pulumi-azure-native 3.x: a 409 recovers the deleted secret or key (custom_keyvault.go)")
def test_a_deleted_secret_of_the_same_name_is_recovered(provider: Any, azure: Any) -> None:
    """The conflict is resolved by recovering, then writing again."""
    azure.say("GET", "/secrets/s", 404)
    azure.say("PUT", "/secrets/s", 409, {"error": {"code": "Conflict", "message": "deleted but recoverable"}})
    azure.say("POST", "/deletedsecrets/s/recover", 200, {})
    provider.create(SECRET, SECRET_INPUTS)
    assert [seen.method for seen in azure.sent()] == ["GET", "PUT", "POST", "PUT", "GET"]


@pytest.mark.unverified
def test_a_conflict_with_nothing_to_recover_stays_a_conflict(provider: Any, azure: Any) -> None:
    """The first refusal is what the user reads."""
    azure.say("GET", "/secrets/s", 404)
    azure.say("PUT", "/secrets/s", 409, {"error": {"code": "Conflict", "message": "busy"}})
    azure.say("POST", "/deletedsecrets/s/recover", 404)
    with pytest.raises(Exception, match=r'^Status=409 Code="Conflict" Message="busy"$'):
        provider.create(SECRET, SECRET_INPUTS)
