"""What is declared for settings that change? One resource for all, which does something only where one differs."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.plan import Plan
from holdfast.provision.settings_provider import ResourceSettingsProvider


class ResourceSettings(DynamicResource, module="holdfast", name="ResourceSettings"):
    """The settings of resources that exist; see `settings_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(ResourceSettingsProvider(), name, props, opts)


def resource_settings_inputs(plan: Plan, cloud: dict[str, str]) -> dict[str, Any]:
    """The inputs of `ResourceSettings`: what the read stage found different, so that the preview shows it."""
    rows = [
        {
            "id": change.id,
            "apiVersion": change.api_version,
            "fragment": dict(change.fragment),
            "wholePut": change.whole_put,
            "action": change.action,
        }
        for change in plan.changes
    ]
    return {"changes": rows, "cloud": cloud}
