"""How does a client find the sandbox's endpoints and get a token? The cloud's metadata, OpenID discovery, the token
endpoint.

What real clients ask for, as tried with azure-identity (MSAL), the az CLI and the providers of Terraform and Pulumi:
`/metadata/endpoints` (one object from 2022-09-01 on, a list or the oldest shape before), `/{tenant}/[v2.0/].well-known/
openid-configuration`, `/common/discovery/instance`, `/{tenant}/oauth2/[v2.0/]token`.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from holdfast_sandbox.arm.auth import LIFETIME, Tokens
from holdfast_sandbox.arm.identity import CLIENT_ID, CLIENT_SECRET, TENANT_ID, object_id_of

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Names that stand for the caller's own tenant.
_ANY_TENANT = {"common", "organizations", "consumers"}
# Vault host names resolve nowhere (RFC 2606): a client that strays can never reach a real vault.
VAULT_SUFFIX = "vault.sandbox.invalid"
# What storage's clients ask tokens for, and the issuer of such tokens of version 1.0 (Microsoft Learn, "Access token
# claims reference").
STORAGE, STORAGE_ISSUER = "https://storage.azure.com", "https://sts.windows.net"
_SUFFIXES = {
    "acrLoginServer": "registry.sandbox.invalid",
    "keyVaultDns": VAULT_SUFFIX,
    "storage": "storage.sandbox.invalid",
    "sqlServerHostname": "database.sandbox.invalid",
    "mhsmDns": "managedhsm.sandbox.invalid",
    "azureDataLakeStoreFileSystem": "datalakestore.sandbox.invalid",
    "azureDataLakeAnalyticsCatalogAndJob": "datalakeanalytics.sandbox.invalid",
    "attestationEndpoint": "attest.sandbox.invalid",
    "mysqlServerEndpoint": "mysql.sandbox.invalid",
    "postgresqlServerEndpoint": "postgres.sandbox.invalid",
    "mariadbServerEndpoint": "mariadb.sandbox.invalid",
    "synapseAnalytics": "azuresynapse.sandbox.invalid",
}


def base_url_of(request: Request) -> str:
    """`https://localhost:PORT`, as the client addressed the server."""
    return f"https://{request.headers.get('host', 'localhost')}"


def login_routes(tokens: Tokens) -> list[Route]:
    """Everything that needs no token."""

    async def metadata(request: Request) -> Response:
        base = base_url_of(request)
        version = request.query_params.get("api-version")
        if version is None:
            error = {"code": "MissingApiVersionParameter", "message": "The api-version query parameter is required."}
            return JSONResponse({"error": error}, 400)
        if version < "2018":
            return JSONResponse(
                {
                    "galleryEndpoint": f"{base}/",
                    "graphEndpoint": f"{base}/",
                    "portalEndpoint": f"{base}/",
                    "authentication": {"loginEndpoint": f"{base}/", "audiences": [base]},
                }
            )
        cloud = _cloud(base)
        return JSONResponse([cloud] if version < "2022" else cloud)

    async def openid(request: Request) -> Response:
        tenant = request.path_params["tenant"]
        refused = _refused_tenant(tenant)
        if refused:
            return refused
        base = base_url_of(request)
        two = "/v2.0" if "/v2.0/" in request.url.path else ""
        return JSONResponse(
            {
                "issuer": f"{base}/{TENANT_ID}{two}" + ("" if two else "/"),
                "authorization_endpoint": f"{base}/{tenant}/oauth2{two}/authorize",
                "token_endpoint": f"{base}/{tenant}/oauth2{two}/token",
                "device_authorization_endpoint": f"{base}/{tenant}/oauth2{two}/devicecode",
                "end_session_endpoint": f"{base}/{tenant}/oauth2{two}/logout",
                "jwks_uri": f"{base}/{tenant}/discovery{two}/keys",
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post",
                    "private_key_jwt",
                    "client_secret_basic",
                ],
                "response_types_supported": ["code", "id_token", "token"],
                "response_modes_supported": ["query", "fragment", "form_post"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "tenant_region_scope": None,
                "cloud_instance_name": base.removeprefix("https://"),
            }
        )

    async def instance(request: Request) -> Response:
        base = base_url_of(request)
        host = base.removeprefix("https://")
        return JSONResponse(
            {
                "tenant_discovery_endpoint": f"{base}/{TENANT_ID}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
            }
        )

    async def keys(request: Request) -> Response:
        return JSONResponse(tokens.jwks())

    async def token(request: Request) -> Response:
        tenant = request.path_params["tenant"]
        refused = _refused_tenant(tenant)
        if refused:
            return refused
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        _from_basic_header(request, form)
        version_2 = "/v2.0/" in request.url.path
        refused = _refused_client(form, tenant)
        if refused:
            return refused
        client = form["client_id"].lower()
        audience = _audience(form, version_2)
        if not audience:
            what = "scope" if version_2 else "resource"
            return _oauth_error(
                400, "invalid_request", 900144, f"The request body must contain the following parameter: '{what}'."
            )
        base = base_url_of(request)
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": tokens.issue(client, audience, _issuer(base, audience)),
        }
        if not version_2:
            now = int(datetime.now(UTC).timestamp())
            answer |= {"expires_in": str(LIFETIME), "ext_expires_in": str(LIFETIME)}
            answer |= {"expires_on": str(now + LIFETIME), "not_before": str(now), "resource": audience}
        if form.get("client_info") == "1":
            info = json.dumps({"uid": object_id_of(client), "utid": TENANT_ID}).encode()
            answer["client_info"] = base64.urlsafe_b64encode(info).rstrip(b"=").decode()
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return [
        Route("/metadata/endpoints", metadata),
        Route("/common/discovery/instance", instance),
        Route("/{tenant}/.well-known/openid-configuration", openid),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", openid),
        Route("/{tenant}/discovery/keys", keys),
        Route("/{tenant}/discovery/v2.0/keys", keys),
        Route("/{tenant}/oauth2/token", token, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
    ]


def _cloud(base: str) -> dict[str, Any]:
    return {
        "name": "HoldfastSandbox",
        "portal": base,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [base, "https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": base,
        "resourceManagerEndpoint": base,
        "graph": f"{base}/graph",
        "graphAudience": f"{base}/graph",
        "microsoftGraphResourceId": f"{base}/graph",
        "activeDirectoryDataLake": f"{base}/datalake",
        "batch": f"{base}/batch",
        "media": f"{base}/media",
        "gallery": base,
        "sqlManagement": f"{base}/sql",
        "vmImageAliasDoc": f"{base}/images",
        "logAnalyticsResourceId": f"{base}/loganalytics",
        "appInsightsResourceId": f"{base}/appinsights",
        "appInsightsTelemetryChannelResourceId": f"{base}/telemetry",
        "attestationResourceId": f"{base}/attestation",
        "synapseAnalyticsResourceId": f"{base}/synapse",
        "ossrDbmsResourceId": f"{base}/ossrdbms",
        "suffixes": _SUFFIXES,
    }


def _issuer(base: str, audience: str) -> str:
    """Who signs. Of a token for storage Azure's own: Azurite, which gets it, knows no other."""
    return f"{STORAGE_ISSUER}/{TENANT_ID}/" if audience.rstrip("/") == STORAGE else f"{base}/{TENANT_ID}/"


def _audience(form: dict[str, str], version_2: bool) -> str:
    if not version_2:
        return form.get("resource", "")
    scopes = [scope for scope in form.get("scope", "").split() if scope.endswith("/.default")]
    return scopes[0].removesuffix("/.default") if scopes else ""


def _from_basic_header(request: Request, form: dict[str, str]) -> None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return
        form.setdefault("client_id", client)
        form.setdefault("client_secret", secret)


def _refused_tenant(tenant: str) -> Response | None:
    if tenant.lower() in {TENANT_ID, *_ANY_TENANT}:
        return None
    return _oauth_error(
        400,
        "invalid_request",
        90002,
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct "
        "cloud. Check with your subscription administrator, this may happen if there are no active subscriptions "
        "for the "
        "tenant.",
    )


def _refused_client(form: dict[str, str], tenant: str) -> Response | None:
    grant, client = form.get("grant_type", ""), form.get("client_id", "")
    if grant != "client_credentials":
        return _oauth_error(
            400,
            "unsupported_grant_type",
            70003,
            f"The app requested an unsupported grant type '{grant}'.",
        )
    if not client:
        return _oauth_error(
            400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_id'."
        )
    if not _GUID.fullmatch(client):
        return _oauth_error(
            400,
            "unauthorized_client",
            700016,
            f"Application with identifier '{client}' was not found in the directory '{tenant}'.",
        )
    secret, assertion = form.get("client_secret", ""), form.get("client_assertion", "")
    if not secret and not assertion:
        return _oauth_error(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    # Any other client is a stranger that tests act as: any secret will do.
    if client.lower() == CLIENT_ID and not assertion and secret != CLIENT_SECRET:
        return _oauth_error(
            401,
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
            "value, not "
            f"the client secret ID, for a secret added to app '{client}'.",
        )
    return None


def _oauth_error(status: int, error: str, number: int, text: str) -> Response:
    trace, correlation = uuid.uuid4(), uuid.uuid4()
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return JSONResponse(
        {
            "error": error,
            "error_description": f"AADSTS{number}: {text} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {stamp}",
            "error_codes": [number],
            "timestamp": stamp,
            "trace_id": str(trace),
            "correlation_id": str(correlation),
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        },
        status,
    )
