"""Can clients find the endpoints and log in, and are they refused as Azure AD refuses?"""

from __future__ import annotations

import base64
import json
import uuid

import jwt
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.auth import Tokens

AADSTS = "learn.microsoft.com/entra/identity-platform/reference-error-codes"


def get(server, path: str, **params: str) -> requests.Response:
    return server.session.get(server.url + path, params=params, timeout=30)


def post(server, tenant: str = identity.TENANT_ID, tail: str = "oauth2/v2.0/token", **form: str) -> requests.Response:
    return server.session.post(f"{server.url}/{tenant}/{tail}", data=form, timeout=30)


GOOD = {
    "grant_type": "client_credentials",
    "client_id": identity.CLIENT_ID,
    "client_secret": identity.CLIENT_SECRET,
    "scope": "https://management.azure.com/.default",
}


@pytest.mark.source(
    "run: the az CLI 2.91 registers, logs in and works with it; pulumi-azure-native asks for 2022-09-01"
)
def test_the_metadata_has_the_shape_of_its_version(server) -> None:
    """One object from 2022-09-01 on, a list in 2019-05-01, the oldest shape in 2015-01-01."""
    cloud = get(server, "/metadata/endpoints", **{"api-version": "2022-09-01"}).json()
    assert cloud["resourceManager"] == cloud["authentication"]["loginEndpoint"] == server.url
    assert cloud["authentication"]["audiences"][0] == server.url
    assert cloud["suffixes"]["keyVaultDns"].endswith(".invalid")
    assert [one["name"] for one in get(server, "/metadata/endpoints", **{"api-version": "2019-05-01"}).json()] == [
        cloud["name"]
    ]
    oldest = get(server, "/metadata/endpoints", **{"api-version": "2015-01-01"}).json()
    assert oldest["authentication"]["loginEndpoint"] == f"{server.url}/"
    assert get(server, "/metadata/endpoints").status_code == 400


@pytest.mark.source("openid.net/specs/openid-connect-discovery-1_0.html")
def test_a_token_verifies_against_the_published_keys(server) -> None:
    """The discovery document leads to keys that verify a token, which has the claims that clients read."""
    config = get(server, f"/{identity.TENANT_ID}/v2.0/.well-known/openid-configuration").json()
    answer = server.session.post(config["token_endpoint"], data={**GOOD, "client_info": "1"}, timeout=30).json()
    keys = get(server, config["jwks_uri"].removeprefix(server.url)).json()
    key = jwt.PyJWKSet.from_dict(keys).keys[0]
    claims = jwt.decode(answer["access_token"], key, algorithms=["RS256"], audience="https://management.azure.com")
    assert (claims["oid"], claims["tid"], claims["appid"]) == (
        identity.OBJECT_ID,
        identity.TENANT_ID,
        identity.CLIENT_ID,
    )
    assert claims["exp"] - claims["iat"] == answer["expires_in"]
    padded = answer["client_info"] + "=" * (-len(answer["client_info"]) % 4)
    assert json.loads(base64.urlsafe_b64decode(padded)) == {"uid": identity.OBJECT_ID, "utid": identity.TENANT_ID}
    discovery = get(server, "/common/discovery/instance", **{"api-version": "1.1"}).json()
    assert (
        discovery["tenant_discovery_endpoint"]
        == f"{server.url}/{identity.TENANT_ID}/v2.0/.well-known/openid-configuration"
    )


@pytest.mark.source("learn.microsoft.com/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow")
def test_the_old_endpoint_takes_a_resource(server) -> None:
    """`/oauth2/token` takes `resource` and answers numbers as strings."""
    form = {**GOOD, "resource": "https://management.core.windows.net/"}
    answer = post(server, tail="oauth2/token", **form).json()
    assert answer["expires_in"] == "3599"
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert claims["aud"] == "https://management.core.windows.net/"


@pytest.mark.source(AADSTS)
@pytest.mark.parametrize(
    ("change", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": "me"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "openid"}, 400, "invalid_request", 900144),
    ],
)
def test_a_bad_login_is_refused_by_its_number(server, change, status, error, number) -> None:
    """Each fault has its AADSTS number, in the description and in error_codes."""
    answer = post(server, **{**GOOD, **change})
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")


@pytest.mark.source(AADSTS)
def test_an_unknown_tenant_is_refused(server) -> None:
    """AADSTS90002, from discovery and from the token endpoint; `common` stands for the one tenant there is."""
    other = str(uuid.uuid4())
    for answer in (post(server, other, **GOOD), get(server, f"/{other}/v2.0/.well-known/openid-configuration")):
        assert answer.status_code == 400
        assert answer.json()["error_description"].startswith(f"AADSTS90002: Tenant '{other}' not found.")
    assert post(server, "common", **GOOD).status_code == 200


@pytest.mark.source(AADSTS)
def test_azure_identity_reports_a_wrong_secret(server) -> None:
    """A foreign library sees the refusal as what it is."""
    credential = server.credential(secret="wrong")
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token("https://management.azure.com/.default")


def test_strangers_are_themselves(server) -> None:
    """Any other client id logs in, always as the same stranger."""
    stranger = str(uuid.uuid4())
    oids = {
        jwt.decode(server.token(client), options={"verify_signature": False})["oid"]
        for client in (stranger, stranger.upper(), stranger)
    }
    assert oids == {identity.object_id_of(stranger)}


def test_tokens_outlive_a_restart(tmp_path) -> None:
    """A second server on the same state takes the tokens of the first; only the user can read the key."""
    one, two = Tokens(tmp_path), Tokens(tmp_path)
    token = one.issue(identity.CLIENT_ID, "https://management.azure.com", "x")
    assert two.check(f"Bearer {token}", "https://localhost:1").oid == identity.OBJECT_ID
    assert (tmp_path / "signing-key.pem").stat().st_mode & 0o777 == 0o600


@pytest.mark.source("learn.microsoft.com/entra/identity-platform/access-token-claims-reference, `iss` of version 1.0")
@pytest.mark.parametrize(
    ("audience", "issuer"),
    [
        ("https://storage.azure.com", f"https://sts.windows.net/{identity.TENANT_ID}/"),
        ("https://management.azure.com", None),
    ],
)
def test_a_token_for_storage_is_issued_as_azure_issues_it(server, audience: str, issuer: str | None) -> None:
    """Azurite knows Azure's issuers alone; every other token names the server that it came from."""
    claims = jwt.decode(server.token(resource=audience), options={"verify_signature": False})
    assert claims["aud"] == audience
    assert claims["iss"] == (issuer or f"{server.url}/{identity.TENANT_ID}/")
