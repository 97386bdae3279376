"""`holdfast ci recover`: how does a stack come back after its run was killed?

The three steps that Pulumi has for it, in their order: the lock is taken away, what was under way is cleared from the
state, the run is done again. Each is the real CLI's, so that a person can do the same by hand; what this adds is to
look who holds the lock before it goes, and to refresh no more than has to be.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.ops.ci.backend import backend_folder, backend_url, drop_half_written
from holdfast.ops.ci.cli import Ran, show, take
from holdfast.ops.ci.left import Left, parse_export
from holdfast.ops.ci.lock import Lock, locks_of

#: What says that there is no run to cancel. A backend of files says nothing and succeeds; Pulumi Cloud: source
#: pulumi/pulumi, pkg/backend/httpstate, and its service's answer 409.
_NO_RUN = re.compile(r"never been updated|already completed|no (update|lock)|not currently (running|updating)", re.I)


@dataclass(slots=True)
class Recovery:
    """One call: where it works (`described`: the project's Pulumi.yaml), what it found, what it ran."""

    described: Path
    stack: str
    as_json: bool
    locks: list[Lock] = field(default_factory=list)
    left: Left = field(default_factory=lambda: Left((), ()))
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The project's."""
        return self.described.parent

    def command(self, *words: str) -> list[str]:
        """A `pulumi` command for this stack that asks nobody anything."""
        return ["pulumi", *words, "--stack", self.stack, "--non-interactive"]

    def run(self, step: str, says: str, command: Sequence[str]) -> None:
        """One step with its output passed through. Raises HoldfastError `recover-step-failed`."""
        self.tell(step, says)
        ran = show(command, self.folder, to_stderr=self.as_json)
        self.note(step, command, ran)
        if ran.code:
            raise HoldfastError([_step_failed(step, command, ran, "the error is above")])

    def take(self, step: str, says: str, command: Sequence[str]) -> Ran:
        """One step whose output is for us; the caller judges its exit code."""
        self.tell(step, says)
        ran = take(command, self.folder)
        self.note(step, command, ran)
        return ran

    def tell(self, step: str, says: str) -> None:
        """Progress, for people."""
        click.echo(f"recover: {step}: {says}", err=True)

    def note(self, step: str, command: Sequence[str], ran: Ran) -> None:
        """For `--json`."""
        self.steps.append({"step": step, "command": list(command), "code": ran.code, "seconds": round(ran.seconds, 1)})

    def as_object(self) -> dict[str, Any]:
        """What `--json` prints."""
        locks = [
            {"pid": lock.pid, "user": lock.user, "host": lock.host, "since": lock.since, "alive": lock.alive}
            for lock in self.locks
        ]
        pending = [{"operation": operation, "urn": urn} for operation, urn in self.left.pending]
        return {"stack": self.stack, "locks": locks, "pending": pending, "steps": self.steps}


@click.command()
@click.option("--stack", metavar="NAME", help="Default: the stack that `pulumi stack select` chose.")
@click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can be asked.")
@click.option("--force", is_flag=True, help="Even if the run that holds the lock still lives on this machine.")
@click.option("--dry-run", is_flag=True, help="Print the steps, and do none of them.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object {stack, locks, pending, steps}; Pulumi to stderr.")
@click.argument("up_options", nargs=-1, type=click.UNPROCESSED)
def recover(
    stack: str | None, yes: bool, force: bool, dry_run: bool, as_json: bool, up_options: tuple[str, ...]
) -> None:
    """Bring a stack back after its run was killed: cancel, clear what was under way, run again.

    \b
      holdfast ci recover --stack prod --yes
      holdfast ci recover --stack prod --yes -- --policy-pack policies

    What stands after `--` goes to `pulumi up`. Run as often as you like: with nothing to recover it is a `pulumi up`.
    Nothing that Azure holds is lost by it: what the killed run made and never noted is adopted by its tag. Exits with 3
    where `pulumi` fails, 2 where the run still lives.
    """
    recovery = _recovery(stack, as_json)
    up = recovery.command("up", "--yes", "--skip-preview", *up_options)
    if dry_run:
        _print_steps(recovery, up)
        return
    backend = _refuse_living(recovery, force)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody can be asked here: say --yes")
        click.confirm(f"cancel what runs on stack {recovery.stack}, and run `pulumi up`?", abort=True, err=True)
    for path in drop_half_written(backend, _project(recovery), recovery.stack) if backend else ():
        recovery.tell("mend", f"{path} was half written, and is not needed")
    try:
        _cancel(recovery)
        _clear(recovery)
        recovery.run("up", "once more", up)
    finally:
        if as_json:
            click.echo(json.dumps(recovery.as_object(), indent=2))
    recovery.tell("done", f"stack {recovery.stack} is whole")


def _cancel(recovery: Recovery) -> None:
    command = recovery.command("cancel", "--yes")
    held = ", ".join(str(lock) for lock in recovery.locks) or "if there is one"
    ran = recovery.take("cancel", f"take the lock away: {held}", command)
    if ran.code and not _NO_RUN.search(ran.output):
        raise HoldfastError([_step_failed("cancel", command, ran, ran.output)])


def _clear(recovery: Recovery) -> None:
    """What was under way; a stack that has nothing of the kind is not refreshed at all."""
    command = recovery.command("stack", "export")
    ran = recovery.take("look", "what was under way", command)
    try:
        export = json.loads(ran.output) if ran.code == 0 else None
    except ValueError:
        export = None
    if not isinstance(export, Mapping):
        raise HoldfastError([_step_failed("look", command, ran, ran.output)])
    recovery.left = parse_export(export)
    # The last one made first: the state lets nothing go that another resource in it needs.
    for urn in reversed(recovery.left.replaced):
        name = urn.rpartition("::")[2]
        command = recovery.command("state", "delete", urn, "--yes")
        recovery.run("forget", f"{name}, whose old resource was deleted to replace it", command)
    if recovery.left.pending:
        command = _clearing(recovery, recovery.left.targets)
        recovery.run("clear", ", ".join(recovery.left.names), command)
    elif not recovery.left.replaced:
        recovery.tell("clear", "nothing was under way")


def _clearing(recovery: Recovery, targets: Sequence[str]) -> list[str]:
    words = [word for urn in targets for word in ("--target", urn)]
    return recovery.command("refresh", "--clear-pending-creates", "--yes", "--skip-preview", *words)


def _print_steps(recovery: Recovery, up: Sequence[str]) -> None:
    """Which refresh it would be is known only behind the lock; it is shown for the case that creations are pending."""
    root = f"urn:pulumi:{recovery.stack}::PROJECT::pulumi:pulumi:Stack::PROJECT-{recovery.stack}"
    steps = [
        ("cancel", recovery.command("cancel", "--yes")),
        ("look", recovery.command("stack", "export")),
        ("clear", _clearing(recovery, [root.replace("PROJECT", _project(recovery))])),
        ("up", list(up)),
    ]
    if recovery.as_json:
        rows = [{"step": step, "command": command} for step, command in steps]
        click.echo(json.dumps({"stack": recovery.stack, "steps": rows}, indent=2))
        return
    for _, command in steps:
        click.echo(shlex.join(command))


def _recovery(stack: str | None, as_json: bool) -> Recovery:
    """Raises HoldfastError: `no-checkout`, `pulumi-missing`, `stack-not-chosen`."""
    from holdfast.checkout import project_file

    found = project_file(Path.cwd())
    if found is None:
        evidence = (("looked from", str(Path.cwd())),)
        raise HoldfastError([Fault("no-checkout", "this is no checkout of Holdfast", evidence, "cd into the project")])
    if shutil.which("pulumi") is None:
        hint = "install the CLI; with the sandbox: `holdfast sandbox run -- holdfast ci recover`"
        raise HoldfastError([Fault("pulumi-missing", "there is no `pulumi` on PATH", (), hint)])
    stack = stack or os.environ.get("PULUMI_STACK") or _chosen_stack(found.parent)
    return Recovery(found, stack, as_json)


def _chosen_stack(folder: Path) -> str:
    ran = take(["pulumi", "stack", "--show-name", "--non-interactive"], folder)
    if ran.code == 0 and ran.output.strip():
        return ran.output.strip()
    evidence = (("said", ran.output.strip()[-600:]),)
    hint = "name it with --stack, or choose one with `pulumi stack select`"
    raise HoldfastError([Fault("stack-not-chosen", "nothing says which stack is meant", evidence, hint)])


def _refuse_living(recovery: Recovery, force: bool) -> Path | None:
    """Look at the locks; the backend's folder, None where it is no folder. Raises HoldfastError `run-still-alive`."""
    import yaml

    described = yaml.safe_load(recovery.described.read_text(encoding="utf-8")) or {}
    backend = backend_folder(backend_url(described, os.environ), recovery.folder)
    if backend is None:
        recovery.tell("note", "whether the run still lives can't be seen in this backend; make sure that none does")
        return None
    recovery.locks = locks_of(backend, _project(recovery), recovery.stack)
    living = [lock for lock in recovery.locks if lock.alive]
    if living and not force:
        rows = tuple(("run", str(lock)) for lock in living)
        hint = "wait for it, or stop it (Ctrl-C, SIGTERM: it finishes what it has begun); --force goes on all the same"
        message = f"a run of stack {recovery.stack} holds the lock, and lives"
        raise HoldfastError([Fault("run-still-alive", message, rows, hint)])
    for lock in recovery.locks:
        if lock.alive is None:
            recovery.tell("note", f"a lock of {lock} can't be judged from here; make sure that its run is over")
    return backend


def _project(recovery: Recovery) -> str:
    from holdfast.settings.file import project_of

    return project_of(recovery.described) or ""


def _step_failed(step: str, command: Sequence[str], ran: Ran, said: str) -> Fault:
    rows = (("command", shlex.join(command)), ("exit code", str(ran.code)), ("said", said.strip()[-600:]))
    hint = "once that is mended, run `holdfast ci recover` again: every step may be repeated"
    return Fault("recover-step-failed", f"`pulumi` failed in the step `{step}`", rows, hint, Blame.AZURE)
