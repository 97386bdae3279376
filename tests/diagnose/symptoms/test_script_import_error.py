"""Is `script-import-error` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "/var/azureml-app/score.py", line 2, in <module>',
        "    import xgboost",
        "ModuleNotFoundError: No module named 'xgboost'",
    ]
)
WELL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "train.py", line 2, in <module>',
        "    import wandb",
        "ModuleNotFoundError: No module named 'wandb'",
    ]
)


def test_it_is_found() -> None:
    """A module that the environment lacks is told by its name."""
    finding = examine(ILL)["script-import-error"]
    assert finding.evidence[0].number == 4
    assert finding.explained_by == ""
    assert "add xgboost" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
