"""Stack settings -> what is wanted. All faults of a file at once, each with its file, its full key path and its value.

`load` takes what Pulumi hands over, `read_file` a stack file on disk; `schema` is what editors complete from.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.settings.environment import KEY, LOCATION_KEY, SUBSCRIPTION_KEY, load

if TYPE_CHECKING:
    from holdfast.model.wanted import Wanted

__all__ = ["KEY", "LOCATION_KEY", "SUBSCRIPTION_KEY", "load", "read_file", "schema"]


def read_file(
    path: Path | str,
    *,
    project: str | None = None,
    stack: str | None = None,
    subscription: str | None = None,
    location: str | None = None,
) -> Wanted:
    """What the stack file at `path` wants; see `holdfast.settings.file.read_file`."""
    from holdfast.settings.file import read_file as read  # only the commands read files: the program needs no YAML

    return read(path, project=project, stack=stack, subscription=subscription, location=location)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a whole `Pulumi.<stack>.yaml`."""
    from holdfast.settings.json_schema import schema as build

    return build()
