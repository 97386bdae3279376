"""Whose token is it, and is it good? Tokens are RS256-signed JWTs with the claims that Azure's have (`oid`, `tid`,
`appid`).

The signing key lies in the state folder, so that a token outlives a restart, as Azure's do. It is made at the first
login: two thirds of a second that a start need not wait for.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast_sandbox.arm.exceptions import ArmError, expired_token
from holdfast_sandbox.arm.identity import TENANT_ID, object_id_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LIFETIME = 3599  # seconds; what Azure AD gives an application by default

# Besides the server's own address: what clients of the public cloud ask tokens for.
AUDIENCES = (
    "https://management.azure.com",
    "https://management.core.windows.net",
)


@dataclass(frozen=True)
class Caller:
    """Who calls: the claims of a good token."""

    oid: str
    appid: str
    tenant: str
    is_application: bool = True


NOBODY = Caller("", "", "")


class Tokens:
    """Issues and checks the tokens of one server."""

    def __init__(self, state_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = state_dir / "signing-key.pem"
        self._clock = clock

    @cached_property
    def _key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        if self._path.exists():
            key = serialization.load_pem_private_key(self._path.read_bytes(), password=None)
            if isinstance(key, rsa.RSAPrivateKey):
                return key
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            os.fsync(file.fileno())
        fresh.replace(self._path)
        return key

    @cached_property
    def key_id(self) -> str:
        numbers = self._key.public_key().public_numbers()
        return hashlib.sha256(str(numbers.n).encode()).hexdigest()[:27]

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        numbers = self._key.public_key().public_numbers()

        def encoded(number: int) -> str:
            raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
            return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            "n": encoded(numbers.n),
            "e": encoded(numbers.e),
        }
        return {"keys": [key]}

    def issue(self, client_id: str, audience: str, issuer: str, lifetime: int = LIFETIME) -> str:
        """A token for the service principal of `client_id`, good for `lifetime` seconds."""
        import jwt

        now = int(self._clock())
        claims = {
            "aud": audience,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "appid": client_id,
            "appidacr": "1",
            "idp": issuer,
            "idtyp": "app",
            "oid": object_id_of(client_id),
            "sub": object_id_of(client_id),
            "tid": TENANT_ID,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id, "x5t": self.key_id})

    def check(self, header: str | None, base_url: str, *, graph: bool = False) -> Caller:
        """The caller of a request with this `Authorization` header; 401 ArmError, worded as Azure does, otherwise.

        `graph`: of a request to Microsoft Graph, which takes tokens for itself alone.
        """
        import jwt

        if not header:
            raise self._refused(
                base_url, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
            )
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise self._refused(
                base_url,
                "AuthenticationFailedInvalidHeader",
                "Authentication failed. The 'Authorization' header is provided in an invalid format.",
            )
        try:
            claims = jwt.decode(
                token.strip(),
                self._key.public_key(),
                algorithms=["RS256"],
                options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise self._refused(base_url, "InvalidAuthenticationToken", "The access token is invalid.") from None
        now = self._clock()
        if claims.get("exp", 0) <= now:
            error = expired_token(datetime.fromtimestamp(claims.get("exp", 0), UTC), datetime.fromtimestamp(now, UTC))
            raise self._refused(base_url, error.code, error.message)
        audience = str(claims.get("aud", "")).rstrip("/")
        allowed = (f"{base_url}/graph",) if graph else (*AUDIENCES, base_url)
        if graph and audience.lower() not in allowed:
            # The answer of stackoverflow.com/q/46101980, where a token was for another resource.
            raise self._refused(base_url, "InvalidAuthenticationToken", "Access token validation failure.")
        if audience.lower() not in allowed:
            shown = ",".join(f"'{name}/'" for name in allowed)
            raise self._refused(
                base_url,
                "InvalidAuthenticationTokenAudience",
                f"The access token has been obtained for wrong audience or resource '{claims.get('aud', '')}'. It "
                "should "
                f"exactly match with one of the allowed audiences {shown}.",
            )
        if claims.get("tid") != TENANT_ID:
            raise self._refused(
                base_url,
                "InvalidAuthenticationTokenTenant",
                f"The access token is from the wrong issuer '{claims.get('iss', '')}'. It must match the tenant "
                f"'{base_url}/{TENANT_ID}/' associated with this subscription.",
            )
        return Caller(claims["oid"], claims.get("appid", ""), claims["tid"], claims.get("idtyp", "app") == "app")

    def _refused(self, base_url: str, code: str, message: str) -> ArmError:
        challenge = (
            f'Bearer authorization_uri="{base_url}/{TENANT_ID}", error="invalid_token", error_description="{message}"'
        )
        return ArmError(401, code, message, headers={"WWW-Authenticate": challenge})
