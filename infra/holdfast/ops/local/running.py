"""How does a service start here, take changed code, and end? The processes behind the commands."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.local import server
from holdfast.ops.local.environments import environment_of
from holdfast.ops.local.layout import put_code, put_model
from holdfast.ops.local.plan import Plan
from holdfast.ops.local.state import Place, Record, died, records
from holdfast.ops.local.tracebacks import Raised, last_raised
from holdfast.settings.service_files import script_faults

#: Seconds until a service has to be ready, and until its processes have to have ended by themselves.
READY, ENDED = 300.0, 5.0
_PAUSE = 0.01
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
    }


def start(plan: Plan, port: int, options: Mapping[str, str], tell: Callable[[str], None]) -> Record:
    """Bring the service up and wait until it is ready. `options`: `model` and `environment` of the command line.

    Raises HoldfastError `already-up`, `port-taken`, `not-started`, and what `environment_of` raises.
    """
    place = Place(plan.service.name)
    _check_port(port, place)
    interpreter = environment_of(plan.environment, tell) / "bin/python"
    lock = place.lock()
    if lock is None:
        raise _already_up(place, plan.service.name)
    try:
        place.status.unlink(missing_ok=True)
        models = put_model(plan, place.app)
        put_code(plan.code, place.app)
        record = Record(
            service=plan.service.name,
            stack=plan.stack,
            file=str(plan.file.resolve()),
            root=str(plan.root),
            port=port,
            pid=_launch(plan, place, models, interpreter, port, lock),
            started=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            code=str(plan.code),
            code_shown=plan.service.code.place,
            script=plan.service.script,
            model=str(plan.model),
            model_dir=str(models),
            environment=str(plan.environment_path),
            interpreter=str(interpreter),
            model_option=options.get("model", ""),
            environment_option=options.get("environment", ""),
        )
        place.write(record)
    finally:
        os.close(lock)
    tell(f"starting `{record.service}`")
    wait(record, 1, 0)
    return record


def reload(record: Record) -> list[str]:
    """Have the server take the code as it is now, and wait until it is ready; gives the paths that changed.

    A script that is no Python or lacks a function is refused before what runs is touched. Raises HoldfastError
    `script-invalid`, `not-started`, `local-died`.
    """
    place, script = record.place, Path(record.code) / record.script
    try:
        wrong = script_faults(script.read_bytes())
    except OSError as error:
        wrong = [f"can't be read ({error.strerror})"]
    if wrong:
        what = f"the scoring script of `{record.service}` {'; '.join(wrong)}"
        rows = (("file", f"{record.code_shown}/{record.script}"), ("running", "what ran before, unchanged"))
        raise HoldfastError([Fault("script-invalid", what, rows, "mend it, and reload")])
    changed = put_code(Path(record.code), place.app)
    generation, written = int(place.server().get("generation") or 0), place.length()
    try:
        os.kill(record.pid, signal.SIGHUP)
    except ProcessLookupError:
        raise died(record) from None
    wait(record, generation + 1, written)
    return changed


def stop(record: Record) -> None:
    """End every process of the service and forget it; its log goes with it. Raises HoldfastError `not-ended`."""
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
            time.sleep(_PAUSE)
    if place.alive():
        rows = (("process", str(record.pid)), ("lock", str(place.folder / "lock")))
        hint = "end what holds the lock, and run `holdfast local down` again"
        raise HoldfastError([Fault("not-ended", f"a process of `{record.service}` does not end", rows, hint)])
    import shutil

    shutil.rmtree(place.folder, ignore_errors=True)


def wait(record: Record, generation: int, written: int) -> None:
    """Until the server of that generation, or a later one, is ready. `written`: where its log began, in bytes.

    Raises HoldfastError `not-started`, `local-died`.
    """
    place, until = record.place, time.monotonic() + READY
    while time.monotonic() < until:
        said = place.server()
        if int(said.get("generation") or 0) >= generation:
            if said["state"] == "ready":
                return
            if said["state"] == "failed":
                raise not_started(record, place.written(written), int(said["exitCode"] or 0))
        if not place.alive():
            raise _never_began(record)
        time.sleep(_PAUSE)
    what = f"service `{record.service}` is not ready after {READY:.0f} s, and goes on starting"
    hint = f"`holdfast local logs {record.service} --follow` shows what it does, `holdfast local down` ends it"
    raise HoldfastError([Fault("not-started", what, (("log", str(place.log)),), hint)])


def raised_in(record: Record, log: str) -> Raised | None:
    """The last exception that a piece of the log tells of, with the frames of the code under their own names."""
    return last_raised(log, record.shown)


def not_started(record: Record, log: str, code: int) -> HoldfastError:
    """The error for a script that did not load."""
    found = raised_in(record, log)
    lines = found.lines() if found else [line for line in log.splitlines() if line.strip()][-6:]
    what = f"service `{record.service}` did not start: its server ended with {code}"
    if found:
        what = f"service `{record.service}` did not start: the script raised\n\n" + "\n".join(lines) + "\n"
    models = Path(record.model_dir)
    held = sorted(path.relative_to(models).as_posix() for path in models.rglob("*") if path.is_file())
    rows = [("model", f"AZUREML_MODEL_DIR holds {', '.join(held[:8]) or 'nothing'}")]
    if not found:
        rows += [("log", line) for line in lines]
    hint = f"mend it, then `holdfast local reload {record.service}`; `holdfast local logs {record.service}` has it all"
    return HoldfastError([Fault("not-started", what, tuple(rows), hint)])


def _launch(plan: Plan, place: Place, models: Path, interpreter: Path, port: int, lock: int) -> int:
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


def _check_port(port: int, place: Place) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return
        except OSError as error:
            why = error.strerror or str(error)
    holder = next((one for one in records() if one.port == port and one.place.alive()), None)
    if holder is not None and holder.service == place.folder.name:
        raise _already_up(place, holder.service)
    rows = [("port", f"127.0.0.1:{port}"), ("answer", why)]
    if holder is not None:
        rows.append(("held by", f"service `{holder.service}`"))
    hint = f"another one: --port {port + 1}" + (f"; or `holdfast local down {holder.service}`" if holder else "")
    raise HoldfastError([Fault("port-taken", f"port {port} is taken", tuple(rows), hint)])


def _already_up(place: Place, name: str) -> HoldfastError:
    record = place.read()
    rows = (("at", record.uri), ("since", record.started), ("stack", record.stack)) if record else ()
    hint = "`holdfast local reload` takes changed code, `update` another model or environment, `down` ends it"
    return HoldfastError([Fault("already-up", f"service `{name}` is up already", rows, hint)])


def _never_began(record: Record) -> HoldfastError:
    lines = [line for line in record.place.written().splitlines() if line.strip()][-6:]
    what = f"service `{record.service}` did not start: its process ended at once"
    hint = "what the log says; most often an environment without azureml-inference-server-http"
    return HoldfastError([Fault("not-started", what, tuple(("log", line) for line in lines), hint)])
