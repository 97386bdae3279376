"""Does `--engine docker` do what processes do? The real SDK and commands against a stand-in for the daemon, whose
containers are real processes; or, with HOLDFAST_TEST_DOCKER=unix:///var/run/docker.sock, against that very daemon."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import socket
import struct
import subprocess
import sys
import termios
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from click.testing import CliRunner
from docker.errors import NotFound

from holdfast.home import home
from holdfast.ops.local import daemon
from holdfast.ops.main import main

from .conftest import SCORE, TIMES, write_stack
from .docker_engine import Engine

pytestmark = pytest.mark.slow

Holdfast = Callable[..., subprocess.CompletedProcess[str]]

ENVIRONMENTS = home().resolve() / "environments"
BASE = "mcr.microsoft.com/azureml/minimal-py311-inference:latest"
SERVICE: dict[str, Any] = {**TIMES, "baseImage": BASE, "memory": 1, "secureEnv": {"TOKEN": "in-the-stack"}}
#: Given to the service by this shell, and looked for wherever it must not be.
SECRET = "a-token-of-nobody"
TOLD = SCORE.replace("return {", 'assert os.environ["TOKEN"] == "a-token-of-nobody"\n    return {')
NAME = "holdfast-local-times"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine | None]:
    """The stand-in, `None` for a daemon that is a real one; in any case what DOCKER_HOST names."""
    daemon.daemon.cache_clear()
    if address := os.environ.get("HOLDFAST_TEST_DOCKER"):
        monkeypatch.setenv("DOCKER_HOST", address)
        yield None
        return
    made = Engine(tmp_path / "engine", BASE)
    monkeypatch.setenv("DOCKER_HOST", made.address)
    yield made
    made.close()


@pytest.fixture
def client(engine: Engine | None) -> Iterator[Any]:
    """Another client of that daemon."""
    made = docker.from_env()
    yield made
    made.close()


@pytest.fixture
def local(project: Path, engine: Engine | None, client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdfast]:
    """`holdfast local ...` in the project's folder; at the end no container of it may be left."""
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    folder = Path(os.environ["HOLDFAST_HOME"])
    folder.mkdir()
    (folder / "environments").symlink_to(ENVIRONMENTS)
    monkeypatch.setenv("TOKEN", SECRET)
    write_stack(project, SERVICE)

    def run(*words: str, given: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "holdfast.ops.main", "local", *words]
        if words[0] == "shell":  # it needs real streams; a process for each command would be most of the time
            done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)
        else:
            result = CliRunner().invoke(main, ["local", *words], input=given)
            done = subprocess.CompletedProcess(command, result.exit_code, result.stdout, result.stderr)
        assert done.returncode == code, done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr
        return done

    yield run
    run("down", "--all")
    with pytest.raises(NotFound):
        client.containers.get(NAME)


def answer(local: Holdfast, number: int, code: int = 0) -> Any:
    """What `run` prints, for a number on standard input."""
    return json.loads(local("run", "times", "-", given=json.dumps({"number": number}), code=code).stdout)


def test_every_command_works_as_in_processes(
    local: Holdfast, project: Path, port: int, engine: Engine | None, client: Any
) -> None:
    """From `up` to `down`; the container is the image's, on loopback, limited, and holds no secret where it is kept."""
    script = project / "times/code/score.py"
    script.write_text(TOLD)
    up = local("up", "times", "--engine", "docker", "--port", str(port))
    assert up.stdout == f"http://127.0.0.1:{port}/score\n"
    assert answer(local, 7) == {"answer": 42}
    (row,) = json.loads(local("list", "--json").stdout)
    assert (row["engine"], row["state"], row["pid"], row["log"]) == ("docker", "Ready", None, None)
    assert row["container"] == client.containers.get(NAME).id
    assert re.fullmatch(r"holdfast/services/times:[0-9a-f]{12}", row["image"])

    told = client.containers.get(NAME).attrs
    assert told["HostConfig"]["PortBindings"] == {"5001/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    assert told["HostConfig"]["Memory"] == 1_000_000_000
    assert not told["HostConfig"].get("Binds")
    assert told["Config"]["Labels"]["holdfast.local.service"] == "times"
    assert "COLOUR=red" in told["Config"]["Env"]
    # Nothing of the image's entry point is lost by what is put before it.
    entry = client.images.get(row["image"]).attrs["Config"]["Entrypoint"]
    assert told["Config"]["Cmd"][-len(entry) + 1 :] == entry[1:]
    with socket.socket() as elsewhere, pytest.raises(ConnectionRefusedError):
        elsewhere.connect(("127.0.0.2", port))
    assert SECRET not in json.dumps(told)
    kept = Path(os.environ["HOLDFAST_HOME"]) / "local"
    assert not [path for path in kept.rglob("*.*") if "app" not in path.parts and SECRET in path.read_text()]
    if engine is not None:
        assert not [path for _, path, body in engine.requests if SECRET in path + body]

    assert local("test").stdout == "ok       sample.json\n"
    assert "already-up" in local("up", "times", "--engine", "docker", "--port", str(port), code=2).stderr
    assert "already-up" in local("up", "times", code=2).stderr  # in processes
    look = "cat; echo $COLOUR; pwd; ls *.*; echo no >&2; exit 3"
    seen = local("shell", "times", "--", "sh", "-c", look, given="in\n", code=3)
    # `.amlignore` leaves notes.md out.
    assert seen.stdout.splitlines() == ["in", "red", "/var/azureml-app", "score.py"]
    assert seen.stderr == "no\n"

    code, said = on_terminal(["local", "shell"], "stty size; echo $TERM\nexit 5\n")
    assert code == 5
    assert "33 77\r\n" in said
    assert f"{os.environ.get('TERM', 'xterm')}\r\n" in said
    assert "`times` in its container" in said

    # A reload takes what is new and what is gone, says what raised, and refuses what is no Python.
    (project / "times/code/more.py").write_text("def twice(number):\n    return 2 * number\n")
    helped = TOLD.replace("import json", "import json\nimport more")
    script.write_text(helped.replace("* factor", "* more.twice(factor)"))
    assert json.loads(local("reload", "--json").stdout)["changed"] == ["more.py", "score.py"]
    assert answer(local, 7) == {"answer": 84}
    script.write_text(TOLD.replace("* factor", "* factor['six']"))
    (project / "times/code/more.py").unlink()
    local("reload")
    assert "more.py" not in local("shell", "times", "--", "ls").stdout
    raised = local("run", "times", "times/sample.json", code=3).stderr
    assert raised.splitlines()[1].startswith("TypeError: 'int' object is not subscriptable")
    assert "  at times/code/score.py:14, in run\n" in raised
    script.write_text("def run(data) return data\n")
    assert "script-invalid" in local("reload", code=2).stderr
    script.write_text(TOLD.replace("factor.txt", "nowhere.txt"))
    failed = local("reload", code=2).stderr
    assert "  at times/code/score.py:9, in init\n" in failed
    assert "AZUREML_MODEL_DIR holds model/factor.txt" in failed
    assert json.loads(local("list", "--json").stdout)[0]["state"] == "Failed"
    script.write_text(TOLD.replace("* factor", "+ factor"))
    local("reload")
    assert answer(local, 7) == {"answer": 13}
    assert local("logs", "--tail", "500").stdout.count("Users's init has completed successfully") == 4

    # `update` builds the image of what is there now, and only that; the secret is given anew.
    (project / "other/model").mkdir(parents=True)
    (project / "other/model/factor.txt").write_text("10")
    (project / "other/model/new.txt").write_text(str(uuid.uuid4()))  # a real daemon has what was built before
    said = local("update", "--model", "other/model").stderr
    assert said.count("building the image") == 1
    assert answer(local, 7) == {"answer": 17}
    following = subprocess.Popen(
        [sys.executable, "-m", "holdfast.ops.main", "local", "logs", "--follow"],
        cwd=project,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert following.stdout is not None
    patience = threading.Timer(60, following.kill)
    patience.start()
    assert any("ready for serving traffic" in line for line in following.stdout)

    # It dies behind our back.
    client.containers.get(NAME).kill()
    assert following.wait(20) == 0  # as in processes, the log ends with the service
    patience.cancel()
    assert json.loads(local("list", "--json").stdout)[0]["state"] == "Died"
    dead = local("run", "times", "times/sample.json", code=2).stderr
    assert "local-died" in dead
    assert re.search(rf"container: {NAME} ended with -?\d+", dead)
    assert "ready for serving traffic" in local("logs").stdout
    again = local("up", "times", "--engine", "docker", "--port", str(port), "--model", "other/model")
    assert "building" not in again.stderr
    assert answer(local, 7) == {"answer": 17}


def test_what_is_in_the_way_is_told(
    local: Holdfast, project: Path, port: int, engine: Engine | None, client: Any
) -> None:
    """A port, a name, a build, an image: each by its error, and nothing of a stranger's is touched."""
    up = ("up", "times", "--engine", "docker", "--port", str(port))
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert "port-taken" in local(*up, code=2).stderr

    (project / "times/bad.txt").write_text("azureml-inference-server-http==1.5.1\nno-such-thing-at-all==1.0\n")
    failed = local(*up, "--environment", "times/bad.txt", code=2).stderr
    assert "image-build-failed" in failed
    assert "no-such-thing-at-all" in next(line for line in failed.splitlines() if line.startswith("  line:"))
    assert "RUN python -m pip install" in failed
    log = Path(os.environ["HOLDFAST_HOME"]) / "local/times/build.log"
    assert "no-such-thing-at-all" in log.read_text()
    write_stack(project, {**SERVICE, "baseImage": "localhost/nobody/has/it:1"})
    assert "image-build-failed" in local(*up, code=2).stderr
    assert local("list", "--json").stdout == "[]\n"

    # A stranger has the name.
    write_stack(project, SERVICE)
    image = json.loads(local(*up, "--json").stdout)["image"]
    local("down")
    theirs = made(client, BASE)
    taken = local(*up, code=2).stderr
    assert "container-taken" in taken
    assert f"{theirs[:12]}, created, of {BASE}" in taken
    assert client.containers.get(NAME).id == theirs
    client.containers.get(NAME).remove(force=True)
    # One of ours that no record tells of is in nobody's way.
    ours = made(client, image, {"holdfast.local.service": "times", "holdfast.local.home": os.environ["HOLDFAST_HOME"]})
    local(*up)
    assert client.containers.get(NAME).id != ours
    assert answer(local, 7) == {"answer": 42}
    local("down")

    # An image of the settings, which processes can't run.
    client.images.get(image).tag("localhost/whole", "1")
    own = {key: value for key, value in SERVICE.items() if key != "baseImage"}
    write_stack(project, {**own, "environment": "localhost/whole:1"})
    assert "environment-is-image" in local("up", "times", code=2).stderr
    assert json.loads(local(*up, "--json").stdout)["environment"] == "localhost/whole:1"
    assert answer(local, 7) == {"answer": 42}
    local("down")
    # One without the inference server ends at once, and one without Python does not begin.
    write_stack(project, {**own, "environment": BASE})
    ended = local(*up, code=2).stderr
    assert "not-started" in ended
    assert "No module named 'azureml_inference_server_http'" in ended
    assert json.loads(local("list", "--json").stdout)[0]["state"] == "Died"
    local("down")
    if engine is not None:  # a real daemon has an image without Python only by chance
        write_stack(project, {**own, "environment": "localhost/bare:1"})
        assert "executable file not found" in local(*up, code=2).stderr
        assert not engine.containers


def on_terminal(words: list[str], typed: str) -> tuple[int, str]:
    """A command on a terminal of 33 lines and 77 columns, where somebody types; its exit code and what was shown."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
    command = [sys.executable, "-m", "holdfast.ops.main", *words]
    process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, start_new_session=True)
    os.close(inner)
    patience = threading.Timer(60, process.kill)
    patience.start()
    said = b""
    with contextlib.suppress(OSError):  # its other end is closed
        while news := os.read(outer, 4096):
            said += news
            if typed and said.rstrip()[-1:] in (b"#", b"$"):  # the shell asks
                os.write(outer, typed.encode())
                typed = ""
    patience.cancel()
    return process.wait(), said.decode("utf-8", "replace")


def made(client: Any, image: str, labels: dict[str, str] | None = None) -> str:
    """A container of that name that never ran; its id."""
    configuration = client.api.create_host_config()
    return str(client.api.create_container(image, name=NAME, labels=labels, host_config=configuration)["Id"])


def test_without_a_daemon(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command that needs it says so, `list` shows what is known, and a daemon of another machine is none."""

    def said(*words: str, code: int = 2) -> str:
        daemon.daemon.cache_clear()
        done = CliRunner().invoke(main, ["local", *words])
        assert done.exit_code == code
        return done.output

    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    silent = said("up", "times", "--engine", "docker")
    assert "docker-silent" in silent
    assert f"{tmp_path}/nobody.sock" in silent
    assert "Without `--engine docker` the service runs in processes" in silent
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.7:2375")
    assert "docker-elsewhere" in said("up", "times", "--engine", "docker")
    monkeypatch.setenv("DOCKER_HOST", "nonsense")
    assert "error: docker-" in said("up", "times", "--engine", "docker")
    monkeypatch.setitem(sys.modules, "docker", None)
    assert "docker-sdk-missing" in said("up", "times", "--engine", "docker")
