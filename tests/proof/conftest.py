"""How much is proved? A slice in `make test`, all of it in `make prove`; both print what they did.

`HOLDFAST_PROVE=1` (set by `make prove`) asks for all. `--seed N` walks through the engine's sequences as a walk did
that failed.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from ..engine import conftest as rig

# The sandbox, the projects and the stranger of the engine tests, and their look at every PUT of a vault.
azure, make_project, stranger, no_faults = rig.azure, rig.make_project, rig.stranger, rig.no_faults

#: Whether this is `make prove`.
PROVING = bool(os.environ.get("HOLDFAST_PROVE"))

_USUAL = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
# The slice is the same in every run: a colleague's `make test` does not fail by a throw of the dice.
settings.register_profile("slice", max_examples=60, stateful_step_count=25, derandomize=True, **_USUAL)
settings.register_profile("prove", max_examples=300, stateful_step_count=50, print_blob=True, **_USUAL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where tests/proof is named on the command line."""
    parser.addoption("--seed", type=int, help="Walk through the engine's sequences as the walk of that seed.")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int | None:
    """The walk that is asked for, if one is."""
    asked: int | None = request.config.getoption("--seed", default=None)
    return asked


@pytest.fixture
def proving() -> bool:
    """Whether all of it is asked for."""
    return PROVING


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """A line for the table that ends the run."""
    return lambda line: record_property("proved", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried, and what survived."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    lines = [line for report in reports for name, line in report.user_properties if name == "proved"]
    if lines:
        terminalreporter.write_sep("-", "proved")
        for line in lines:
            terminalreporter.write_line(str(line))
