"""Which returns of a scoring script hand out an exception?"""

from __future__ import annotations

import pytest

from holdfast.model.scoring_script import returned_exceptions

HEAD = "import sys\nimport traceback\n\ndef run(data):\n    try:\n        return go(data)\n"


def lines(text: str) -> list[int]:
    return [first for first, _ in returned_exceptions(text)]


@pytest.mark.parametrize(
    "body",
    [
        "except Exception as e:\n        return str(e)",
        "except Exception as e:\n        return {'error': repr(e), 'status': 400}",
        "except Exception as e:\n        return 'failed: %s' % e",
        "except Exception as e:\n        return 'failed: {}'.format(e)",
        "except Exception as e:\n        return AMLResponse(f'{e!r}', 500)",
        "except (ValueError, KeyError) as e:\n        return json.dumps({'why': e.args[0]})",
        "except:\n        return traceback.format_exc()",
        "except Exception:\n        return str(sys.exc_info()[1])",
        "except Exception as e:\n        return {'class': type(e).__name__, 'text': str(e)}",
    ],
)
def test_the_text_of_an_exception_is_found_however_it_is_made(body: str) -> None:
    """In a value, in a call, by a format, as a traceback."""
    assert lines(HEAD + f"    {body}\n") == [8]


@pytest.mark.parametrize(
    "body",
    [
        "except Exception as e:\n        text = str(e)\n        log(text)\n        return text",
        "except Exception as e:\n        body: dict = {'why': str(e)}\n        pass\n        return body",
        "except Exception as e:\n        text = 'failed'\n        text += str(e)\n        return text",
        "except Exception as e:\n        if (text := str(e)):\n            pass\n        return text",
        "except Exception as e:\n        a, b = str(e), 1\n        c = a\n        return c",
    ],
)
def test_another_name_is_followed(body: str) -> None:
    """Given by an assignment of any form."""
    assert lines(HEAD + f"    {body}\n") == [10]


@pytest.mark.parametrize(
    "body",
    [
        "except Exception as e:\n        log.exception('bad', exc_info=e)\n        return {'error': 'bad request'}",
        "except Exception as e:\n        raise ValueError('no') from e",
        "except Exception as e:\n        return {'error': type(e).__name__}",
        "except Exception as e:\n        return TEXTS[type(e)]",
        "except Exception as e:\n        return isinstance(e, ValueError)",
        "except Exception:\n        return logging.exception('x')",
        "except Exception as e:\n        return",
        "except Exception as e:\n        retry = lambda: str(e)\n        return 'bad'",
    ],
)
def test_what_tells_nothing_of_it_is_none(body: str) -> None:
    """A log, another exception, the type, words of one's own."""
    assert lines(HEAD + f"    {body}\n") == []


def test_functions_whose_value_run_returns_count_and_no_others() -> None:
    """However many are between; one that only logs, and one that nobody returns, are not the client's business."""
    text = """
def run(data):
    note(data)
    return outer(data)

async def outer(data):
    return inner(data)

def inner(data):
    try:
        return predict(data)
    except Exception as e:
        return str(e)

def note(data):
    try:
        store(data)
    except Exception as e:
        return str(e)

def outside():
    return inner(0)
"""
    assert lines(text) == [13]
    assert lines(text.replace("return outer(data)", "outer(data)")) == []
    assert lines("def run(data):\n    return run(data)\n") == []


def test_a_function_within_is_its_own() -> None:
    """What it returns, run does not."""
    text = HEAD + "    except Exception as e:\n        def later():\n            return str(e)\n        later()\n"
    assert lines(text) == []


def test_first_and_last_line_are_told() -> None:
    """Of a return that goes over several."""
    text = HEAD + "    except Exception as e:\n        return {\n            'error': str(e),\n        }\n"
    assert returned_exceptions(text.encode()) == [(8, 10)]
