"""What do all tracked resources have in common? A location that never changes, and tags within Azure's limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from holdfast_sandbox.arm import exceptions
from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.routing import normal_location
from holdfast_sandbox.arm.store import Json, Resource

# learn.microsoft.com/azure/azure-resource-manager/management/tag-resources, "Limitations"
MAX_TAGS, MAX_TAG_NAME, MAX_TAG_VALUE = 50, 512, 256
_RESERVED = re.compile(r"[<>%&\\?/\x00-\x1f]")


def checked_location(call: Call, body: Json, existing: Resource | None) -> str:
    """The normal form (`westeurope`) of the body's location: there, known, and the one the resource already has."""
    wanted = body.get("location")
    if not wanted or not isinstance(wanted, str):
        raise exceptions.location_required()
    location = normal_location(wanted)
    kind = call.route.type
    if location not in kind.locations:
        raise exceptions.location_not_available(wanted, kind.name, kind.locations)
    if existing is not None and normal_location(existing.location) != location:
        raise exceptions.invalid_resource_location(existing.name, existing.group, existing.location, location)
    return location


def checked_tags(body: Mapping[str, Any]) -> dict[str, str]:
    """The body's tags (none: empty), within the limits; values that are no strings are refused."""
    tags = body.get("tags")
    if tags is None:
        return {}
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise exceptions.invalid_request_content("tags must be an object of strings")
    if len(tags) > MAX_TAGS:
        raise ArmError(
            400,
            "TagCountLimitExceeded",
            f"The number of tags '{len(tags)}' exceeds the maximum allowed count of '{MAX_TAGS}'.",
        )
    seen: set[str] = set()
    for name, value in tags.items():
        if not name or len(name) > MAX_TAG_NAME:
            raise ArmError(
                400,
                "InvalidTagNameLength",
                f"Tag name is invalid. The tag name length must be between 1 and {MAX_TAG_NAME} characters.",
            )
        if _RESERVED.search(name):
            raise ArmError(
                400,
                "InvalidTagNameCharacters",
                f"The tag names '{name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
            )
        if len(value) > MAX_TAG_VALUE:
            raise ArmError(
                400,
                "InvalidTagValueLength",
                f"Tag value too large. Following tag value '{value}' exceeded the maximum length. "
                f"Maximum allowed length for tag value - '{MAX_TAG_VALUE}' characters",
            )
        if name.lower() in seen:
            raise ArmError(
                400, "DuplicateTagNames", f"The tag name '{name}' is given more than once; letter case counts not."
            )
        seen.add(name.lower())
    return dict(tags)
