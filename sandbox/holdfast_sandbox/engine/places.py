"""Where do the engine and its state live, and which versions are meant?

 One home for everything that set-up makes, so that removing one folder removes all of it: `$HOLDFAST_HOME`, else
`.holdfast` beside the nearest `Pulumi.yaml` upward from the working directory, else `~/.holdfast`.
"""

from __future__ import annotations

import os
from pathlib import Path

OLDEST = (3, 220, 0)
"""The oldest `pulumi` that the engine tests pass on: the one that the module road builds."""

MODULE_VERSION = "3.220.0"
"""Version of `github.com/pulumi/pulumi/pkg/v3` in `gomod/go.mod`; a test compares the two."""


def home() -> Path:
    """The absolute path of Holdfast's home; it need not exist."""
    if named := os.environ.get("HOLDFAST_HOME"):
        return Path(named).expanduser().absolute()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder / ".holdfast"
    return Path.home() / ".holdfast"


def engines() -> Path:
    """The folder that holds one folder per engine version, the stand-in provider and the set-up's lock."""
    return home() / "engine"


def provider_dir() -> Path:
    """The folder that holds the stand-in `pulumi-resource-azure-native`, and nothing else."""
    return engines() / "provider"


def version_tuple(version: str) -> tuple[int, int, int]:
    """`v3.220.0` or `3.220.0-beta.1` as (3, 220, 0); ValueError for anything else."""
    core = version.strip().removeprefix("v").split("-")[0].split("+")[0]
    major, minor, patch = (int(part) for part in core.split("."))
    return major, minor, patch
