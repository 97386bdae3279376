"""What of the registry do the settings ask for, and what does a new one get where they are silent?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide.bodies.registry import registry_body
from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind


def body_of(world: Any, **settings: Any) -> Body:
    return registry_body(replace(world.wanted, settings={Kind.REGISTRY: settings}))


def test_a_new_registry_has_no_password_and_no_anonymous_reader(world: Any) -> None:
    """And the settings, which say nothing, change none that is live."""
    body = body_of(world)
    assert body.explicit == {}
    assert body.creation == {
        "sku": {"name": "Standard"},
        "properties": {"adminUserEnabled": False, "anonymousPullEnabled": False},
    }
    assert registry_body(world.wanted) == body


@pytest.mark.parametrize(
    ("settings", "explicit"),
    [
        ({"sku": "Premium"}, {"sku": {"name": "Premium"}}),
        ({"admin": True}, {"properties": {"adminUserEnabled": True}}),
        ({"admin": False}, {"properties": {"adminUserEnabled": False}}),
        ({"publicAccess": True}, {"properties": {"publicNetworkAccess": "Enabled"}}),
        ({"publicAccess": False}, {"properties": {"publicNetworkAccess": "Disabled"}}),
        (
            {"retentionDays": 0},
            {"properties": {"policies": {"retentionPolicy": {"status": "enabled", "days": 0}}}},
        ),
    ],
)
def test_each_setting_is_asked_for_by_itself(world: Any, settings: dict[str, Any], explicit: dict[str, Any]) -> None:
    """In Azure's shape, and over what a new one would get."""
    body = body_of(world, **settings)
    assert body.explicit == explicit
    assert body.creation["properties"]["anonymousPullEnabled"] is False
