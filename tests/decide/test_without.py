"""What is a component made of in an environment without logs?"""

from __future__ import annotations

from dataclasses import replace

from holdfast.decide.bodies import KIND_BODIES
from holdfast.model.kinds import Kind

from .conftest import World


def test_a_component_without_logs_names_none(world: World) -> None:
    """One that is there from before may have none; what is not among the resources has no id to name."""
    wanted = world.wanted
    body = KIND_BODIES[Kind.INSIGHTS](wanted)
    assert (body.needs, "WorkspaceResourceId" in body.secure["properties"]) == (("logs",), True)
    resources = {kind: resource for kind, resource in wanted.resources.items() if kind is not Kind.LOGS}
    body = KIND_BODIES[Kind.INSIGHTS](replace(wanted, resources=resources))
    assert (body.needs, "WorkspaceResourceId" in body.secure["properties"]) == ((), False)
