"""What did a real `pulumi` run do? A checkout's program in a folder of its own, so that its stack files may change."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from holdfast_sandbox.rehearsal.azure import Azure, Request

#: Seconds after which a run is given up, where the project says nothing else: the slowest one takes some twenty.
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run. `changes` counts steps by operation (`same`, `create`, `update`, ...); `text` is all it said."""

    code: int
    text: str
    seconds: float
    changes: dict[str, int] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    @property
    def operations(self) -> dict[str, int]:
        """The steps that do something."""
        return {name: count for name, count in self.changes.items() if name not in ("same", "read")}

    @property
    def writes(self) -> list[Request]:
        """What was written to the resource manager."""
        return [request for request in self.requests if request.is_write]

    @property
    def reads(self) -> list[Request]:
        """What was asked of the resource manager without writing."""
        return [request for request in self.requests if request.is_arm and not request.is_write]


class Project:
    """A Pulumi project around the checkout's program, with stack files and a backend of its own.

    `patience`: seconds after which a run is given up. `keeps_events`: the engine writes its own account of each run,
    which `Outcome.changes` counts; it costs the engine some milliseconds a resource.
    """

    def __init__(self, folder: Path, azure: Azure, checkout: Path, stack: str = "sandbox") -> None:
        self.folder, self.azure, self.stack, self.checkout = folder, azure, stack, checkout
        self.patience, self.keeps_events = PATIENCE, True
        self._stacks = folder / "stacks"
        self._stacks.mkdir(parents=True)
        description = yaml.safe_load((checkout / "Pulumi.yaml").read_text(encoding="utf-8"))
        description["main"] = str(checkout / description["main"])
        # The interpreter that runs this: in a checkout that is the one that Pulumi.yaml names.
        description["runtime"]["options"]["virtualenv"] = sys.prefix
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(description), encoding="utf-8")
        backend = folder / "backend"
        backend.mkdir()
        self.environ = {
            **azure.environ,
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "HOLDFAST_HOME": str(folder / "home"),
            "PULUMI_DEBUG_COMMANDS": "true",  # it alone unlocks --event-log, the engine's own account of a run
        }

    @property
    def stack_file(self) -> Path:
        """The stack's settings."""
        return self._stacks / f"Pulumi.{self.stack}.yaml"

    def settings(self, environment: dict[str, Any], **config: Any) -> None:
        """Write the stack file: `holdfast:environment` and further keys of `config`."""
        body = {"azure-native:location": "westeurope", "holdfast:environment": environment, **config}
        salt = yaml.safe_load((self.checkout / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
        text = yaml.safe_dump({"config": body, "encryptionsalt": salt["encryptionsalt"]}, sort_keys=False)
        self.stack_file.write_text(text, encoding="utf-8")

    def bring(self, path: str) -> None:
        """Copy a folder of the checkout, so that what the settings name by `path` is there and may change."""
        shutil.copytree(self.checkout / path, self.folder / path, ignore=shutil.ignore_patterns("__pycache__"))

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit `holdfast:environment` in place."""
        body = yaml.safe_load(self.stack_file.read_text(encoding="utf-8"))
        edit(body["config"]["holdfast:environment"])
        self.stack_file.write_text(yaml.safe_dump(body, sort_keys=False), encoding="utf-8")

    def start(self) -> None:
        """Make the stack."""
        self.pulumi("stack", "init", self.stack, expect=0)

    def lose_state(self) -> None:
        """Throw the state away and begin with an empty one, as a new pipeline does."""
        self.pulumi("stack", "rm", self.stack, "--yes", "--force", "--preserve-config", expect=0)
        self.start()

    def up(self, *options: str, expect: int | None = 0) -> Outcome:
        """`pulumi up`, without the preview that would ask everything twice."""
        return self._operate("up", "--yes", "--skip-preview", *options, expect=expect)

    def preview(self, *options: str, expect: int | None = 0) -> Outcome:
        """`pulumi preview`."""
        return self._operate("preview", *options, expect=expect)

    def destroy(self, *options: str, expect: int | None = 0) -> Outcome:
        """`pulumi destroy`."""
        return self._operate("destroy", "--yes", "--skip-preview", *options, expect=expect)

    def _operate(self, *words: str, expect: int | None) -> Outcome:
        events = self.folder / "events.json"
        events.unlink(missing_ok=True)
        mark = self.azure.mark()
        kept = ("--event-log", str(events)) if self.keeps_events else ()
        done = self.pulumi(*words, "--stack", self.stack, *kept, expect=None)
        outcome = Outcome(done.code, done.text, done.seconds, _changes(events), self.azure.since(mark))
        if expect is not None and outcome.code != expect:
            raise AssertionError(f"pulumi {words[0]} exited with {outcome.code}, not {expect}\n{outcome.text}")
        return outcome

    def pulumi(self, *words: str, expect: int | None = None) -> Outcome:
        """Any `pulumi` command in the project's folder, its output taken."""
        began = time.monotonic()
        command = ["pulumi", *words, "--non-interactive", "--color", "never"]
        with self.popen(command) as process:
            try:
                text, _ = process.communicate(timeout=self.patience)
            except BaseException:
                # Whoever gives up on a run must not leave it behind.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                raise
        outcome = Outcome(process.returncode, text, time.monotonic() - began)
        if expect is not None and outcome.code != expect:
            raise AssertionError(f"{' '.join(command)} exited with {outcome.code}, not {expect}\n{text}")
        return outcome

    def popen(self, command: list[str]) -> subprocess.Popen[str]:
        """The command in a session of its own, its two streams together."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def state(self) -> list[dict[str, Any]]:
        """The resources of the last checkpoint."""
        exported = json.loads(self.pulumi("stack", "export", "--stack", self.stack, expect=0).text)
        return list(exported["deployment"].get("resources") or [])

    def managed(self) -> dict[str, str]:
        """The ids of everything in Azure that the stack manages, in lower case, by logical name."""
        rows = [row for row in self.state() if row["type"].startswith("azure-native:")]
        return {row["urn"].rpartition("::")[2]: str(row["id"]).lower() for row in rows}

    def resource_id(self, logical_name: str) -> str:
        """The Azure id of a resource of the state."""
        return str(next(row["id"] for row in self.state() if row["urn"].endswith(f"::{logical_name}")))

    @property
    def receipts(self) -> Path:
        """The folder of all receipts, incidents and records of commands."""
        return self.folder / "home" / "receipts"

    def receipt(self) -> dict[str, Any]:
        """The newest receipt."""
        folder = self.receipts / "holdfast" / self.stack
        newest = max(folder.glob("receipt-*.json"), key=lambda path: path.name)
        return dict(json.loads(newest.read_text(encoding="utf-8")))


def _changes(events: Path) -> dict[str, int]:
    """The counts of the engine's own summary; empty where it never came to one."""
    if not events.exists():
        return {}
    for line in reversed(events.read_text(encoding="utf-8").splitlines()):
        summary = json.loads(line).get("summaryEvent")
        if summary:
            return dict(summary.get("resourceChanges") or {})
    return {}
