"""What is declared for what outlives the stack? One resource that has the list, for the run that has no program."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.decision import Refer, Within
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted
from holdfast.provision.retained_provider import RetainedProvider


class Retained(DynamicResource, module="holdfast", name="Retained"):
    """What `destroy` leaves; see `retained_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(RetainedProvider(), name, props, opts)


def retained_inputs(wanted: Wanted, plan: Plan, cloud: dict[str, str]) -> dict[str, Any]:
    """The inputs of `Retained`. Ids as they were found, else as the names make them: all are known beforehand, so that
    nothing has to wait for anything."""
    kinds = {
        kind: getattr(decision, "id", "") or resource_id(wanted, kind) for kind, decision in plan.decisions.items()
    }
    managed = {kind: id for kind, id in kinds.items() if not isinstance(plan.decisions[kind], Refer)}
    parts = [part for part in plan.parts if not isinstance(part.decision, Refer | Within)]
    group = None if wanted.retain else managed.get(Kind.GROUP)
    # The group itself is none of what it holds, or everything in it would be ours.
    ours = [id for kind, id in managed.items() if kind is not Kind.GROUP]
    ours += [getattr(part.decision, "id", "") or part.id for part in parts]
    return {
        "retain": wanted.retain,
        "retained": [_row(kind, id) for kind, id in managed.items() if KINDS[kind].retained],
        "referred": [_row(kind, id) for kind, id in kinds.items() if kind not in managed],
        "group": group,
        "ours": ours if group else [],  # a new part is no news to a list of what stays
        "cloud": cloud,
    }


def _row(kind: Kind, id: str) -> dict[str, str]:
    return {"noun": KINDS[kind].noun, "id": id}
