"""What do the engine's tests share: a tiny Pulumi project on a file backend of its own, run by the real CLI."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import yaml

from holdfast_sandbox import engine

ROOT = Path(__file__).parents[3]

GONE_SECONDS = 5.0
"""The promise (design.md, section 2): every process of a run exits within this time when its engine is gone."""


@dataclass
class Project:
    """A project folder, and `pulumi` to run in it. `options` are the runtime options of Pulumi.yaml."""

    folder: Path
    env: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project, dedented."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def describe(self, **changes: object) -> None:
        """Write Pulumi.yaml; `virtualenv` is this test's own unless `runtime` says otherwise."""
        runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
        self.write("Pulumi.yaml", yaml.safe_dump({"name": "tiny", "runtime": runtime} | changes))

    def pulumi(self, *words: str, code: int = 0) -> str:
        """Run `pulumi WORDS` to its end and give everything it said; its exit code must be `code`."""
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive"],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `pulumi WORDS`; it is ended with the test."""
        process = subprocess.Popen(
            ["pulumi", *words, "--non-interactive"],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(process)
        return process

    def end(self) -> None:
        """Leave no process of this project behind."""
        for process in self.running:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()
            process.communicate()

    @staticmethod
    def wait_for(what: Callable[[], object], seconds: float = 60.0) -> bool:
        """Whether `what` became true in time; the time is a limit for a test that hangs, no measurement."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if what():
                return True
            time.sleep(0.05)
        return bool(what())

    @staticmethod
    def processes_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
        """Every process that the engine `process` started, directly or not."""
        return psutil.Process(process.pid).children(recursive=True)

    @staticmethod
    def left(processes: list[psutil.Process]) -> list[str]:
        """The command lines of those that still run (a zombie does not)."""
        found = []
        for one in processes:
            try:
                if one.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{one.pid} {' '.join(one.cmdline())}")
            except psutil.NoSuchProcess:
                continue
        return found

    @staticmethod
    def kill_hard(process: subprocess.Popen[str]) -> None:
        """`kill -9`, as an out-of-memory killer does it."""
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="session")
def engine_status() -> Iterator[engine.EngineStatus]:
    """The engine of this checkout, had by whichever road is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_HOME", os.environ.get("HOLDFAST_HOME", str(ROOT / ".holdfast")))
        yield engine.ensure()


@pytest.fixture
def project(engine_status: engine.EngineStatus, tmp_path: Path) -> Iterator[Project]:
    """A project with an empty stack `dev`, whose Pulumi home and backend are the test's own."""
    folder = tmp_path / "project"
    for part in (folder, tmp_path / "backend", tmp_path / "home"):
        part.mkdir()
    assert engine_status.bin_dir is not None
    env = os.environ | {
        "PATH": os.pathsep.join([engine_status.bin_dir, os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "MARKS": str(tmp_path / "marks"),
    }
    (tmp_path / "marks").mkdir()
    made = Project(folder, env)
    made.describe()
    made.write("__main__.py", "import pulumi\n")
    made.pulumi("stack", "init", "dev")
    yield made
    made.end()


@pytest.fixture
def marks(project: Project) -> Path:
    """A folder in which programs and providers leave marks that the test can see ($MARKS)."""
    return Path(project.env["MARKS"])
