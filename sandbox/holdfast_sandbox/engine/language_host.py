"""How does an engine that was built from its Go module run a Python program?

 The `pulumi` CLI starts `pulumi-language-python`, a gRPC server, and asks it to run programs. That server's Go binary
is in no Go module, so this is one of our own, over the stubs that the Python SDK ships. It starts
`pulumi-language-python-exec` (which the module does carry) in the Python that the project names, exactly as the
original does: settings as arguments, configuration as JSON in two environment variables, the program's output on this
process's own streams, which the engine reads.

Every preview starts it, so nothing is imported here that a run does not use; `lean_imports` says what that saves.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from holdfast_sandbox.engine import lean_imports, orphans

lean_imports.prepare()

import grpc  # noqa: E402  (after prepare, which makes it cheap)
from google.protobuf.empty_pb2 import Empty  # noqa: E402  (likewise)
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2  # noqa: E402  (likewise)

from holdfast_sandbox.engine import toolchain  # noqa: E402  (likewise)
from holdfast_sandbox.engine.streaming import stream  # noqa: E402  (likewise)
from holdfast_sandbox.engine.warm_client import VARIABLE, WarmProcess  # noqa: E402  (likewise)

BAIL = 32
"""The exec script's exit code for "the user was shown why": the engine adds no message of its own."""

_ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]

_LIST_PACKAGES = """
import importlib.metadata as m, json, re, sys
found = {re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower(): d for d in m.distributions() if d.metadata["Name"]}
needed = set()
for d in found.values():
    for r in d.requires or []:
        if "extra ==" not in r:
            needed.add(re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", r).group()).lower())
keep = [n for n in sorted(found) if sys.argv[1] == "all" or n not in needed]
json.dump([[found[n].metadata["Name"], found[n].version] for n in keep], sys.stdout)
"""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The engine's `LanguageRuntime` for `runtime: python`; code generation (`convert`, `package`) is unimplemented."""

    def __init__(self, engine: str, executor: str, tracing: str = "", version: str = "") -> None:
        """`engine` is the engine's gRPC address (host:port), `executor` the path of `pulumi-language-python-exec`."""
        self._engine = engine
        self._executor = executor
        self._tracing = tracing
        self._version = version
        self._running: set[subprocess.Popen[bytes] | WarmProcess] = set()

    def terminate(self) -> None:
        """Tell the programs that run to end."""
        for process in list(self._running):
            process.terminate()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=self._version)

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        python = _python(request.info, context)
        packages = []
        for described in toolchain.plugin_descriptions(python):
            package = plugin_pb2.PackageDependency(
                name=described["name"],
                kind="resource",
                version=described.get("version", ""),
                server=described.get("server", ""),
            )
            if base := described.get("parameterization"):
                package.parameterization.CopyFrom(_parameterization(base))
            packages.append(package)
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        plugins = [
            plugin_pb2.PluginDependency(name=p.name, kind=p.kind, version=p.version, server=p.server)
            for p in self.GetRequiredPackages(request, context).packages
        ]
        return language_pb2.GetRequiredPluginsResponse(plugins=plugins)

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        info = request.info
        try:
            python = _find(info)
        except toolchain.ToolchainError as missing:
            return language_pb2.RunResponse(error=str(missing))
        if checker := str(python.options.get("typechecker") or ""):
            done = subprocess.run(
                [python.executable, "-m", checker, info.program_directory], env=python.environment(), check=False
            )
            if done.returncode:
                return language_pb2.RunResponse(error=f"{checker} found faults in {info.program_directory}")
        env = python.environment()
        env["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        env["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        process = self._start(python, env, self._arguments(request))
        self._running.add(process)
        context.add_callback(process.kill)  # a no-op once the process was waited for
        code = process.wait()
        self._running.discard(process)
        if code == 0:
            return language_pb2.RunResponse()
        if code == BAIL:
            return language_pb2.RunResponse(bail=True)
        how = f"exited with code {code}" if code > 0 else f"was ended by {signal.Signals(-code).name}"
        return language_pb2.RunResponse(error=f"the program {how}")

    def _start(
        self, python: toolchain.Python, env: dict[str, str], words: list[str]
    ) -> subprocess.Popen[bytes] | WarmProcess:
        if (path := os.environ.get(VARIABLE)) and _is_ours(python):
            with open(os.devnull) as nothing:
                return WarmProcess(path, "program", [self._executor, *words], env, (nothing.fileno(), 1, 2))
        return subprocess.Popen([python.executable, "-u", self._executor, *words], env=env, stdin=subprocess.DEVNULL)

    def _arguments(self, request: Any) -> list[str]:
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "tracing": self._tracing,
            "organization": request.organization,
            "root_directory": request.info.root_directory,
        }
        given = [word for name, value in options.items() if value for word in (f"--{name}", value)]
        program = os.path.join(request.info.program_directory, request.info.entry_point or ".")
        return [*given, os.path.normpath(program), *request.args]

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        python = _python(request.info, context)
        if _is_ours(python):
            version = "{}.{}.{}".format(*sys.version_info[:3])  # every preview asks, for the update's metadata
        else:
            version = _ask(python, "import platform; print(platform.python_version())").strip()
        metadata = {"toolchain": python.toolchain, "host": "holdfast_sandbox"}
        return language_pb2.AboutResponse(executable=python.executable, version=version, metadata=metadata)

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        python = _python(request.info, context)
        listed = json.loads(_ask(python, _LIST_PACKAGES, "all" if request.transitiveDependencies else "direct"))
        found = [language_pb2.DependencyInfo(name=name, version=version) for name, version in listed]
        return language_pb2.GetProgramDependenciesResponse(dependencies=found)

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.RuntimeOptionsResponse()  # `pulumi new` then takes the template's options as they are

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        root = Path(request.info.root_directory or request.directory)
        folder = Path(request.info.program_directory or request.directory)
        options = _options(request.info)
        for command in toolchain.install_commands(root, folder, options):
            line = f"{' '.join(command)}\n"
            yield language_pb2.InstallDependenciesResponse(stdout=line.encode())
            for kind, piece in stream(command, folder, os.environ, context):
                if kind != "exit":
                    yield language_pb2.InstallDependenciesResponse(**{kind: piece})
                elif piece:
                    context.abort(grpc.StatusCode.UNKNOWN, f"`{line.strip()}` failed with exit code {piece!r}")

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        python = _python(request.info, context)
        env = python.environment() | dict(pair.split("=", 1) for pair in request.env)
        program = os.path.join(request.info.program_directory, request.info.entry_point or ".")
        command = [python.executable, "-u", os.path.normpath(program), *request.args]
        for kind, piece in stream(command, Path(request.pwd or "."), env, context):
            yield language_pb2.RunPluginResponse(**{"exitcode" if kind == "exit" else kind: piece})

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.terminate()
        return Empty()


def _is_ours(python: toolchain.Python) -> bool:
    """Whether the program's Python is the one that this runs in."""
    return os.path.abspath(python.executable) == os.path.join(sys.prefix, "bin", "python")


def _options(info: Any) -> dict[str, Any]:
    """The runtime options of Pulumi.yaml; those that mean anything to Python are plain values."""
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in info.options.fields.items()}


def _find(info: Any) -> toolchain.Python:
    return toolchain.find(Path(info.root_directory or info.program_directory), _options(info))


def _python(info: Any, context: grpc.ServicerContext) -> toolchain.Python:
    try:
        return _find(info)
    except toolchain.ToolchainError as missing:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(missing))
        raise  # abort raises; this tells the type checker


def _parameterization(described: dict[str, Any]) -> Any:
    import base64  # only packages made by `pulumi package add` have one

    value = base64.b64decode(described.get("value", ""))
    return plugin_pb2.PackageParameterization(name=described["name"], version=described["version"], value=value)


def _ask(python: toolchain.Python, source: str, *arguments: str) -> str:
    command = [python.executable, "-c", source, *arguments]
    done = subprocess.run(command, env=python.environment(), capture_output=True, text=True, check=True)
    return done.stdout


def _words(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """`--name value`, `--name=value`, `-v=9` and bare words of the engine, as ({name: value}, [word])."""
    options: dict[str, str] = {}
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, assigned, value = word.lstrip("-").partition("=")
        if not word.startswith("-"):
            rest.append(word)
        elif assigned or name in ("logtostderr", "logflow"):
            options[name] = value
        else:
            options[name] = next(waiting, "")
    return options, rest


def main(words: list[str]) -> None:
    """Serve on a free loopback port, tell it on standard output as the engine expects, and end with the engine."""
    orphans.exit_with_parent(watch_stdin=True)
    options, rest = _words(words)
    host = LanguageHost(
        rest[0] if rest else "", options["exec"], options.get("tracing", ""), options.get("engine-version", "")
    )
    server = grpc.server(ThreadPoolExecutor(max_workers=64), options=_ANY_SIZE)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ended = threading.Event()

    def end(number: int, _frame: object) -> None:
        if number == signal.SIGTERM:  # an interrupt reached the program too, the engine sends it to the whole group
            host.terminate()
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    print(port, flush=True)
    ended.wait()
    # At once: an orderly stop would wait for calls that the engine gave up already, and the engine waits for us.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
