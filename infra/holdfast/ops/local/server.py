"""What runs a service on this machine? The inference server of its own environment, and a process before it that makes
a new one of it in no time.

Run as a script by the environment's interpreter, so it knows the standard library and nothing of Holdfast:

    server.py LOCK STATUS ROOT -- ARGUMENTS OF azmlinfsrv

LOCK is a file descriptor that locks the service's folder as long as any process of it lives, STATUS the file that tells
how it is, ROOT the folder with the code. In a container LOCK is `-`, or `stdin` where variables that Docker is not to
keep come as one line of JSON; how the server is then stands in the log, too, which is cheaper to read from outside than
STATUS.

The process forks, and the child is `azmlinfsrv` as in an image. SIGHUP ends that and forks another. What takes seconds
at a start is the import of libraries; so this process imports the libraries that the child came to have, and the next
child has them at once. The script, its own modules and the server's are loaded anew by each child, and nothing that
`init()` made is passed on.

Not for a script that sets environment variables: it may do so for the sake of a library that reads them when it is
imported. Nor where a library started a thread, which no fork takes along. There the whole process is begun anew.

azmlinfsrv serves with gunicorn, whose `Worker.load_wsgi` loads the application in a worker (gunicorn/workers/base.py).
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib
import json
import os
import re
import select
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SERVER = "azureml_inference_server_http"
#: Seconds that a request may take to end when its server is replaced.
GRACE = 0.5
#: A script that sets variables of its environment, or has them set.
_SETS = re.compile(r"environ\s*(?:\[[^]]*\]\s*=(?!=)|\.(?:update|setdefault|pop)\b)|\bputenv\b|\bload_dotenv\b")
_PR_SET_PDEATHSIG = 1


class Supervisor:
    """The process before the server. `run` returns when it was told to end, and in each child never."""

    def __init__(self, argv: list[str]) -> None:
        """`argv`: how this process was called."""
        self._argv, self._status, self._root = argv, Path(argv[2]), Path(argv[3])
        self._generation = self._last_generation()
        self._child, self._state = 0, "starting"
        self._warm, self._again, self._ending = False, False, False
        # Of signals and of workers: both are a byte, so that neither is missed between two looks.
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "_ending", True))
        signal.signal(signal.SIGHUP, lambda *_: setattr(self, "_again", True))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._start()
        while not self._ending:
            select.select([self._read], [], [])
            os.read(self._read, 4096)
            if self._again:
                self._again = False
                self._stop()
                if (self._warm and sets_variables(self._root)) or threading.active_count() > 1:
                    os.execv(sys.executable, [sys.executable, *self._argv])
                self._start()
            elif self._child:
                self._look()
        self._stop()
        self._tell("ended")

    def _start(self) -> None:
        self._generation += 1
        self._told.unlink(missing_ok=True)
        forget_compiled(self._root)
        self._state = "starting"
        sys.stdout.flush()
        self._child = os.fork()
        if self._child == 0:
            self._serve()
        with contextlib.suppress(OSError):  # the child may have done it, and may be gone
            os.setpgid(self._child, self._child)
        self._tell("starting")

    def _look(self) -> None:
        """Has a worker loaded the script, or has the server ended?"""
        told = json.loads(self._told.read_text()) if self._told.exists() else {}
        if self._state == "starting" and told.get("loaded"):
            self._import(told["libraries"])  # before it is told: who reloads at once would wait for it
            self._tell("ready")
        self._reap()
        ended, status = os.waitpid(self._child, os.WNOHANG)
        if ended:
            self._kill(signal.SIGKILL)  # workers that their master left behind
            self._child = 0
            self._import(told.get("libraries", ()))
            # Python has waitstatus_to_exitcode since 3.9, and there are images with 3.8.
            self._tell("failed", -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))

    def _import(self, names: Iterable[str]) -> None:
        if sets_variables(self._root):
            return
        for name in names:
            if name not in sys.modules:
                with contextlib.suppress(Exception):  # one that only imports in the midst of others
                    importlib.import_module(name)
        self._warm = True

    def _stop(self) -> None:
        if not self._child:
            return
        os.kill(self._child, signal.SIGTERM)
        until = time.monotonic() + GRACE
        while time.monotonic() < until:
            if os.waitpid(self._child, os.WNOHANG)[0]:
                break
            time.sleep(0.01)
        else:
            self._kill(signal.SIGKILL)
            os.waitpid(self._child, 0)
        self._kill(signal.SIGKILL)
        self._child = 0

    def _reap(self) -> None:
        """In a container this is the first process, the parent of all whose own has ended."""
        while os.getpid() == 1:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None or ended.si_pid == self._child:
                return
            os.waitpid(ended.si_pid, 0)

    def _kill(self, number: int) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._child, number)

    def _serve(self) -> None:
        """The child: `azmlinfsrv`, as an image's entry point calls it."""
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # or each child would draw the same numbers
        workers: Any = importlib.import_module("gunicorn.workers.base")
        load = workers.Worker.load_wsgi

        def load_and_tell(worker: Any) -> None:
            die_with_parent()
            loaded = False
            try:
                load(worker)
                loaded = True
            finally:
                half = self._told.with_name(f"{self._told.name}.{os.getpid()}")
                half.write_text(json.dumps({"loaded": loaded, "libraries": libraries()}))
                half.replace(self._told)
                with contextlib.suppress(OSError):
                    os.write(self._write, b"r")

        workers.Worker.load_wsgi = load_and_tell
        control = getattr(importlib.import_module("gunicorn.config"), "ControlSocketDisable", None)
        if control is not None:  # it lies in HOME, one for all services, and takes half a second to end
            control.default = True
        code: Any = 0
        try:
            importlib.import_module(f"{SERVER}.amlserver").run()
        except SystemExit as ended:  # of the master and of each worker
            code = ended.code
        except BaseException:
            traceback.print_exc()
            code = 1
        # Taking libraries apart that the next one has anyway would be most of the time of a reload.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))

    @property
    def _told(self) -> Path:
        """Where a worker says whether it has loaded the script, and which libraries it has now."""
        return self._status.with_name(f"libraries-{self._generation}.json")

    def _tell(self, state: str, code: int | None = None) -> None:
        self._state = state
        body = {"generation": self._generation, "state": state, "server": self._child, "exitCode": code}
        half = self._status.with_name(f".{self._status.name}.{os.getpid()}")
        half.write_text(json.dumps(body))
        half.replace(self._status)
        if self._argv[1] == "-" and state != "ended":
            why = f", it ended with {code}" if code is not None else ""
            os.write(1, f"holdfast: server {self._generation} is {state}{why}\n".encode())

    def _last_generation(self) -> int:
        try:
            return int(json.loads(self._status.read_text())["generation"])
        except (OSError, ValueError, KeyError):
            return 0


def libraries() -> list[str]:
    """The modules that this process has from the environment and from Python itself, in the order of their import; not
    the server's own, which look at the configuration when they are imported."""
    places = tuple({os.path.realpath(place) + os.sep for place in (sys.prefix, sys.base_prefix)})
    found = []
    for name, module in list(sys.modules.items()):
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        ours = name in ("__main__", "entry_module") or name.startswith(f"{SERVER}.server")
        if not ours and origin and os.path.realpath(origin).startswith(places):
            found.append(name)
    return found


def forget_compiled(root: Path) -> None:
    """Remove what Python compiled of the code: it tells a change by a file's size and whole second, and an edit may
    have neither."""
    for folder, folders, _ in os.walk(root):
        folders[:] = [name for name in folders if name != "azureml-models"]
        if "__pycache__" in folders:
            folders.remove("__pycache__")
            shutil.rmtree(os.path.join(folder, "__pycache__"), ignore_errors=True)


def sets_variables(root: Path) -> bool:
    """Whether a module of the code sets environment variables, as far as its text tells."""
    return any(
        _SETS.search(path.read_text(encoding="utf-8", errors="replace"))
        for path in root.rglob("*.py")
        if "azureml-models" not in path.relative_to(root).parts[:1]
    )


def stay_on_loopback() -> None:
    """The server binds to any address, as it has to in a container; nothing here listens beyond this machine."""
    bind = socket.socket.bind

    def bind_here(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] in ("", "0.0.0.0", "::"):
            address = ("::1" if self.family == socket.AF_INET6 else "127.0.0.1", *address[1:])
        bind(self, address)

    socket.socket.bind = bind_here  # type: ignore[assignment, method-assign] # the server asks nobody where to


def die_with_parent() -> None:
    """Have this process killed when its parent is (Linux, prctl(2)); elsewhere it stays until `holdfast local down`."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main() -> None:
    """See above."""
    sys.path.pop(0)  # this file's folder, which no image has on its path
    if sys.argv[1] == "stdin":
        os.environ.update(json.loads(sys.stdin.readline() or "{}"))
        sys.argv[1] = "-"  # they are there when this begins anew
    argv, sys.argv = sys.argv, ["azmlinfsrv", *sys.argv[5:]]  # a lock only has to stay open
    if argv[1] != "-":
        stay_on_loopback()
    importlib.import_module(f"{SERVER}.amlserver")
    Supervisor(argv).run()


if __name__ == "__main__":
    main()
