"""Is it known which services are up, without trusting a process id?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.ops.local.state import Place, Record, chosen, records


def record(name: str, pid: int = 1) -> Record:
    made = Record(
        service=name,
        stack="dev",
        file="Pulumi.dev.yaml",
        root=".",
        port=8890,
        pid=pid,
        started="2026-01-01T10:00:00Z",
        code="code",
        code_shown="times/code",
        script="score.py",
        model="model",
        model_dir="models",
        environment="requirements.txt",
        interpreter="python",
    )
    Place(name).write(made)
    return made


def fault_of(name: str | None) -> str:
    with pytest.raises(HoldfastError) as caught:
        chosen(name)
    return str(caught.value)


def test_a_service_lives_as_long_as_a_process_has_its_lock(project: Path) -> None:
    """Whatever its process id says: the id of a process that lives (1) is not enough, and a child's hold is."""
    made = record("times", pid=1)
    assert made.place.state() == "Died"
    lock = made.place.lock()
    assert lock is not None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock,))
    os.close(lock)
    try:
        assert made.place.alive()
        assert made.place.lock() is None
        assert made.place.state() == "Starting"
        made.place.status.write_text('{"generation": 1, "state": "ready", "server": 2, "exitCode": null}')
        assert made.place.state() == "Ready"
        assert chosen("times") == made
    finally:
        child.kill()
        child.communicate()
    assert made.place.state() == "Died"


def test_the_only_one_needs_no_name(project: Path) -> None:
    """Of several one has to be named; a name that is not up is told, with the nearest that is."""
    assert "holdfast local up SERVICE" in fault_of(None)
    times = record("times")
    assert "local-died" in fault_of(None)
    assert chosen(None, alive=False) == times
    record("double")
    assert [one.service for one in records()] == ["double", "times"]
    assert "service-not-said" in fault_of(None)
    said = fault_of("tims")
    assert "not-up" in said
    assert "times" in said.partition("hint")[2]


def test_what_can_not_be_read_is_no_service(project: Path) -> None:
    """A half-written or older record is passed over."""
    made = record("times")
    (made.place.folder / "service.json").write_text('{"service": "times"}')
    assert records() == []
    (made.place.folder / "service.json").write_text("{")
    assert records() == []


def test_a_record_holds_no_variable(project: Path) -> None:
    """What `secureEnv` passes on is in the process alone."""
    record("times")
    text = (Place("times").folder / "service.json").read_text()
    assert "env" not in {key for key in text.split('"') if key in ("env", "variables", "secureEnv")}
