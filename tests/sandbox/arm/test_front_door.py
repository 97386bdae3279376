"""Does the front door refuse what Azure Resource Manager refuses, in its words?"""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import jwt
import psutil
import pytest
import requests

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.auth import Tokens

ERRORS = "learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors"
VAULTS = "resourceGroups/{group}/providers/Microsoft.KeyVault/vaults"


def refused(answer: requests.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


@pytest.mark.source(ERRORS)
def test_the_api_version_is_required(server, group) -> None:
    """A request without api-version is refused, whatever it asks for."""
    for path in (f"resourceGroups/{group}", VAULTS.format(group=group), "providers/Microsoft.Nothing/things"):
        assert refused(server.request("GET", path, version=None)) == (
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )


@pytest.mark.source(ERRORS)
def test_an_unknown_api_version_names_the_known_ones(server, group) -> None:
    """The front door's own types and a provider's word it differently; both name what is supported."""
    status, code, message = refused(server.request("GET", f"resourceGroups/{group}", version="2001-01-01"))
    assert (status, code) == (400, "InvalidApiVersionParameter")
    assert message.startswith("The api-version '2001-01-01' is invalid. The supported versions are '")
    body = {"location": "West Europe", "properties": {}}
    path = VAULTS.format(group=group) + "/kv-anything"
    status, code, message = refused(server.request("PUT", path, body, version="2001-01-01"))
    assert (status, code) == (400, "NoRegisteredProviderFound")
    assert message.startswith(
        "No registered resource provider found for location 'westeurope' and API version '2001-01-01' for type "
        "'vaults'."
    )
    assert "2024-11-01" in message


@pytest.mark.unverified
@pytest.mark.parametrize(
    ("method", "tail", "status", "code", "note"),
    [
        ("GET", "providers/Microsoft.Compute/virtualMachines/vm", 404, "InvalidResourceNamespace", "unknown-type"),
        ("GET", "providers/Microsoft.KeyVault/dungeons/d", 404, "InvalidResourceType", "unknown-type"),
        ("POST", "providers/Microsoft.KeyVault/vaults/kv", 405, "HttpMethodNotSupported", "unknown-verb"),
        ("GET", "nothing/of/the/kind", 404, "NotFound", "unknown-path"),
    ],
)
def test_what_the_sandbox_does_not_know_is_refused_and_noted(server, group, method, tail, status, code, note) -> None:
    """An unknown namespace, type, verb or path meets ARM's error, and the log says so."""
    since = server.log()[-1]["n"]
    answer = server.request(method, f"resourceGroups/{group}/{tail}", {}, version="2024-11-01")
    assert refused(answer)[:2] == (status, code)
    (line,) = server.log(since)
    assert (line["status"], line["note"]) == (status, note)
    assert f"{note}, the sandbox does not know it" in (server.state / "server.log").read_text()


@pytest.mark.source(ERRORS)
def test_subscriptions_and_groups_must_exist(server) -> None:
    """A foreign subscription, a malformed one and a missing group are told apart."""
    other = str(uuid.uuid4())
    assert refused(server.request("GET", f"/subscriptions/{other}/resourceGroups")) == (
        404,
        "SubscriptionNotFound",
        f"The subscription '{other}' could not be found.",
    )
    assert refused(server.request("GET", "/subscriptions/mine/resourceGroups"))[1] == "InvalidSubscriptionId"
    for method, path in (("PUT", "/kv-x"), ("GET", "/kv-x"), ("GET", "")):
        answer = server.request(method, VAULTS.format(group="rg-none") + path, {}, version="2024-11-01")
        assert refused(answer) == (404, "ResourceGroupNotFound", "Resource group 'rg-none' could not be found.")


@pytest.mark.source(ERRORS)
def test_bodies_and_locations_are_checked(server, group) -> None:
    """Bad JSON, no location, an unknown one, and another than the existing one."""
    path, version = VAULTS.format(group=group) + "/kv-" + uuid.uuid4().hex[:10], "2024-11-01"
    bad = server.session.put(
        f"{server.url}{server.subscription_path}/{path}",
        data="{not json",
        params={"api-version": version},
        headers={"Authorization": f"Bearer {server.cached_token()}"},
        timeout=30,
    )
    assert refused(bad)[:2] == (400, "InvalidRequestContent")
    assert refused(server.request("PUT", path, [], version=version))[1] == "InvalidRequestContent"
    properties = {
        "tenantId": identity.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
    }

    def put(location: str | None) -> requests.Response:
        place = {} if location is None else {"location": location}
        return server.request("PUT", path, {**place, "properties": properties}, version=version)

    assert refused(put(None)) == (400, "LocationRequired", "The location property is required for this definition.")
    status, code, message = refused(put("mars"))
    assert (status, code) == (400, "LocationNotAvailableForResourceType")
    assert message.startswith(
        "The provided location 'mars' is not available for resource type 'Microsoft.KeyVault/vaults'."
    )
    assert put("West Europe").status_code == 200
    status, code, message = refused(put("northeurope"))
    assert (status, code) == (409, "InvalidResourceLocation")
    assert f"already exists in location 'westeurope' in resource group '{group}'" in message


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/overview (names are case-insensitive)")
def test_letter_case_of_a_path_counts_not(server, group) -> None:
    """A path in another letter case names the same resource, answered with the id that it was created with."""
    path = VAULTS.format(group=group) + "/kv-" + uuid.uuid4().hex[:10]
    body = {
        "location": "westeurope",
        "properties": {
            "tenantId": identity.TENANT_ID,
            "sku": {"family": "A", "name": "standard"},
            "accessPolicies": [],
        },
    }
    made = server.request("PUT", path, body, version="2024-11-01").json()
    read = server.request("GET", path.upper(), version="2024-11-01").json()
    assert read["id"] == made["id"] == f"{server.subscription_path}/{path}"
    again = server.request("PUT", path.lower().replace("/providers", "/PROVIDERS"), body, version="2024-11-01").json()
    assert again["id"] == made["id"]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/tag-resources")
def test_tags_have_limits(server, group) -> None:
    """Fifty tags, names of 512 characters without the reserved ones, values of 256."""
    path = f"resourceGroups/{group}"
    for tags, code in (
        ({str(n): "" for n in range(51)}, "TagCountLimitExceeded"),
        ({"a" * 513: ""}, "InvalidTagNameLength"),
        ({"a/b": ""}, "InvalidTagNameCharacters"),
        ({"a": "x" * 257}, "InvalidTagValueLength"),
        ({"a": 1}, "InvalidRequestContent"),
    ):
        assert refused(server.request("PATCH", path, {"tags": tags}))[:2] == (400, code)
    assert server.request("PATCH", path, {"tags": {str(n): "x" * 256 for n in range(50)}}).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling")
def test_answers_carry_the_usual_headers(server, group) -> None:
    """Request ids, the correlation id that the client sent, and what is left of its allowance."""
    answer = server.request("GET", f"resourceGroups/{group}", headers={"x-ms-correlation-request-id": "abc"})
    assert uuid.UUID(answer.headers["x-ms-request-id"])
    assert answer.headers["x-ms-correlation-request-id"] == "abc"
    assert "x-ms-ratelimit-remaining-subscription-reads" in answer.headers


def bearer(server, token: str | None) -> requests.Response:
    headers = {} if token is None else {"Authorization": token}
    url = f"{server.url}{server.subscription_path}/resourceGroups"
    return server.session.get(url, params={"api-version": "2024-03-01"}, headers=headers, timeout=30)


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager troubleshooting authentication")
def test_tokens_are_checked(server) -> None:
    """No token, no bearer, rubbish, expired, foreign audience, foreign tenant, foreign key: each 401 with its code."""
    tokens = Tokens(Path(server.state))
    good = tokens.issue(identity.CLIENT_ID, "https://management.azure.com", server.url)
    claims = jwt.decode(good, options={"verify_signature": False})

    def signed(**changes: object) -> str:
        return "Bearer " + jwt.encode({**claims, **changes}, tokens._key, algorithm="RS256")

    assert bearer(server, "Bearer " + good).status_code == 200
    for token, code in (
        (None, "AuthenticationFailed"),
        ("Basic abc", "AuthenticationFailedInvalidHeader"),
        ("Bearer rubbish", "InvalidAuthenticationToken"),
        ("Bearer " + jwt.encode(claims, "x" * 32, algorithm="HS256"), "InvalidAuthenticationToken"),
        (signed(exp=int(time.time()) - 1), "ExpiredAuthenticationToken"),
        (signed(aud="https://vault.azure.net"), "InvalidAuthenticationTokenAudience"),
        (signed(tid=str(uuid.uuid4())), "InvalidAuthenticationTokenTenant"),
    ):
        answer = bearer(server, token)
        assert refused(answer)[:2] == (401, code)
        assert answer.headers["WWW-Authenticate"].startswith(f'Bearer authorization_uri="{server.url}/')


def test_the_log_tells_who_and_never_what(server, group) -> None:
    """A line has the documented members, the caller's object id, and neither a body nor a token."""
    since = server.log()[-1]["n"]
    stranger = str(uuid.uuid4())
    secret = "hush-" + uuid.uuid4().hex
    headers = {"Authorization": f"Bearer {server.token(stranger)}"}
    server.request("PATCH", f"resourceGroups/{group}", {"tags": {"a": secret}}, params={"q": "1"}, headers=headers)
    login, line = server.log(since)
    assert set(line) == {"n", "method", "path", "apiVersion", "status", "ms", "caller", "answered"}
    assert line["path"] == f"{server.subscription_path}/resourceGroups/{group}?q=1"
    assert (line["method"], line["apiVersion"], line["status"]) == ("PATCH", "2024-03-01", 200)
    assert line["caller"] == identity.object_id_of(stranger) != identity.OBJECT_ID
    assert (login["method"], login["caller"]) == ("POST", None)
    assert secret not in str(server.log())
    for name in ("log.sqlite", "log.sqlite-wal", "server.log"):
        assert secret.encode() not in (server.state / name).read_bytes()


def test_nobody_else_reads_the_state(server) -> None:
    """Secret values lie in the state as they were given: its folder is the user's own."""
    assert server.state.stat().st_mode & 0o777 == 0o700


def test_the_server_listens_on_loopback_only(server) -> None:
    """No other machine can reach it: its control interface and its secret are open to whoever can."""
    listening = [c for c in psutil.Process(server.process.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    # And the port that starts the blobs when somebody connects.
    assert len(listening) == 2
    assert int(server.url.rpartition(":")[2]) in {connection.laddr.port for connection in listening}
