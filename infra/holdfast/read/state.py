"""What did our last checkpoint hold? Parses the engine's answer to `readStackResourceOutputs`.

State decides whose a resource is before any tag does, and it survives a killed run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.existing import Recorded


def parse_state(outputs: Mapping[str, Any]) -> dict[str, Recorded]:
    """`{urn: {"outputs"...}}` or `{urn: outputs}` -> resources by logical name.

    A URN is `urn:pulumi:<stack>::<project>::<parent types$type>::<logical name>`.
    """
    recorded: dict[str, Recorded] = {}
    for urn, entry in outputs.items():
        parts = urn.split("::")
        if len(parts) < 4:
            continue
        token = parts[2].rsplit("$", 1)[-1]
        values = entry if isinstance(entry, Mapping) else {}
        recorded["::".join(parts[3:])] = Recorded(urn, token, str(values.get("name") or ""), values)
    return recorded
