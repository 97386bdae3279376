"""What is declared for a recovery? A resource before each thing that has to be back first, and only while there is one.

Once declared it stays, with nothing to do: what a program stops declaring, the engine deletes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.plan import Recovery as Planned
from holdfast.model.plan import Written
from holdfast.provision.recovery_provider import RecoveryProvider


class Recovery(DynamicResource, module="holdfast", name="Recovery"):
    """What is brought back; see `recovery_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(RecoveryProvider(), name, props, opts)


def declare_recovery(
    planned: Planned, logical: str, parent: pulumi.Resource, needs: Sequence[pulumi.Resource], cloud: dict[str, str]
) -> Recovery:
    """The recovery of that name, behind what it needs."""
    inputs = {
        # The finding is an input, so that the preview shows it.
        "recover": _wire(planned.recover) if planned.recover else None,
        "back": [_wire(one) for one in planned.back],
        "authorization": str(planned.authorization or ""),
        "cloud": cloud,
    }
    return Recovery(logical, inputs, pulumi.ResourceOptions(parent=parent, depends_on=list(needs)))


def _wire(one: Written) -> dict[str, Any]:
    return {"id": one.id, "apiVersion": one.api_version, "body": dict(one.body)}
