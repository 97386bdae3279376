"""Can a service be debugged here? With the real inference server, by the commands as they are typed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from holdfast.home import home

from .conftest import SCORE

pytestmark = pytest.mark.slow

Holdfast = Callable[..., subprocess.CompletedProcess[str]]

#: Kept from test to test and run to run, as for everybody.
ENVIRONMENTS = home().resolve() / "environments"


@pytest.fixture
def local(project: Path) -> Iterator[Holdfast]:
    """`holdfast local ...` in the project's folder; at the end nothing of it may be left."""
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    folder = Path(os.environ["HOLDFAST_HOME"])
    folder.mkdir()
    (folder / "environments").symlink_to(ENVIRONMENTS)

    def run(*words: str, given: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "holdfast.ops.main", "local", *words]
        done = subprocess.run(command, cwd=project, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    yield run
    run("down", "--all")
    assert processes(folder) == []


def processes(folder: Path) -> list[str]:
    """The command lines of all that runs in a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
        except psutil.Error:
            continue
        if any(str(folder) in word for word in line) and process.status() != psutil.STATUS_ZOMBIE:
            found.append(" ".join(line))
    return found


def answer(local: Holdfast, number: int, code: int = 0) -> Any:
    """What `run` prints, for a number on standard input."""
    return json.loads(local("run", "times", "-", given=json.dumps({"number": number}), code=code).stdout)


def test_edit_reload_ask(local: Holdfast, project: Path, port: int) -> None:
    """An edit is taken by `reload`, a failure shows the line to mend, and what is wrong leaves what runs."""
    script = project / "times/code/score.py"
    up = local("up", "times", "--port", str(port))
    assert up.stdout == f"http://127.0.0.1:{port}/score\n"
    assert answer(local, 7) == {"answer": 42}
    with socket.socket() as elsewhere, pytest.raises(ConnectionRefusedError):
        elsewhere.connect(("127.0.0.2", port))
    (row,) = json.loads(local("list", "--json").stdout)
    assert (row["name"], row["state"], row["port"], row["stack"]) == ("times", "Ready", port, "dev")
    seen = local("shell", "times", "--", "python", "-c", "import os; print(os.environ['COLOUR'], os.getcwd())").stdout
    assert seen.split() == ["red", str(Path(row["modelDir"]).parents[2])]
    assert "already-up" in local("up", "times", "--port", str(port), code=2).stderr

    # Nothing that the script did to a library is there after a reload.
    assert local("test").stdout == "ok       sample.json\n"
    script.write_text(SCORE.replace("def init():", "import colorsys\n\n\ndef init():\n    colorsys.touched = True"))
    local("reload")
    script.write_text(
        SCORE.replace("* factor", "+ factor").replace(
            "def init():", "import colorsys\n\n\ndef init():\n    assert not hasattr(colorsys, 'touched')"
        )
    )
    assert json.loads(local("reload", "--json").stdout)["changed"] == ["score.py"]
    assert answer(local, 7) == {"answer": 13}
    differs = local("test", code=4)
    assert 'the answer["answer"] is 13, expected 42' in differs.stdout
    assert differs.stderr == "0 of 1 as expected\n"

    script.write_text("def run(data) return data\n")
    assert "script-invalid" in local("reload", code=2).stderr
    assert answer(local, 7) == {"answer": 13}

    script.write_text(SCORE.replace("* factor", "* factor['six']"))
    local("reload")
    raised = local("run", "times", "times/sample.json", code=3)
    assert "An unexpected error occurred in scoring script" in raised.stdout
    status, exception, frame, source = raised.stderr.splitlines()[:4]
    assert status.startswith("500, ")
    assert exception.startswith("TypeError: 'int' object is not subscriptable")
    assert frame == "  at times/code/score.py:13, in run"
    assert source.strip() == """return {"answer": json.loads(data)["number"] * factor['six']}"""

    script.write_text(SCORE.replace("factor.txt", "nowhere.txt"))
    failed = local("reload", code=2).stderr
    assert "not-started" in failed
    assert "FileNotFoundError" in failed
    assert "  at times/code/score.py:9, in init\n" in failed
    assert "AZUREML_MODEL_DIR holds model/factor.txt" in failed
    assert json.loads(local("list", "--json").stdout)[0]["state"] == "Failed"
    script.write_text(SCORE)
    local("reload")
    assert answer(local, 7) == {"answer": 42}
    assert local("logs", "--tail", "500").stdout.count("Users's init has completed successfully") == 5

    # A script that sets variables may mean a library that was imported ahead: all is begun anew for it.
    script.write_text(SCORE.replace("def init():", 'os.environ["MINE"] = "1"\n\n\ndef init():'))
    local("reload")
    assert answer(local, 7) == {"answer": 42}


def test_another_model_and_a_death(local: Holdfast, project: Path, port: int) -> None:
    """`update` takes what the stack file says now, and options until `down`; a service that died is told as such."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        taken = local("up", "times", "--port", str(port), code=2).stderr
    assert "port-taken" in taken
    assert f"127.0.0.1:{port}" in taken
    assert local("list", "--json").stdout == "[]\n"
    local("up", "times", "--port", str(port))
    watch = [sys.executable, "-m", "holdfast.ops.main", "local", "reload", "--watch"]
    watching = subprocess.Popen(
        watch,
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background ignores it, and so does all that is started from there.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert watching.stderr is not None
    patience = threading.Timer(120, watching.kill)  # a save that nobody sees is a failure, and no wait for ever
    patience.start()
    assert [watching.stderr.readline().split(" ")[0] for _ in range(2)] == ["`times`", "watching"]
    (project / "times/code/score.py").write_text("def run(data) return data\n")
    assert watching.stderr.readline() == "error: script-invalid\n"
    (project / "times/code/score.py").write_text(SCORE.replace("* factor", "- factor"))
    said = next(line for line in watching.stderr if "reloaded" in line)  # its end, if it ends, is a failure
    assert said.endswith("(score.py)\n")
    assert answer(local, 7) == {"answer": 1}
    watching.send_signal(signal.SIGINT)
    watching.communicate()
    patience.cancel()
    assert watching.returncode == 130
    (project / "times/code/score.py").write_text(SCORE)
    local("reload")

    (project / "other/model").mkdir(parents=True)
    (project / "other/model/factor.txt").write_text("10")
    assert "file-missing" in local("update", "--model", "nowhere", code=2).stderr
    assert answer(local, 7) == {"answer": 42}
    local("update", "--model", "other/model")
    assert answer(local, 7) == {"answer": 70}
    (project / "other/model/factor.txt").write_text("100")
    local("reload")  # takes code, and no model
    assert answer(local, 7) == {"answer": 70}
    row = json.loads(local("update", "times", "--json").stdout)
    assert (row["model"], row["port"]) == (str(project / "other/model"), port)
    assert answer(local, 7) == {"answer": 700}

    os.kill(row["pid"], signal.SIGKILL)
    until = time.monotonic() + 10
    while json.loads(local("list", "--json").stdout)[0]["state"] != "Died" and time.monotonic() < until:
        time.sleep(0.05)
    assert processes(Path(os.environ["HOLDFAST_HOME"])) == []
    assert "local-died" in local("run", "times", "times/sample.json", code=2).stderr
    assert "ready for serving traffic" in local("logs").stdout
    local("up", "times", "--port", str(port))
    assert answer(local, 7) == {"answer": 42}
