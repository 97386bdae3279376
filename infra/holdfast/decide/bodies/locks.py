"""What does a lock forbid? Source of the shape: azure-rest-api-specs, Microsoft.Authorization locks 2020-05-01."""

from __future__ import annotations

from holdfast.model.bodies import Body
from holdfast.model.wanted import Wanted, WantedPart


def lock_body(wanted: Wanted, part: WantedPart) -> Body:
    """Its level, and a note for whoever runs into it."""
    note = f"Set by stack {wanted.project}/{wanted.stack}: `{part.key}` in {wanted.file}"
    return Body({"properties": {"level": part.settings["level"]}}, {"properties": {"notes": note[:512]}})
