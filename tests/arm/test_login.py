"""Is the login of our own processes the provider's, in the provider's order?"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import azure.identity as identity
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from holdfast.arm import Cloud, log_in
from holdfast.arm.login import _assertion
from holdfast.model.errors import Blame, HoldfastError

CLOUD = Cloud("https://management.azure.com", "https://login.microsoftonline.com", "https://audience")
TENANT, CLIENT = "5a4db0c5-7e0a-4000-8000-000000000001", "5a4db0c5-c11e-4000-8000-000000000003"
WHO = {"ARM_TENANT_ID": TENANT, "ARM_CLIENT_ID": CLIENT}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A self-signed certificate with its key, as service principals have."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    day = datetime.datetime(2026, 1, 1)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "sp.pem"
    encoding, unlocked = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, unlocked) + signed.public_bytes(encoding)
    )
    return str(path)


WAYS: list[tuple[str, dict[str, str], type]] = [
    ("default", {"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true"}, identity.DefaultAzureCredential),
    ("certificate", {"ARM_CLIENT_CERTIFICATE_PATH": "CERTIFICATE"}, identity.CertificateCredential),
    ("secret", {"ARM_CLIENT_SECRET": "s"}, identity.ClientSecretCredential),
    ("oidc", {"ARM_USE_OIDC": "1", "ARM_OIDC_TOKEN": "t"}, identity.ClientAssertionCredential),
    ("managed identity", {"ARM_USE_MSI": "TRUE"}, identity.ManagedIdentityCredential),
    ("az CLI", {}, identity.AzureCliCredential),
]


@pytest.mark.source("azure-facts section 1: default, certificate, secret, OIDC, managed identity, az CLI")
@pytest.mark.parametrize("first", range(len(WAYS)), ids=[way[0] for way in WAYS])
def test_the_first_way_that_is_set_is_taken(first: int, certificate: str) -> None:
    """Each way wins over all that come after it, in the provider's order."""
    environ = dict(WHO)
    for _, variables, _ in WAYS[first:]:
        environ |= {name: value.replace("CERTIFICATE", certificate) for name, value in variables.items()}
    assert type(log_in(CLOUD, environ)) is WAYS[first][2]


@pytest.mark.parametrize("off", ["", "0", "false", "no"])
def test_a_way_that_is_switched_off_is_not_taken(off: str) -> None:
    """A variable that is there is not yet a yes."""
    names = ("ARM_USE_DEFAULT_AZURE_CREDENTIAL", "ARM_USE_OIDC", "ARM_USE_MSI")
    assert type(log_in(CLOUD, dict.fromkeys(names, off))) is identity.AzureCliCredential


@pytest.mark.parametrize("way", WAYS[1:4], ids=[way[0] for way in WAYS[1:4]])
@pytest.mark.parametrize("lacking", ["ARM_TENANT_ID", "ARM_CLIENT_ID"])
def test_a_way_that_lacks_something_is_refused_before_anybody_is_asked(
    way: tuple[str, dict[str, str], type], lacking: str, certificate: str
) -> None:
    """With the variable that is missing, and not another way in its place."""
    environ = {name: value.replace("CERTIFICATE", certificate) for name, value in way[1].items()}
    environ |= {name: value for name, value in WHO.items() if name != lacking}
    with pytest.raises(HoldfastError) as caught:
        log_in(CLOUD, environ)
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("no-credentials", Blame.USER)
    assert lacking in fault.message


def test_both_that_are_missing_are_named() -> None:
    """In one fault."""
    with pytest.raises(HoldfastError, match="ARM_TENANT_ID and ARM_CLIENT_ID not set"):
        log_in(CLOUD, {"ARM_CLIENT_SECRET": "s"})


def test_the_login_goes_to_the_clouds_own_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud that a metadata host described is not looked up in the public one's directory."""
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(identity, "ClientSecretCredential", lambda *_, **options: asked.append(options))
    for custom in (True, False):
        log_in(Cloud("https://m", "https://login", "https://a", custom=custom), {**WHO, "ARM_CLIENT_SECRET": "s"})
    assert asked == [
        {"authority": "https://login", "disable_instance_discovery": True},
        {"authority": "https://login"},
    ]


@pytest.mark.parametrize("broken", ["missing", "no certificate", "no RSA key"])
def test_a_certificate_that_can_not_be_used_is_a_fault(tmp_path: Path, broken: str) -> None:
    """And no traceback; its content is not shown."""
    path = tmp_path / "sp.pem"
    if broken == "no certificate":
        path.write_text("secret words", encoding="utf-8")
    if broken == "no RSA key":
        key = ec.generate_private_key(ec.SECP256R1())
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    with pytest.raises(HoldfastError) as caught:
        log_in(CLOUD, {**WHO, "ARM_CLIENT_CERTIFICATE_PATH": str(path)})
    assert caught.value.faults[0].id == "no-credentials"
    assert "ARM_CLIENT_CERTIFICATE_PATH" in caught.value.faults[0].message
    assert "secret words" not in str(caught.value)


def test_an_oidc_token_is_given_or_in_a_file(tmp_path: Path) -> None:
    """The variable wins; a file's line end is not part of the token."""
    path = tmp_path / "token"
    path.write_text("from-file\n", encoding="utf-8")
    assert _assertion({"ARM_OIDC_TOKEN_FILE_PATH": str(path)}) == "from-file"
    assert _assertion({"ARM_OIDC_TOKEN_FILE_PATH": str(path), "ARM_OIDC_TOKEN": "given"}) == "given"


def test_a_token_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(HoldfastError, match="gone"):
        _assertion({"ARM_OIDC_TOKEN_FILE_PATH": str(tmp_path / "gone")})


@pytest.mark.source("GitHub Docs, OpenID Connect: ACTIONS_ID_TOKEN_REQUEST_URL, audience api://AzureADTokenExchange")
@pytest.mark.parametrize("names", ["ARM_OIDC_REQUEST_", "ACTIONS_ID_TOKEN_REQUEST_"])
def test_a_pipeline_is_asked_for_its_token(double: Any, names: str) -> None:
    """With the audience that Entra wants, and the pipeline's own bearer."""
    double.script = [(200, {}, {"value": "from-pipeline"})]
    environ = {f"{names}URL": f"{double.url}/token?x=1", f"{names}TOKEN": "bearer"}
    assert _assertion(environ) == "from-pipeline"
    assert double.seen[0]["path"] == "/token?x=1&audience=api%3A%2F%2FAzureADTokenExchange"
    assert double.seen[0]["headers"]["Authorization"] == "Bearer bearer"


@pytest.mark.parametrize("scripted", [(403, {}, {}), (200, {}, {}), (200, {}, "<html>"), (200, {}, []), None])
def test_a_pipeline_without_a_token_is_a_fault(double: Any, scripted: Any) -> None:
    """And no traceback, and nothing of the request, which holds a secret."""
    double.script = [scripted]
    with pytest.raises(HoldfastError) as caught:
        _assertion({"ARM_OIDC_REQUEST_URL": f"{double.url}/t", "ARM_OIDC_REQUEST_TOKEN": "bearer-secret"})
    assert caught.value.faults[0].id == "no-credentials"
    assert "bearer-secret" not in str(caught.value)


@pytest.mark.parametrize("given", [{}, {"ARM_OIDC_REQUEST_URL": "https://x"}, {"ARM_OIDC_REQUEST_TOKEN": "t"}])
def test_no_token_anywhere_says_what_to_permit(given: dict[str, str]) -> None:
    """The commonest cause: a job without `id-token: write`."""
    with pytest.raises(HoldfastError, match="id-token: write"):
        _assertion(given)


def test_the_assertion_is_asked_for_when_a_token_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before: it may be short-lived."""
    asked: list[Callable[[], str]] = []
    monkeypatch.setattr(identity, "ClientAssertionCredential", lambda _t, _c, ask, **_: asked.append(ask))
    environ = {**WHO, "ARM_USE_OIDC": "true"}
    log_in(CLOUD, environ)
    environ["ARM_OIDC_TOKEN"] = "later"
    assert asked[0]() == "later"
