"""What did our last checkpoint hold? Parses the engine's answer to `readStackResourceOutputs`, and the CLI's export.

State decides whose a resource is before any tag does, and it survives a killed run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.drift import Checkpoint
from holdfast.model.existing import Recorded

#: What a value of the state is wrapped in that is a secret or an asset. Source: pulumi/pulumi, sdk/go/common/resource,
#: `SigKey`.
_WRAPPED = "4dabf18193072939515e22adb298388d"


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


def parse_checkpoint(export: Mapping[str, Any]) -> Checkpoint:
    """`pulumi stack export`'s object, for whom no engine answers. Secrets are left out of it; what only waits for its
    deletion is no resource any more."""
    deployment = export.get("deployment") or {}
    rows = [row for row in deployment.get("resources") or () if isinstance(row, Mapping) and not row.get("delete")]
    rows = [row for row in rows if row.get("custom")]
    recorded = parse_state({str(row.get("urn")): _readable(row.get("outputs") or {}) for row in rows})
    by_urn = {str(row.get("urn")): row for row in rows}
    ids = {name: str(by_urn[one.urn].get("id") or "") for name, one in recorded.items()}
    retained = frozenset(name for name, one in recorded.items() if by_urn[one.urn].get("retainOnDelete"))
    return Checkpoint(recorded, ids, retained)


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _readable(one) for name, one in value.items() if not _is_wrapped(one)}
    return [_readable(one) for one in value if not _is_wrapped(one)] if isinstance(value, list) else value


def _is_wrapped(value: Any) -> bool:
    return isinstance(value, Mapping) and _WRAPPED in value
