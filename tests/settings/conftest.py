"""Settings as the program loads them, with everything but the environment filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.model.wanted import Wanted
from holdfast.settings import load

Load = Callable[..., Wanted]

SUBSCRIPTION = "5a4db0c5-5b5c-4000-8000-000000000002"


@pytest.fixture(name="load")
def load_() -> Load:
    """`load(environment, **changes)`."""

    def run(environment: Any, **changes: Any) -> Wanted:
        given = {
            "project": "holdfast",
            "stack": "dev",
            "file": "stacks/Pulumi.dev.yaml",
            "subscription": SUBSCRIPTION,
            "location": "westeurope",
        }
        return load(environment, **(given | changes))

    return run
