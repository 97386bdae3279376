"""Is a resource that Azure calls failed named, and only then?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide import decide
from holdfast.model.kinds import Kind


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"properties": {"provisioningState": "Failed"}}, True),
        ({"properties": {}, "body": {"provisioningState": "Failed"}}, True),
        ({"properties": {"provisioningState": "Succeeded"}}, False),
        ({"properties": {}, "body": {}}, False),
    ],
)
def test_a_failed_creation_is_named_in_every_run(world: Any, note_ids: Any, found: dict[str, Any], said: bool) -> None:
    """Whether a GET or the group's list tells it; what Azure says nothing about is not failed."""
    world = world.live(Kind.STORAGE, **found)
    plan, faults = decide(world.wanted, world.facts)
    assert faults == ()
    assert ("provisioning-failed" in note_ids(plan)) is said


def test_what_is_not_ours_may_fail_as_it_likes(world: Any, note_ids: Any) -> None:
    """A resource that is only used is its owner's to mend."""
    failed = world.live(Kind.STORAGE, properties={"provisioningState": "Failed"})
    used = failed.resource(Kind.STORAGE, id=failed.facts.existing[Kind.STORAGE].id).forget(Kind.STORAGE)
    assert "provisioning-failed" not in note_ids(decide(used.wanted, used.facts)[0])
