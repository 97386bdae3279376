"""`holdfast vault to-rbac`: how does a vault get from access policies to RBAC, or back, without a gap?

Three steps of one way, each of which reads anew: what would be done, doing it, undoing it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from holdfast.arm import ArmClient
from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.login import login_clients, progress
from holdfast.ops.vault.people import look_up
from holdfast.ops.vault.target import find_vault
from holdfast.ops.vault.to_rbac_apply import PROPAGATION, apply, check, remove_roles, switch
from holdfast.ops.vault.to_rbac_back import against_going_back, without_policies
from holdfast.ops.vault.to_rbac_page import (
    SCHEMA,
    as_json,
    count,
    grants_of,
    held_grants,
    show,
    stack_lines,
    verdict,
)
from holdfast.ops.vault.to_rbac_read import Situation, held_roles, look
from holdfast.ops.vault.to_rbac_record import last_record, ours


@click.command("to-rbac")
@click.argument("vault", required=False)
@click.option("--plan", "step", flag_value="plan", help="What would be done, and what stands against it. Only reads.")
@click.option("--apply", "step", flag_value="apply", help="Assign the roles, wait, switch, check.")
@click.option("--back", "step", flag_value="back", help="Switch back to the access policies, which Azure has kept.")
@click.option("--all-subscriptions", is_flag=True, help="With --plan: one row for every vault that the login sees.")
@click.option(
    "--accept-uncovered",
    "accepted",
    multiple=True,
    metavar="PRINCIPAL",
    help="Its object id: it may lose what no role covers, or be left out where the directory does not know it. Repeat"
    " it for more. With --back: it may be without access afterwards.",
)
@click.option(
    "--wait",
    default=PROPAGATION,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="With --apply: until the roles are taken to work. Azure documents up to 10 minutes.",
)
@click.option("--remove-roles", is_flag=True, help="With --back: delete the role assignments that --apply made.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--subscription", metavar="ID", help="Where a name is looked for. Default: ARM_SUBSCRIPTION_ID.")
@click.option("--json", "as_data", is_flag=True, help="A JSON object, for scripts (docs/to-rbac.md).")
@click.pass_context
def to_rbac(
    ctx: click.Context,
    vault: str | None,
    step: str | None,
    all_subscriptions: bool,
    accepted: tuple[str, ...],
    wait: int,
    remove_roles: bool,
    yes: bool,
    subscription: str | None,
    as_data: bool,
) -> None:
    """Take VAULT, by name or resource id, from access policies to RBAC.

    Every principal gets the least built-in roles that cover its policy, before the vault is switched; until then, and
    when anything fails, the access policies stay in force. The vault is never PUT and no policy is removed.

    \b
      holdfast vault to-rbac kv-ml --plan                  who would get which roles; what stands against it
      holdfast vault to-rbac --plan --all-subscriptions    the same for every vault, one row each
      holdfast vault to-rbac kv-ml --apply                 asks first; --yes in a pipeline
      holdfast vault to-rbac kv-ml --back                  the access policies in force again

    Exit code: 0 done, or a plan that can be applied; 2 where something stands against it; 3 where Azure refused, or
    where --all-subscriptions could not read everything.
    """
    _check_words(vault, step, all_subscriptions, remove_roles)
    client, graph = login_clients()
    if all_subscriptions:
        from holdfast.ops.vault.to_rbac_scan import scan

        with progress() as tell:
            code = scan(client, as_data, tell)
        ctx.exit(code)
    found = find_vault(client, vault or "", subscription)
    with progress() as tell:
        tell("the vault, its workspaces and what this login may do")
        now = look(client, found, accepted, own=step != "back")
        if not as_data:
            now = replace(now, names=look_up(graph, [entry.principal for entry in now.entries]))
    if step == "plan":
        ctx.exit(_plan(client, now, as_data))
    elif step == "apply":
        _apply(client, now, accepted, wait, yes, as_data)
    else:
        _back(client, now, accepted, remove_roles, yes, as_data)


def _check_words(vault: str | None, step: str | None, all_subscriptions: bool, remove: bool) -> None:
    if step is None:
        raise click.UsageError("say one of --plan, --apply and --back")
    if all_subscriptions and (vault or step != "plan"):
        raise click.UsageError("--all-subscriptions goes with --plan and without a vault")
    if not vault and not all_subscriptions:
        raise click.UsageError("name a vault, or give --all-subscriptions")
    if remove and step != "back":
        raise click.UsageError("--remove-roles goes with --back")


def _plan(client: ArmClient, now: Situation, as_data: bool) -> int:
    grants = _grants(client, now)
    if as_data:
        click.echo(json.dumps(as_json(now, grants), indent=2))
    elif now.is_rbac:
        click.echo(f"{now.vault.id}\n{verdict(now)}\n\nin a stack file, of those principals that it lists:")
        click.echo(stack_lines(grants), nl=False)
    else:
        show(now)
        for fault in now.plan.against:
            click.echo(f"\n{fault}", err=True)
    return 2 if now.plan.against and not now.is_rbac else 0


def _grants(client: ArmClient, now: Situation) -> list[dict[str, object]]:
    """What a stack file says for this vault: by what is assigned where it counts roles, by the plan before."""
    return held_grants(now, held_roles(client, now.vault.id)) if now.is_rbac else grants_of(now.plan)


def _apply(client: ArmClient, now: Situation, accepted: tuple[str, ...], wait: int, yes: bool, as_data: bool) -> None:
    if now.is_rbac:
        check(client, now.vault.id, now.workspaces)
        _told(as_data, now, {"switched": False, "grants": _grants(client, now)}, verdict(now))
        return
    if now.plan.against:
        raise HoldfastError(now.plan.against)
    if not yes:
        show(now)
    _confirm(f"{verdict(now)}; go on with {now.vault.name}?", yes)
    with _steps() as tell:
        done = apply(client, now, accepted, wait, tell)
    for principal in done.skipped:
        click.echo(f"left out, the directory does not know it: {principal}", err=True)
    roles = count(len(done.assigned), "role assignment")
    data = {"switched": True, "assigned": len(done.assigned), "skipped": done.skipped, "record": str(done.record.path)}
    data["grants"] = grants_of(now.plan)
    said = (
        f"{now.vault.name} counts roles now: {roles} can be read, {_workspaces(now)}.\n"
        f"The data plane was not asked: let whoever uses the vault try. The way back: holdfast vault to-rbac"
        f" {now.vault.name} --back\nrecord: {done.record.path}"
    )
    _told(as_data, now, data, said)


def _back(client: ArmClient, now: Situation, accepted: tuple[str, ...], remove: bool, yes: bool, as_data: bool) -> None:
    vault, record = now.vault, last_record(now.vault)
    held = held_roles(client, vault.id)
    mine = ours(vault.id, held) if remove else []
    if now.is_rbac:
        if faults := against_going_back(now.entries, now.workspaces, record, accepted):
            raise HoldfastError(faults)
        for row in without_policies(now.entries, held):
            click.echo(
                f"without an access policy, so without access afterwards: {now.names.label(row.principal)}", err=True
            )
    what = [f"switch {vault.name} back to its {count(len(now.entries), 'access policy entry')}"] if now.is_rbac else []
    what += [f"remove {count(len(mine), 'role assignment')}"] if mine else []
    if what:
        _confirm(f"{' and '.join(what)}?", yes)
    with _steps() as tell:
        if now.is_rbac:
            tell("switching the vault back to its access policies")
            switch(client, vault.id, rbac=False)
            if record:
                record.step("back")
        # Only now: as long as the vault counts roles, they are somebody's access.
        remove_roles(client, mine, tell)
        if record and mine:
            record.step("roles-removed")
    said = "its access policies are in force" + (" again" if now.is_rbac else ", as they were before")
    said += f"; {count(len(mine), 'role assignment')} removed" if remove else ""
    if as_data:
        data = {"schema": SCHEMA, "vault": {"id": vault.id, "name": vault.name}, "switched": now.is_rbac}
        click.echo(json.dumps({**data, "removed": len(mine)}, indent=2))
    click.echo(f"{vault.name}: {said}", err=True)


def _workspaces(now: Situation) -> str:
    if not now.workspaces:
        return "no Machine Learning workspace that this login sees uses the vault"
    names = ", ".join(sorted(set(now.workspaces.values())))
    return f"Key Vault Administrator is held by the identity of {names}"


def _told(as_data: bool, now: Situation, data: dict[str, object], said: str) -> None:
    """The result: data on stdout, talk on stderr."""
    if as_data:
        head = {"schema": SCHEMA, "vault": {"id": now.vault.id, "name": now.vault.name}}
        click.echo(json.dumps({**head, **data}, indent=2))
    click.echo(said, err=True)
    if not as_data and data["switched"]:
        click.echo("In a stack file, of those principals that it lists:", err=True)
        click.echo(stack_lines(grants_of(now.plan)), nl=False)


def _confirm(question: str, yes: bool) -> None:
    """Asks on stderr. Raises HoldfastError `not-confirmed` for any other answer than yes, and where nobody answers."""
    if yes:
        return
    try:
        if click.confirm(question, err=True):
            return
    except click.Abort:
        click.echo(err=True)
    hint = "--yes answers it where nobody is there to"
    raise HoldfastError(
        [Fault("not-confirmed", "nothing was changed: the question was not answered with yes", hint=hint)]
    )


@contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    """On a terminal one line that changes, else a line a step, so that a pipeline's log tells where it was."""
    import sys

    if sys.stderr.isatty():
        with progress("") as tell:
            yield tell
    else:
        yield lambda text: click.echo(text, err=True)
