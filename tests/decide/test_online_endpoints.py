"""What of an online endpoint do the settings ask for?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.decide.bodies.online_endpoints import online_endpoint_body
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart

COMPUTE = WantedPart(Sort.COMPUTE, "serving", "workspace", {"kind": "kubernetes"})


def body_of(world: Any, **settings: Any) -> Any:
    wanted = replace(world.wanted, parts=(COMPUTE,))
    return online_endpoint_body(
        wanted, WantedPart(Sort.SERVING, "wine", "workspace", {"compute": COMPUTE.logical, **settings})
    )


@pytest.mark.parametrize(("auth", "mode"), [("key", "Key"), ("token", "AMLToken")])
def test_callers_log_in_as_it_is_said(world: Any, auth: str, mode: str) -> None:
    """On the compute that has to be there before."""
    body = body_of(world, auth=auth)
    assert body.explicit["properties"]["authMode"] == mode
    assert body.explicit["properties"]["compute"].endswith("/computes/serving")
    assert body.needs == (COMPUTE.logical,)


def test_a_new_one_has_keys_and_an_identity_of_its_own(world: Any) -> None:
    """Of one that is there the settings' silence changes nothing; nor is its traffic any of this."""
    body = body_of(world)
    assert set(body.explicit["properties"]) == {"compute"}
    assert body.creation["properties"]["authMode"] == "Key"
    assert body.creation["identity"] == {"type": "SystemAssigned"}
    assert "traffic" not in body.creation["properties"]
