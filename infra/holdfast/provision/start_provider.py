"""Has a service started? Waited for until its container answers, or until it is plain that it will not.

A dynamic provider that writes nothing. **This module's path and the class name are frozen**, as those of
`vault_provider` are. It fails with the phase that the container did not get past, and the last lines of its log: a run
that ended well with a service that crashes would be a lie. What failed is not on record, so the next run looks again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of, other_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.arm import ArmClient
    from holdfast.model.errors import HoldfastError

Props = dict[str, Any]

#: Seconds between two looks, and the longest that a model may take to load: what 30 failed looks of a probe take, and
#: the pull of a large image.
PAUSE, PATIENCE = 2.0, 900.0
#: Seconds after which a container that runs and that nobody reaches from here is taken for started.
UNREACHED = 60.0
#: Times that it may crash while it is watched.
CRASHES = 2
#: Lines of its log that are shown, and seconds that a crash is looked for in it.
LINES, LOOKED_FOR = 30, 20.0


class ServiceStartProvider(QuietProvider):
    """Inputs: `groupId`, `container`, `image` (by its digest), `of` (a hash of everything else that the group is made
    with), `apiVersion`, `port`, `path`, `scoringPath`, `shown` (the command that shows the log), `cloud`. Outputs:
    `groupId`, `image`, `of`, `scoringUri`."""

    def create(self, props: Props) -> CreateResult:
        """Wait for it. Raises HoldfastError `service-not-started`."""
        return CreateResult(f"{props['groupId']}/start", _started(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to wait for where another image runs, or the group was changed."""
        moved = other_id(olds.get("groupId"), news.get("groupId"))
        other = any(olds.get(name) != news.get(name) for name in ("image", "of"))
        return DiffResult(changes=moved or other)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create."""
        return UpdateResult(_started(news))


def _started(props: Props) -> Props:
    client, name = client_of(props), str(props["container"])
    began, crashes, first = time.monotonic(), 0, -1
    running_since: float | None = None
    while True:
        group = client.get(props["groupId"], props["apiVersion"])
        properties: Props = (group.body.get("properties") or {}) if group.readable else {}
        view = _view(properties, name)
        restarts = int(view.get("restartCount") or 0)
        first = restarts if first < 0 else first
        crashes = max(crashes, restarts - first)
        address = _address(properties)
        running = _state(view) == "running"
        running_since = (running_since or time.monotonic()) if running else None
        answered = _answers(address, props) if address and running else None
        if answered or (running_since and answered is None and time.monotonic() - running_since > UNREACHED):
            if not answered:
                print(f"service {name} runs; its address does not answer from here", flush=True)
            uri = f"http://{address}:{int(props['port'])}{props['scoringPath']}" if address else ""
            if answered:
                print(f"service {name} answers at {uri}", flush=True)
            return {name: props.get(name) for name in ("groupId", "image", "of")} | {"scoringUri": uri}
        phase = _failed_phase(properties, view, crashes)
        if phase is None and time.monotonic() - began > PATIENCE:
            phase = _current_phase(view)
        if phase is not None:
            raise _not_started(client, props, phase, view)
        time.sleep(PAUSE)


def _failed_phase(properties: Props, view: Props, crashes: int) -> str | None:
    """The phase that it will not get past, where that is plain already."""
    if crashes >= CRASHES or (_state(view) == "terminated" and _group_state(properties) in ("failed", "succeeded")):
        killed = "probe" if _last_event(view, "Killing") else "init"
        return "init" if _exit_code(view) else killed
    if str(properties.get("provisioningState") or "").lower() == "failed":
        return _current_phase(view)
    return None


def _current_phase(view: Props) -> str:
    """How far it came: scheduled, its image pulled, its `init()` done, its probe answered."""
    events = [str(event.get("name")) for event in view.get("events") or ()]
    if "Started" in events or _state(view) in ("running", "terminated"):
        return "probe" if _state(view) == "running" else "init"
    return "pull" if any(name in events for name in ("Pulling", "Failed")) else "schedule"


def _answers(address: str, props: Props) -> bool | None:
    """Whether the liveness route answers; `None` where nobody gets there from here."""
    import requests

    try:
        answer = requests.get(f"http://{address}:{int(props['port'])}{props['path']}", timeout=5)
    except requests.ConnectTimeout:
        return None
    except requests.RequestException:
        return False
    return answer.status_code == 200


def _not_started(client: ArmClient, props: Props, phase: str, view: Props) -> HoldfastError:
    from holdfast.model.errors import Fault, HoldfastError

    name, lines = props["container"], _log_lines(client, props, phase)
    events = [f"{event.get('name')}: {event.get('message')}" for event in view.get("events") or ()][-3:]
    state = view.get("currentState") or {}
    said = " ".join(
        str(state.get(key)) for key in ("state", "detailStatus", "exitCode") if state.get(key) not in (None, "")
    )
    return HoldfastError(
        [
            Fault(
                "service-not-started",
                f"service `{name}` did not get past the phase `{phase}`",
                (
                    ("phase", _PHASES[phase]),
                    ("state", f"{said or 'unknown'}, {int(view.get('restartCount') or 0)} restarts"),
                    *(("event", event) for event in events),
                    *(("log", line) for line in lines),
                ),
                f"`{props.get('shown')}` shows its whole log; mend it, and run again: the model and the image stay",
            )
        ]
    )


def _log_lines(client: ArmClient, props: Props, phase: str) -> list[str]:
    """The last lines of the log, from its first traceback on where there is one. Azure shows the log of the run that is
    under way; of a container that crashes again and again it is looked at until the run has come to what ends it."""
    from holdfast.model.build_log import said_lines

    path = f"{props['groupId']}/containers/{props['container']}/logs?tail=200"
    until, lines = time.monotonic() + (LOOKED_FOR if phase == "init" else 0), list[str]()
    while True:
        answer = client.get(path, props["apiVersion"])
        text = str(answer.body.get("content") or "") if answer.readable else ""
        lines = said_lines(text) or lines
        # The first traceback is the script's; what the server makes of it comes after.
        begun = next((index for index, line in enumerate(lines) if "Traceback (most recent" in line), None)
        if begun is not None and any(not line.startswith(" ") for line in lines[begun + 1 :]):
            return lines[begun : begun + LINES]
        if time.monotonic() >= until:
            return lines[-LINES:]
        time.sleep(PAUSE / 8)


_PHASES = {
    "schedule": "schedule: Azure had not placed the container",
    "pull": "pull: its image could not be pulled",
    "init": "init: the process ended, most often by an exception in `init()` or an import",
    "probe": "probe: it runs, and its liveness route does not answer",
}


def _view(properties: Props, name: str) -> Props:
    rows = properties.get("containers") or ()
    found: Mapping[str, Any] = next((row for row in rows if row.get("name") == name), {})
    return dict((found.get("properties") or {}).get("instanceView") or {})


def _state(view: Props) -> str:
    return str((view.get("currentState") or {}).get("state") or "").lower()


def _exit_code(view: Props) -> int:
    """Of the run that ended last; 137 is that of one that was killed."""
    for name in ("currentState", "previousState"):
        code = (view.get(name) or {}).get("exitCode")
        if code is not None:
            return 0 if int(code) == 137 else int(code)
    return 0


def _last_event(view: Props, name: str) -> bool:
    return any(str(event.get("name")) == name for event in (view.get("events") or ())[-3:])


def _group_state(properties: Props) -> str:
    return str((properties.get("instanceView") or {}).get("state") or "").lower()


def _address(properties: Props) -> str:
    return str((properties.get("ipAddress") or {}).get("ip") or "")
