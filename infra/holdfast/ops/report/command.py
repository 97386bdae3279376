"""`holdfast report`: what did a run do, how long did it take, and who has access since? A page that opens offline."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from holdfast.model.directory import Directory
from holdfast.ops.login import progress
from holdfast.ops.output import say
from holdfast.ops.report.access import Told, principals, tabulate
from holdfast.ops.report.graph import draw
from holdfast.ops.report.now import Findings, ask_container, ask_doctor, ask_names
from holdfast.ops.report.operations import read_operations
from holdfast.ops.report.page import Report, count, render, verdict
from holdfast.ops.report.runs import Run, find_run, looks_at, on_this_machine
from holdfast.ops.report.timeline import lay_out
from holdfast.ops.report.write import check_place, page_of, write_page
from holdfast.verify.chronicle import tell as tell_spans


@click.command()
@click.argument("run", required=False)
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the newest run of any stack.")
@click.option("--project", default="holdfast", show_default=True, help="The Pulumi project.")
@click.option(
    "--runs",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="How many records of the vault the access goes back, this run the last of them.",
)
@click.option(
    "--output",
    metavar="FILE|-",
    help="Where the page goes, or standard output. Default: reports/ beside the receipts, one page a run.",
)
@click.option(
    "--doctor/--no-doctor",
    default=None,
    help="Ask the doctor what is wrong now. Default: for the newest run, where somebody is logged in.",
)
@click.option(
    "--names/--ids", default=None, help="Ask Microsoft Graph for the principals' names. Default: as the doctor."
)
@click.option(
    "--container/--no-container",
    default=None,
    help="Read other machines' receipts in the container of the settings' `receipts`. Default: as the doctor.",
)
@click.option("--open", "opened", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print {page, run, verdict, seconds, operations, criticalPath, access, doctor}, too.",
)
def report(
    run: str | None,
    stack: str | None,
    project: str,
    runs: int,
    output: str | None,
    doctor: bool | None,
    names: bool | None,
    container: bool | None,
    opened: bool,
    as_json: bool,
) -> None:
    """Make a page of the newest run, or of RUN: a receipt's file, its name, or the beginning of its time.

    The page has the graph of the resources, a timeline with the critical path, who appeared in the vault and who
    vanished over the last runs and by whom, and what the doctor finds now. It is one file, opens without a network, and
    all of it can be used with the keyboard. What it tells lies on this machine; only the doctor, the names and other
    machines' receipts are asked of Azure, and where it does not answer, the page says so and the rest is there.

    \b
      holdfast report                             the newest run; prints where the page is
      holdfast report --open                      and shows it
      holdfast report 2026-01-31T12:00            the run of that minute
      holdfast report --stack prod --runs 30      the access of a month of nightly runs
      holdfast report --output run.html --no-doctor     for a pipeline's artifacts; asks nobody
    """
    if output == "-" and (as_json or opened):
        raise click.UsageError("--output - is the page itself: leave --json and --open out")
    chosen = find_run(run, project, stack or os.environ.get("PULUMI_STACK") or None)
    path = Path(output) if output else page_of(chosen)
    if output != "-":
        check_place(path)  # before anybody is asked anything
    with progress("asking for") as tell:
        made = _gather(chosen, runs, _asked(doctor, chosen), names, container, tell)
    text = render(made)
    if output == "-":
        click.echo(text, nl=False)
        return
    write_page(path, text)
    if as_json:
        click.echo(json.dumps(_body(made, path), indent=2, ensure_ascii=False))
    else:
        click.echo(str(path))
        say(f"{chosen.project}/{chosen.stack} {chosen.time[:19]}: {verdict(made)}")
    for lost in made.unread:
        say(f"warning: {lost} is no record of this version, and is passed over")
    if made.findings and made.findings.silence:
        say(f"note: the doctor had no answer: {made.findings.silence.splitlines()[0]}")
    if made.container:
        say(f"note: receipts of other machines could not be read: {made.container}")
    if opened:
        click.launch(path.resolve().as_uri())


def _asked(doctor: bool | None, run: Run) -> bool:
    """What is wrong now says nothing of a run of last month."""
    return run.newest if doctor is None else doctor


def _gather(
    run: Run, runs: int, doctor: bool, names: bool | None, container: bool | None, tell: Callable[[str], None]
) -> Report:
    operations = read_operations(run.body)
    findings = ask_doctor(run.stack, tell) if doctor else None
    # Whoever got no answer for the doctor gets none for the rest either, and waits twice.
    answers = findings is not None and not findings.silence
    elsewhere: tuple[dict[str, dict[str, Any]], list[str], str] = ({}, [], "")
    if container or (container is None and answers):
        tell("receipts of other machines")
        elsewhere = ask_container(run.stack, run.project, runs, run.path.name, on_this_machine(run))
    looks, unread = looks_at(run, elsewhere[0])
    spans = tell_spans(looks)[-runs:]
    directory, silence = Directory(), ""
    if names or (names is None and answers):
        tell("names")
        directory, silence = ask_names(principals(spans))
    return Report(
        run=run,
        operations=operations,
        drawing=draw(operations.timed, operations.path) if operations.timed else None,
        timeline=lay_out(operations),
        ledger=tabulate(spans, directory, str(run.path)),
        runs=len(spans),
        unread=tuple(dict.fromkeys([*map(str, run.unreadable), *unread, *elsewhere[1]])),
        elsewhere=len(elsewhere[0]),
        container=elsewhere[2],
        findings=findings,
        names=silence,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _body(report: Report, path: Path) -> dict[str, Any]:
    """For scripts, as docs/report.md describes it."""
    operations = report.operations
    timed = {row.name: row for row in operations.timed}
    return {
        "page": str(path),
        "run": {
            "receipt": str(report.run.path),
            "project": report.run.project,
            "stack": report.run.stack,
            "time": report.run.time,
        },
        "verdict": verdict(report),
        "seconds": operations.seconds if operations.timed else None,
        "operations": count(operations),
        "criticalPath": [
            {"name": name, "start": timed[name].start, "seconds": timed[name].seconds} for name in operations.path
        ],
        "access": [
            {
                "time": step.time,
                "by": step.by,
                "since": step.since or None,
                "changes": [_change(one, step.by) for one in (*step.others, *step.own)],
            }
            for step in reversed(report.ledger.steps)
        ],
        "doctor": _doctor(report.findings),
    }


def _change(told: Told, by: str) -> dict[str, Any]:
    return {
        "what": told.what,
        "permissions": told.permissions,
        "whose": told.whose or None,
        "by": by if told.ours else None,
        "why": told.why or None,
        "principals": [who.id for who in told.who],
    }


def _doctor(findings: Findings | None) -> dict[str, Any] | None:
    if findings is None:
        return None
    return {"silence": findings.silence} if findings.silence else {"time": findings.time, **findings.body}
