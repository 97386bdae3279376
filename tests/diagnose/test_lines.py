"""What is left of a line when everything that was wrapped around it is taken off?"""

from __future__ import annotations

import json

import pytest

from holdfast.diagnose.lines import read_lines, shown


@pytest.mark.parametrize(
    ("raw", "text", "level"),
    [
        ("2026-05-04T08:11:02.114Z ERROR boom: x", "boom: x", "error"),
        ("2026-05-04 08:11:02,114 I [37] azmlinfsrv - Users's init", "Users's init", "info"),
        ("[2026-06-06 12:00:00 +0000] [8] [CRITICAL] WORKER TIMEOUT (pid:9)", "WORKER TIMEOUT (pid:9)", "error"),
        ("2026/02/03 10:01:11 Container failed during run", "Container failed during run", ""),
        ("Nov 12 04:11:09 node-1 kernel: Memory cgroup", "kernel: Memory cgroup", ""),
        ("E1126 10:00:00.000000 1 deploy.go:12] endpoint wine", "endpoint wine", "error"),
        ('scorer-1  |   File "/a.py", line 1, in init', '  File "/a.py", line 1, in init', ""),
        ("[pod/wine-1/server] KeyError: 'x'", "KeyError: 'x'", ""),
        ("2026-05-04T08:11:02.1Z stderr F KeyError: 'x'", "KeyError: 'x'", ""),
        ("##[error]Docker build failed", "Docker build failed", "error"),
        ("#11 22.81 Could not solve", "Could not solve", ""),
        ("#11 [4/6] RUN conda env create", "#11 [4/6] RUN conda env create", ""),
        ("\x1b[31mERROR: (Forbidden) no\x1b[0m", "(Forbidden) no", "error"),
        ("[91m  ERROR: No matching", "  ERROR: No matching", ""),
        ("WARNING:root:careful", "careful", "warning"),
        ("urllib3 WARNING Retrying", "Retrying", "warning"),
        ("    return x", "    return x", ""),
        ("RESPONSE 429: 429 Too Many Requests", "RESPONSE 429: 429 Too Many Requests", ""),
    ],
)
def test_what_wraps_a_line_is_taken_off(raw: str, text: str, level: str) -> None:
    """Colour, timestamps, stream and logger names go; the text, its indentation and its level stay."""
    (line,) = read_lines("log", raw)
    assert (line.text, line.level) == (text, level)


def test_numbers_are_those_of_the_file() -> None:
    """Whatever a line becomes, its number is the one that an editor shows; carriage returns break no line."""
    text = 'one\r\ntwo\rstill two\n{"message": "a\\nb", "code": 7}\nlast'
    assert [(line.number, line.text) for line in read_lines("f", text)] == [
        (1, "one"),
        (2, "two"),
        (2, "still two"),
        (3, "a"),
        (3, "b"),
        (3, "code: 7"),
        (4, "last"),
    ]
    assert [line.where for line in read_lines("f", "a\nb", 40)] == ["f:40", "f:41"]


def test_json_lines_are_opened() -> None:
    """Of a JSON line every text is read, one inside of another too, with the level that the line has."""
    inner = json.dumps({"error": {"code": "Conflict", "message": "it is gone"}})
    lines = read_lines("f", json.dumps({"severity": "Error", "msg": inner, "none": None, "list": ["a"]}))
    assert [line.text for line in lines] == ["severity: Error", "code: Conflict", "it is gone", "list: a"]
    assert {line.level for line in lines} == {"error"}


def test_what_only_looks_like_json_is_a_line() -> None:
    """A line in braces that is no JSON, or a number in brackets, stays as it is."""
    assert [line.text for line in read_lines("f", "{'code': 'x'}\n[1]")] == ["{'code': 'x'}", "1"]


def test_windows_paths_break_no_line() -> None:
    """`\\n` in a path of a frame is a folder's name."""
    frame = '  File "C:\\svc\\numpy_x.py", line 3, in init'
    assert [line.text for line in read_lines("f", frame)] == [frame]
    assert [line.text for line in read_lines("f", "Message: a\\nb")] == ["Message: a", "b"]


def test_nothing_that_opens_anything_is_shown() -> None:
    """Signatures go when a line is read, keys and passwords when it is shown."""
    (line,) = read_lines("f", "see https://a.blob.core.windows.net/l/raw.log?sv=1&sig=abcdefgh%3D now")
    assert line.text == "see https://a.blob.core.windows.net/l/raw.log now"
    for secret in (
        "AccountKey=abcdefgh==",
        "password: hunter22222",
        'client_secret="abcdefghij"',
        "Bearer abcdefgh.ij",
    ):
        assert "***" in shown(f"failed with {secret} here")
        assert "abcdefgh" not in shown(secret)
        assert "hunter" not in shown(secret)
    assert shown("password authentication failed") == "password authentication failed"
