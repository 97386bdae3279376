"""Does `holdfast sandbox` start, stop, run and tell, as a person at a shell expects?"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = pytest.mark.slow


class Shell:
    """Runs commands with a Holdfast home of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("ARM_", "AZURE_", "PULUMI_", "HOLDFAST_"))}
        self.env = {**clean, "HOLDFAST_HOME": str(home)}

    def arguments(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "holdfast_sandbox", "sandbox", *args]

    def __call__(self, *args: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.arguments(*args), env=self.env, text=True, capture_output=True, timeout=60, check=False, **kwargs
        )

    def begin(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.arguments(*args), env=self.env, text=True, stdout=subprocess.PIPE, start_new_session=True
        )

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self("status", "--json").stdout))


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path / "home")
    yield made
    made("stop")


def gone(pid: int) -> bool:
    """Whether the process has ended, within 10 s."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


PRINT = "import json, os; print(json.dumps(dict(os.environ)))"
LIST_GROUPS = """
import os, requests
host, tenant = "https://" + os.environ["ARM_METADATA_HOSTNAME"], os.environ["ARM_TENANT_ID"]
form = {"grant_type": "client_credentials", "client_id": os.environ["ARM_CLIENT_ID"], "scope": host + "/.default"}
form["client_secret"] = os.environ["ARM_CLIENT_SECRET"]
token = requests.post(f"{host}/{tenant}/oauth2/v2.0/token", data=form).json()["access_token"]
path = f"{host}/subscriptions/{os.environ['ARM_SUBSCRIPTION_ID']}/resourceGroups?api-version=2021-04-01"
print(requests.get(path, headers={"Authorization": "Bearer " + token}).status_code)
"""
ASK = "import os; print(os.path.dirname(os.environ['SSL_CERT_FILE']), os.environ['ARM_METADATA_HOSTNAME'])"


def test_a_server_is_started_told_of_and_stopped(shell) -> None:
    """start --detach returns when it answers, status and env tell where, stop ends the process and keeps the state."""
    assert shell("status").returncode == 2
    assert shell.status() == {"running": False, "stateDir": str(shell.home / "sandbox")}
    started = shell("start", "--detach", "--latency", "0.5")
    assert started.returncode == 0, started.stderr
    status = shell.status()
    assert (status["running"], status["url"], status["latency"]) == (True, started.stdout.strip(), "0.5")
    announced = json.loads((shell.home / "sandbox" / "server.json").read_text())
    assert {"pid", "port", "url", "stateDir", "started"} <= set(announced)
    exports = shell("env").stdout
    assert f"export AZURE_AUTHORITY_HOST={status['url']}" in exports
    assert all(line.startswith("export ") for line in exports.splitlines())
    twice = shell("start", "--detach")
    assert twice.returncode == 2
    assert twice.stderr.startswith("error: sandbox-running\n")
    assert shell("stop").returncode == 0
    assert gone(status["pid"])
    assert (shell.home / "sandbox" / "state.sqlite").exists()
    assert not (shell.home / "sandbox" / "server.json").exists()
    assert shell("stop").returncode == 0


def test_a_foreground_server_ends_with_ctrl_c(shell) -> None:
    """start without --detach serves until SIGINT and exits 0."""
    process = shell.begin("start")
    url = process.stdout.readline().strip()
    pid = shell.status()["pid"]
    assert shell.status()["url"] == url
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert gone(pid)


def test_a_server_does_not_outlive_a_killed_foreground(shell) -> None:
    """kill -9 of the command that holds the server ends the server."""
    process = shell.begin("start")
    process.stdout.readline()
    pid = shell.status()["pid"]
    process.kill()
    process.wait()
    assert gone(pid)


@pytest.mark.parametrize("command", [("log",), ("env",), ("fault", "list")])
def test_without_a_server_the_error_says_how_to_get_one(shell, command) -> None:
    """`sandbox-not-running`, with the state meant and a hint, exit code 2."""
    said = shell(*command)
    assert said.returncode == 2
    assert said.stderr.startswith("error: sandbox-not-running\n")
    assert str(shell.home / "sandbox") in said.stderr
    assert "hint: `holdfast sandbox start --detach`" in said.stderr


def test_a_taken_port_is_named(shell) -> None:
    """`port-in-use` names the port; nothing is left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = shell("start", "--detach", "--port", str(port))
    assert said.returncode == 2
    assert said.stderr.startswith("error: port-in-use\n")
    assert str(port) in said.stderr
    assert shell.status()["running"] is False


def test_a_state_of_another_version_is_refused_and_reset_mends_it(shell) -> None:
    """`sandbox-state-version`; `sandbox reset` empties the state, then the server starts."""
    state = shell.home / "sandbox"
    state.mkdir(parents=True)
    with sqlite3.connect(state / "state.sqlite") as db:
        db.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)")
        db.execute("INSERT INTO meta VALUES ('version', '0')")
    db.close()
    said = shell("start", "--detach")
    assert said.returncode == 2
    assert said.stderr.startswith("error: sandbox-state-version\n")
    assert shell("reset").returncode == 0
    assert shell("start", "--detach").returncode == 0


def test_a_stale_announcement_is_seen_through(shell) -> None:
    """After a kill -9, also where the pid is somebody else's by now, nothing is running and a start succeeds."""
    shell("start", "--detach")
    announcement = shell.home / "sandbox" / "server.json"
    text = announcement.read_text()
    os.kill(shell.status()["pid"], signal.SIGKILL)
    assert shell.status()["running"] is False
    announcement.write_text(json.dumps({**json.loads(text), "pid": os.getpid()}))
    assert shell.status()["running"] is False
    assert shell("start", "--detach").returncode == 0


def test_run_changes_environment_variables_only(shell, tmp_path) -> None:
    """The documented variables are set, everything else and the working directory stay."""
    said = shell("run", "--no-engine", "--", sys.executable, "-c", PRINT, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    inside = json.loads(said.stdout)
    changed = {name for name in inside if inside[name] != shell.env.get(name)}
    assert changed - {"PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"} == {
        "ARM_METADATA_HOSTNAME",
        "ARM_TENANT_ID",
        "ARM_SUBSCRIPTION_ID",
        "ARM_CLIENT_ID",
        "ARM_CLIENT_SECRET",
        "AZURE_AUTHORITY_HOST",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_SUBSCRIPTION_ID",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "PULUMI_HOME",
        "PULUMI_BACKEND_URL",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
        "PULUMI_SKIP_UPDATE_CHECK",
    } | ({"NO_PROXY", "no_proxy"} if any(name.lower().endswith("s_proxy") for name in shell.env) else set())
    assert inside["PULUMI_BACKEND_URL"] == (shell.home / "pulumi" / "backend").as_uri()
    assert (shell.home / "pulumi" / "backend").is_dir()
    assert shell.status()["running"] is False


def test_a_passphrase_of_ones_own_stays(shell) -> None:
    """PULUMI_CONFIG_PASSPHRASE is set only where it is unset."""
    shell.env["PULUMI_CONFIG_PASSPHRASE"] = "mine"
    said = shell("run", "--no-engine", "--", sys.executable, "-c", PRINT)
    assert json.loads(said.stdout)["PULUMI_CONFIG_PASSPHRASE"] == "mine"


def test_run_passes_streams_and_codes_on(shell) -> None:
    """Standard input reaches the command, its output and exit code come out, a signal is 128 + its number."""
    shell("start", "--detach")
    said = shell("run", "--no-engine", "--", "sh", "-c", "cat; echo bad >&2; exit 7", input="hello")
    assert (said.returncode, said.stdout) == (7, "hello")
    assert said.stderr.strip().endswith("bad")
    assert shell("run", "--no-engine", "--", "sh", "-c", "kill -9 $$").returncode == 137
    missing = shell("run", "--no-engine", "--", "no-such-command")
    assert missing.returncode == 2
    assert missing.stderr.startswith("error: command-not-found\n")
    assert shell.status()["running"] is True


def test_a_command_inside_addresses_the_same_sandbox(shell) -> None:
    """A sandbox command within `run --fresh` finds that fresh sandbox, not the default one."""
    said = shell("run", "--no-engine", "--fresh", "--", *shell.arguments("status", "--json"))
    inside = json.loads(said.stdout)
    assert inside["running"] is True
    assert inside["stateDir"] != str(shell.home / "sandbox")
    nested = shell("run", "--no-engine", "--", *shell.arguments("run", "--no-engine", "--", sys.executable, "-c", ASK))
    assert nested.stdout.split()[0] == str(shell.home / "sandbox")


def test_a_fresh_sandbox_is_empty_and_goes(shell) -> None:
    """Its state and Pulumi backend are private and gone at the end, also when the command dies; the default is
    untouched.
    """
    shell("start", "--detach")
    folders = set()
    for end in ("exit 0", "kill -9 $$", "kill -TERM $PPID; exec sleep 60"):
        script = f'echo "$(dirname "$SSL_CERT_FILE") $PULUMI_BACKEND_URL"; {end}'
        said = shell("run", "--no-engine", "--fresh", "--", "sh", "-c", script)
        state, backend = said.stdout.split()
        assert backend.startswith(f"file://{state}/")
        assert not Path(state).exists()
        folders.add(state)
    assert len(folders) == 3
    assert said.returncode == 128 + signal.SIGTERM
    assert shell.status()["requests"] == 0


def test_nothing_is_left_of_a_killed_run(shell) -> None:
    """kill -9 of `run --fresh` ends its server and removes its folder."""
    inner = "import os, time; print(os.path.dirname(os.environ['SSL_CERT_FILE']), flush=True); time.sleep(60)"
    process = shell.begin("run", "--no-engine", "--fresh", "--", sys.executable, "-c", inner)
    state = Path(process.stdout.readline().strip())
    server = json.loads((state / "server.json").read_text())["pid"]
    children = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    for child in children:
        if child.pid != server:
            child.kill()
    assert gone(server)
    assert not state.exists()


def test_signals_reach_the_command(shell) -> None:
    """SIGTERM and SIGINT to `run` are the command's; its own way of ending is what comes out."""
    inner = "trap 'echo term; exit 3' TERM; trap 'echo int; exit 4' INT; echo up; while :; do sleep 0.05; done"
    for number, word, code in ((signal.SIGTERM, "term", 3), (signal.SIGINT, "int", 4)):
        process = shell.begin("run", "--no-engine", "--fresh", "--", "sh", "-c", inner)
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"{word}\n"
        assert process.wait(20) == code


def test_a_server_lives_as_long_as_any_run_uses_it(shell) -> None:
    """The `run` that started it ends first; the other one's server stays, and ends with that one."""
    wait = "print('up', flush=True); input()"

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            shell.arguments("run", "--no-engine", "--", sys.executable, "-c", wait),
            env=shell.env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline() == "up\n"
        return process

    first = begin()
    pid = shell.status()["pid"]
    second = begin()
    first.communicate("\n", timeout=20)
    time.sleep(1.2)
    assert shell.status()["pid"] == pid
    second.communicate("\n", timeout=20)
    assert gone(pid)


def test_faults_and_the_log_have_commands(shell) -> None:
    """A fault is added, listed, used, cleared; the log shows it, as text and as JSON from a number on."""
    shell("start", "--detach")
    added = shell(
        "fault", "add", "--match", "GET /subscriptions", "--status", "429", "--retry-after", "3", "--times", "1"
    )
    assert added.returncode == 0, added.stderr
    assert "GET /subscriptions" in shell("fault", "list").stdout
    ask = (
        "import os, urllib.request, urllib.error, ssl\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        urllib.request.urlopen('https://' + os.environ['ARM_METADATA_HOSTNAME'] + "
        "'/subscriptions?api-version=2022-12-01')\n"
        "    except urllib.error.HTTPError as e:\n"
        "        print(e.code, e.headers.get('Retry-After'))\n"
    )
    said = shell("run", "--no-engine", "--", sys.executable, "-c", ask)
    assert said.stdout.split() == ["429", "3", "401", "None"]
    lines = json.loads(shell("log", "--json").stdout)
    assert [line["status"] for line in lines] == [429, 401]
    assert json.loads(shell("log", "--json", "--since", str(lines[0]["n"])).stdout) == lines[1:]
    assert "/subscriptions  2022-12-01" in shell("log").stdout
    assert json.loads(shell("fault", "list", "--json").stdout)[0]["hits"] == 1
    assert shell("fault", "clear").returncode == 0
    assert shell("fault", "list").stdout == ""
    wrong = shell("fault", "add", "--match", "x")
    assert wrong.returncode == 2
    assert "exactly one effect" in wrong.stderr
    shell("reset")
    assert json.loads(shell("log", "--json").stdout) == []


def test_a_server_that_enforces_role_assignments_says_so_and_tells_the_rights(shell) -> None:
    """start --rbac shows in status, and `rights` lists what requests asked for; without it there are none."""
    assert shell("start", "--detach", "--rbac").returncode == 0
    assert shell.status()["rbac"] is True
    assert "role assignments enforced" in shell("status").stdout
    assert shell("run", "--rbac", "--no-engine", "--", sys.executable, "-c", LIST_GROUPS).stdout.strip() == "200"
    (row,) = json.loads(shell("rights", "--json").stdout)
    assert (row["right"], row["held"], row["refused"]) == (
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        1,
        0,
    )
    assert "1 held    0 refused  Microsoft.Resources/subscriptions/resourceGroups/read" in shell("rights").stdout
    assert shell("rights", "--clear").returncode == 0
    assert shell("rights", "--caller", row["caller"]).stdout == ""
    shell("stop")
    shell("start", "--detach")
    refused = shell("rights")
    assert (refused.returncode, "--rbac" in refused.stderr) == (2, True)


def test_a_run_that_wants_role_assignments_enforced_does_not_go_on_without(shell) -> None:
    """Beside a server that lets everybody do everything, run --rbac ends with an error and starts no command."""
    shell("start", "--detach")
    refused = shell("run", "--rbac", "--no-engine", "--", sys.executable, "-c", "print('ran')")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "error: sandbox-running" in refused.stderr
    fresh = shell(
        "run", "--rbac", "--fresh", "--no-engine", "--", sys.executable, "-m", "holdfast_sandbox", "sandbox", "status"
    )
    assert "role assignments enforced" in fresh.stdout
