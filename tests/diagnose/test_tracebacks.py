"""Which exceptions does a log hold, and whose line raised each?"""

from __future__ import annotations

import pytest

from holdfast.diagnose.lines import read_lines
from holdfast.diagnose.tracebacks import Raised, tracebacks

SERVER = "/opt/e/lib/python3.11/site-packages/azureml_inference_server_http/server/user_script.py"


def _read(text: str) -> list[Raised]:
    return tracebacks(read_lines("log", text))


def test_the_users_last_frame_is_found_between_libraries() -> None:
    """Neither the server before it nor the library behind it is the user's code."""
    (raised,) = _read(
        f'Traceback (most recent call last):\n  File "{SERVER}", line 119, in invoke_init\n    self._user_init()\n'
        '  File "/var/azureml-app/score.py", line 12, in init\n    model = load()\n'
        '  File "/var/azureml-app/helpers.py", line 3, in load\n    return joblib.load("x")\n    ^^^^^^^^^^^^\n'
        '  File "/opt/e/lib/python3.11/site-packages/joblib/numpy_pickle.py", line 650, in load\n'
        "ValueError: no\n"
    )
    assert (raised.types, raised.messages, raised.phase) == (("ValueError",), ("no",), "init")
    assert str(raised.user_frame) == "/var/azureml-app/helpers.py:3"
    assert raised.user_frame is not None
    assert raised.user_frame.code == 'return joblib.load("x")'


@pytest.mark.parametrize(
    "link",
    [
        "The above exception was the direct cause of the following exception:",
        "During handling of the above exception, another exception occurred:",
    ],
)
def test_a_chain_is_one_failure_that_begins_with_the_first(link: str) -> None:
    """What is raised from something else is the same failure; the line is the first one's."""
    (raised,) = _read(
        'Traceback (most recent call last):\n  File "/app/score.py", line 4, in run\n    a["x"]\nKeyError: \'x\'\n\n'
        f'{link}\n\nTraceback (most recent call last):\n  File "/app/score.py", line 6, in run\n    raise Bad\n'
        "Bad.BadError: y\n"
    )
    assert raised.types == ("KeyError", "Bad.BadError")
    assert str(raised.user_frame) == "/app/score.py:4"
    assert raised.phase == "run"


def test_two_failures_are_two() -> None:
    """What is not linked is another one."""
    text = 'Traceback (most recent call last):\n  File "/app/score.py", line 4, in run\n    x\nKeyError: 1\n'
    assert [one.begin for one in _read(text + "between\n" + text)] == [0, 5]


def test_a_tail_without_its_head_is_read() -> None:
    """A log that begins in the midst of a traceback tells as much."""
    (raised,) = _read('  File "/var/azureml-app/score.py", line 9, in init\n    go()\nRuntimeError: x')
    assert (raised.phase, raised.types) == ("init", ("RuntimeError",))


def test_a_head_that_nothing_follows_is_none() -> None:
    """A traceback that is cut off before its exception tells nothing."""
    assert _read('Traceback (most recent call last):\n  File "/app/score.py", line 4, in run\n    x') == []
    assert (
        _read('Traceback (most recent call last):\nnothing of it\n  File "/a/score.py", line 1, in f\nplain words')
        == []
    )


def test_a_message_goes_on_below_its_exception() -> None:
    """Azure's exceptions write their message in the next line."""
    (raised,) = _read(
        'Traceback (most recent call last):\n  File "/app/score.py", line 4, in init\n    x\n'
        "azureml.exceptions.ModelNotFoundException: ModelNotFoundException:\n"
        "\tMessage: Model not found in cache\n\tInnerException None"
    )
    assert "Message: Model not found in cache" in raised.messages[0]


def test_a_notebooks_traceback_is_read() -> None:
    """IPython writes frames its own way."""
    (raised,) = _read(
        "Traceback (most recent call last):\nFile ~/svc/score.py:12, in init()\n     11 x = 1\n---> 12 y = x['a']\n"
        "TypeError: no"
    )
    assert (str(raised.user_frame), raised.phase) == ("~/svc/score.py:12", "init")


@pytest.mark.parametrize(
    ("file", "function", "phase"),
    [
        ("/var/azureml-app/score.py", "<module>", "import"),
        ("/srv/scoring_v2.py", "init", "init"),
        ("C:\\svc\\score.py", "run", "run"),
        ("train.py", "init", ""),
        ("/home/me/notebooks/score.py", "run", ""),
        ("/home/me/poller.py", "run", ""),
        ("/var/azureml-app/score.py", "helper", ""),
    ],
)
def test_only_a_scoring_scripts_functions_are_init_and_run(file: str, function: str, phase: str) -> None:
    """`run` is a common name: it counts in a script that is served."""
    (raised,) = _read(
        f'Traceback (most recent call last):\n  File "{file}", line 1, in {function}\n    x\nValueError: y'
    )
    assert raised.phase == phase


def test_code_of_nobodys_has_no_user_frame() -> None:
    """Where only libraries are on the way, no line is the user's."""
    (raised,) = _read(
        f'Traceback (most recent call last):\n  File "{SERVER}", line 1, in load_script\n    x\nValueError: y'
    )
    assert raised.user_frame is None
    assert raised.phase == "import"


def test_an_exception_of_any_name_ends_a_whole_traceback() -> None:
    """Its place tells it; without the traceback's head, or in capitals, the line may be anybody's."""
    frames = '  File "/var/azureml-app/score.py", line 5, in init\n    boom()\n'
    head = "Traceback (most recent call last):\n"
    (raised,) = _read(f"{head}{frames}Boom: no cellar\n")
    assert (raised.types, raised.messages, raised.phase) == (("Boom",), ("no cellar",), "init")
    assert _read(f"{frames}Boom: no cellar\n") == []
    assert _read(f"{head}{frames}READY: no cellar\n") == []


def test_a_traceback_that_is_being_written_is_told_where_it_is_asked_for() -> None:
    """Its exception is to come."""
    text = 'Traceback (most recent call last):\n  File "/var/azureml-app/score.py", line 5, in init\n    boom()\n'
    assert _read(text) == []
    (raised,) = tracebacks(read_lines("log", text), unfinished=True)
    assert (raised.types, str(raised.user_frame)) == (("",), "/var/azureml-app/score.py:5")
    assert tracebacks(read_lines("log", "Traceback (most recent call last):\n"), unfinished=True) == []
