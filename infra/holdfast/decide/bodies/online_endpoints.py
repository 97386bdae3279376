"""What is an online endpoint made with, and the deployment behind it?

The endpoint is its compute, how callers log in, and an identity; its traffic is written when the deployments are there
(`deployments_provider`). Source of the shapes: azure-rest-api-specs, machinelearningservices 2025-12-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.names import logical_id
from holdfast.model.wanted import Wanted, WantedPart

#: How callers log in, as Azure calls it.
AUTH_MODES = {"key": "Key", "token": "AMLToken"}


def online_endpoint_body(wanted: Wanted, part: WantedPart) -> Body:
    """With an identity of its own: Azure gives that what it needs to pull its images."""
    compute = part.settings["compute"]
    asked: dict[str, Any] = {"compute": logical_id(wanted, compute)}
    if "auth" in part.settings:
        asked["authMode"] = AUTH_MODES[part.settings["auth"]]
    secure: Mapping[str, Any] = {"identity": {"type": "SystemAssigned"}, "properties": {"authMode": "Key"}}
    return Body({"properties": asked}, secure, needs=(compute,))
