"""`python -m benchmarks`: which parts are measured, and how are the figures told?"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import click
from rich.console import Console

from benchmarks import (
    builds,
    calls,
    doctor,
    first_up,
    load,
    never_wipe,
    nothing_to_do,
    preview,
    report,
    sandbox,
    scale,
    scoring,
    services,
    sizing,
)
from benchmarks.figures import Row
from benchmarks.projects import MeteredProject, NotMeasuredError, bare, holdfast
from benchmarks.table import show
from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.rehearsal import Azure


class Bench:
    """The projects that the parts share, provisioned by the first that needs them."""

    def __init__(self, folder: Path, azure: Azure, runs: int, say: Callable[[str], None]) -> None:
        self._folder, self._azure, self._runs, self._say = folder, azure, runs, say

    @cached_property
    def ours(self) -> MeteredProject:
        """Our program, provisioned."""
        self._say("provisioning Holdfast's environment")
        return holdfast(self._folder, self._azure)

    @cached_property
    def bare(self) -> MeteredProject:
        """The bare program, provisioned."""
        self._say("provisioning the bare environment")
        return bare(self._folder, self._azure)

    def measure(self, part: str) -> list[Row]:
        """The rows of a part."""
        match part:
            case nothing_to_do.NAME:
                return nothing_to_do.measure(self.ours, self.bare, self._runs, self._say)
            case preview.NAME:
                return preview.measure(self.ours, self._runs, self._say)
            case sandbox.NAME:
                return sandbox.measure(self._folder, self._runs, self._say)
            case load.NAME:
                return load.measure(self._folder, self._say)
            case scoring.NAME:
                return scoring.measure(self._folder, self._say)
            case doctor.NAME:
                return doctor.measure(self._say)
            case report.NAME:
                return report.measure(self._say)
            case first_up.NAME:
                return first_up.measure(self._folder, self._runs, self._say)
            case never_wipe.NAME:
                return never_wipe.measure(self._folder, self._azure, self._runs, self._say)
            case sizing.NAME:
                return sizing.measure(self._folder, self._say)
            case builds.NAME:
                return builds.measure(self._folder, self._runs, self._say)
            case services.NAME:
                return services.measure(self._folder, self._azure, self._runs, self._say)
            case scale.NAME:
                return scale.measure(self._folder, self._azure, self._runs, self._say)
            case _:
                return calls.measure(self.ours, self._say)


#: In the table's order. `arm-calls` is last of those that run the program: it fills the vault.
PARTS = (
    sandbox.NAME,
    load.NAME,
    scoring.NAME,
    sizing.NAME,
    builds.NAME,
    doctor.NAME,
    report.NAME,
    first_up.NAME,
    preview.NAME,
    nothing_to_do.NAME,
    scale.NAME,
    services.NAME,
    never_wipe.NAME,
    calls.NAME,
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--only", "parts", type=click.Choice(PARTS), multiple=True, help="Measure this part alone; may be repeated."
)
@click.option("--runs", type=click.IntRange(1, 100), default=5, show_default=True, help="Counted runs of each series.")
@click.option("--json", "as_json", is_flag=True, help="The rows as JSON on standard output.")
def main(parts: Sequence[str], runs: int, as_json: bool) -> None:
    """Measure what Holdfast costs, on a private sandbox that goes when this ends.

    \b
    sandbox        how soon it answers, how much memory it takes
    load           requests per second and the slowest of a hundred with eight
                   clients, and memory after ten thousand requests
    scoring        what the front end of online endpoints adds to a direct call
    sizing         the share of 503s that `holdfast size` predicts, and that the
                   front end answers with under the same load
    builds         an image build whose environment was built before
    doctor         precision and recall of the doctor, and what a long log takes
    report         what noting its times costs a run, and the page of a large one
    first-up       a first run under latency, against the critical path
    preview        CPU and memory of one preview of the program
    nothing-to-do  a run that changes nothing, against the same resources in
                   a bare program (benchmarks/bare); the two take turns
    scale          the same with 10, 50 and 100 resources, and what one more costs
    services       a run that changes nothing with 0, 1, 10 and 100 services,
                   and what each one costs (setting up takes minutes)
    never-wipe     adopting 50 resources against provisioning them, a decision
                   about 1024 access policies, and what the tripwire adds
    arm-calls      what such a run asks of Azure, with 5, 50 and 1000 access
                   policies of others in the vault

    All parts take some minutes. A figure above its limit is shown as `over` and fails nothing: it is this machine's,
    at this moment. The exit code is 1 only where something could not be measured; what was, is shown.

    `docs/benchmarks.md` explains each figure. The engine must be there: `holdfast engine get`.

    \b
    Examples:
      python -m benchmarks --only arm-calls
      python -m benchmarks --only nothing-to-do --runs 11
    """
    aside = Console(stderr=True)
    chosen = [part for part in PARTS if not parts or part in parts]
    rows, failed = measured(chosen, runs, lambda text: aside.print(text, style="dim", highlight=False))
    if as_json:
        click.echo(json.dumps([row.to_json() for row in rows], indent=2))
    elif rows:
        show(rows, Console(highlight=False))
    sys.exit(1 if failed else 0)


def measured(parts: Sequence[str], runs: int, say: Callable[[str], None]) -> tuple[list[Row], bool]:
    """The rows of the parts that could be measured, and whether one could not."""
    rows: list[Row] = []
    failed = False
    try:
        with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
            folder = Path(name)
            with Azure.private(folder / "sandbox") as azure:
                bench = Bench(folder, azure, runs, say)
                for part in parts:
                    try:
                        rows += bench.measure(part)
                    except (NotMeasuredError, SandboxError, OSError) as error:
                        failed = True
                        click.echo(f"{part} could not be measured: {error}", err=True)
    except SandboxError as error:
        failed = True
        click.echo(str(error), err=True)
    return rows, failed


if __name__ == "__main__":
    main()
