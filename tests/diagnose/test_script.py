"""Does a scoring script return the text of an exception?"""

from __future__ import annotations

import pytest

from holdfast.diagnose.lines import read_lines
from holdfast.diagnose.script import errors_returned

HEAD = "def run(data):\n    try:\n        return go(data)\n"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("    except Exception as e:\n        return str(e)\n", [5]),
        ("    except ValueError as e:\n        return {'error': repr(e), 'code': 1}\n", [5]),
        ("    except Exception:\n        return traceback.format_exc()\n", [5]),
        ("    except Exception:\n        return format_exc()\n", [5]),
        ("    except Exception as e:\n        text = f'failed: {e}'\n        log(text)\n        return text\n", [7]),
        ("    except Exception as e:\n        log(e)\n        return {'error': 'invalid request'}\n", []),
        ("    except Exception as e:\n        raise\n", []),
        ("    except Exception as e:\n        return\n", []),
    ],
)
def test_returns_of_run_are_read_as_python(body: str, lines: list[int]) -> None:
    """Directly, in a value, by another name, or as a traceback; not what only mentions that something failed."""
    assert [spot.begin + 1 for spot in errors_returned(read_lines("s", HEAD + body))] == lines


def test_other_functions_are_nobodys_business() -> None:
    """Only `run` answers clients."""
    text = "def help(x):\n    try:\n        go()\n    except Exception as e:\n        return str(e)\n"
    assert not errors_returned(read_lines("s", text))
    assert not errors_returned(read_lines("s", "def run(x):\n    return 1\n\n" + text))


@pytest.mark.parametrize(("value", "found"), [("str(e)", True), ("{'status': 1}", False)])
def test_a_script_in_pieces_is_read_line_by_line(value: str, found: bool) -> None:
    """A log that shows the script beside other things is no Python as a whole."""
    text = f"score.py, as deployed:\n{HEAD}    except Exception as e:\n        return {value}\ndef other():\n"
    assert bool(errors_returned(read_lines("s", text))) is found
