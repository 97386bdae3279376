"""Are rows a table for people, and plain words for pipes?"""

from __future__ import annotations

import io

import pytest

from holdfast.ops.output import show_rows

ID = "aaaaaaaa-0000-4000-8000-000000000001"
ROWS = [("Ann [Example]", ID), ("-", ID)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_pipe_there_is_no_frame_and_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    """Aligned, nothing at a line's end; no row, no heading."""
    show_rows(("name", "id"), ROWS)
    show_rows(("name", "id"), [])
    assert capsys.readouterr().out == f"name           id\nAnn [Example]  {ID}\n-              {ID}\n"


@pytest.mark.parametrize(("stream", "err"), [("stdout", False), ("stderr", True)])
def test_on_a_terminal_it_is_a_table(monkeypatch: pytest.MonkeyPatch, stream: str, err: bool) -> None:
    """However narrow, an id stays whole; what looks like markup is none."""
    terminal = Terminal()
    monkeypatch.setattr(f"sys.{stream}", terminal)
    monkeypatch.setenv("COLUMNS", "60")
    show_rows(("name", "id"), ROWS, err=err)
    said = terminal.getvalue()
    assert said.count(ID) == 2
    assert "Ann [Example]" in said
    assert "│" in said
