"""How much is proved? A slice in `make test`, all of it in `make prove`; both print what they did.

`HOLDFAST_PROVE=1` (set by `make prove`) asks for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from ..engine import conftest as rig

# The sandbox, the projects and the stranger of the engine tests, and their look at every PUT of a vault.
azure, make_project, stranger, no_faults = rig.azure, rig.make_project, rig.stranger, rig.no_faults

#: Whether this is `make prove`.
PROVING = bool(os.environ.get("HOLDFAST_PROVE"))


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
