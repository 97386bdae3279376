"""Does the language host answer each call of the protocol that the engine makes outside of a plain run?

Driven over gRPC by the SDK's own client stub, as a process of its own: its imports are not those of the tests.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc

from holdfast_sandbox.engine import language_host

pytestmark = pytest.mark.slow

WORDS = ["--engine-version=3.220.0", "--logtostderr", "-v=9", "--tracing", "file:/dev/null", "127.0.0.1:1"]

EXEC = "import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))"

ECHO = """
import json, sys
print("args", json.dumps(sys.argv[1:]), flush=True)
print("trouble", file=sys.stderr, flush=True)
sys.exit(7)
"""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[Any, subprocess.Popen[str]]]:
    """A stub of a running host, and its process; the exec script prints what it was given."""
    executor = tmp_path / "exec.py"
    executor.write_text(EXEC)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "holdfast_sandbox.engine.language_host", f"--exec={executor}", *WORDS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel), process
    process.kill()
    process.communicate()


@pytest.fixture
def host(started: tuple[Any, subprocess.Popen[str]]) -> Any:
    """The stub alone."""
    return started[0]


def program(folder: Path, **options: str) -> messages.ProgramInfo:
    """What the engine tells about a program in `folder`."""
    info = messages.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=".")
    info.options.update({"virtualenv": sys.prefix} | options)
    return info


def test_host_tells_the_engine_version(host: Any) -> None:
    """Plugin info carries the version of the engine that the host stands beside."""
    assert host.GetPluginInfo(Empty()).version == "3.220.0"


def test_run_hands_everything_to_the_exec_script(started: tuple[Any, subprocess.Popen[str]], tmp_path: Path) -> None:
    """Each setting of the request arrives as the argument or variable that the exec script reads."""
    host, process = started
    done = host.Run(
        messages.RunRequest(
            monitor_address="127.0.0.1:2",
            project="tiny",
            stack="dev",
            organization="team",
            pwd=str(tmp_path),
            dryRun=True,
            parallel=16,
            args=["one"],
            config={"tiny:a": "1"},
            configSecretKeys=["tiny:s"],
            info=program(tmp_path),
        )
    )
    assert (done.error, done.bail) == ("", False)
    assert process.stdout is not None
    words, env = json.loads(process.stdout.readline())
    options = dict(zip(words[:-2:2], words[1:-2:2], strict=True))
    assert options == {
        "--monitor": "127.0.0.1:2",
        "--engine": "127.0.0.1:1",
        "--project": "tiny",
        "--stack": "dev",
        "--pwd": str(tmp_path),
        "--dry_run": "true",
        "--parallel": "16",
        "--tracing": "file:/dev/null",
        "--organization": "team",
        "--root_directory": str(tmp_path),
    }
    assert words[-2:] == [str(tmp_path), "one"]
    assert json.loads(env["PULUMI_CONFIG"]) == {"tiny:a": "1"}
    assert json.loads(env["PULUMI_CONFIG_SECRET_KEYS"]) == ["tiny:s"]
    assert env["VIRTUAL_ENV"] == sys.prefix


@pytest.mark.source("python/cmd/pulumi-language-python-exec of github.com/pulumi/pulumi/sdk/v3 v3.220.0: exit code 32")
def test_bail_is_told_apart_from_failure(tmp_path: Path) -> None:
    """Exit code 32 means that the user was shown why; a signal is named."""

    def run(source: str) -> messages.RunResponse:
        (tmp_path / "exec.py").write_text(source)
        runner = language_host.LanguageHost("", str(tmp_path / "exec.py"))
        return runner.Run(messages.RunRequest(info=program(tmp_path)), Context())

    class Context:
        def add_callback(self, callback: object) -> bool:
            return True

    assert run("raise SystemExit(32)") == messages.RunResponse(bail=True)
    assert run("raise SystemExit(3)").error == "the program exited with code 3"
    assert run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").error == "the program was ended by SIGKILL"


def test_type_checker_stops_the_run(host: Any, tmp_path: Path) -> None:
    """The option `typechecker` runs before the program and fails the run."""
    (tmp_path / "__main__.py").write_text("number: int = 'text'\n")
    done = host.Run(messages.RunRequest(info=program(tmp_path, typechecker="mypy")))
    assert done.error == f"mypy found faults in {tmp_path}"


def test_required_packages_come_with_their_parameters(host: Any, tmp_path: Path) -> None:
    """A package made by `pulumi package add` tells its base plugin and the parameter's bytes."""
    site = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    (site / "pulumi_thing").mkdir(parents=True)
    (tmp_path / "env" / "bin").mkdir()
    (tmp_path / "env" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    parameters = {"name": "thing", "version": "2.0.0", "value": base64.b64encode(b"\x00\xff").decode()}
    (site / "pulumi_thing" / "pulumi-plugin.json").write_text(
        json.dumps({"resource": True, "name": "base", "version": "1.0.0", "parameterization": parameters})
    )
    info = program(tmp_path, virtualenv="env")
    (package,) = host.GetRequiredPackages(messages.GetRequiredPackagesRequest(info=info)).packages
    assert (package.name, package.kind, package.version) == ("base", "resource", "1.0.0")
    assert (package.parameterization.name, package.parameterization.value) == ("thing", b"\x00\xff")
    (plugin,) = host.GetRequiredPlugins(messages.GetRequiredPluginsRequest(info=info)).plugins
    assert (plugin.name, plugin.kind, plugin.version) == ("base", "resource", "1.0.0")


def test_missing_python_fails_a_call_with_the_reason(host: Any, tmp_path: Path) -> None:
    """Calls other than Run answer FAILED_PRECONDITION with the toolchain's own sentence."""
    with pytest.raises(grpc.RpcError) as raised:
        host.GetRequiredPackages(messages.GetRequiredPackagesRequest(info=program(tmp_path, virtualenv="nowhere")))
    assert raised.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "pulumi install" in raised.value.details()


def test_dependencies_direct_and_all(host: Any, tmp_path: Path) -> None:
    """The direct list leaves out what another installed package requires; both carry versions."""

    def names(transitive: bool) -> set[str]:
        request = messages.GetProgramDependenciesRequest(info=program(tmp_path), transitiveDependencies=transitive)
        return {one.name.lower() for one in host.GetProgramDependencies(request).dependencies if one.version}

    assert "grpcio" in names(True)
    assert "grpcio" not in names(False)
    assert names(False) < names(True)


def test_plugin_runs_with_its_streams_and_exit_code(host: Any, tmp_path: Path) -> None:
    """A plugin written in Python gets its arguments and variables, and both its streams come back, then the code."""
    (tmp_path / "__main__.py").write_text(ECHO)
    answers = list(
        host.RunPlugin(
            messages.RunPluginRequest(pwd=str(tmp_path), args=["a", "b"], env=["X=1"], info=program(tmp_path))
        )
    )
    out = b"".join(answer.stdout for answer in answers if answer.WhichOneof("output") == "stdout")
    err = b"".join(answer.stderr for answer in answers if answer.WhichOneof("output") == "stderr")
    assert (out, err) == (b'args ["a", "b"]\n', b"trouble\n")
    assert answers[-1].exitcode == 7


def test_install_streams_and_fails_with_the_command(host: Any, tmp_path: Path) -> None:
    """What the installer says is passed on, and a failure names the command that failed."""
    (tmp_path / "requirements.txt").write_text("no-such-package-of-ours @ file:///nowhere/at/all\n")
    said: list[bytes] = []
    answers = host.InstallDependencies(messages.InstallDependenciesRequest(info=program(tmp_path)))
    with pytest.raises(grpc.RpcError) as raised:
        said.extend(answer.stdout + answer.stderr for answer in answers)
    assert b"pip install -r requirements.txt" in b"".join(said)
    assert b"/nowhere/at/all" in b"".join(said)
    assert "pip install -r requirements.txt` failed with exit code 1" in raised.value.details()


def test_code_generation_is_unimplemented_not_wrong(host: Any) -> None:
    """What this host does not do it says by the protocol's own means, so that the engine can tell the user."""
    with pytest.raises(grpc.RpcError) as raised:
        host.GeneratePackage(messages.GeneratePackageRequest())
    assert raised.value.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_host_at_once(started: tuple[Any, subprocess.Popen[str]], number: signal.Signals) -> None:
    """An idle host exits with 0 on the engine's interrupt, so that no run waits to kill it."""
    _, process = started
    os.kill(process.pid, number)
    assert process.wait(timeout=10) == 0


def test_host_imports_neither_the_sdk_nor_the_cli() -> None:
    """What a preview pays twice stays small: no `pulumi`, no `click`, no `rich` in the host's process."""
    source = "import sys, holdfast_sandbox.engine.language_host; print([name for name in {} if name in sys.modules])"
    heavy = ["pulumi.resource", "click", "rich", "grpc.aio._channel", "importlib.metadata"]
    asked = subprocess.run([sys.executable, "-c", source.format(heavy)], capture_output=True, text=True, check=True)
    assert asked.stdout == "[]\n"
