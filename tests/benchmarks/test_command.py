"""`python -m benchmarks`: its help teaches, and a part that can't be measured is told apart from a slow one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.figures import Row
from click.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks import meter


def test_help_names_every_part() -> None:
    """Each part's name stands in the help with what it measures."""
    text = CliRunner().invoke(command.main, ["--help"]).output
    assert all(f"\n  {part} " in text for part in command.PARTS)


def test_over_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure above its limit is shown, and the command succeeds."""
    monkeypatch.setattr(command, "measured", lambda *_: ([Row("a", "wall", "9.00", 9.0, 1.25)], False))
    done = CliRunner().invoke(command.main, [])
    assert done.exit_code == 0
    assert done.output.rstrip().endswith("over")


def test_what_was_measured_is_shown_though_another_part_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 with the rows that there are."""
    monkeypatch.setattr(command, "measured", lambda *_: ([Row("a", "wall", "1.00", 1.0)], True))
    done = CliRunner().invoke(command.main, ["--json"])
    assert done.exit_code == 1
    assert [row["what"] for row in json.loads(done.stdout)] == ["wall"]


def test_parts_are_measured_in_the_tables_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever order they were asked in: `arm-calls` fills the vault and comes last."""
    asked: list[str] = []
    monkeypatch.setattr(command, "measured", lambda parts, *_: (asked.extend(parts), ([], False))[1])
    CliRunner().invoke(command.main, ["--only", "arm-calls", "--only", "sandbox"])
    assert asked == ["sandbox", "arm-calls"]


def test_the_meter_counts_what_ends_after_the_command(tmp_path: Path) -> None:
    """A process that outlives its parent is waited for and counted; the command's own exit code is passed on."""
    child = "import time; time.sleep(0.2)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); sys.exit(7)"
    code, measured = _measure(tmp_path, [sys.executable, "-c", parent])
    assert (code, measured.outlived) == (7, 1)
    assert measured.outlived_for > 0


def test_the_meter_sees_the_program_and_not_the_one_that_names_it_in_an_option(tmp_path: Path) -> None:
    """The language host has the program's script in an option; its memory is not the program's."""
    script = tmp_path / "the-program"
    script.write_text("import time; block = bytearray(60_000_000); time.sleep(0.3)", encoding="utf-8")
    host = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, {str(script)!r}]))"
    code, measured = _measure(tmp_path, [sys.executable, "-c", host, f"--exec={script}"])
    assert code == 0
    assert measured.program_peak > 60_000_000


def _measure(folder: Path, run: list[str]) -> tuple[int, meter.Measured]:
    result = folder / "result.json"
    done = subprocess.run([sys.executable, meter.__file__, str(result), "the-program", "--", *run], check=False)
    return done.returncode, meter.Measured(**json.loads(result.read_text(encoding="utf-8")))
