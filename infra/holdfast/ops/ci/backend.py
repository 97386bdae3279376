"""Where are the stack's states, and can they still be read? For backends of files; others are asked by the CLI alone.

A killed run may leave one file of such a backend half written: the `.attrs` beside a checkpoint, which holds its type
and its checksum. The checkpoint itself is replaced in one step and whole, but with half an `.attrs` the CLI can't read
it any more ("failed to load checkpoint: EOF"), and none of its commands repairs that. Without the `.attrs` it can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def backend_url(project_file: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    """Where the CLI keeps its states: the variable, else the project's own, else the login; empty where none says."""
    if given := environ.get("PULUMI_BACKEND_URL"):
        return given
    own = project_file.get("backend")
    if isinstance(own, Mapping) and own.get("url"):
        return str(own["url"])
    home = environ.get("PULUMI_CREDENTIALS_PATH") or environ.get("PULUMI_HOME") or str(Path.home() / ".pulumi")
    try:
        return str(json.loads((Path(home) / "credentials.json").read_text(encoding="utf-8")).get("current") or "")
    except (OSError, ValueError, AttributeError):
        return ""


def backend_folder(url: str, project: Path) -> Path | None:
    """The folder of a `file://` backend, relative ones from the project's folder; None for any other backend."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    # `file://~` and `file://./states` have their first word where a URL has its host.
    path = Path(unquote(parts.netloc + parts.path) or "/").expanduser()
    return path if path.is_absolute() else project / path


def drop_half_written(backend: Path, project: str, stack: str) -> list[Path]:
    """Remove the attributes of the stack's checkpoint that a kill left half written; the files that were removed.

    Source: gocloud.dev/blob/fileblob writes `FILE.attrs` in place and then renames the new FILE over the old one; a
    FILE without attributes is read as it is.
    """
    stacks, name = backend / ".pulumi" / "stacks", stack.rpartition("/")[2]
    removed = []
    for folder in (stacks / project, stacks):
        for attributes in (folder / f"{name}.json.attrs", folder / f"{name}.json.gz.attrs"):
            try:
                json.loads(attributes.read_bytes())
            except ValueError:
                attributes.unlink(missing_ok=True)
                removed.append(attributes)
            except OSError:
                continue  # not there, or not ours to read: then the CLI says so
    return removed
