"""How is a run killed after just this write, and how is it seen that nothing was lost by it?

A rule of the sandbox carries the n-th write out, logs it and keeps its answer back: the engine has begun it and can't
know that it is done, which is the worst moment to die. Then either the engine is killed, or the sandbox itself.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import yaml
from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox import running
from holdfast_sandbox.rehearsal import Azure, Project, Stranger
from holdfast_sandbox.rehearsal.azure import Request

CHECKOUT = Path(__file__).resolve().parents[2]

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"

#: The writes of the slice, as the sandbox's rules match them.
GRANTS = r"^PUT .*/vaults/[^/]+/accessPolicies/add"
VAULT_SETTINGS = r"^PATCH .*/Microsoft\.KeyVault/vaults/[^/?]+\?"
VAULT = r"^PUT .*/Microsoft\.KeyVault/vaults/[^/?]+\?"

#: Seconds within which everything that a run started ends after its engine (design: 5), and after which a test gives
#: up waiting for what has no promise.
PROMISED, PATIENCE = 5.0, 240.0


def small_but_complete(group: str, prefix: str) -> dict[str, Any]:
    """Group, vault with two grants, storage, logs, insights, registry, workspace."""
    return {
        "resourceGroup": group,
        "prefix": prefix,
        "tags": {"step": "0"},
        "vault": {
            "authorization": "access-policies",
            "publicAccess": False,
            "grants": [
                {"principal": PIPELINE, "secrets": ["get", "list"]},
                {"principal": SCIENTISTS, "secrets": ["get", "list", "set"], "keys": ["get"]},
            ],
        },
    }


@dataclass(slots=True)
class MortalSandbox:
    """A sandbox that can be killed, and started again on its port and its state."""

    azure: Azure
    later: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_and_restart(self) -> None:
        """`kill -9`, then the same again."""
        process = psutil.Process(self.azure.server.pid)
        process.kill()
        process.wait(10)
        port = self.azure.server.url.rpartition(":")[2]
        self.azure.server, again = running.start(self.azure.server.state, "--port", port, detached=False)
        self.later.append(again)


@contextmanager
def mortal_sandbox(state: Path) -> Iterator[MortalSandbox]:
    """A server of one's own, ended with the block whichever process it is by then."""
    with Azure.private(state) as azure:
        mortal = MortalSandbox(azure)
        try:
            yield mortal
        finally:
            for process in mortal.later:
                process.terminate()
                process.wait(10)


#: What a rule does to the write that a run dies after; and to one that it dies before, while it waits to send it again.
DONE: dict[str, Any] = {"hold_answer": 600, "times": 1}
NOT_DONE: dict[str, Any] = {"status": 503, "retry_after": 120, "times": 1}


@dataclass(slots=True)
class Crash:
    """One run that is killed after one write, and what came of it. `hit`: the write; None where there was none.

    `nth`: how many that match are passed over. `rule`: `DONE` or `NOT_DONE`. `way_back`: it is not a `pulumi up` that
    dies but `holdfast ci recover`, by the death of the engine that it has started.
    """

    project: Project
    match: str
    nth: int = 0
    rule: dict[str, Any] = field(default_factory=lambda: dict(DONE))
    way_back: bool = False
    mark: int = 0
    hit: Request | None = None
    code: int | None = None
    text: str = ""

    @property
    def azure(self) -> Azure:
        """The sandbox that it is in."""
        return self.project.azure

    def of_engine(self, first: Callable[[], None] = lambda: None) -> Crash:
        """Kill the engine after the write, and after what is to be done `first`; see that all of the run is gone in
        time."""
        with self._run() as run:
            if self.hit is not None:
                first()
                os.kill(self._engine(run.pid), signal.SIGKILL)
            run.wait(PATIENCE)
            deadline = time.monotonic() + PROMISED
            while (left := processes_of(self.project)) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not left, f"left behind by the killed run: {left}"
        self.azure.clear_faults()
        return self

    def of_sandbox(self, sandbox: MortalSandbox) -> Crash:
        """Kill the sandbox after the write and start it again; the run fails or goes on."""
        with self._run() as run:
            if self.hit is not None:
                sandbox.kill_and_restart()
            run.wait(PATIENCE)
        self.azure.clear_faults()
        return self

    @contextmanager
    def _run(self) -> Iterator[subprocess.Popen[str]]:
        """`pulumi up`, entered when the write is done and its answer kept back, or when the run has ended."""
        self.mark = self.azure.mark()
        made = self.azure.server.ask("POST", "faults", {"match": self.match, "skip": self.nth, **self.rule})
        said = self.project.folder / "said.txt"
        command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]
        command = recover_command(self.project) if self.way_back else [*command, "--stack", self.project.stack]
        with said.open("w") as out, self._popen(command, out) as run:
            try:
                deadline = time.monotonic() + PATIENCE
                while run.poll() is None and self._struck(made["id"]) is None:
                    assert time.monotonic() < deadline, f"no such write, and no end\n{said.read_text()}"
                    time.sleep(0.1)
                self.hit = self._struck(made["id"])
                yield run
            except BaseException:
                os.killpg(run.pid, signal.SIGKILL)
                raise
            finally:
                self.code, self.text = run.poll(), said.read_text()

    def _popen(self, command: list[str], out: Any) -> subprocess.Popen[str]:
        # Into a file: nobody reads while the test waits, and a full pipe would hold the run up.
        return subprocess.Popen(
            command,
            cwd=self.project.folder,
            env=self.project.environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _struck(self, rule: int) -> Request | None:
        rows = self.azure.server.ask("GET", f"log?since={self.mark}")
        found = [row for row in rows if row.get("note") == f"fault {rule}"]
        return Request(found[0]["method"], found[0]["path"], found[0]["status"], "") if found else None

    def _engine(self, run: int) -> int:
        """The engine of a run: the run itself, or what the way back has started."""
        if not self.way_back:
            return run
        engines = [one for one in psutil.Process(run).children() if one.cmdline()[:2] == ["pulumi", "up"]]
        assert len(engines) == 1, f"the way back runs {engines}"
        return engines[0].pid


def pattern_of(write: Request) -> str:
    """A rule's expression for the same write in any environment: methods and types are kept, names are not."""
    words, kept, name_next = write.path.partition("?")[0].strip("/").split("/"), list[str](), False
    for before, word in zip(["", *words], words, strict=False):
        namespace = before == "providers"
        kept.append("[^/?]+" if name_next and not namespace else re.escape(word))
        name_next = not name_next and word != "providers" and not namespace
    return f"^{write.method} /{'/'.join(kept)}[?]"


def recover(project: Project) -> tuple[int, str]:
    """`holdfast ci recover`, as a pipeline types it: its exit code, and all it said."""
    with project.popen(recover_command(project)) as run:
        text, _ = run.communicate(timeout=PATIENCE)
    return run.returncode, text


def recover_command(project: Project) -> list[str]:
    """`holdfast ci recover`, in this interpreter."""
    return [sys.executable, "-m", "holdfast.ops.main", "ci", "recover", "--stack", project.stack, "--yes"]


def processes_of(project: Project) -> list[str]:
    """The processes that carry this project's backend in their environment: everything that its runs started."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("PULUMI_BACKEND_URL") == project.environ["PULUMI_BACKEND_URL"]
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


@dataclass(slots=True)
class Environment:
    """What has to be true of an environment however its runs ended, judged by Microsoft's client and by the log."""

    project: Project
    stranger: Stranger
    theirs: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def vault_id(self) -> str | None:
        """The vault's id, whether or not a run lived to note it; None where there is none yet."""
        group = self._settings()["resourceGroup"]
        vaults = [vault.id for vault in self.stranger.client.vaults.list_by_subscription() if vault.id]
        return next((str(id) for id in vaults if f"/resourcegroups/{group}/" in str(id).lower()), None)

    def add_stranger(self, number: int) -> None:
        """Somebody else gets access, where the vault is there."""
        if vault := self.vault_id():
            who = self.stranger.principal(number)
            self.stranger.add(vault, self.stranger.entry(who, secrets=["get", "backup"], keys=["wrapkey"]))
            self.theirs[who] = {"secrets": ["backup", "get"], "keys": ["wrapkey"]}

    def is_whole(self, since: int, *, each_made_once: bool = True) -> list[str]:
        """What is wrong; empty where nothing was lost, nothing is there twice and nothing is left to do."""
        wrong = []
        vault = self.vault_id()
        held = self.stranger.policies(vault) if vault else {}
        wrong += [f"{who} lost {entry}" for who, entry in self.theirs.items() if held.get(who) != entry]
        for grant in self._settings()["vault"]["grants"]:
            kinds = ("keys", "secrets")
            wanted = {kind: sorted(grant[kind]) for kind in kinds if grant.get(kind)}
            if held.get(grant["principal"]) != wanted:
                wrong.append(f"the grant of {grant['principal']} is {held.get(grant['principal'])}")
        # The workspace's identity is the one that is neither theirs nor ours.
        others = set(held) - set(self.theirs) - {grant["principal"] for grant in self._settings()["vault"]["grants"]}
        if len(others) != 1:
            wrong.append(f"{len(others)} entries that nobody gave, not the workspace's alone")
        ids = self.project.managed()
        group = ids.pop("group", "")
        client = self.stranger.ask_with(ResourceManagementClient)
        there = {str(row.id).lower() for row in client.resources.list_by_resource_group(group.rpartition("/")[2])}
        wrong += [f"in Azure or in the state alone: {id}" for id in sorted(there ^ set(ids.values()))]
        made = [request.path.lower() for request in self.project.azure.since(since) if _makes(request)]
        if each_made_once:
            wrong += [f"made twice: {path}" for path in sorted({path for path in made if made.count(path) > 1})]
        return wrong

    def nothing_to_do(self) -> list[str]:
        """What a further run does or says that it should not; empty where it has nothing to do."""
        again = self.project.up(expect=None)
        wrong = [str(write) for write in again.writes]
        if again.code or again.operations or "pending" in again.text:
            wrong.append(f"a further run exits with {again.code}, does {again.operations}\n{again.text}")
        return [*wrong, *(f"left behind: {process}" for process in processes_of(self.project))]

    def _settings(self) -> dict[str, Any]:
        body = yaml.safe_load(self.project.stack_file.read_text(encoding="utf-8"))
        return dict(body["config"]["holdfast:environment"])


def _makes(request: Request) -> bool:
    """Whether it is azure-native's PUT of a resource: each id is to see one in its life."""
    done = request.method == "PUT" and request.is_arm and (request.status or 500) < 300
    return done and "/accesspolicies/" not in request.path.lower()
