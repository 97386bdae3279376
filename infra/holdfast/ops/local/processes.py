"""How does a service run in processes here? The environment's interpreter, and a lock that all of them hold."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.local import server
from holdfast.ops.local.plan import Plan
from holdfast.ops.local.state import ENDED, Place, Record

#: What a container's process has of this machine: where things are, which language, how to get out; no login of yours.
_OF_MACHINE = (
    "HOME LANG LC_ALL LC_CTYPE TZ TMPDIR USER LD_LIBRARY_PATH CUDA_VISIBLE_DEVICES SSL_CERT_FILE SSL_CERT_DIR"
    " REQUESTS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy"
).split()


def variables(plan: Plan, app: Path, models: Path, interpreter: Path) -> dict[str, str]:
    """The environment of the service's processes: as its image and its container have it, on this machine."""
    path = os.pathsep.join([str(interpreter.parent), os.environ.get("PATH", os.defpath)])
    return {
        **{name: os.environ[name] for name in _OF_MACHINE if name in os.environ},
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "AML_APP_ROOT": str(app),
        "AZUREML_MODEL_DIR": str(models),
        "SERVICE_NAME": plan.service.name,
        **plan.variables,
        **plan.secrets,
    }


def launch(plan: Plan, place: Place, models: Path, interpreter: Path, port: int, lock: int) -> int:
    """Start the processes; they hold `lock`. Gives the id of the first one."""
    command = [str(interpreter), str(Path(server.__file__)), str(lock), str(place.status), str(place.app), "--"]
    command += ["--entry_script", str(place.app / plan.service.script), "--model_dir", str(models), "--port", str(port)]
    with place.log.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=place.app,
            env=variables(plan, place.app, models, interpreter),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(lock,),
            start_new_session=True,
        )
    return process.pid


def again(record: Record) -> bool:
    """Have the server begin anew; whether there is one."""
    try:
        os.kill(record.pid, signal.SIGHUP)
    except ProcessLookupError:
        return False
    return True


def end(record: Record) -> None:
    """End every process of the service. Raises HoldfastError `not-ended`."""
    place = record.place
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + ENDED
        if place.alive():  # so these ids are still of this service: a session's id is given to nobody else
            with suppress(ProcessLookupError):
                os.kill(record.pid, number)
            if number == signal.SIGKILL:
                for group in (record.pid, int(place.server().get("server") or 0)):
                    with suppress(ProcessLookupError):
                        os.killpg(group, number) if group > 1 else None
        while place.alive() and time.monotonic() < until:
            time.sleep(place.PAUSE)
    if place.alive():
        rows = (("process", str(record.pid)), ("lock", str(place.folder / "lock")))
        hint = "end what holds the lock, and run `holdfast local down` again"
        raise HoldfastError([Fault("not-ended", f"a process of `{record.service}` does not end", rows, hint)])
