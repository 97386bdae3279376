"""Configuration, identity and functions: where to, as whom, and what can be asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.provider.values import UNKNOWN

SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
AUTH = "pulumi-azure-native: provider/pkg/provider/auth_azidentity.go newSingleMethodAuthCredential"
CLOUD = "pulumi-azure-native: provider/pkg/azure/cloud/cloud.go FromMetadataEndpoint"


@pytest.mark.source(
    "pulumi-azure-native: provider/pkg/provider/provider.go getConfig (configuration, then ARM_* variables)"
)
def test_the_environment_alone_configures(unconfigured: Any, azure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `azure-native:` key is needed."""
    for name, value in {
        "ARM_METADATA_HOSTNAME": azure.host,
        "ARM_SUBSCRIPTION_ID": SUBSCRIPTION,
        "ARM_TENANT_ID": "t",
        "ARM_CLIENT_ID": "c",
        "ARM_CLIENT_SECRET": "right",
        "REQUESTS_CA_BUNDLE": str(azure.ca),
    }.items():
        monkeypatch.setenv(name, value)
    unconfigured.configure()
    assert unconfigured.invoke("azure-native:authorization:getClientConfig") == {
        "clientId": "c",
        "objectId": "the-oid",
        "subscriptionId": SUBSCRIPTION,
        "tenantId": "99999999-2222-4333-8444-555555555555",
    }


@pytest.mark.source(
    "pulumi-azure-native: provider/pkg/provider/auth_getclientconfig.go; provider.go getClientToken, tokenEndpoint"
)
def test_a_token_of_the_deployments_own_identity(provider: Any, azure: Any) -> None:
    """For Azure Resource Manager by default, for any other endpoint on request."""
    import base64
    import json

    def audience(token: str) -> str:
        middle = token.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))["aud"])

    own = provider.invoke("azure-native:authorization:getClientToken")["token"]
    vaults = provider.invoke("azure-native:authorization:getClientToken", endpoint="https://vault.test")["token"]
    assert (audience(own), audience(vaults)) == (f"{azure.url}/.default", "https://vault.test/.default")


@pytest.mark.source(CLOUD)
def test_a_metadata_host_that_does_not_answer_is_named(unconfigured: Any) -> None:
    """One sentence, at once: the metadata request is not retried."""
    with pytest.raises(
        Exception, match=r"^failed to get Azure environment metadata from https://localhost:1: performing request"
    ):
        unconfigured.configure(
            metadataHost="localhost:1", subscriptionId="s", tenantId="t", clientId="c", clientSecret="x"
        )


def test_without_a_metadata_host_nothing_is_sent_anywhere(unconfigured: Any) -> None:
    """The stand-in has no idea of the public cloud: it says what it looked for."""
    with pytest.raises(Exception, match="neither azure-native:metadataHost nor ARM_METADATA_HOSTNAME is set"):
        unconfigured.configure(subscriptionId="s", tenantId="t", clientId="c", clientSecret="x")


@pytest.mark.parametrize("host", ["management.azure.com", "10.0.0.1:443", "http://localhost:1"])
def test_only_this_machine_is_spoken_to_and_only_over_https(unconfigured: Any, host: str) -> None:
    """Emulated semantics are no way to write to someone's subscription."""
    with pytest.raises(Exception, match=r"not on this machine|HTTPS only"):
        unconfigured.configure(metadataHost=host, subscriptionId="s", tenantId="t", clientId="c", clientSecret="x")


@pytest.mark.source("TLS: a certificate that no trusted authority issued")
def test_a_server_that_is_not_trusted_is_not_spoken_to(unconfigured: Any, azure: Any) -> None:
    """Without the sandbox's authority in `SSL_CERT_FILE` the connection fails."""
    with pytest.raises(Exception, match="certificate verify failed"):
        unconfigured.configure_for(azure)


@pytest.mark.source(AUTH)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"subscriptionId": ""},
            "A Subscription ID must be configured when authenticating as a Service Principal using a Client Secret.",
        ),
        (
            {"tenantId": ""},
            "A Tenant ID must be configured when authenticating as a Service Principal using a Client Secret.",
        ),
        (
            {"clientId": ""},
            "A Client ID must be configured when authenticating as a Service Principal using a Client Secret.",
        ),
        (
            {"clientCertificatePath": "/none.pfx", "tenantId": ""},
            "A Tenant ID must be configured when authenticating as a Service Principal using a Client Certificate.",
        ),
        (
            {"useDefaultAzureCredential": "true", "subscriptionId": ""},
            "A Subscription ID must be configured when authenticating using the Default Azure Credential.",
        ),
        (
            {"clientSecret": "", "useOidc": "true", "clientId": ""},
            "A Client ID must be configured when authenticating with OIDC.",
        ),
        (
            {"clientSecret": "", "useOidc": "true"},
            "A OIDC token or request URL and token must be configured when authenticating with OIDC.",
        ),
        (
            {"clientSecret": "", "useMsi": "true", "subscriptionId": ""},
            "A Subscription ID must be configured when authenticating as a Managed Identity using MSI.",
        ),
    ],
)
def test_an_incomplete_login_says_what_is_missing(
    unconfigured: Any, azure: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], message: str
) -> None:
    """The first method that is configured decides, and what it lacks is final."""
    monkeypatch.setenv("SSL_CERT_FILE", str(azure.ca))
    with pytest.raises(Exception, match=f"^{re.escape(message)}$"):
        unconfigured.configure_for(azure, **change)


@pytest.mark.source(AUTH)
def test_without_any_credential_all_places_that_were_looked_at_are_named(
    unconfigured: Any, azure: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The az CLI is the last resort, and it is not there."""
    monkeypatch.setenv("SSL_CERT_FILE", str(azure.ca))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match="Azure CLI not found on path; no other credential is configured") as caught:
        unconfigured.configure_for(azure, clientSecret="")
    for name in ("ARM_CLIENT_SECRET", "ARM_USE_OIDC", "ARM_USE_MSI", "ARM_CLIENT_CERTIFICATE_PATH", "useMsi"):
        assert name in str(caught.value)


@pytest.mark.source(AUTH)
def test_the_az_clis_login_must_be_of_the_same_cloud(
    unconfigured: Any, azure: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A login of the public cloud is not used for another."""
    az = tmp_path / "az"
    az.write_text('#!/bin/sh\necho \'{"environmentName": "AzureCloud", "id": "s"}\'\n')
    az.chmod(0o755)
    monkeypatch.setenv("SSL_CERT_FILE", str(azure.ca))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Exception, match="'double' does not match the active cloud 'AzureCloud'"):
        unconfigured.configure_for(azure, clientSecret="")


@pytest.mark.source(f"{AUTH}; newOidcCredential")
@pytest.mark.parametrize("how", ["token", "file", "request"])
def test_an_oidc_assertion_comes_from_a_value_a_file_or_a_request(
    unconfigured: Any, azure: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    """Each way ends in a token of the configured client."""
    monkeypatch.setenv("SSL_CERT_FILE", str(azure.ca))
    (tmp_path / "assertion").write_text("from-a-file")
    azure.say("GET", "/oidc", 200, {"value": "from-a-request"})
    more = {
        "token": {"oidcToken": "given"},
        "file": {"oidcTokenFilePath": str(tmp_path / "assertion")},
        "request": {"oidcRequestUrl": f"{azure.url}/oidc?x=1", "oidcRequestToken": "bearer"},
    }[how]
    unconfigured.configure_for(azure, clientSecret="", useOidc="true", **more)
    found = unconfigured.invoke("azure-native:authorization:getClientConfig")
    assert found["clientId"] == "33333333-2222-4333-8444-555555555555"
    asked = [seen for seen in azure.sent() if seen.path == "/oidc"]
    assert [seen.query for seen in asked] == (
        [{"x": "1", "audience": "api://AzureADTokenExchange"}] if how == "request" else []
    )


@pytest.mark.source("azure-sdk-for-go: sdk/azidentity (authentication failed)")
def test_a_refused_login_says_why(unconfigured: Any, azure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory's own words, with the method that failed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(azure.ca))
    unconfigured.configure_for(azure, clientSecret="wrong")
    with pytest.raises(Exception, match=r"ClientSecretCredential authentication failed: .*AADSTS7000215"):
        unconfigured.invoke("azure-native:resources:getResourceGroup", resourceGroupName="rg")
    assert azure.sent() == []


@pytest.mark.source("Azure Resource Manager: 401 of a token that it does not accept")
def test_a_refused_token_says_why(provider: Any, azure: Any) -> None:
    """401 is an error like any other, told in one line."""
    azure.say("GET", "/vaults/kv-one", 401, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})
    with pytest.raises(Exception, match=r'Status=401 Code="InvalidAuthenticationToken" Message="expired"$'):
        provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg", vaultName="kv-one")


@pytest.mark.source("pulumi-azure-native: provider/pkg/provider/provider.go Configure")
def test_an_engine_that_keeps_inputs_to_itself_is_too_old(unconfigured: Any) -> None:
    """3.x needs CLI 3.74 or later."""
    from pulumi.runtime.proto import provider_pb2

    with pytest.raises(Exception, match=r"Azure Native provider requires Pulumi CLI v3\.74\.0 or later"):
        unconfigured.stub.Configure(provider_pb2.ConfigureRequest())


INVOKE = "pulumi-azure-native: provider/pkg/provider/provider.go Invoke"


@pytest.mark.source(INVOKE)
def test_a_get_function_is_a_get(provider: Any, azure: Any) -> None:
    """The answer has the resource's outputs and the API version."""
    azure.resources[f"{GROUP}/providers/microsoft.keyvault/vaults/kv-one".lower()] = {
        "id": "/i",
        "name": "kv-one",
        "unknown": 1,
        "properties": {"vaultUri": "u", "accessPolicies": []},
    }
    found = provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg", vaultName="kv-one")
    assert found == {
        "id": "/i",
        "name": "kv-one",
        "properties": {"vaultUri": "u", "accessPolicies": []},
        "azureApiVersion": "2024-11-01",
    }


@pytest.mark.source(INVOKE)
def test_a_missing_resource_is_an_error_and_not_a_null(provider: Any) -> None:
    """The id is named, then Azure's own error."""
    path = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-none"
    expected = (
        f'request failed {path}: Status=404 Code="ResourceNotFound" Message="The Resource \'{path}\' was not found."'
    )
    with pytest.raises(Exception, match=f"^{re.escape(expected)}$"):
        provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg", vaultName="kv-none")


@pytest.mark.source(INVOKE)
@pytest.mark.parametrize(
    ("token", "arguments", "path", "answer", "expected"),
    [
        (
            "azure-native:storage:listStorageAccountKeys",
            {"accountName": "one", "expand": "kerb"},
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/one/listKeys",
            {"keys": [{"keyName": "key1", "value": "v", "x": 1}]},
            {"keys": [{"keyName": "key1", "value": "v"}]},
        ),
        (
            "azure-native:operationalinsights:getSharedKeys",
            {"workspaceName": "logs"},
            f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs/sharedKeys".replace("Groups", "groups"),
            {"primarySharedKey": "p", "secondarySharedKey": "s"},
            {"primarySharedKey": "p", "secondarySharedKey": "s"},
        ),
    ],
)
def test_a_list_function_is_a_post_of_an_empty_object(
    provider: Any, azure: Any, token: str, arguments: dict[str, str], path: str, answer: Any, expected: Any
) -> None:
    """Keys are asked for, not read; arguments beyond the path go into the query."""
    azure.say("POST", path, 200, answer)
    assert provider.invoke(token, resourceGroupName="rg", **arguments) == expected
    (seen,) = azure.sent()
    assert (seen.method, seen.body) == ("POST", {})
    assert ("$expand" in seen.query) == ("expand" in arguments)


@pytest.mark.source(INVOKE)
def test_role_definitions_are_read_by_scope_and_id(provider: Any, azure: Any) -> None:
    """The scope is a path of its own and stays one; the wire's `type` inside `properties` is the role's type."""
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r"
    properties = {"roleName": "Reader", "type": "BuiltInRole", "permissions": [{"actions": ["*/read"]}]}
    azure.resources[role.lower()] = {
        "id": role,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": properties,
    }
    found = provider.invoke(
        "azure-native:authorization:getRoleDefinition", scope=f"/subscriptions/{SUBSCRIPTION}/", roleDefinitionId="r"
    )
    assert found["roleName"] == "Reader"
    assert (found["type"], found["roleType"]) == ("Microsoft.Authorization/roleDefinitions", "BuiltInRole")
    assert found["permissions"] == [{"actions": ["*/read"]}]


def test_arguments_that_are_missing_or_not_known_are_named(provider: Any, azure: Any) -> None:
    """A function never guesses, and drops nothing silently."""
    with pytest.raises(Exception, match=r"^missing required property 'vaultName'$"):
        provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg")
    with pytest.raises(Exception, match=r"^'colour' is not an argument of azure-native:keyvault:getVault"):
        provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg", vaultName="kv", colour="red")
    assert azure.sent() == []


def test_a_function_of_something_unknown_sends_nothing(provider: Any, azure: Any) -> None:
    """In a preview its result is as unknown as its argument."""
    assert provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg", vaultName=UNKNOWN) == {}
    assert azure.sent() == []
