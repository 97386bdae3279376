"""Is `model-path-missing` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "/var/azureml-app/score.py", line 9, in init',
        "    model = joblib.load(path)",
        '  File "/e/lib/python3.11/site-packages/joblib/numpy_pickle.py", line 650, in load',
        '    with open(filename, "rb") as f:',
        ("FileNotFoundError: [Errno 2] No such file or directory: '/var/azureml-app/azureml-models/wine/1/wine.pkl'"),
    ]
)
WELL = "\n".join(
    [
        "Traceback (most recent call last):",
        '  File "etl.py", line 9, in main',
        '    open("data.csv")',
        "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
    ]
)


def test_it_is_found() -> None:
    """A file that is not in the model is told, and not init() for it."""
    finding = examine(ILL)["model-path-missing"]
    assert finding.evidence[0].number == 6
    assert finding.explained_by == ""
    assert "az ml model list" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
