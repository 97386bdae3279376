"""`holdfast doctor`: what is wrong, and what to do? Of a stack that lives, or of a pasted log, which asks nobody."""

from __future__ import annotations

import json

import click

from holdfast.diagnose import diagnose
from holdfast.diagnose.symptom import Symptom
from holdfast.diagnose.symptoms import BY_ID, SYMPTOMS
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.ops.doctor.logs import not_looked_at, read_log
from holdfast.ops.doctor.page import as_json as body_of
from holdfast.ops.doctor.page import explain, explained, show
from holdfast.ops.login import progress
from holdfast.settings.suggestions import did_you_mean

#: Something was found. No code of an error's: the command has done what it was asked to.
FOUND = 4


@click.command()
@click.argument("service", required=False)
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option(
    "--logs",
    "logs",
    multiple=True,
    metavar="FILE|-",
    help="A log, or standard input, instead of Azure; again for another one, which are judged together.",
)
@click.option("--explain", "explained_id", metavar="ID", help="What a symptom, or one of Azure's codes, means.")
@click.option(
    "--json", "as_json", is_flag=True, help="An object {verdict, findings, notRead}; with --explain {id, ...}."
)
@click.pass_context
def doctor(
    ctx: click.Context,
    service: str | None,
    stack: str | None,
    logs: tuple[str, ...],
    explained_id: str | None,
    as_json: bool,
) -> None:
    """Name the cause of a failure, show the line that tells it, and what to do.

    Looks at the stack: its vault against the last receipt and the workspace's identity, its builds, its services with
    their events and logs; or at one SERVICE. With --logs nothing is asked of Azure: build logs, container logs,
    kubectl's tables and events, errors of the CLI and the SDKs, in any mixture. Nothing is ever written.

    Exits with 4 where something was found, with 0 where nothing was, and with 3 where nothing was found and not
    everything could be read.

    \b
      holdfast doctor                                     what is wrong with the stack?
      holdfast doctor wine                                and with this service?
      holdfast doctor --logs build.log                    why did it not build?
      kubectl describe pod wine | holdfast doctor --logs -
      holdfast doctor --logs a.log --logs b.log --json    several, as one story
      holdfast doctor --explain UserScriptInitFailed      what does that code mean?
    """
    if explained_id:
        symptom = find_symptom(explained_id)
        click.echo(json.dumps(explained(symptom), indent=2, ensure_ascii=False) if as_json else explain(symptom))
        return
    if logs:
        if service or stack:
            raise click.UsageError("--logs asks nobody: leave SERVICE and --stack out")
        evidence = [read_log(name) for name in logs]
        not_read = [row for one in evidence for row in not_looked_at(one)]
    else:
        from holdfast.ops.doctor.collect import collect
        from holdfast.ops.service.stack import open_stack

        with progress("asking for") as tell:
            found = collect(open_stack(stack), service, tell)
        evidence, not_read = found.evidence, found.not_read
    diagnosis = diagnose(evidence)
    if as_json:
        click.echo(json.dumps(body_of(diagnosis, not_read), indent=2, ensure_ascii=False))
    else:
        show(diagnosis, not_read)
    ctx.exit(FOUND if diagnosis.findings else int(Blame.AZURE) if not_read else 0)


def find_symptom(name: str) -> Symptom:
    """By its id, or by a code of Azure's, in any letter case. Raises HoldfastError `unknown-symptom`."""
    wanted = name.lower()
    for symptom in SYMPTOMS:
        if wanted in {known.lower() for known in (symptom.id, *symptom.codes, *symptom.guesses)}:
            return symptom
    known = [*BY_ID, *(code for symptom in SYMPTOMS for code in (*symptom.codes, *symptom.guesses))]
    hint = did_you_mean(name, known) or "docs/symptoms.md lists them"
    raise HoldfastError([Fault("unknown-symptom", f"no symptom and no code is called `{name}`", (), hint)])
