"""`holdfast sandbox`: starting, stopping and watching the embedded Azure, and running any command against it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import click

from holdfast_sandbox import running
from holdfast_sandbox.environment import variables
from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.home import pulumi_dir, state_dir
from holdfast_sandbox.principals import principal
from holdfast_sandbox.rights_command import rights
from holdfast_sandbox.scenarios.command import scenario


class _Group(click.Group):
    """Shows a SandboxError as text and exits with its code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SandboxError as error:
            click.echo(error.render(), err=True)
            ctx.exit(error.exit_code)


class _LatencyType(click.ParamType[str]):
    name = "off|azure|FACTOR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from holdfast_sandbox.arm.latency import Latency

        try:
            Latency.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


_state = click.option(
    "--state",
    "state",
    type=click.Path(file_okay=False),
    help="The sandbox's folder. Default: the one around this command, else $HOLDFAST_HOME/sandbox.",
)
_latency = click.option(
    "--latency", type=_LatencyType(), help="How long Azure takes: off (default), azure (typical), or a factor."
)
_rbac = click.option(
    "--rbac",
    is_flag=True,
    help="Enforce role assignments, as Azure RBAC does. Without it everybody may do everything.",
)


@click.group(cls=_Group)
def sandbox() -> None:
    """The embedded Azure: a control plane on this machine, for the real Pulumi engine, SDKs and the az CLI.

    \b
      holdfast sandbox run -- pulumi up         one command against it
      holdfast sandbox run --fresh -- CMD       against an empty one of its own
      holdfast sandbox start --detach           keep one running
      eval "$(holdfast sandbox env)"            this shell against it
    """


sandbox.add_command(principal)
sandbox.add_command(scenario)


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@_state
@_latency
@click.option("--detach", is_flag=True, help="Leave it running and return once it answers.")
@click.option("--list-lag", type=click.FloatRange(0), default=0.0, help="Seconds by which resource lists lag behind.")
@click.option("--list-recase", is_flag=True, help="Resource lists answer ids in another letter case.")
@click.option(
    "--autoscale",
    type=click.FloatRange(0.01),
    default=1.0,
    help="Scales the time between two looks of the scoring front end's autoscaler (1 s up, 60 s down).",
)
@_rbac
def start(
    port: int,
    state: str | None,
    latency: str | None,
    detach: bool,
    list_lag: float,
    list_recase: bool,
    autoscale: float,
    rbac: bool,
) -> None:
    """Start the server; its state is kept from one start to the next. Prints its address.

    With --rbac the login that `run` and `env` give is Owner of the subscription, and may assign roles to others by the
    ordinary API. Any other client id with the same secret is a principal of its own that holds nothing yet; its object
    id stands in the refusal. `holdfast sandbox rights` lists what each was asked for, and what it lacked.
    """
    folder = state_dir(state)
    options = ["--port", str(port), "--latency", latency or "off", "--list-lag", str(list_lag)]
    options += ["--autoscale", str(autoscale)]
    if list_recase:
        options.append("--list-recase")
    if rbac:
        options.append("--rbac")
    with running.alone(folder):
        if (already := running.find(folder)) is not None:
            raise SandboxError(
                "sandbox-running",
                "A sandbox server is running already",
                evidence=[("url", already.url), ("process", str(already.pid)), ("state", str(folder))],
                hint="`holdfast sandbox stop` ends it; `--state DIR` starts one beside it",
            )
        server, process = running.start(folder, *options, detached=detach)
    click.echo(server.url)
    if detach:
        return

    def end(number: int, frame: object) -> None:
        process.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    click.echo("running; Ctrl-C ends it", err=True)
    sys.exit(max(process.wait(), 0))


@sandbox.command()
@_state
def stop(state: str | None) -> None:
    """Stop the server; its state stays."""
    server = running.find(state_dir(state))
    if server is None:
        click.echo("no sandbox server is running", err=True)
        return
    server.stop()
    click.echo(f"stopped {server.url}", err=True)


@sandbox.command()
@_state
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def status(state: str | None, as_json: bool) -> None:
    """Tell whether a server is running, and where. Exits 2 when none is."""
    folder = state_dir(state)
    server = running.find(folder)
    if server is None:
        click.echo(
            json.dumps({"running": False, "stateDir": str(folder)}) if as_json else "no sandbox server is running"
        )
        sys.exit(2)
    said = server.ask("GET", "status")
    if as_json:
        click.echo(json.dumps({"running": True, **said}))
        return
    click.echo(server.url)
    enforced = ", role assignments enforced" if said.get("rbac") else ""
    click.echo(f"  process {said['pid']}, since {said['started']}, latency {said['latency']}{enforced}")
    click.echo(f"  state   {said['stateDir']}")
    click.echo(f"  served  {said['requests']} requests; {said['faults']} fault rules")


@sandbox.command()
@_state
def env(state: str | None) -> None:
    """Print exports that point this shell at the running server: eval "$(holdfast sandbox env)"."""
    server = running.found(state_dir(state))
    for name, value in variables(server.url, server.state, _engine(build=False), os.environ).items():
        click.echo(f"export {name}={shlex.quote(value)}")


@sandbox.command(context_settings={"allow_interspersed_args": False})
@click.option(
    "--fresh", is_flag=True, help="An empty sandbox and Pulumi backend of its own, gone when the command ends."
)
@_latency
@_rbac
@_state
@click.option("--no-engine", is_flag=True, help="The command needs no `pulumi`: do not look for one or build it.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(
    fresh: bool, latency: str | None, rbac: bool, state: str | None, no_engine: bool, command: tuple[str, ...]
) -> None:
    """Run COMMAND against the sandbox; only environment variables differ. Exits as COMMAND does.

    Starts a server where none runs, and ends it with the last command that uses it; the state stays. A variable that
    COMMAND sets itself wins: another ARM_CLIENT_ID is another principal (see `start --help` on --rbac).
    """
    from holdfast_sandbox.runner import run as run_command

    if fresh and state:
        raise click.UsageError("--fresh makes a state folder of its own; --state cannot be given with it")
    entries = [] if no_engine else _engine(build=True)
    sys.exit(run_command(command, state_dir(state), latency=latency, rbac=rbac, fresh=fresh, path_entries=entries))


@sandbox.command()
@_state
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="A JSON list of {n, method, path, apiVersion, status, ms, caller, ...}.",
)
@click.option("--since", type=click.IntRange(0), default=0, help="Only requests after number N.")
def log(state: str | None, as_json: bool, since: int) -> None:
    """Show every request, oldest first. No tokens, no bodies."""
    lines = running.found(state_dir(state)).ask("GET", f"log?since={since}")
    if as_json:
        click.echo(json.dumps(lines))
        return
    for line in lines:
        status_text = "reset" if line["status"] is None else str(line["status"])
        note = f"  ({line['note']})" if "note" in line else ""
        version = f"  {line['apiVersion']}" if line["apiVersion"] else ""
        caller = f"  {line['caller']}" if line["caller"] else ""
        click.echo(
            f"{line['n']:>6} {line['method']:<6} {status_text:>5} {line['ms']:>8.1f} ms  "
            f"{line['path']}{version}{caller}{note}"
        )


sandbox.add_command(rights)


@sandbox.group(cls=_Group)
def fault() -> None:
    """Let requests fail on purpose."""


@fault.command("add")
@_state
@click.option("--match", required=True, help="Regular expression over `METHOD path?query caller`, letter case aside.")
@click.option("--status", type=click.IntRange(400, 599), help="Answer this status, nothing carried out.")
@click.option("--code", help="The error's code, with --status.")
@click.option("--message", help="The error's message, with --status.")
@click.option("--retry-after", type=click.IntRange(0), help="Seconds in Retry-After, with --status.")
@click.option("--times", type=click.IntRange(1), help="How often; without it, always.")
@click.option("--drop-connection", is_flag=True, help="Reset the connection, nothing carried out.")
@click.option("--lose-answer", is_flag=True, help="Carry it out, then reset the connection.")
@click.option(
    "--hold", type=click.FloatRange(0), help="Carry it out after so many seconds; other writes overlap with it."
)
@click.option("--hold-answer", type=click.FloatRange(0), help="Carry it out, and answer after so many seconds.")
@click.option("--skip", type=click.IntRange(0), help="How many matching requests pass first.")
@click.option(
    "--fail-operation", metavar="CODE", help="The long-running operation that it starts fails with this code."
)
@click.option(
    "--hold-operation", type=click.FloatRange(0), help="It goes on for so many seconds more, as if it never ended."
)
@click.option("--hook", metavar="NAME=VALUE", help="A switch of a service: drop-policy=OBJECTID.")
def fault_add(state: str | None, match: str, drop_connection: bool, **what: Any) -> None:
    """Add a rule; the first that matches a request is used."""
    rule = {name: value for name, value in what.items() if value is not None and value is not False}
    if drop_connection:
        rule["drop"] = True
    added = running.found(state_dir(state)).ask("POST", "faults", {"match": match, **rule})
    click.echo(f"fault {added['id']}", err=True)


@fault.command("list")
@_state
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
def fault_list(state: str | None, as_json: bool) -> None:
    """Show the rules."""
    rules = running.found(state_dir(state)).ask("GET", "faults")
    if as_json:
        click.echo(json.dumps(rules))
        return
    for rule in rules:
        rest = ", ".join(f"{k} {v}" for k, v in rule.items() if k not in ("id", "match", "hits"))
        click.echo(f"{rule['id']:>3}  {rule['match']}  -> {rest}  (used {rule['hits']} times)")


@fault.command("clear")
@_state
def fault_clear(state: str | None) -> None:
    """Remove all rules."""
    running.found(state_dir(state)).ask("DELETE", "faults")


@sandbox.command()
@_state
@click.option("--backend", is_flag=True, help="Empty its Pulumi backend, too.")
def reset(state: str | None, backend: bool) -> None:
    """Forget every resource, blob and image, the request log and the fault rules. A running server goes on, empty."""
    folder = state_dir(state)
    server = running.find(folder)
    if server is not None:
        server.ask("POST", "reset")
    else:
        for name in ("state.sqlite", "log.sqlite"):
            for suffix in ("", "-wal", "-shm"):
                (folder / (name + suffix)).unlink(missing_ok=True)
        for name in ("blobs", "images", "image-roots"):
            _empty(folder / name)
    pulumi = pulumi_dir(folder) / "backend"
    if backend:
        _empty(pulumi)
    elif any(pulumi.glob(".pulumi/stacks/**/*.json")):
        click.echo("Pulumi's own state of it is kept; `--backend` empties that, too", err=True)


def _empty(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _engine(*, build: bool) -> list[str]:
    """The folders to put first on PATH; with `build` an engine is got where there is none."""
    from holdfast_sandbox import engine

    if not build and not engine.status().ready:
        click.echo("note: there is no `pulumi` yet; `holdfast engine get` gets one", err=True)
        return []
    try:
        return list(engine.path_entries(engine.ensure()))
    except engine.EngineUnavailable as error:
        raise SandboxError(
            error.id, error.message, evidence=error.reasons.items(), hint=f"{error.hint}; or `--no-engine`"
        ) from None
