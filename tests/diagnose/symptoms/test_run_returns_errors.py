"""Is `run-returns-errors-in-production` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "def init():",
        "    pass",
        "",
        "def run(data):",
        "    try:",
        "        return go(data)",
        "    except Exception as error:",
        "        return {'error': str(error)}",
    ]
)
WELL = "\n".join(
    [
        "def init():",
        "    pass",
        "",
        "def run(data):",
        "    try:",
        "        return go(data)",
        "    except Exception:",
        "        log.exception('failed')",
        "        raise",
    ]
)


def test_it_is_found() -> None:
    """A script that hands its exceptions out is told by the return."""
    finding = examine(ILL)["run-returns-errors-in-production"]
    assert finding.evidence[0].number == 8
    assert finding.explained_by == ""
    assert "grep -n" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
