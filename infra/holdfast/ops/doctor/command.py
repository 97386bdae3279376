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
from holdfast.ops.doctor.page import explain, explained, fixed_json, show, show_fixed
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
@click.option("--fix", "fixed_id", metavar="ID", help="Apply the remedy of a symptom that is found, where it is safe.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask; needed where nobody can answer.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the plan, and write nothing.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="An object {verdict, findings, notRead}; with --explain {id, ...}; with --fix more: docs/doctor.md.",
)
@click.pass_context
def doctor(
    ctx: click.Context,
    service: str | None,
    stack: str | None,
    logs: tuple[str, ...],
    explained_id: str | None,
    fixed_id: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Name the cause of a failure, show the line that tells it, and what to do.

    Looks at the stack: its vault against the last receipt and the workspace's identity, the roles that its identities
    need, its builds, what the cluster can hold, its services with their events and logs; or at one SERVICE. With --logs
    nothing is asked of Azure: build logs, container logs, kubectl's tables and events, errors of the CLI and the SDKs,
    in any mixture. Nothing is ever written, but by --fix: it looks, shows what it would do, asks, does it, and looks
    again.

    Exits with 4 where something was found, with 0 where nothing was, and with 3 where nothing was found and not
    everything could be read. With --fix: 0 where it is gone, 4 where it is still there, 3 where it is not found
    any more and not everything could be read, 2 where it was not there or is none that the doctor fixes.

    \b
      holdfast doctor                                     what is wrong with the stack?
      holdfast doctor wine                                and with this service?
      holdfast doctor --logs build.log                    why did it not build?
      kubectl describe pod wine | holdfast doctor --logs -
      holdfast doctor --logs a.log --logs b.log --json    several, as one story
      holdfast doctor --explain UserScriptInitFailed      what does that code mean?
      holdfast doctor --fix vault-policy-wiped --dry-run  what would be done about it?
    """
    if (yes or dry_run) and not fixed_id:
        raise click.UsageError("--yes and --dry-run go with --fix")
    if fixed_id and (logs or explained_id):
        raise click.UsageError("--fix looks at the stack itself: leave --logs and --explain out")
    if explained_id:
        symptom = find_symptom(explained_id)
        click.echo(json.dumps(explained(symptom), indent=2, ensure_ascii=False) if as_json else explain(symptom))
        return
    if fixed_id:
        ctx.exit(_fix(find_symptom(fixed_id), service, stack, yes=yes, dry_run=dry_run, as_json=as_json))
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
        show(diagnosis, not_read, live=not logs)
    ctx.exit(FOUND if diagnosis.findings else int(Blame.AZURE) if not_read else 0)


def _fix(symptom: Symptom, service: str | None, stack: str | None, *, yes: bool, dry_run: bool, as_json: bool) -> int:
    """The exit code: whether it is gone."""
    from holdfast.ops.doctor.collect import Collected, collect
    from holdfast.ops.doctor.fix import fix
    from holdfast.ops.service.stack import open_stack

    opened = open_stack(stack)

    def look() -> Collected:
        with progress("asking for") as tell:
            return collect(opened, service, tell)

    done = fix(opened, symptom, look, dry_run=dry_run, yes=yes, err=as_json)
    if as_json:
        click.echo(json.dumps(fixed_json(done), indent=2, ensure_ascii=False))
    else:
        show_fixed(done)
    if done.left is not None:
        return FOUND
    return int(Blame.AZURE) if done.not_read else 0


def find_symptom(name: str) -> Symptom:
    """By its id, or by a code of Azure's, in any letter case. Raises HoldfastError `unknown-symptom`."""
    wanted = name.lower()
    for symptom in SYMPTOMS:
        if wanted in {known.lower() for known in (symptom.id, *symptom.codes, *symptom.guesses)}:
            return symptom
    known = [*BY_ID, *(code for symptom in SYMPTOMS for code in (*symptom.codes, *symptom.guesses))]
    hint = did_you_mean(name, known) or "docs/symptoms.md lists them"
    raise HoldfastError([Fault("unknown-symptom", f"no symptom and no code is called `{name}`", (), hint)])
