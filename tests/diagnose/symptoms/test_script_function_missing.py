"""Is `script-function-missing` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    "azureml_inference_server_http.server.user_script.UserScriptError: User script at /app/score.py "
    "does not have a run() function defined."
)
WELL = "INFO user script at /app/score.py has init() and run()"


def test_it_is_found() -> None:
    """A script without run() is told with its path."""
    finding = examine(ILL)["script-function-missing"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "/app/score.py" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
