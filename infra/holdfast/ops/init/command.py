"""`holdfast init`: a stack file for an environment that is there, whoever made it.

Reads with azure-identity, in the provider's order; needs no Pulumi, and writes nothing but the file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from holdfast.ops.login import login_client, progress

if TYPE_CHECKING:
    from holdfast.ops.init.drafted import Draft
    from holdfast.ops.init.rehearsal import Rehearsal

#: What Pulumi takes as a stack's name (pulumi/pulumi, sdk/go/common/tokens).
_STACK = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@click.command()
@click.option("--from", "group", required=True, metavar="RESOURCE_GROUP", help="The group that the workspace is in.")
@click.option("--subscription", metavar="ID", help="Its subscription. Default: ARM_SUBSCRIPTION_ID, or the only one.")
@click.option("--workspace", metavar="NAME", help="Which workspace, where the group has several.")
@click.option("--stack", metavar="NAME", help="The stack that the file is for. Default: the group's name.")
@click.option(
    "--adopt/--id",
    default=True,
    help="Manage what is in the group and nobody's (the default), or use everything by its id and manage nothing.",
)
@click.option(
    "--output", metavar="FILE", help="Where to. Default: the project's stacks/Pulumi.<stack>.yaml; `-`: stdout."
)
@click.option("--force", is_flag=True, help="Replace a file that is there; what unlocks its secrets is kept.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON: {file, stack, resources, ...}.")
def init(
    group: str,
    subscription: str | None,
    workspace: str | None,
    stack: str | None,
    adopt: bool,
    output: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write a stack file for an environment that exists, whoever made it.

    A `pulumi preview` with that file changes nothing of what is there. What a stack file can't say is listed on stderr
    and at the end of the file. Azure is only read.
    """
    from holdfast.ops.init import draft as drafts
    from holdfast.ops.init.rehearsal import rehearse
    from holdfast.read.inventory import find_subscription, take_inventory

    if as_json and output == "-":
        raise click.UsageError("--json and `--output -` would both be printed")
    stack = _stack_name(stack or drafts.stack_name(group))
    project, path = _target(stack, output, force)
    with progress() as tell:
        tell("the login")
        client = login_client()
        subscription = subscription or os.environ.get("ARM_SUBSCRIPTION_ID") or find_subscription(client)
        inventory = take_inventory(client, subscription, group, workspace, tell)
        drafted = drafts.draft(inventory, project, stack, adopt=adopt)
        tell("what a run would do with that file")
        shown = str(path) if path else f"stacks/Pulumi.{stack}.yaml"
        rehearsed = rehearse(client, drafted, inventory, shown)
    _write(rehearsed.draft, path)
    if as_json:
        click.echo(json.dumps(_as_json(rehearsed, path), indent=2, ensure_ascii=False))
    _tell_people(rehearsed, path)


def _stack_name(name: str) -> str:
    from holdfast.model.errors import Fault, HoldfastError

    if _STACK.fullmatch(name):
        return name
    rows = (("value", name), ("allowed", "1 to 100 letters, digits, `_`, `.` and `-`"))
    raise HoldfastError([Fault("invalid-stack-name", f"`{name}` is no name for a stack", rows, "give another --stack")])


def _target(stack: str, output: str | None, force: bool) -> tuple[str, Path | None]:
    """The project's name, and the file; None for stdout."""
    import yaml

    from holdfast.checkout import project_file
    from holdfast.model.errors import Fault, HoldfastError
    from holdfast.settings.file import project_of

    found = project_file(Path.cwd())
    if found is None and output is None:
        evidence, hint = (("looked from", str(Path.cwd())),), "cd into the project, or say where to with --output"
        raise HoldfastError([Fault("no-checkout", "this is no checkout of Holdfast", evidence, hint)])
    project = project_of(found) if found else None
    if output == "-":
        return project or "holdfast", None
    if output is not None:
        path = Path(output)
    else:
        assert found is not None
        content = yaml.safe_load(found.read_text(encoding="utf-8"))
        path = found.parent / str(content.get("stackConfigDir") or "") / f"Pulumi.{stack}.yaml"
        path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    if path.exists() and not force:
        evidence = (("file", str(path)),)
        hint = "--force replaces it, --stack names another, `--output -` only prints"
        raise HoldfastError([Fault("stack-file-exists", f"{path} is there already", evidence, hint)])
    return project or "holdfast", path


def _write(draft: Draft, path: Path | None) -> None:
    from holdfast.home import write_whole
    from holdfast.ops.init.page import render

    if path is None:
        click.echo(render(draft, schema="../docs/settings.schema.json"), nl=False)
        return
    text = render(draft, schema=_schema(path), beside=_kept(path))
    write_whole(path, text)


def _schema(path: Path) -> str:
    """Where the schema is, from the file: in the project's docs."""
    from holdfast.checkout import project_file_of

    found = project_file_of(path)
    if found is None:
        return "../docs/settings.schema.json"
    return Path(os.path.relpath(found.parent / "docs/settings.schema.json", path.resolve().parent)).as_posix()


def _kept(path: Path) -> dict[str, Any]:
    """What a file that is replaced holds beside our settings: its salt, its secrets, other packages' keys."""
    import yaml

    from holdfast.settings import KEY, LOCATION_KEY, SUBSCRIPTION_KEY
    from holdfast.settings.file import TOP_KEYS

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    if not isinstance(content, Mapping):
        return {}
    kept = {name: value for name, value in content.items() if name in TOP_KEYS and name != "config"}
    config = content.get("config")
    rest = config.items() if isinstance(config, Mapping) else ()
    return {**kept, "config": {n: v for n, v in rest if n not in (KEY, LOCATION_KEY, SUBSCRIPTION_KEY)}}


def _as_json(rehearsed: Rehearsal, path: Path | None) -> dict[str, Any]:
    return {
        "file": str(path) if path else None,
        "stack": rehearsed.draft.stack,
        "resources": [
            {"what": fate.what, "noun": fate.noun, "name": fate.name, "id": fate.id} for fate in rehearsed.fates
        ],
        "writes": list(rehearsed.writes),
        "notes": list(rehearsed.notes),
        "left": [{"id": left.id, "reason": left.reason} for left in rehearsed.draft.left],
    }


def _tell_people(rehearsed: Rehearsal, path: Path | None) -> None:
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    says = {"adopt": "adopted:", "refer": "used by id or as it is:", "create": "made new:"}
    if path:
        console.print(f"wrote {path}", markup=False)
    console.print("a first `pulumi up` with it:", markup=False)
    for what, label in says.items():
        fates = [fate for fate in rehearsed.fates if fate.what == what]
        if fates:
            names = ", ".join(f"{fate.noun} {fate.name}" for fate in fates)
            console.print(f"  {label} {names}", markup=False, style="yellow" if what == "create" else None)
    writes = "; ".join(rehearsed.writes) or "nothing"
    console.print(f"  writes to what is there: {writes}", markup=False)
    for note in rehearsed.notes:
        console.print(f"note: {note}", markup=False)
    left = rehearsed.draft.left
    if left:
        count = "1 thing is" if len(left) == 1 else f"{len(left)} things are"
        console.print(f"warning: {count} not in the file, and left as found:", style="yellow")
        for one in left:
            console.print(f"  {one.id}\n    {one.reason}", markup=False)
    if path:
        stack = rehearsed.draft.stack
        console.print(f"next: pulumi stack init {stack} && pulumi preview --stack {stack}", markup=False)
