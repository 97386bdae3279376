"""A stand-in for a Docker daemon: the routes of its API that `holdfast local` uses, over a socket, for the real SDK.

Source: Docker Engine API v1.41 (docs.docker.com/reference/api/engine/version/v1.41): paths, parameters, status codes,
the `message` of an error, build output as lines of JSON, the frames of logs and attached streams, the upgrade to a raw
connection. Its containers are processes of this machine in a folder of their own that is their root by name only: paths
of the image are written into their arguments and variables, and out of their logs. It answers 501 to what it can't do.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import gzip
import hashlib
import io
import json
import os
import pty
import re
import shutil
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import tarfile
import termios
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from holdfast.model.errors import HoldfastError
from holdfast.model.services import EnvironmentFile
from holdfast.ops.local.environments import environment_of

VERSION = "1.41"
#: What a container's paths begin with, and are found below its folder.
PLACES = ("/var/azureml-app", "/holdfast")
#: On the path of every container: what listens in it listens on loopback alone, as a published port would.
ON_LOOPBACK = """import socket
bind = socket.socket.bind
socket.socket.bind = lambda self, at: bind(self, ("127.0.0.1", *at[1:]) if isinstance(at, tuple) else at)
"""


class RefusedError(Exception):
    """An answer that is an error: status and message."""


class Image:
    """What a Dockerfile became: files below `root`, the folder of a Python environment, the configuration."""

    def __init__(self, root: Path, environment: Path | None = None, config: dict[str, Any] | None = None) -> None:
        self.root, self.environment = root, environment
        self.config = config or {"Env": [], "Entrypoint": None, "WorkingDir": "/", "Labels": {}}


class Container:
    """A process, its folder and what was asked for."""

    def __init__(self, name: str, body: dict[str, Any], image: Image, folder: Path) -> None:
        self.name, self.body, self.image, self.root = name, body, image, folder / "root"
        self.id = hashlib.sha256(str(folder).encode()).hexdigest()
        shutil.copytree(image.root, self.root, symlinks=True)
        self.log, self.process, self.error = folder / "log", None, ""
        self.log.touch()
        self.process: subprocess.Popen[bytes] | None = None
        self.typed = b""

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def inside(self, text: str) -> str:
        """A path of the image as one of this machine."""
        return re.sub(rf"(?<![\w/.])({'|'.join(PLACES)})(?=/|$)", lambda found: f"{self.root}{found[1]}", text)

    def shown(self, said: bytes) -> bytes:
        """A log as the container would have written it."""
        return said.replace(str(self.root).encode(), b"")

    @property
    def port(self) -> int:
        ((published,),) = self.body["HostConfig"]["PortBindings"].values()
        assert published["HostIp"] == "127.0.0.1"
        return int(published["HostPort"])

    def environ(self, more: list[str]) -> dict[str, str]:
        pairs = dict(pair.split("=", 1) for pair in (*self.image.config["Env"], *self.body.get("Env", ()), *more))
        there = {name: self.inside(value) for name, value in pairs.items()}
        path = f"{self.image.environment}/bin:" if self.image.environment else ""
        return {**there, "PATH": f"{path}{self.root}/bin:/usr/bin:/bin", "PYTHONPATH": str(self.root / "loopback")}

    def start(self) -> None:
        words = [*(self.body.get("Entrypoint") or ()), *(self.body.get("Cmd") or ())]
        words = [str(self.port) if word == "5001" else self.inside(word) for word in words]
        found = shutil.which(words[0], path=self.environ([])["PATH"].removesuffix(":/usr/bin:/bin"))
        if found is None:
            self.error = f'exec: "{words[0]}": executable file not found in $PATH'
            raise RefusedError(400, f"failed to create shim task: OCI runtime create failed: {self.error}: unknown")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                said = f"Bind for 127.0.0.1:{self.port} failed: port is already allocated"
                raise RefusedError(500, f"driver failed programming external connectivity: {said}") from None
        (self.root / "loopback").mkdir()
        (self.root / "loopback/sitecustomize.py").write_text(ON_LOOPBACK)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [found, *words[1:]],
                cwd=self.inside(self.image.config["WorkingDir"]),
                env=self.environ([]),
                stdin=subprocess.PIPE if self.body.get("OpenStdin") else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.type(self.typed)

    def type(self, typed: bytes) -> None:
        if self.process is None or self.process.stdin is None:
            self.typed += typed
            return
        self.process.stdin.write(typed)
        self.process.stdin.flush()

    def signal(self, name: str) -> None:
        if not self.running or self.process is None:
            raise RefusedError(409, f"Container {self.id} is not running")
        self.process.send_signal(getattr(signal, name))

    def end(self, seconds: float = 5) -> None:
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def told(self) -> dict[str, Any]:
        code = self.process.poll() if self.process else None
        asked = {name: self.body.get(name) or [] for name in ("Env", "Entrypoint", "Cmd")}
        config = {**self.image.config, **asked, "Tty": False, "Image": self.body["Image"]}
        config["Labels"] = {**config["Labels"], **self.body.get("Labels", {})}
        status = "running" if self.running else "exited" if self.process else "created"
        state = {"Status": status, "Running": self.running, "ExitCode": code or 0, "OOMKilled": False}
        return {
            "Id": self.id,
            "Name": f"/{self.name}",
            "Image": "sha256:0",
            "Config": config,
            "HostConfig": self.body["HostConfig"],
            "State": {**state, "Error": self.error},
        }


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """The daemon, on the socket `folder/docker.sock`. `images` by tag; `requests` are method, path and body of each."""

    daemon_threads = True

    def __init__(self, folder: Path, base: str) -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "base").mkdir()
        # What has a Python, and what has nothing.
        self.images = {base: Image(folder / "base", Path(sys.prefix)), "localhost/bare:1": Image(folder / "base")}
        self.containers: dict[str, Container] = {}
        self.execs: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, str]] = []
        super().__init__(str(folder / "docker.sock"), Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"unix://{self.server_address}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has read enough of a stream goes away."""
        if not isinstance(sys.exc_info()[1], BrokenPipeError | ConnectionResetError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        for container in self.containers.values():
            container.end(0.5)
        self.shutdown()
        self.server_close()

    def container(self, asked: str) -> Container:
        for one in self.containers.values():
            if asked in (one.id, one.name):
                return one
        raise RefusedError(404, f"No such container: {asked}")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Engine

    def log_message(self, *_: Any) -> None:
        """Not to the tests' output."""

    def address_string(self) -> str:
        return "socket"

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        path = re.sub(r"^/v1\.\d+", "", unquote(parts.path))
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = (
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if "chunked" not in str(self.headers.get("Transfer-Encoding"))
            else self._chunks()
        )
        text = body.decode("utf-8", "replace") if self.headers.get("Content-Type") == "application/json" else ""
        self.server.requests.append((self.command, self.path, text))
        for method, pattern, route in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == self.command:
                try:
                    route(self, asked, body, *found.groups())
                except RefusedError as refused:
                    status, message = refused.args
                    self.answer({"message": message}, status)
                return
        self.answer({"message": f"this stand-in does not know {self.command} {path}"}, 501)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - names of http.server

    def _chunks(self) -> bytes:
        whole = b""
        while size := int(self.rfile.readline(), 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def begin(self, kind: str) -> None:
        """An answer of unknown length, in chunks."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, said: bytes) -> None:
        """One more of them; the empty one is the last."""
        self.wfile.write(f"{len(said):x}\r\n".encode() + said + b"\r\n")
        self.wfile.flush()

    def upgrade(self) -> None:
        self.send_response(101, "UPGRADED")
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", "tcp")
        self.end_headers()
        self.close_connection = True

    def frame(self, stream: int, said: bytes) -> bytes:
        return bytes([stream, 0, 0, 0]) + len(said).to_bytes(4, "big") + said

    def ping(self, *_: Any) -> None:
        self.answer(b"OK", Api_Version=VERSION)

    def version(self, *_: Any) -> None:
        self.answer({"Version": "20.10.24", "ApiVersion": VERSION, "MinAPIVersion": "1.12"})

    def image(self, _asked: dict[str, str], _body: bytes, name: str) -> None:
        image = self.server.images.get(name)
        if image is None:
            raise RefusedError(404, f"No such image: {name}")
        self.answer({"Id": name, "Config": image.config})

    def tag(self, asked: dict[str, str], _body: bytes, name: str) -> None:
        self.server.images[f"{asked['repo']}:{asked['tag']}"] = self.server.images[name]
        self.answer(None, 201)

    def build(self, asked: dict[str, str], body: bytes) -> None:
        self.begin("application/json")
        folder = self.server.folder / f"build-{len(self.server.requests)}"
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(body))) as tar:
            tar.extractall(folder / "context", filter="data")
        lines = (folder / "context/Dockerfile").read_text().splitlines()
        image = Image(folder / "root")
        for number, line in enumerate(lines, 1):
            self._say(stream=f"Step {number}/{len(lines)} : {line}\n")
            try:
                image = self._step(image, folder, line)
            except RefusedError as refused:
                self._say(error=refused.args[1], errorDetail={"message": refused.args[1]})
                self.chunk(b"")
                return
        image.config["Labels"] |= json.loads(asked.get("labels") or "{}")
        self.server.images[asked["t"]] = image
        self._say(stream=f"Successfully tagged {asked['t']}\n")
        self.chunk(b"")

    def _say(self, **line: Any) -> None:
        self.chunk(json.dumps(line).encode() + b"\r\n")

    def _step(self, image: Image, folder: Path, line: str) -> Image:
        word, _, rest = line.partition(" ")
        if word == "FROM":
            below = self.server.images.get(rest)
            if below is None:
                raise RefusedError(404, f"manifest for {rest} not found: manifest unknown: manifest unknown")
            shutil.copytree(below.root, folder / "root", dirs_exist_ok=True)
            return Image(folder / "root", below.environment, json.loads(json.dumps(below.config)))
        if word == "COPY":
            source, target = rest.split()
            if target.startswith("/"):
                shutil.copytree(folder / "context" / source, folder / "root" / target.lstrip("/"), dirs_exist_ok=True)
        elif word == "RUN":
            image.environment = self._install(folder, rest)
        elif word == "ENV":
            image.config["Env"] += rest.split()
        elif word == "WORKDIR":
            image.config["WorkingDir"] = rest
            (folder / "root" / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "ENTRYPOINT":
            image.config["Entrypoint"] = json.loads(rest)
        elif word not in ("ARG", "EXPOSE"):
            raise RefusedError(400, f"dockerfile parse error: unknown instruction: {word}")
        return image

    def _install(self, folder: Path, command: str) -> Path:
        """By uv, into an environment that tests have in common; it fails with the resolver's own words."""
        assert command.startswith("python -m pip install")
        text = (folder / "context/requirements.txt").read_text()
        try:
            return environment_of(EnvironmentFile("requirements.txt", text, conda=False, base="none"), lambda _: None)
        except HoldfastError as error:
            for _, line in error.faults[0].evidence:
                self._say(stream=f"{line}\n")
            said = f"The command '/bin/sh -c {command}' returned a non-zero code: 1"
            raise RefusedError(500, said) from None

    def create(self, asked: dict[str, str], body: bytes) -> None:
        wanted, name = json.loads(body), asked["name"]
        taken = next((one for one in self.server.containers.values() if one.name == name), None)
        if taken is not None:
            said = f'The container name "/{name}" is already in use by container "{taken.id}".'
            raise RefusedError(409, f"Conflict. {said}")
        image = self.server.images.get(wanted["Image"])
        if image is None:
            raise RefusedError(404, f"No such image: {wanted['Image']}")
        folder = self.server.folder / f"container-{len(self.server.requests)}"
        container = Container(name, wanted, image, folder)
        self.server.containers[container.id] = container
        self.answer({"Id": container.id, "Warnings": []}, 201)

    def inspect(self, _asked: dict[str, str], _body: bytes, name: str) -> None:
        self.answer(self.server.container(name).told())

    def put(self, asked: dict[str, str], body: bytes, name: str) -> None:
        target = self.server.container(name).root / asked["path"].lstrip("/")
        if not target.is_dir():
            raise RefusedError(404, f"Could not find the file {asked['path']} in container {name}")
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            tar.extractall(target, filter="data")
        self.answer(None)

    def get(self, asked: dict[str, str], _body: bytes, name: str) -> None:
        path = self.server.container(name).root / asked["path"].lstrip("/")
        packed = io.BytesIO()
        if not path.exists():
            raise RefusedError(404, f"Could not find the file {asked['path']} in container {name}")
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.add(path, path.name)
        stat = base64.b64encode(json.dumps({"name": path.name, "size": path.stat().st_size}).encode()).decode()
        self.answer(packed.getvalue(), Content_Type="application/x-tar", X_Docker_Container_Path_Stat=stat)

    def attach(self, _asked: dict[str, str], _body: bytes, name: str) -> None:
        container = self.server.container(name)
        self.upgrade()
        while typed := self.connection.recv(65536):
            container.type(typed)

    def start(self, _asked: dict[str, str], _body: bytes, name: str) -> None:
        self.server.container(name).start()
        self.answer(None, 204)

    def kill(self, asked: dict[str, str], _body: bytes, name: str) -> None:
        self.server.container(name).signal(asked.get("signal", "SIGKILL"))
        self.answer(None, 204)

    def stop(self, asked: dict[str, str], _body: bytes, name: str) -> None:
        self.server.container(name).end(float(asked.get("t", 10)))
        self.answer(None, 204)

    def remove(self, _asked: dict[str, str], _body: bytes, name: str) -> None:
        container = self.server.container(name)
        container.end(0)
        shutil.rmtree(container.root)
        del self.server.containers[container.id]
        self.answer(None, 204)

    def logs(self, asked: dict[str, str], _body: bytes, name: str) -> None:
        container = self.server.container(name)
        self.begin("application/vnd.docker.raw-stream")
        for said in self._followed(container, asked.get("follow") in ("1", "true")):
            self.chunk(self.frame(1, container.shown(said)))
        self.chunk(b"")

    def _followed(self, container: Container, follow: bool) -> Iterator[bytes]:
        with container.log.open("rb") as log:
            while True:
                running = container.running
                if said := log.read():
                    yield said
                if not follow or not running:
                    return
                time.sleep(0.02)

    def make_exec(self, _asked: dict[str, str], body: bytes, name: str) -> None:
        container = self.server.container(name)
        if not container.running:
            raise RefusedError(409, f"Container {container.id} is not running")
        made = hashlib.sha256(os.urandom(8)).hexdigest()
        self.server.execs[made] = {**json.loads(body), "of": container}
        self.answer({"Id": made}, 201)

    def start_exec(self, _asked: dict[str, str], _body: bytes, made: str) -> None:
        wanted = self.server.execs[made]
        container: Container = wanted["of"]
        if wanted.get("Tty"):
            self._on_terminal(wanted, container)
            return
        process = subprocess.Popen(
            [container.inside(word) for word in wanted["Cmd"]],
            cwd=container.inside(container.image.config["WorkingDir"]),
            env=container.environ(wanted.get("Env") or []),
            stdin=subprocess.PIPE if wanted.get("AttachStdin") else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.upgrade()
        threads = [
            threading.Thread(target=self._pass_on, args=(number, pipe, container))
            for number, pipe in ((1, process.stdout), (2, process.stderr))
        ]
        for thread in threads:
            thread.start()
        if process.stdin is not None:
            threading.Thread(target=self._type, args=(process.stdin,), daemon=True).start()
        for thread in threads:
            thread.join()
        wanted["ExitCode"] = process.wait()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _on_terminal(self, wanted: dict[str, Any], container: Container) -> None:
        """What is said comes as it is, without frames."""
        wanted["terminal"], inner = pty.openpty()
        process = subprocess.Popen(
            [container.inside(word) for word in wanted["Cmd"]],
            cwd=container.inside(container.image.config["WorkingDir"]),
            env=container.environ(wanted.get("Env") or []),
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.upgrade()
        typing = threading.Thread(
            target=self._type, args=(os.fdopen(os.dup(wanted["terminal"]), "wb", 0),), daemon=True
        )
        typing.start()
        with contextlib.suppress(OSError):  # its other end is closed
            while said := os.read(wanted["terminal"], 65536):
                self.wfile.write(container.shown(said))
        wanted["ExitCode"] = process.wait()
        self.connection.shutdown(socket.SHUT_RDWR)

    def resize(self, asked: dict[str, str], _body: bytes, made: str) -> None:
        size = struct.pack("HHHH", int(asked["h"]), int(asked["w"]), 0, 0)
        fcntl.ioctl(self.server.execs[made]["terminal"], termios.TIOCSWINSZ, size)
        self.answer(None)

    def _pass_on(self, number: int, pipe: Any, container: Container) -> None:
        while said := os.read(pipe.fileno(), 65536):
            self.wfile.write(self.frame(number, container.shown(said)))
            self.wfile.flush()

    def _type(self, pipe: Any) -> None:
        with contextlib.suppress(OSError):
            while typed := self.connection.recv(65536):
                pipe.write(typed)
                pipe.flush()
        with contextlib.suppress(OSError):
            pipe.close()

    def show_exec(self, _asked: dict[str, str], _body: bytes, made: str) -> None:
        self.answer({"ID": made, "ExitCode": self.server.execs[made].get("ExitCode"), "Running": False})


ROUTES = [
    ("GET", r"/_ping", Handler.ping),
    ("GET", r"/version", Handler.version),
    ("GET", r"/images/(.+)/json", Handler.image),
    ("POST", r"/images/(.+)/tag", Handler.tag),
    ("POST", r"/build", Handler.build),
    ("POST", r"/containers/create", Handler.create),
    ("GET", r"/containers/([^/]+)/json", Handler.inspect),
    ("PUT", r"/containers/([^/]+)/archive", Handler.put),
    ("GET", r"/containers/([^/]+)/archive", Handler.get),
    ("POST", r"/containers/([^/]+)/attach", Handler.attach),
    ("POST", r"/containers/([^/]+)/start", Handler.start),
    ("POST", r"/containers/([^/]+)/kill", Handler.kill),
    ("POST", r"/containers/([^/]+)/stop", Handler.stop),
    ("DELETE", r"/containers/([^/]+)", Handler.remove),
    ("GET", r"/containers/([^/]+)/logs", Handler.logs),
    ("POST", r"/containers/([^/]+)/exec", Handler.make_exec),
    ("POST", r"/exec/([^/]+)/start", Handler.start_exec),
    ("POST", r"/exec/([^/]+)/resize", Handler.resize),
    ("GET", r"/exec/([^/]+)/json", Handler.show_exec),
]
