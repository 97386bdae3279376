"""How does a service run in a Docker here? In its own image, with the process before the server that reloads.

The image is used as it is: its user, its variables, its model and code. Two things differ from Azure: `server.py` is
put before the image's entry point, so that a reload forks instead of importing everything anew, and changed code is
copied into the container. Copied, not mounted: a mount is not there where Docker runs in a virtual machine or as
another user, and what a container's root wrote into it nobody could delete here.

Published on 127.0.0.1 alone. What tells that a container is ours are its labels, never its name; nothing is stopped or
removed without them. The values of `secureEnv` go through the container's standard input, because Docker keeps a
container's variables on the disk and shows them to all who may ask it. Sources: Docker Engine API 1.41, docker-py.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from holdfast.home import home
from holdfast.model.assets import APP_ROOT
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import PORT
from holdfast.ops.local import server
from holdfast.ops.local.daemon import asked, daemon
from holdfast.ops.local.plan import Plan
from holdfast.ops.local.state import ENDED, Place

#: Where the process before the server and its status are in a container.
FOLDER = "/holdfast"
#: Labels: the service, and the `HOLDFAST_HOME` that it was brought up from.
SERVICE, HOME = "holdfast.local.service", "holdfast.local.home"
#: How the process before the server says in the log how the server is.
_SAYS = re.compile(rb"holdfast: server (\d+) is (starting|ready|failed)(?:, it ended with (-?\d+))?\n")
_LONGEST = 80


class ContainerPlace(Place):
    """The folder of a service that runs in a container; whether it lives and what it wrote is the daemon's word."""

    def __init__(self, service: str, container: str) -> None:
        super().__init__(service)
        self.container = container

    def alive(self) -> bool:
        """Whether its container runs. Raises HoldfastError `docker-silent` and the like."""
        found = _find(self.container)
        return found is not None and bool(found.attrs["State"].get("Running"))

    def server(self) -> dict[str, Any]:
        """See Place; by the log, which costs the daemon less than a file of the container."""
        said = [_said(found) for found in _SAYS.finditer(self._log())]
        return said[-1] if said else {}

    def reached(self, generation: int, written: int, seconds: float) -> dict[str, Any] | None:
        """See Place; the log is followed, and nobody is asked twice."""
        late = threading.Event()
        stream = self._stream()
        if stream is None:
            return {}

        def give_up() -> None:
            late.set()
            stream.close()

        patience = threading.Timer(seconds, give_up)
        patience.start()
        try:
            with asked("show the log of the service"):
                rest = b""
                for piece in _behind(stream, written):
                    rest += piece
                    for said in map(_said, _SAYS.finditer(rest)):
                        if said["generation"] >= generation and said["state"] in ("ready", "failed"):
                            return said
                    rest = rest[-_LONGEST:]
        finally:
            patience.cancel()
            stream.close()
        return None if late.is_set() else {}

    def state(self) -> str:
        """See Place; `Unknown` where Docker does not answer."""
        try:
            return super().state()
        except HoldfastError:
            return "Unknown"

    def written(self, start: int = 0, end: int | None = None) -> str:
        """See Place; empty where the container was removed."""
        return self._log()[start:end].decode("utf-8", "replace")

    def length(self) -> int:
        """See Place."""
        return len(self._log())

    def follow(self, start: int) -> Iterator[str]:
        """See Place: one request, that the daemon answers for as long as the container runs."""
        with asked("show the log of the service"):
            for piece in _behind(self._stream() or (), start):
                yield piece.decode("utf-8", "replace")

    def _log(self) -> bytes:
        found = _find(self.container)
        with asked("show the log of the service"):
            return bytes(found.logs()) if found is not None else b""

    def _stream(self) -> Any:
        found = _find(self.container)
        with asked("show the log of the service"):
            return found.logs(stream=True, follow=True) if found is not None else None

    def ended(self) -> tuple[tuple[str, str], ...]:
        """Evidence of how its container ended."""
        found = _find(self.container)
        if found is None:
            return (("container", f"{self.container[:12]} was removed"),)
        state = found.attrs["State"]
        why = f"ended with {state.get('ExitCode')}"
        if state.get("OOMKilled"):
            why += ", killed for the memory it took (OOMKilled)"
        return (("container", f"{found.name} {why}"), *([("answer", state["Error"])] if state.get("Error") else []))


def _behind(pieces: Iterable[bytes], start: int) -> Iterator[bytes]:
    """A log from a position in bytes on."""
    passed = 0
    for piece in pieces:
        if news := piece[max(0, start - passed) :]:
            yield news
        passed += len(piece)


def _said(found: re.Match[bytes]) -> dict[str, Any]:
    """In the form of the status file."""
    code = int(found[3]) if found[3] else None
    return {"generation": int(found[1]), "state": found[2].decode(), "server": 0, "exitCode": code}


def create(plan: Plan, image: str, port: int) -> str:
    """Make the container, with everything in it, and start it; gives its id.

    Raises HoldfastError `container-taken`, `port-taken`, `not-started`, and those of `daemon`.
    """
    client, name = daemon(), f"holdfast-local-{plan.service.name}"
    labels = {SERVICE: plan.service.name, HOME: str(home().resolve())}
    _make_room(name, labels)
    secrets = plan.secrets
    with asked(f"make a container of the image {image}"):
        entry = list(client.images.get(image).attrs["Config"].get("Entrypoint") or ())
        container = client.containers.create(
            image,
            entrypoint=["python", f"{FOLDER}/server.py"],
            # What follows the server's own name is what the image would start it with.
            command=["stdin" if secrets else "-", f"{FOLDER}/status.json", APP_ROOT, "--", *entry[1:]],
            name=name,
            labels=labels,
            environment={**plan.variables, "PYTHONUNBUFFERED": "1"},
            ports={f"{PORT}/tcp": ("127.0.0.1", port)},
            stdin_open=bool(secrets),
            detach=True,
            **_limits(plan),
        )
    try:
        with asked("put the server's starter into the container"):
            container.put_archive("/", _starter())
        _start(container, secrets, port)
    except BaseException:
        with asked("remove the container"):
            container.remove(v=True, force=True)
        raise
    return str(container.id)


def put(place: ContainerPlace, changed: list[str]) -> None:
    """Bring the paths of the code that changed to the container: as they are in the copy here, or away."""
    found, gone = _find(place.container), list[str]()
    if found is None or not changed:
        return
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in changed:
            if (place.app / path).is_file():
                tar.add(place.app / path, arcname=path, filter=_of_nobody)
            else:
                gone.append(f"{APP_ROOT}/{path}")
    with asked("put the changed code into the container"):
        found.put_archive(APP_ROOT, packed.getvalue())
        if gone:
            found.exec_run(["rm", "-f", "--", *gone], user="0")


def again(place: ContainerPlace) -> bool:
    """Have the server begin anew; whether there is one."""
    found = _find(place.container)
    with asked("send the service a signal"):
        if found is None or not found.attrs["State"].get("Running"):
            return False
        found.kill(signal="SIGHUP")
    return True


def end(place: ContainerPlace) -> None:
    """Stop the container and remove it, where it is ours."""
    from docker.errors import NotFound

    found = _find(place.container)
    if found is None or SERVICE not in found.labels:
        return
    with asked("remove the container"):
        try:
            found.stop(timeout=round(ENDED))
            found.remove(v=True, force=True)
        except NotFound:
            return


def _find(container: str) -> Any:
    """The container as it is now; `None` where somebody removed it."""
    from docker.errors import NotFound

    client = daemon()
    with asked("show the container"):
        try:
            return client.containers.get(container)
        except NotFound:
            return None


def _make_room(name: str, labels: Mapping[str, str]) -> None:
    """The name is free afterwards, or it is somebody else's; one of ours that no record tells of is removed."""
    found = _find(name)
    if found is None:
        return
    if {key: found.labels.get(key) for key in labels} == dict(labels):
        end(ContainerPlace(labels[SERVICE], found.id))
        return
    rows = [("container", f"{found.id[:12]}, {found.status}, of {found.attrs['Config'].get('Image')}")]
    if HOME in found.labels:
        rows.append(("brought up from", found.labels[HOME]))
    hint = f"`docker rm --force {name}` if nobody needs it; with HOLDFAST_HOME as it was then, `holdfast local down`"
    raise HoldfastError([Fault("container-taken", f"a container `{name}` is there, and not ours", tuple(rows), hint)])


def _limits(plan: Plan) -> dict[str, Any]:
    """As the pod or the container group has them. Azure's memory is in 10^9 bytes."""
    settings, limits = plan.service.settings, dict[str, Any]()
    if settings.get("cpu"):
        limits["nano_cpus"] = round(settings["cpu"] * 1e9)
    if settings.get("memory"):
        limits["mem_limit"] = round(settings["memory"] * 1e9)
    return limits


def _starter() -> bytes:
    """The process before the server, in a folder that the image's user may write its status to."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        folder = tarfile.TarInfo(FOLDER.lstrip("/"))
        folder.type, folder.mode = tarfile.DIRTYPE, 0o777
        tar.addfile(folder)
        tar.add(Path(server.__file__), arcname=f"{folder.name}/server.py", filter=_of_nobody)
    return packed.getvalue()


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry


def _start(container: Any, secrets: Mapping[str, str], port: int) -> None:
    from docker.errors import APIError

    with asked("start the container"):
        try:
            container.start()
        except APIError as error:
            said = str(error.explanation or error)
            if "already allocated" in said or "address already in use" in said:
                rows = (("port", f"127.0.0.1:{port}"), ("answer", said))
                hint = f"another one: --port {port + 1}"
                raise HoldfastError([Fault("port-taken", f"port {port} is taken", rows, hint)]) from None
            hint = "what the answer names; the image needs `python` and azureml-inference-server-http"
            what = "the container did not start"
            raise HoldfastError([Fault("not-started", what, (("answer", said),), hint)]) from None
        if not secrets:
            return
        try:
            stream = container.attach_socket(params={"stdin": 1, "stream": 1})
        except APIError:  # it has ended already, and its log tells why
            return
        with suppress(BrokenPipeError):
            # The SDK wraps the connection for reading; docker-py's own name for what is below.
            getattr(stream, "_sock", stream).sendall(json.dumps(dict(secrets)).encode() + b"\n")
        stream.close()
