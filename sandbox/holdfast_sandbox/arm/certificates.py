"""By which certificate do clients trust the sandbox? One authority per state folder, kept; a fresh server certificate
a start.

`ca-bundle.pem` holds the system's authorities and ours, so that a program under `SSL_CERT_FILE` /
`REQUESTS_CA_BUNDLE` still reaches the rest of the world.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

_NAMES = ("localhost", "127.0.0.1", "::1")

CA, CA_KEY, BUNDLE = "ca.pem", "ca-key.pem", "ca-bundle.pem"


def server_context(state_dir: Path) -> ssl.SSLContext:
    """A TLS context for `localhost`, `127.0.0.1` and `::1`; writes `ca.pem` and `ca-bundle.pem` beside the state."""
    authority = _authority(state_dir)
    _write(state_dir / BUNDLE, system_authorities() + b"\n" + authority.cert_pem.bytes(), 0o644)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_NAMES).configure_cert(context)
    return context


def server_files(state_dir: Path, folder: Path) -> tuple[Path, Path]:
    """Certificate chain and key as PEM files in `folder`, for a server that is none of ours; fresh at each start."""
    issued = _authority(state_dir).issue_cert(*_NAMES)
    chain, key = folder / "server.pem", folder / "server-key.pem"
    _write(chain, b"".join(part.bytes() for part in issued.cert_chain_pems), 0o644)
    _write(key, issued.private_key_pem.bytes(), 0o600)
    return chain, key


def _authority(state_dir: Path) -> trustme.CA:
    import trustme

    cert, key = state_dir / CA, state_dir / CA_KEY
    if cert.exists() and key.exists():
        authority = trustme.CA.from_pem(cert.read_bytes(), key.read_bytes())
    else:
        authority = trustme.CA(organization_name="Holdfast sandbox (this machine only)")
        _write(key, authority.private_key_pem.bytes(), 0o600)
        _write(cert, authority.cert_pem.bytes(), 0o644)
    return authority


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
