"""Is `init-raised` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "Traceback (most recent call last):",
        (
            "  File "
            '"/opt/e/lib/python3.11/site-packages/azureml_inference_server_http/server/user_script.py", line '
            "119, in invoke_init"
        ),
        "    self._user_init()",
        '  File "/var/azureml-app/score.py", line 5, in init',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]
)
WELL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "/home/me/tools/poller.py", line 8, in init',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]
)


def test_it_is_found() -> None:
    """An exception in init() is told with its own line and the user's."""
    finding = examine(ILL)["init-raised"]
    assert finding.evidence[0].number == 6
    assert finding.explained_by == ""
    assert "holdfast logs service" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
