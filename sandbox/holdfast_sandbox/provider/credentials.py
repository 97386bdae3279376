"""As whom does the stand-in act?

The real provider's order (`newSingleMethodAuthCredential`): default credential, client certificate, client secret,
OIDC, managed identity, az CLI. The first that is configured is used, and its failure is final. A secret and an OIDC
assertion are one request to the token endpoint, made here; the others go to azure-identity, imported only then.
"""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from holdfast_sandbox.provider.errors import ProviderError, of_answer
from holdfast_sandbox.provider.login_retries import patiently
from holdfast_sandbox.provider.settings import Cloud, ConfigurationError, Settings
from holdfast_sandbox.provider.transport import Transport, TransportError
from holdfast_sandbox.provider.values import Json

_EARLY_SECONDS = 300.0  # a token is renewed this long before it ends, as azcore does

# Gets (token, seconds that it lasts) for a scope.
_Acquire = Callable[[str], tuple[str, float]]


@dataclass(frozen=True)
class Account:
    """Who deploys, and where to. `client_id` and `tenant_id` as configured: the token's own claims come first."""

    tokens: Tokens
    subscription_id: str
    client_id: str
    tenant_id: str


class Tokens:
    """Bearer tokens by scope, kept until they near their end; safe for many threads."""

    def __init__(self, acquire: _Acquire) -> None:
        self._acquire = acquire
        self._lock = threading.Lock()
        self._held: dict[str, tuple[str, float]] = {}

    def __call__(self, scope: str) -> str:
        with self._lock:
            token, end = self._held.get(scope, ("", 0.0))
            if time.monotonic() >= end - _EARLY_SECONDS:
                token, seconds = self._acquire(scope)
                self._held[scope] = (token, time.monotonic() + seconds)
            return token


def sign_in(settings: Settings, cloud: Cloud, transport: Transport) -> Account:
    """The account that the settings name; ConfigurationError when a method is chosen but incomplete, or none is
    there.
    """
    get = settings.get
    subscription = get("subscriptionId", "ARM_SUBSCRIPTION_ID")
    client, tenant = get("clientId", "ARM_CLIENT_ID"), get("tenantId", "ARM_TENANT_ID")

    def account(acquire: _Acquire, subscription_id: str = subscription) -> Account:
        return Account(Tokens(acquire), subscription_id, client, tenant)

    def require(how: str, *, identity: bool = True) -> None:
        wanted = {"Subscription ID": subscription} | ({"Tenant ID": tenant, "Client ID": client} if identity else {})
        for what, value in wanted.items():
            if not value:
                raise ConfigurationError(f"A {what} must be configured when authenticating {how}.")

    if settings.flag("useDefaultAzureCredential", "ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        require("using the Default Azure Credential", identity=False)
        return account(_azure_identity("DefaultAzureCredential", cloud))
    certificate = get("clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH")
    if certificate:
        require("as a Service Principal using a Client Certificate")
        password = get("clientCertificatePassword", "ARM_CLIENT_CERTIFICATE_PASSWORD") or None
        return account(_azure_identity("CertificateCredential", cloud, tenant, client, certificate, password=password))
    secret = get("clientSecret", "ARM_CLIENT_SECRET")
    if secret:
        require("as a Service Principal using a Client Secret")
        return account(
            _token_request(
                "ClientSecretCredential", cloud, tenant, client, transport, lambda: {"client_secret": secret}
            )
        )
    if settings.flag("useOidc", "ARM_USE_OIDC"):
        require("with OIDC")
        assertion = _oidc_assertion(settings, transport)
        return account(
            _token_request(
                "ClientAssertionCredential",
                cloud,
                tenant,
                client,
                transport,
                lambda: {
                    "client_assertion": assertion(),
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                },
            )
        )
    if settings.flag("useMsi", "ARM_USE_MSI"):
        require("as a Managed Identity using MSI", identity=False)
        return account(_azure_identity("ManagedIdentityCredential", cloud, client_id=client or None))
    return _az_cli(cloud, subscription, account)


def _token_request(
    name: str, cloud: Cloud, tenant: str, client: str, transport: Transport, proof: Callable[[], dict[str, str]]
) -> _Acquire:
    url = f"{cloud.login}/{tenant}/oauth2/v2.0/token"

    def acquire(scope: str) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", "client_id": client, "scope": scope, **proof()}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            answer = patiently(lambda: transport.send("POST", url, headers, urlencode(form).encode(), 60.0))
        except TransportError as error:
            raise ProviderError(f"{name} authentication failed: {error}") from None
        if answer.status != 200:
            raise ProviderError(f"{name} authentication failed: POST {url}: {of_answer(answer)}")
        document: Any = answer.json()
        return str(document["access_token"]), float(document.get("expires_in", 3600))

    return acquire


def _oidc_assertion(settings: Settings, transport: Transport) -> Callable[[], str]:
    get = settings.get
    token, path = get("oidcToken", "ARM_OIDC_TOKEN"), get("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH")
    url = get("oidcRequestUrl", "ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = get("oidcRequestToken", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if token:
        return lambda: token
    if path:
        try:
            held = Path(path).read_text()
        except OSError as error:
            raise ConfigurationError(f"failed to read OIDC token from {path}: {error}") from None
        return lambda: held
    if not (url and bearer):
        raise ConfigurationError(
            "A OIDC token or request URL and token must be configured when authenticating with OIDC."
        )
    audience = get("oidcAudience", "ARM_OIDC_AUDIENCE") or "api://AzureADTokenExchange"

    def exchange() -> str:
        full = f"{url}{'&' if '?' in url else '?'}{urlencode({'audience': audience})}"
        answer = transport.send("GET", full, {"Authorization": f"Bearer {bearer}", "Accept": "application/json"})
        if not 200 <= answer.status <= 299:
            raise ProviderError(f"GitHub OIDC: {answer.status} with response: {answer.body.decode('utf-8', 'replace')}")
        return str(answer.json()["value"])

    return exchange


def _azure_identity(name: str, cloud: Cloud, *args: Any, **options: Any) -> _Acquire:
    """A credential of azure-identity against the cloud's own login endpoint, which no public directory knows."""
    import azure.identity

    credential: Any = getattr(azure.identity, name)(
        *args, authority=cloud.login, disable_instance_discovery=True, **options
    )

    def acquire(scope: str) -> tuple[str, float]:
        try:
            token = credential.get_token(scope)
        except Exception as error:  # azure-identity raises many kinds; each is the answer to "why not"
            raise ProviderError(f"{name} authentication failed: {error}") from None
        return token.token, token.expires_on - time.time()

    return acquire


def _az_cli(cloud: Cloud, subscription: str, account: Callable[..., Account]) -> Account:
    """The az CLI's login, which also tells the subscription when none is configured."""
    import shutil  # these two only here: this road is the last one
    import subprocess

    looked = (
        "no other credential is configured: looked for azure-native:useDefaultAzureCredential, clientCertificatePath, "
        "clientSecret, useOidc and useMsi, and for ARM_USE_DEFAULT_AZURE_CREDENTIAL, ARM_CLIENT_CERTIFICATE_PATH, "
        "ARM_CLIENT_SECRET, ARM_USE_OIDC and ARM_USE_MSI"
    )
    az = shutil.which("az")
    if az is None:
        raise ConfigurationError(f"AzureCLICredential: Azure CLI not found on path; {looked}")
    command = [az, "account", "show", "--output", "json", *(["--subscription", subscription] if subscription else [])]
    shown = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "AZURE_CORE_NO_COLOR": "true"}
    )
    if shown.returncode != 0:
        reason = shown.stderr.strip().splitlines()
        raise ConfigurationError(f"AzureCLICredential: {reason[-1] if reason else 'az account show failed'}; {looked}")
    found: Any = json.loads(shown.stdout)
    if found.get("environmentName") != cloud.name:
        raise ConfigurationError(
            f"The configured Azure cloud '{cloud.name}' does not match the active cloud "
            f"'{found.get('environmentName')}'. You can change clouds using 'az cloud set --name <cloud>'."
        )
    import azure.identity

    credential: Any = azure.identity.AzureCliCredential()

    def acquire(scope: str) -> tuple[str, float]:
        try:
            token = credential.get_token(scope)
        except Exception as error:  # as above
            raise ProviderError(f"AzureCLICredential: {error}") from None
        return token.token, token.expires_on - time.time()

    return account(acquire, str(found["id"]))


def claims(token: str) -> Json:
    """The payload of a JWT, unverified: the provider reads its own token to learn who it is."""
    try:
        payload = token.split(".")[1]
        held: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError) as error:
        raise ProviderError(f"parsing claims from access token: {error}") from None
    return held if isinstance(held, dict) else {}


def client_config(account: Account, cloud: Cloud) -> Json:
    """What `getClientConfig` answers: the token's own `appid`, `oid` and `tid`, else the configured ids."""
    held = claims(account.tokens(f"{cloud.graph.rstrip('/') or cloud.audience.rstrip('/')}/.default"))
    return {
        "clientId": held.get("appid") or account.client_id,
        "objectId": held.get("oid") or "",
        "subscriptionId": account.subscription_id,
        "tenantId": held.get("tid") or account.tenant_id,
    }
