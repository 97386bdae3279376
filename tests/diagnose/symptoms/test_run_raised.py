"""Is `run-raised` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "/var/azureml-app/score.py", line 31, in run',
        '    rows = body["rows"]',
        "KeyError: 'rows'",
    ]
)
WELL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "/usr/lib/python3.11/threading.py", line 9, in _bootstrap',
        "    self.run()",
        '  File "/home/me/poller.py", line 3, in run',
        '    raise ValueError("x")',
        "ValueError: x",
    ]
)


def test_it_is_found() -> None:
    """An exception in run() is told with the user's line."""
    finding = examine(ILL)["run-raised"]
    assert finding.evidence[0].number == 4
    assert finding.explained_by == ""
    assert "holdfast service invoke" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
