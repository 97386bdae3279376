"""Is the line to mend found in what the inference server writes?"""

from __future__ import annotations

from holdfast.ops.local.tracebacks import Frame, last_raised

APP = "/srv/local/wine/app"
CODE = {APP: "examples/wine/code"}
SERVER = "/srv/env/lib/python3.11/site-packages/azureml_inference_server_http/server"

#: As azureml-inference-server-http 1.5.1 wrote it, with shorter paths.
RUN_RAISED = f"""\
2026-01-01 10:00:00,000 E [7] azmlinfsrv - Encountered Exception: Traceback (most recent call last):
  File "{SERVER}/user_script.py", line 132, in invoke_run
    run_output = self._wrapped_user_run(**run_parameters, request_headers=dict(request.headers))
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "{APP}/score.py", line 31, in run
    return scale(rows)
           ^^^^^^^^^^^
  File "{APP}/inner/scale.py", line 4, in scale
    return check_array(rows)
  File "/srv/env/lib/python3.11/site-packages/sklearn/utils/validation.py", line 1053, in check_array
    array = asarray(array)
ValueError: could not convert string to float: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "{SERVER}/routes.py", line 200, in handle_score
    timed_result = main_blueprint.user_script.invoke_run(request, timeout_ms=config.scoring_timeout)
azureml_inference_server_http.server.user_script.UserScriptException: Caught an unhandled exception from the user script

2026-01-01 10:00:00,001 I [7] azmlinfsrv - POST /score 500 3.1ms 92
"""

OWN_TALK = f"""\
2026-01-01 10:00:00,000 E [7] azmlinfsrv.trace - Error while fetching model IDs
Traceback (most recent call last):
  File "{SERVER}/appinsights_client.py", line 230, in _get_model_ids
    versions = [int(version) for version in os.listdir(path)]
ValueError: invalid literal for int() with base 10: 'wine.joblib'
2026-01-01 10:00:00,400 I [7] azmlinfsrv.user_script - Found user script
"""


def test_the_innermost_frame_of_the_code_comes_first() -> None:
    """Then its callers within the code, then what the libraries made of it; the server's frames not at all."""
    found = last_raised(RUN_RAISED, CODE)
    assert found is not None
    assert found.lines() == [
        "ValueError: could not convert string to float: 'x'",
        "  at examples/wine/code/inner/scale.py:4, in scale",
        "       return check_array(rows)",
        "  at examples/wine/code/score.py:31, in run",
        "       return scale(rows)",
        "  within sklearn/utils/validation.py:1053, in check_array",
        "       array = asarray(array)",
    ]


def test_the_servers_own_talk_is_no_failure_of_the_script() -> None:
    """What it writes at each start about a folder is passed over, before and after a real one."""
    assert last_raised(OWN_TALK, CODE) is None
    found = last_raised(RUN_RAISED + OWN_TALK, CODE)
    assert found is not None
    assert found.exception.startswith("ValueError: could not convert")


def test_the_last_of_several_counts() -> None:
    """An older failure in the same log is not the one that was asked about."""
    older = RUN_RAISED.replace("could not convert string to float", "older").replace("line 4,", "line 9,")
    found = last_raised(older + RUN_RAISED, CODE)
    assert found is not None
    assert found.ordered[0] == Frame("examples/wine/code/inner/scale.py", 4, "scale", "return check_array(rows)", True)


def test_a_cause_of_the_scripts_own_is_kept() -> None:
    """`raise ... from` in a script shows both, the later one first."""
    log = f"""\
Traceback (most recent call last):
  File "{APP}/score.py", line 8, in run
    row["size"]
KeyError: 'size'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "{APP}/score.py", line 10, in run
    raise RuntimeError("no size")
RuntimeError: no size
"""
    found = last_raised(log, CODE)
    assert found is not None
    assert found.cause is not None
    assert found.lines() == [
        "RuntimeError: no size",
        "  at examples/wine/code/score.py:10, in run",
        '       raise RuntimeError("no size")',
        "  after KeyError: 'size'",
        "    at examples/wine/code/score.py:8, in run",
        '         row["size"]',
    ]


def test_a_syntax_error_has_no_function() -> None:
    """Python shows the file that it could not read without one."""
    log = f"""\
Traceback (most recent call last):
  File "{SERVER}/user_script.py", line 77, in load_script
    main_module_spec.loader.exec_module(user_module)
  File "{APP}/helper.py", line 3
    def broken(:
               ^
SyntaxError: invalid syntax
"""
    found = last_raised(log, CODE)
    assert found is not None
    assert found.lines()[:2] == ["SyntaxError: invalid syntax", "  at examples/wine/code/helper.py:3"]


def test_without_the_script_the_wrapper_itself_tells() -> None:
    """A script without `run()` raises nothing; the server does, in its name."""
    log = f"""\
Traceback (most recent call last):
  File "{SERVER}/aml_blueprint.py", line 90, in setup
    self.user_script.load_script(config.app_root)
azureml_inference_server_http.server.user_script.UserScriptError: User script does not have a run() function defined.
"""
    found = last_raised(log, CODE)
    assert found is not None
    assert found.exception.endswith("does not have a run() function defined.")


def test_a_log_that_ends_in_the_midst_says_so() -> None:
    """A process that was killed while it wrote left no exception."""
    found = last_raised(RUN_RAISED.partition("ValueError")[0], CODE)
    assert found is not None
    assert found.exception == "the log ends within the traceback"
    assert last_raised("", CODE) is None
