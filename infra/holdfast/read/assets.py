"""Which versions of models and environments are registered? Only those are asked for that our state does not hold.

A run with nothing to do asks for none, however many services there are; after a lost state it is one GET for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor

from holdfast.arm import ArmClient
from holdfast.model.assets import ASSETS_VERSION, asset_id, assets_of, is_recorded
from holdfast.model.existing import Existing, Recorded
from holdfast.model.wanted import Wanted
from holdfast.read.resources import existing


def read_assets(
    client: ArmClient, wanted: Wanted, state: Mapping[str, Recorded], pool: Executor
) -> dict[str, Existing]:
    """By logical name, what is not on record."""
    asked = {
        asset.logical: pool.submit(client.get, asset_id(wanted, asset), ASSETS_VERSION)
        for asset in assets_of(wanted)
        if not is_recorded(wanted, asset, state)
    }
    return {logical: existing(answer.result()) for logical, answer in asked.items()}
