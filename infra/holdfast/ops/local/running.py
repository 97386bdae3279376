"""How does a service start here, take changed code, and end? The same for what it may run in: processes (`processes`),
or a container of a Docker (`containers`)."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast.content import changed_meanwhile, content_files, read_content
from holdfast.model.assets import APP_ROOT
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import EnvironmentFile, EnvironmentImage
from holdfast.ops.local import processes
from holdfast.ops.local.environments import environment_of
from holdfast.ops.local.layout import put_code, put_model
from holdfast.ops.local.plan import Plan
from holdfast.ops.local.processes import launch
from holdfast.ops.local.state import Place, Record, died, records
from holdfast.ops.local.tracebacks import Raised, last_raised
from holdfast.settings.service_files import script_faults

#: What a service may run in.
ENGINES = ("process", "docker")
#: Seconds until a service has to be ready.
READY = 300.0


@dataclass(frozen=True, slots=True)
class Ready:
    """What a service needs before it can start: the interpreter of its environment, or its image."""

    engine: str
    what: str


def prepare(plan: Plan, engine: str, tell: Callable[[str], None]) -> Ready:
    """Make the environment or build the image, where it is not there. `engine` is one of ENGINES.

    Raises what `environment_of` and `image_for` raise.
    """
    if engine == "process":
        assert isinstance(plan.environment, EnvironmentFile)
        return Ready(engine, str(environment_of(plan.environment, tell) / "bin/python"))
    from holdfast.ops.local.images import image_for

    return Ready(engine, image_for(plan, Place(plan.service.name).folder / "build.log", tell))


def start(plan: Plan, port: int, options: Mapping[str, str], ready: Ready, tell: Callable[[str], None]) -> Record:
    """Bring the service up and wait until it is ready. `options`: `model` and `environment` of the command line.

    Raises HoldfastError `already-up`, `port-taken`, `not-started`, and what `containers.create` raises.
    """
    place = Place(plan.service.name)
    check_port(port, plan.service.name)
    lock = place.lock()
    before = place.read()
    if lock is None or (before is not None and before.engine != "process" and before.place.alive()):
        raise _already_up(place, plan.service.name)
    try:
        if before is not None and before.engine != "process":
            _containers().end(before.place)
        place.status.unlink(missing_ok=True)
        if ready.engine == "process":
            put_code(plan.code, place.app)
            copied = put_model(plan, place.app)
            models, pid, container = str(copied), launch(plan, place, copied, Path(ready.what), port, lock), ""
        else:
            models, pid = f"{APP_ROOT}/{plan.models}", 0
            _copy_of_image(plan, place)
            container = _containers().create(plan, ready.what, port)
        image = isinstance(plan.environment, EnvironmentImage) and plan.environment.image
        record = Record(
            service=plan.service.name,
            stack=plan.stack,
            file=str(plan.file.resolve()),
            root=str(plan.root),
            port=port,
            pid=pid,
            started=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            code=str(plan.code),
            code_shown=plan.service.code.place,
            script=plan.service.script,
            model=str(plan.model),
            model_dir=models,
            environment=image or str(plan.environment_path),
            interpreter=ready.what,
            model_option=options.get("model", ""),
            environment_option=options.get("environment", ""),
            engine=ready.engine,
            container=container,
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
    if record.engine == "process":
        there = processes.again(record)
    else:
        _containers().put(place, changed)
        there = _containers().again(place)
    if not there:
        raise died(record)
    wait(record, generation + 1, written)
    return changed


def stop(record: Record) -> None:
    """End what runs the service and forget it; its log goes with it. Raises HoldfastError `not-ended`."""
    if record.engine == "process":
        processes.end(record)
    else:
        _containers().end(record.place)
    shutil.rmtree(record.place.folder, ignore_errors=True)


def wait(record: Record, generation: int, written: int) -> None:
    """Until the server of that generation, or a later one, is ready. `written`: where its log began, in bytes.

    Raises HoldfastError `not-started`, `local-died`.
    """
    place = record.place
    said = place.reached(generation, written, READY)
    if said is not None:
        if not said:
            raise _never_began(record)
        if said["state"] == "failed":
            raise not_started(record, place.written(written), int(said["exitCode"] or 0))
        return
    what = f"service `{record.service}` is not ready after {READY:.0f} s, and goes on starting"
    hint = f"`holdfast local logs {record.service} --follow` shows what it does, `holdfast local down` ends it"
    raise HoldfastError([Fault("not-started", what, (), hint)])


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
    model = Path(record.model)
    held = [path for path, _ in content_files(model.parent, model.name, named=True)]
    rows = [("model", f"AZUREML_MODEL_DIR holds {', '.join(held[:8]) or 'nothing'}")]
    if not found:
        rows += [("log", line) for line in lines]
    hint = f"mend it, then `holdfast local reload {record.service}`; `holdfast local logs {record.service}` has it all"
    return HoldfastError([Fault("not-started", what, tuple(rows), hint)])


def check_port(port: int, service: str) -> None:
    """Raises HoldfastError `port-taken`, or `already-up` where it is the service itself that has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return
        except OSError as error:
            why = error.strerror or str(error)
    holder = next((one for one in records() if one.port == port and one.place.alive()), None)
    if holder is not None and holder.service == service:
        raise _already_up(holder.place, holder.service)
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
    ended = record.place.ended() if record.engine != "process" else ()
    return HoldfastError([Fault("not-started", what, (*ended, *(("log", line) for line in lines)), hint)])


def _copy_of_image(plan: Plan, place: Place) -> None:
    """The code as the image has it: what a reload finds changed against it is what the container lacks."""
    shutil.rmtree(place.app, ignore_errors=True)
    put_code(plan.code, place.app)
    if read_content(place.folder, place.app.name, named=False).hash != plan.service.code.hash:
        raise changed_meanwhile(plan.service.code.place)


def _containers() -> Any:
    """Imported where a container is meant: the SDK takes as long as most commands."""
    from holdfast.ops.local import containers

    return containers
