"""What is declared for settings that change? One resource for all, which does something only where one differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    rows = []
    for change in plan.changes:
        row = {
            "id": change.id,
            "apiVersion": change.api_version,
            "fragment": dict(change.fragment),
            "wholePut": change.whole_put,
            "action": change.action,
        }
        removed = list(_removed(change.fragment))
        rows.append({**row, "removed": removed} if removed else row)
    return {"changes": rows, "cloud": cloud}


def _removed(fragment: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The paths to what is to be there no more: the engine drops what is null on its way."""
    for name, value in fragment.items():
        if value is None:
            yield [*path, name]
        elif isinstance(value, Mapping):
            yield from _removed(value, (*path, name))
