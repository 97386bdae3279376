"""`holdfast logs build`: what did the build of an image say, and at which line did it fail?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import click

from holdfast.model.assets import ENVIRONMENTS, ENVIRONMENTS_REPOSITORY, AssetSort, assets_of
from holdfast.model.build_log import failing_line, image_in
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.ops.logs.runs import MOST, Run, list_runs, log_uri, read_log
from holdfast.ops.output import say, show_rows
from holdfast.ops.service.stack import Stack, open_stack

#: What a run that has ended well says.
SUCCEEDED = "Succeeded"


@click.command()
@click.argument("image", required=False, metavar="[IMAGE[:VERSION]]")
@click.option("--all", "every", is_flag=True, help="Every build (of IMAGE), the newest first, without the texts.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
@click.option(
    "--json", "as_json", is_flag=True, help="An object {run, status, image, logUri, text}; with --all a list."
)
def build(image: str | None, every: bool, stack: str | None, as_json: bool) -> None:
    """Print the log of the newest build of IMAGE: a service's name, a repository of the registry, or a run's id.

    A service's name means its own image and the environment that this stands on, whichever was built last. Without
    IMAGE it is the newest build of all. The log goes to standard output; its address, which opens it for about an hour,
    and the line that says why the build failed go to standard error.
    """
    opened = open_stack(stack)
    registry = resource_id(opened.wanted, Kind.REGISTRY)
    fits = _fits(opened, image)
    found = _matching(opened, registry, fits)
    if every:
        _show_all(opened, list(found), as_json)
        return
    run = next(found, None)
    if run is None:
        raise HoldfastError([_no_build(image, registry)])
    uri = log_uri(opened.client, run)
    text = read_log(uri)
    why = failing_line(text) if run.status != SUCCEEDED else ""
    if as_json:
        body = {**_row(run, uri), "failingLine": why or None, "text": text}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    click.echo(text, nl=not text.endswith("\n"))
    say(f"{run.name}  {', '.join(run.images) or '-'}  {run.status}  {run.message}".rstrip())
    say(f"log: {uri}")
    if why:
        say(f"failed: {why}")


def _fits(opened: Stack, image: str | None) -> Callable[[str, str], bool]:
    """Whether a run (its id, one `repository:tag`) is meant."""
    if image is None:
        return lambda _run, _name: True
    wanted, _, version = image.partition(":")
    if wanted in {service.name for service in opened.wanted.services}:
        assets = [asset for asset in assets_of(opened.wanted) if asset.dockerfile]
        own = {asset.repository for asset in assets if asset.sort is AssetSort.IMAGE and asset.service.name == wanted}
        below = {asset.environment for asset in assets if asset.repository in own}
        shared = {f"{asset.repository}:{asset.version}" for asset in assets if asset.logical in below}
        return lambda _run, name: _is(name, own, version) or (not version and name in shared)
    # What errors and the workspace call an environment is not what the registry calls its repository.
    repository = ENVIRONMENTS_REPOSITORY if wanted == ENVIRONMENTS else wanted
    return lambda run, name: run == image or _is(name, {repository}, version)


def _is(name: str, repositories: set[str], version: str) -> bool:
    repository, _, tag = name.rpartition(":")
    return repository in repositories and version in ("", tag)


def _matching(opened: Stack, registry: str, fits: Callable[[str, str], bool]) -> Iterator[Run]:
    """The runs that are meant; a log is read only of those that do not name their image themselves."""
    for run in islice(list_runs(opened.client, registry), MOST):
        named = run if run.images else _with_name(opened, run)
        if any(fits(named.name, name) for name in named.images or ("",)):
            yield named


def _with_name(opened: Stack, run: Run) -> Run:
    try:
        name = image_in(read_log(log_uri(opened.client, run)))
    except HoldfastError:
        return run  # a log that is gone says nothing, and hides no other
    return Run(run.id, run.name, run.status, run.created, (name,) if name else (), run.message)


def _show_all(opened: Stack, runs: list[Run], as_json: bool) -> None:
    rows = [_row(run, log_uri(opened.client, run)) for run in runs]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    columns = ("run", "status", "image", "created", "logUri")
    show_rows(columns, [[str(row[name] or "-") for name in columns] for row in rows])


def _row(run: Run, uri: str) -> dict[str, Any]:
    return {
        "run": run.name,
        "status": run.status,
        "image": ", ".join(run.images) or None,
        "created": run.created,
        "logUri": uri,
    }


def _no_build(image: str | None, registry: str) -> Fault:
    what = f"no build of `{image}` is known" if image else "nothing was built yet"
    hint = "`holdfast logs build --all` lists those of the registry; what was built by other means has no log there"
    return Fault("no-build", what, (("asked", f"{registry}/runs"),), hint)
