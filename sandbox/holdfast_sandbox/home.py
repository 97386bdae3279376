"""Where does a sandbox keep its things? One folder per sandbox; the default one lies in Holdfast's home.

The default sandbox shares the home's Pulumi folder; any other (`--state DIR`) has its own inside, because a Pulumi
state is only true beside the Azure that it describes.
"""

from __future__ import annotations

import os
from pathlib import Path

from holdfast_sandbox.engine.places import home

#: The certificates that clients of a sandbox trust: the system's and its own.
BUNDLE = "ca-bundle.pem"


def default_state_dir() -> Path:
    """`<home>/sandbox`."""
    return home() / "sandbox"


def state_dir(given: str | os.PathLike[str] | None = None) -> Path:
    """The sandbox meant: the one given, else the one this process runs inside of, else the default one. Absolute."""
    chosen = given or around()
    return Path(chosen).expanduser().absolute() if chosen else default_state_dir()


def around() -> Path | None:
    """The sandbox that this process runs inside of, known by the certificates that it was told to trust.

    No variable of our own says so: `sandbox run` sets only those that other people's programs read.
    """
    bundle = Path(os.environ.get("SSL_CERT_FILE", ""))
    return bundle.parent if bundle.name == BUNDLE and (bundle.parent / "ca.pem").is_file() else None


def pulumi_dir(state: Path) -> Path:
    """`PULUMI_HOME` of that sandbox; `backend` in it is the file backend."""
    if state == default_state_dir():
        return home() / "pulumi"
    return state / "pulumi"
