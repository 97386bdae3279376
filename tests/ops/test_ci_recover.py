"""Does `holdfast ci recover` see who holds the lock, refresh no more than it has to, and say where it failed?

The CLI is played by a script that notes how it was called; the real one runs in tests/engine/test_recover.py.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from holdfast.ops.ci.backend import backend_folder, backend_url
from holdfast.ops.ci.left import parse_export
from holdfast.ops.ci.lock import locks_of
from holdfast.ops.main import main

ROOT = "urn:pulumi:prod::holdfast::pulumi:pulumi:Stack::holdfast-prod"
VAULT = "urn:pulumi:prod::holdfast::holdfast:azure:Environment$azure-native:keyvault:Vault::vault"
GROUP = "urn:pulumi:prod::holdfast::holdfast:azure:Environment$azure-native:containerinstance:ContainerGroup::score"

PULUMI = """#!{python}
import json, os, pathlib, sys
here = pathlib.Path({here!r})
with open(here / "calls", "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
answers = json.loads((here / "answers").read_text())
code, out, err = answers.get(sys.argv[1], [0, "", ""])
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


class Cli:
    """A project, and the CLI that it is worked on with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._answers: dict[str, list[Any]] = {}
        self.exports({"resources": [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}]})

    def answers(self, word: str, code: int = 0, out: str = "", err: str = "") -> None:
        """What `pulumi WORD` says from now on."""
        self._answers[word] = [code, out, err]
        (self.folder / "answers").write_text(json.dumps(self._answers))

    def exports(self, deployment: dict[str, Any]) -> None:
        """What `pulumi stack export` says."""
        self.answers("stack", out=json.dumps({"version": 3, "deployment": deployment}))

    @property
    def calls(self) -> list[list[str]]:
        """How it was called."""
        path = self.folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def locks(self, pid: int, host: str = "", since: datetime | None = None) -> Path:
        """A lock as Pulumi writes it."""
        folder = self.folder / "states/.pulumi/locks/organization/holdfast/prod"
        folder.mkdir(parents=True, exist_ok=True)
        body = {
            "pid": pid,
            "username": "ci",
            "hostname": host or socket.gethostname(),
            "timestamp": (since or datetime.now(UTC)).isoformat(),
        }
        path = folder / f"{pid}.json"
        path.write_text(json.dumps(body))
        return path


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """In a project with a backend of files, with that CLI first on PATH."""
    (tmp_path / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\nbackend: {url: 'file://./states'}\n")
    script = tmp_path / "bin/pulumi"
    script.parent.mkdir()
    script.write_text(PULUMI.format(python=sys.executable, here=str(tmp_path)))
    script.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(script.parent), prepend=os.pathsep)
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    return Cli(tmp_path)


@pytest.fixture
def living() -> Iterator[subprocess.Popen[bytes]]:
    """Some process that lives."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["ci", "recover", "--stack", "prod", *words])


def test_without_anything_under_way_it_is_cancel_and_up(cli: Cli) -> None:
    """No refresh at all; what stands behind `--` goes to `pulumi up`."""
    done = run("--yes", "--", "--policy-pack", "policies")
    assert (done.exit_code, done.stdout) == (0, "")
    rest = ["--stack", "prod", "--non-interactive"]
    assert cli.calls == [
        ["cancel", "--yes", *rest],
        ["stack", "export", *rest],
        ["up", "--yes", "--skip-preview", "--policy-pack", "policies", *rest],
    ]
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        "cancel",
        "look",
        "clear",
        "up",
        "done",
    ]


def test_pending_creations_are_cleared_without_a_look_at_anything_in_azure(cli: Cli) -> None:
    """The refresh may look at the stack itself alone: what Azure lost meanwhile is not forgotten in silence."""
    pending = [{"resource": {"urn": VAULT}, "type": "creating"}]
    cli.exports({"resources": [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}], "pending_operations": pending})
    done = run("--yes")
    assert done.exit_code == 0
    assert "creating vault" in done.stderr
    (refresh,) = [call for call in cli.calls if call[0] == "refresh"]
    assert refresh[:6] == ["refresh", "--clear-pending-creates", "--yes", "--skip-preview", "--target", ROOT]
    assert refresh.count("--target") == 1


def test_what_was_being_deleted_may_be_found_gone() -> None:
    """The killed run meant it to go, so the refresh may look whether it is."""
    resources = [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}, {"urn": GROUP, "type": "x"}]
    pending = [{"resource": {"urn": GROUP}, "type": "deleting"}]
    left = parse_export({"deployment": {"resources": resources, "pending_operations": pending}})
    assert left.targets == (ROOT, GROUP)


def test_what_was_deleted_to_replace_it_leaves_the_state(cli: Cli) -> None:
    """The engine would make it once more, also where the killed run had made it; unknown, it is adopted or made."""
    resources = [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}, {"urn": GROUP, "type": "x", "pendingReplacement": True}]
    cli.exports({"resources": resources})
    done = run("--yes")
    assert done.exit_code == 0
    assert [call[:3] for call in cli.calls if call[0] in ("state", "refresh")] == [["state", "delete", GROUP]]
    cli.exports({"resources": resources, "pending_operations": [{"resource": {"urn": GROUP}, "type": "creating"}]})
    run("--yes")
    (refresh,) = [call for call in cli.calls if call[0] == "refresh"]
    assert refresh.count("--target") == 1


def test_an_empty_stack_has_nothing_left() -> None:
    """A run may die before it notes anything."""
    assert parse_export({"version": 3, "deployment": {}}).targets == ()
    assert parse_export({}).pending == ()


def test_a_run_that_lives_is_left_alone(cli: Cli, living: subprocess.Popen[bytes]) -> None:
    """Exit code 2 with who holds the lock, and no command is run; `--force` goes on all the same."""
    cli.locks(living.pid)
    done = run("--yes")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: run-still-alive\n")
    assert f"ci@{socket.gethostname()} (process {living.pid})" in done.stderr
    assert cli.calls == []
    assert run("--yes", "--force").exit_code == 0


def test_a_lock_of_the_dead_is_no_obstacle(cli: Cli) -> None:
    """A process that ended, and one that only waits for its parent to notice, hold nothing."""
    ended = subprocess.Popen(["true"])
    while Path(f"/proc/{ended.pid}/stat").read_text().rpartition(") ")[2][0] != "Z":
        time.sleep(0.01)
    cli.locks(ended.pid)
    assert run("--yes").exit_code == 0
    ended.wait()
    assert run("--yes").exit_code == 0


def test_a_number_that_another_process_got_since_is_not_the_run(cli: Cli, living: subprocess.Popen[bytes]) -> None:
    """A lock that is older than the process of its number is a dead run's."""
    cli.locks(living.pid, since=datetime(2020, 1, 1, tzinfo=UTC))
    assert run("--yes").exit_code == 0


def test_a_lock_of_another_machine_is_told_and_taken(cli: Cli) -> None:
    """A pipeline's next runner is another machine, and its lock can't be judged from here."""
    cli.locks(1, host="runner-7")
    done = run("--yes", "--json")
    assert done.exit_code == 0
    assert "ci@runner-7 (process 1)" in done.stderr
    assert json.loads(done.stdout)["locks"][0]["alive"] is None


def test_a_lock_that_can_not_be_understood_is_told(cli: Cli) -> None:
    """Half a file is a lock all the same; nobody is taken for alive by it."""
    cli.locks(1).write_text("{")
    done = run("--yes")
    assert done.exit_code == 0
    assert "can't be judged" in done.stderr


@pytest.mark.parametrize(
    "said",
    [
        "error: stack acme/holdfast/prod has never been updated",
        "error: [409] Conflict: The Update has already completed",
    ],
)
@pytest.mark.source("pulumi/pulumi, pkg/backend/httpstate: CancelCurrentUpdate")
def test_no_run_to_cancel_is_no_failure(cli: Cli, said: str) -> None:
    """Pulumi Cloud says so with an error, a backend of files does not."""
    cli.answers("cancel", 255, err=said)
    assert run("--yes").exit_code == 0


@pytest.mark.parametrize(
    ("word", "step", "before"),
    [("cancel", "cancel", 1), ("stack", "look", 2), ("refresh", "clear", 3), ("up", "up", 4)],
)
def test_a_step_that_fails_ends_it_and_is_named(cli: Cli, word: str, step: str, before: int) -> None:
    """Exit code 3 with the command and what the CLI answered; no later step is run."""
    pending = [{"resource": {"urn": VAULT}, "type": "creating"}]
    cli.exports({"resources": [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}], "pending_operations": pending})
    cli.answers(word, 255, err="error: the backend said no")
    done = run("--yes", "--json")
    assert done.exit_code == 3
    assert "error: recover-step-failed" in done.stderr
    assert f"in the step `{step}`" in done.stderr
    assert f"pulumi {word} " in done.stderr
    assert len(cli.calls) == before
    assert json.loads(done.stdout)["steps"][-1]["code"] == 255


def test_an_export_that_is_no_export_is_not_taken_for_an_empty_one(cli: Cli) -> None:
    """Could not read is not nothing."""
    cli.answers("stack", out="not JSON")
    done = run("--yes")
    assert done.exit_code == 3
    assert [call[0] for call in cli.calls] == ["cancel", "stack"]


def test_a_dry_run_prints_the_steps_and_runs_none(cli: Cli) -> None:
    """Each line can be typed."""
    done = run("--dry-run")
    assert done.exit_code == 0
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["pulumi", "cancel"],
        ["pulumi", "stack"],
        ["pulumi", "refresh"],
        ["pulumi", "up"],
    ]
    assert f"--target {ROOT}" in done.stdout
    assert [row["step"] for row in json.loads(run("--dry-run", "--json").stdout)["steps"]][-1] == "up"
    assert cli.calls == []


def test_nobody_is_asked_where_nobody_is(cli: Cli) -> None:
    """In a pipeline, `--yes` has to be said."""
    done = run()
    assert done.exit_code == 2
    assert "--yes" in done.stderr
    assert cli.calls == []


def test_the_stack_is_the_chosen_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--stack`, else the variable, else what `pulumi stack select` chose; an error where none is."""
    cli.answers("stack", out="dev\n")
    assert "--stack dev" in CliRunner().invoke(main, ["ci", "recover", "--dry-run"]).stdout
    monkeypatch.setenv("PULUMI_STACK", "test")
    assert "--stack test" in CliRunner().invoke(main, ["ci", "recover", "--dry-run"]).stdout
    monkeypatch.delenv("PULUMI_STACK")
    cli.answers("stack", 255, err="error: no stack selected")
    done = CliRunner().invoke(main, ["ci", "recover", "--dry-run"])
    assert done.exit_code == 2
    assert "stack-not-chosen" in done.stderr


def test_it_needs_a_project_and_the_cli(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is said by its own id."""
    monkeypatch.setenv("PATH", "/nowhere")
    done = run("--yes")
    assert (done.exit_code, "pulumi-missing" in done.stderr) == (2, True)
    (cli.folder / "Pulumi.yaml").unlink()
    done = run("--yes")
    assert (done.exit_code, "no-checkout" in done.stderr) == (2, True)


def test_another_backend_is_told_to_be_beyond_sight(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who holds a lock there is not known, and that is said."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "azblob://states")
    done = run("--yes")
    assert done.exit_code == 0
    assert "can't be seen in this backend" in done.stderr


@pytest.mark.parametrize(("content", "stays"), [("", False), ('{"user.content', False), ("{}", True)])
def test_half_written_attributes_of_the_checkpoint_are_dropped(cli: Cli, content: str, stays: bool) -> None:
    """With them no command of Pulumi's reads the state any more; whole ones are left alone."""
    attributes = cli.folder / "states/.pulumi/stacks/holdfast/prod.json.attrs"
    attributes.parent.mkdir(parents=True)
    attributes.write_text(content)
    done = run("--yes")
    assert done.exit_code == 0
    assert attributes.exists() is stays
    assert ("half written" in done.stderr) is not stays


def test_the_backend_is_the_one_that_pulumi_would_take(tmp_path: Path) -> None:
    """The variable, else the project's own, else the login; a folder for files, none for any other."""
    login = tmp_path / "credentials.json"
    login.write_text(json.dumps({"current": "file:///logged-in"}))
    environ = {"PULUMI_HOME": str(tmp_path)}
    assert backend_url({}, environ) == "file:///logged-in"
    assert backend_url({"backend": {"url": "file:///own"}}, environ) == "file:///own"
    assert backend_url({"backend": {"url": "file:///own"}}, {"PULUMI_BACKEND_URL": "s3://x"}) == "s3://x"
    assert backend_url({}, {"PULUMI_HOME": str(tmp_path / "none")}) == ""
    assert backend_folder("file:///a%20b?no_tmp_dir=true", tmp_path) == Path("/a b")
    assert backend_folder("file://~", tmp_path) == Path.home()
    assert backend_folder("file://./states", tmp_path) == tmp_path / "states"
    assert backend_folder("https://api.pulumi.example", tmp_path) is None
    assert locks_of(tmp_path, "holdfast", "prod") == []


def test_a_signal_is_the_clis(cli: Cli, wait_until: Callable[[Callable[[], bool]], None]) -> None:
    """A pipeline's SIGTERM reaches the CLI, which ends its run in order, and the command ends with it."""
    script = cli.folder / "bin/pulumi"
    text = script.read_text().replace("sys.exit(code)", "")
    script.write_text(
        text + "if sys.argv[1] == 'up':\n"
        "    import signal, time\n"
        "    def end(*_):\n"
        "        (here / 'told').touch(); sys.exit(255)\n"
        "    signal.signal(signal.SIGTERM, end)\n"
        "    (here / 'ready').touch(); time.sleep(600)\n"
    )
    command = [sys.executable, "-m", "holdfast.ops.main", "ci", "recover", "--stack", "prod", "--yes"]
    with subprocess.Popen(command, cwd=cli.folder, stderr=subprocess.PIPE, text=True) as process:
        wait_until((cli.folder / "ready").exists)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "in the step `up`" in said
    assert (cli.folder / "told").exists()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that has to come."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    return wait
