"""The commands, as a person types them, on a service that really runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_a_service_answers_and_shows_what_it_is(holdfast: Any) -> None:
    """From the list to an answer, with what it wrote on the way."""
    listed = holdfast("service", "list", "--json")
    print(listed.stdout, listed.stderr)
    (row,) = json.loads(listed.stdout)
    assert (row["name"], row["target"], row["state"]) == ("double", "aci", "Running")
    assert "@sha256:" in row["image"]
    answered = holdfast("service", "invoke", "double", "--data", "-", given='{"number": 21}')
    print(answered.stdout, answered.stderr)
    assert json.loads(answered.stdout) == {"answer": 42}
    assert answered.stderr.startswith("200 OK, ")
    log = holdfast("logs", "service", "double")
    assert "the factor is 2" in log.stdout
    assert "asked for 21" in log.stdout
