"""Which services run on this machine, and do they live? By a lock that goes with their last process.

`HOLDFAST_HOME/local/NAME` holds a service's record, how its server is, its log and its files. A process id says little:
it may be somebody else's by now. The lock is held by every process of the service and by nobody else, so who holds it
is not asked; that it is held is enough. Records hold paths and numbers, and no variable's value.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from holdfast.home import home, keep, plain
from holdfast.model.errors import Fault, HoldfastError
from holdfast.settings.suggestions import did_you_mean

#: Seconds until a service's processes have to have ended by themselves.
ENDED = 5.0


@dataclass(frozen=True, slots=True)
class Record:
    """A service that was brought up. Paths are whole; `model_option` and `environment_option` are those of the command
    line, empty where the stack file's count; `code_shown` is what the code's folder is called in the stack file;
    `started` is UTC in ISO 8601. In a container `engine` is `docker`, `container` its id, `interpreter` its image and
    `model_dir` a path in it, and `pid` says nothing."""

    service: str
    stack: str
    file: str
    root: str
    port: int
    pid: int
    started: str
    code: str
    code_shown: str
    script: str
    model: str
    model_dir: str
    environment: str
    interpreter: str
    model_option: str = ""
    environment_option: str = ""
    engine: str = "process"
    container: str = ""

    @property
    def uri(self) -> str:
        """Where it scores."""
        return f"http://127.0.0.1:{self.port}/score"

    @property
    def place(self) -> Place:
        """Its folder, and how to ask what runs it."""
        if self.engine == "process":
            return Place(self.service)
        from holdfast.ops.local.containers import ContainerPlace

        return ContainerPlace(self.service, self.container)

    @property
    def shown(self) -> dict[str, str]:
        """The folder that its code runs in, and what to call it."""
        from holdfast.model.assets import APP_ROOT

        return {str(self.place.app) if self.engine == "process" else APP_ROOT: self.code_shown}


class Place:
    """The folder of one service, and what is there of its processes."""

    #: Seconds between two questions.
    PAUSE = 0.01

    def __init__(self, service: str) -> None:
        self.folder = home().resolve() / "local" / plain(service)
        self.app = self.folder / "app"
        self.log = self.folder / "server.log"
        self.status = self.folder / "status.json"

    def read(self) -> Record | None:
        """What was brought up there; None where nothing was, or what is there can't be read."""
        try:
            return Record(**json.loads((self.folder / "service.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: Record) -> None:
        """Keep the record."""
        keep(self.folder, "service.json", asdict(record))

    def lock(self) -> int | None:
        """A descriptor that holds the lock, for the process that is started with it; None where somebody has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for _ in range(5):  # who only looks has it for an instant
            if (descriptor := self._locked(fcntl.LOCK_EX)) is not None:
                return descriptor
            time.sleep(0.02)
        return None

    def alive(self) -> bool:
        """Whether any process of the service is there."""
        if not (self.folder / "lock").exists():
            return False
        descriptor = self._locked(fcntl.LOCK_SH)  # shared, so that two who look do not see each other
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def _locked(self, how: int) -> int | None:
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return descriptor

    def server(self) -> dict[str, Any]:
        """How the server says it is: {generation, state, server, exitCode}; empty where it has said nothing."""
        try:
            body: dict[str, Any] = json.loads(self.status.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return body

    def state(self) -> str:
        """`Starting`, `Ready`, `Failed` (the script did not load, or the server ended; another `reload` starts it) or
        `Died` (no process is left)."""
        return str(self.server().get("state") or "starting").capitalize() if self.alive() else "Died"

    def written(self, start: int = 0, end: int | None = None) -> str:
        """The log from a position in bytes on, up to another."""
        try:
            with self.log.open("rb") as file:
                file.seek(start)
                return file.read(-1 if end is None else end - start).decode("utf-8", "replace")
        except OSError:
            return ""

    def length(self) -> int:
        """Bytes of the log."""
        return self.log.stat().st_size if self.log.exists() else 0

    def reached(self, generation: int, written: int, seconds: float) -> dict[str, Any] | None:
        """How the server of that generation, or a later one, says it is, once it is ready or has failed; empty where
        none is left, `None` where it has not said within `seconds`. `written`: where its log began, in bytes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            said = self.server()
            if int(said.get("generation") or 0) >= generation and said["state"] in ("ready", "failed"):
                return said
            if not self.alive():
                return {}
            time.sleep(self.PAUSE)
        return None

    def follow(self, start: int) -> Iterator[str]:
        """What is written from a position in bytes on, until no process of the service is left."""
        while True:
            alive = self.alive()  # before the look: what was written last is shown as well
            news = self.length()
            if news > start:
                yield self.written(start)
                start = news
            if not alive:
                return
            time.sleep(20 * self.PAUSE)

    def ended(self) -> tuple[tuple[str, str], ...]:
        """Evidence of how a service that died ended."""
        record = self.read()
        return (("process", str(record.pid)),) if record is not None else ()


def records() -> list[Record]:
    """Every service that was brought up and not taken down, by name."""
    folder = home() / "local"
    names = sorted(path.parent.name for path in folder.glob("*/service.json"))
    return [record for name in names if (record := Place(name).read()) is not None]


def chosen(name: str | None, *, alive: bool = True) -> Record:
    """The service NAME, else the only one that is up. `alive`: it must have a process.

    Raises HoldfastError `not-up`, `service-not-said`, `local-died`.
    """
    there = {record.service: record for record in records()}
    if name is None and len(there) > 1:
        evidence = (("up", ", ".join(there)),)
        raise HoldfastError([Fault("service-not-said", "several services are up here", evidence, "name one of them")])
    if name is None and there:
        name = next(iter(there))
    record = there.get(name or "")
    if record is None:
        what = f"service `{name}` is not up on this machine" if name else "no service is up on this machine"
        hint = did_you_mean(name or "", list(there)) or f"`holdfast local up {name or 'SERVICE'}` brings it up"
        raise HoldfastError([Fault("not-up", what, (("up", ", ".join(there) or "none"),), hint)])
    if alive and not record.place.alive():
        raise died(record)
    return record


def died(record: Record) -> HoldfastError:
    """The error for a service whose processes are gone without `down`."""
    lines = record.place.written().splitlines()[-3:]
    return HoldfastError(
        [
            Fault(
                "local-died",
                f"service `{record.service}` died: nothing of it runs any more",
                (("started", record.started), *record.place.ended(), *(("log", line) for line in lines)),
                f"`holdfast local logs {record.service}` has all it wrote, `local up {record.service}` starts it anew",
            )
        ]
    )
