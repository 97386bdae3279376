"""What of a compute do the settings ask for, and what does a new one get where they are silent?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.decide.bodies.computes import compute_body
from holdfast.decide.changes import Subject, settle
from holdfast.model.bodies import Body, merged_body
from holdfast.model.decision import Keep, Refuse
from holdfast.model.existing import Live
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WantedPart

ROW = SORTS[Sort.COMPUTE]
ID = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/computes/cpu"


def body_of(world: Any, **settings: Any) -> Body:
    return compute_body(
        world.wanted, WantedPart(Sort.COMPUTE, "cpu", "workspace", {"size": "Standard_DS3_v2", **settings})
    )


def inner(body: Any) -> Any:
    return body["properties"]["properties"]


def test_a_cluster_costs_nothing_while_nobody_asks(world: Any) -> None:
    """No node at rest, idle ones let go, and no open port; of all that, the settings ask for nothing."""
    body = body_of(world, kind="cluster")
    assert body.explicit == {
        "properties": {"computeType": "AmlCompute", "properties": {"vmSize": "Standard_DS3_v2"}},
    }
    assert inner(body.creation) == {
        "vmSize": "Standard_DS3_v2",
        "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "PT15M"},
        "remoteLoginPortPublicAccess": "Disabled",
    }


def test_a_clusters_settings_are_its_scale(world: Any) -> None:
    """Each by itself: what is left out of the three stays what it is."""
    body = body_of(world, kind="cluster", min=1, max=8, idleMinutes=60)
    scale = {"minNodeCount": 1, "maxNodeCount": 8, "nodeIdleTimeBeforeScaleDown": "PT60M"}
    assert inner(body.explicit)["scaleSettings"] == inner(body.creation)["scaleSettings"] == scale
    assert inner(body_of(world, kind="cluster", max=0).explicit)["scaleSettings"] == {"maxNodeCount": 0}


def test_a_cluster_has_as_many_nodes_as_always_run(world: Any) -> None:
    """Azure refuses a `min` above the `max` that nobody wrote."""
    scale = inner(body_of(world, kind="cluster", min=6).creation)["scaleSettings"]
    assert (scale["minNodeCount"], scale["maxNodeCount"]) == (6, 6)


def test_an_instance_is_one_persons_and_shut_down_when_idle(world: Any) -> None:
    """Unless the settings say another time."""
    body = body_of(world, kind="instance")
    assert body.creation["properties"]["computeType"] == "ComputeInstance"
    assert inner(body.creation) == {
        "vmSize": "Standard_DS3_v2",
        "idleTimeBeforeShutdown": "PT60M",
        "applicationSharingPolicy": "Personal",
    }
    assert inner(body_of(world, kind="instance", idleMinutes=30).explicit)["idleTimeBeforeShutdown"] == "PT30M"


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ({"kind": "cluster", "max": 2}, {"kind": "cluster", "max": 3}, ("", {"scaleSettings": {"maxNodeCount": 3}})),
        ({"kind": "instance"}, {"kind": "instance", "idleMinutes": 90}, ("updateIdleShutdownSetting", "PT90M")),
        ({"kind": "cluster"}, {"kind": "cluster", "size": "Standard_D2"}, None),
        ({"kind": "cluster"}, {"kind": "instance"}, None),
    ],
)
def test_a_change_is_one_write_or_none(world: Any, before: Any, after: Any, sent: Any) -> None:
    """A size and a kind are fixed; an instance takes its idle time by an action, a cluster its scale by a PUT."""
    found = Live(ID, "cpu", "westeurope", body=merged_body(body_of(world, **before).creation, {"id": ID}))
    subject = Subject("Compute `cpu`", "k", "f", ROW.api_version, ROW.whole_put, ROW.fixed, ROW.actions)
    decision, changes, _ = settle(subject, Keep("in-state", ID), body_of(world, **after), found)
    if sent is None:
        assert isinstance(decision, Refuse)
        assert changes == ()
        return
    (change,) = changes
    action, fragment = sent
    assert change.action == action
    if action:
        assert change.fragment == {"idleTimeBeforeShutdown": fragment}
    else:
        assert (change.fragment, change.whole_put) == ({"properties": {"properties": fragment}}, True)
