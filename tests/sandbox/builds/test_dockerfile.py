"""Is a Dockerfile read as Docker reads it, and what is not carried out refused by name and line?"""

from __future__ import annotations

import pytest

from holdfast_sandbox.builds.dockerfile import DockerfileError, expand, parse

_REFERENCE = "docs.docker.com/reference/dockerfile"


@pytest.mark.source(_REFERENCE)
def test_lines_comments_and_continuations() -> None:
    """A comment within a continued line is left out; the line told is the first one."""
    text = "# syntax=docker/dockerfile:1\n\nfrom python:3.11 AS base\nRUN a && \\\n  # why\n\n  b \\\n  c\nCMD x\n"
    found = parse(text)
    assert [(one.line, one.word, one.rest) for one in found] == [
        (3, "FROM", "python:3.11 AS base"),
        (4, "RUN", "a && b c"),
        (9, "CMD", "x"),
    ]
    assert parse("# escape=`\nFROM a\nRUN b `\n c\n")[1].rest == "b c"


@pytest.mark.source(_REFERENCE)
def test_the_json_form_flags_and_pairs() -> None:
    found = parse(
        'FROM --platform=linux/amd64 a\nCMD ["a", "b c"]\nCOPY --chmod=755 --from=x a "b c" /d/\n'
        'ENV a=1 b="2 3"\nENV c d e\n'
    )
    assert found[0].flags == {"platform": "linux/amd64"}
    assert found[1].listed() == ["a", "b c"]
    assert (found[2].flags, found[2].words({})) == ({"chmod": "755", "from": "x"}, ["a", "b c", "/d/"])
    assert list(found[3].pairs({})) == [("a", "1"), ("b", "2 3")]
    assert list(found[4].pairs({})) == [("c", "d e")]


@pytest.mark.source(_REFERENCE)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$a/${a}_b", "1/1_b"),
        ("${none:-x} ${none-x} ${empty:-x} ${empty-x}", "x x x "),
        ("${a:+x} ${none:+x}|", "x |"),
        (r"\$a $none", "$a "),
    ],
)
def test_variables(text: str, value: str) -> None:
    assert expand(text, {"a": "1", "empty": ""}) == value


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("FROM a\nHEALTHCHECK NONE\n", 2, "HEALTHCHECK is not carried out"),
        ("FROM a\n\nVOLUME /x\n", 3, "VOLUME is not carried out"),
        ("FROM a\nRUN <<EOF\nx\nEOF\n", 2, "here-document"),
        ("FROM a\nFETCH x\n", 2, "unknown instruction: FETCH"),
        ("RUN x\n", 1, "no build stage"),
        ("# nothing\n", 0, "no instructions"),
        ("FROM a\nRUN\n", 2, "requires at least one argument"),
    ],
)
def test_what_is_not_carried_out_is_refused_by_name_and_line(text: str, line: int, said: str) -> None:
    with pytest.raises(DockerfileError, match=said) as refused:
        parse(text)
    assert refused.value.line == line
