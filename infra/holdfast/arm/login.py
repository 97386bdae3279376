"""Who is asking, in a process that the provider's own token does not reach?

The dynamic resources and the `holdfast` command log in by azure-identity in the provider's order: default credential
where asked for, certificate, secret, OIDC, managed identity, az CLI (azure-native's documented `ARM_*` variables).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.arm.cloud import Cloud, patiently
from holdfast.model.errors import Fault, HoldfastError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


def log_in(cloud: Cloud, environ: Mapping[str, str]) -> TokenCredential:
    """A credential; nothing is asked of Azure before its first token.

    Raises HoldfastError `no-credentials` where the variables name a way and leave out what it needs.
    """
    # Imported here: azure-identity takes a third of a second, which a run that writes nothing need not pay.
    import azure.identity as identity

    options: dict[str, Any] = {"authority": cloud.login}
    if cloud.custom:
        options["disable_instance_discovery"] = True
    tenant, client = environ.get("ARM_TENANT_ID", ""), environ.get("ARM_CLIENT_ID", "")
    if _on(environ, "ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return identity.DefaultAzureCredential(authority=cloud.login)
    if certificate := environ.get("ARM_CLIENT_CERTIFICATE_PATH"):
        _need(tenant, client)
        password = environ.get("ARM_CLIENT_CERTIFICATE_PASSWORD") or None
        try:
            return identity.CertificateCredential(tenant, client, certificate, password=password, **options)
        except (OSError, ValueError) as error:
            raise _unusable(f"the certificate {certificate} (ARM_CLIENT_CERTIFICATE_PATH)", error) from None
    if secret := environ.get("ARM_CLIENT_SECRET"):
        _need(tenant, client)
        return identity.ClientSecretCredential(tenant, client, secret, **options)
    if _on(environ, "ARM_USE_OIDC"):
        _need(tenant, client)
        return identity.ClientAssertionCredential(tenant, client, lambda: _assertion(environ), **options)
    if _on(environ, "ARM_USE_MSI"):
        return identity.ManagedIdentityCredential(client_id=client or None)
    return identity.AzureCliCredential(tenant_id=tenant)


def _on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").lower() in ("1", "true")


def _need(tenant: str, client: str) -> None:
    lacking = [name for name, value in (("ARM_TENANT_ID", tenant), ("ARM_CLIENT_ID", client)) if not value]
    if lacking:
        raise HoldfastError(
            [
                Fault(
                    "no-credentials",
                    f"the login is not complete: {' and '.join(lacking)} not set",
                    hint="set all of ARM_TENANT_ID, ARM_CLIENT_ID and the secret, certificate or token",
                )
            ]
        )


def _assertion(environ: Mapping[str, str]) -> str:
    """The OIDC token: given, in a file, or asked of the pipeline (GitHub's and Azure DevOps' documented request)."""
    if token := environ.get("ARM_OIDC_TOKEN"):
        return token
    if path := environ.get("ARM_OIDC_TOKEN_FILE_PATH"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise _unusable(f"the token in {path} (ARM_OIDC_TOKEN_FILE_PATH)", error) from None
    import requests

    url = environ.get("ARM_OIDC_REQUEST_URL") or environ.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    bearer = environ.get("ARM_OIDC_REQUEST_TOKEN") or environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
    if not (url and bearer):
        raise HoldfastError(
            [
                Fault(
                    "no-credentials",
                    "ARM_USE_OIDC is set, and there is no token: neither ARM_OIDC_TOKEN, a file, nor a request URL",
                    hint="in GitHub Actions give the job `permissions: id-token: write`",
                )
            ]
        )
    try:
        with patiently() as session:
            answer = session.get(
                url,
                params={"audience": "api://AzureADTokenExchange"},
                headers={"Authorization": f"Bearer {bearer}"},
                timeout=30,
            )
        answer.raise_for_status()
        return str(answer.json()["value"])
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise _unusable("the pipeline's OIDC token", error) from None


def login_refused(evidence: tuple[tuple[str, str], ...]) -> Fault:
    """The fault of a request that Azure answered with 401."""
    hint = "check ARM_TENANT_ID, ARM_CLIENT_ID and what goes with them, or `az login`"
    return Fault("login-refused", "the login was refused", evidence, hint)


def _unusable(what: str, error: Exception) -> HoldfastError:
    """The sort of error only: its text may hold a request with its token."""
    return HoldfastError(
        [
            Fault(
                "no-credentials",
                f"{what} can't be used to log in",
                (("answer", type(error).__name__),),
                "check the ARM_* variables of this login",
            )
        ]
    )
