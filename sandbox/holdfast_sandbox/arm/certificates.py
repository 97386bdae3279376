"""By which certificate do clients trust the sandbox? One authority per state folder, kept; a fresh server certificate
a start.

`ca-bundle.pem` holds the system's authorities and ours, so that a program under `SSL_CERT_FILE` /
`REQUESTS_CA_BUNDLE` still reaches the rest of the world.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

CA, CA_KEY, BUNDLE = "ca.pem", "ca-key.pem", "ca-bundle.pem"


def server_context(state_dir: Path) -> ssl.SSLContext:
    """A TLS context for `localhost`, `127.0.0.1` and `::1`; writes `ca.pem` and `ca-bundle.pem` beside the state."""
    import trustme

    cert, key = state_dir / CA, state_dir / CA_KEY
    if cert.exists() and key.exists():
        authority = trustme.CA.from_pem(cert.read_bytes(), key.read_bytes())
    else:
        authority = trustme.CA(organization_name="Holdfast sandbox (this machine only)")
        _write(key, authority.private_key_pem.bytes(), 0o600)
        _write(cert, authority.cert_pem.bytes(), 0o644)
    _write(state_dir / BUNDLE, system_authorities() + b"\n" + cert.read_bytes(), 0o644)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", "::1").configure_cert(context)
    return context


def system_authorities() -> bytes:
    """The PEM bundle this machine trusts: `SSL_CERT_FILE`, else OpenSSL's default file, else certifi's."""
    places = [
        os.environ.get("SSL_CERT_FILE"),
        os.environ.get("REQUESTS_CA_BUNDLE"),
        ssl.get_default_verify_paths().cafile,
    ]
    for place in places:
        # A bundle of a sandbox (this one, or one around it) already holds the system's: taken as any other.
        if place and Path(place).is_file():
            return Path(place).read_bytes()
    try:
        import certifi
    except ImportError:
        return b""
    return Path(certifi.where()).read_bytes()


def _write(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    fresh.replace(path)
