"""How is an azure-native resource declared without loading azure-native's classes?

By its token, the plugin's version and its inputs by their Pulumi names: a class of the SDK amounts to no more.
Loading the classes of the six kinds costs 1.7 s of CPU in every run (docs/benchmarks.md), half of what a run costs that
has nothing to do. The tests hold every token and every input name against those classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi


@cache
def plugin_version() -> str:
    """The version of the azure-native SDK that is installed: its plugin is the one to ask. Another version would be
    another default provider, and a second plugin process."""
    return version("pulumi-azure-native")


class Native(pulumi.CustomResource):
    """Any resource of azure-native."""

    def __init__(
        self,
        token: str,
        name: str,
        inputs: dict[str, Any],
        opts: pulumi.ResourceOptions,
        outputs: Sequence[str] = (),
    ) -> None:
        """`outputs`: what Azure answers beyond the inputs, and `output` is to give."""
        versioned = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=plugin_version()))
        super().__init__(token, name, {**dict.fromkeys(outputs), **inputs}, versioned)

    def output(self, name: str) -> pulumi.Output[Any]:
        """What became of one of the inputs, or of the named outputs, by its Pulumi name."""
        value: pulumi.Output[Any] = getattr(self, name)
        return value
