"""What is declared for tags? One resource for all, which does something only where a tag is lacking."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource as DynamicResource

from holdfast.model.plan import Plan
from holdfast.provision.tags_provider import ResourceTagsProvider


class ResourceTags(DynamicResource, module="holdfast", name="ResourceTags"):
    """The tags of resources that exist; see `tags_provider`."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(ResourceTagsProvider(), name, props, opts)


def tags_inputs(plan: Plan, cloud: dict[str, str]) -> dict[str, Any]:
    """The inputs of `ResourceTags`: what the read stage found lacking, so that the preview shows it."""
    return {"lacking": [{"id": where, "tags": dict(tags)} for where, tags in plan.lacking_tags.items()], "cloud": cloud}
