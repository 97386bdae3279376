"""What is declared for the ownership tags? One resource, which does something only when tags are gone."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.plan import Plan
from holdfast.provision.tags_provider import OwnershipTagsProvider


class OwnershipTags(DynamicResource, module="holdfast", name="OwnershipTags"):
    """The ownership tags of resources that exist; see `tags_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(OwnershipTagsProvider(), name, props, opts)


def tags_inputs(plan: Plan, cloud: dict[str, str]) -> dict[str, Any]:
    """The inputs of `OwnershipTags`: what the read stage found gone, so that the preview shows it."""
    return {"restore": [{"id": where, "tags": dict(tags)} for where, tags in plan.lost_tags.items()], "cloud": cloud}
