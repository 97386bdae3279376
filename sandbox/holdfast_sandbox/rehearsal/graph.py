"""What waits for what? The graph of a stack's resources, drawn from the state that a run left.

`python -m holdfast_sandbox.rehearsal.graph`, inside `holdfast sandbox run --fresh --`, provisions the stack `sandbox`
and puts the drawing between the two marks of a page: nobody draws by hand what a run can tell. A test compares them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from holdfast_sandbox.rehearsal.story import sandbox_project

BEGIN, END = "<!-- graph: begin (make graph) -->", "<!-- graph: end -->"


def draw(state: Sequence[Mapping[str, Any]]) -> str:
    """A Mermaid flowchart. An edge that follows from two others is left out, so that the reader sees what is needed."""
    named = {row["urn"]: row["urn"].rpartition("::")[2] for row in state if _drawn(row)}
    needs = {
        urn: {other for other in row.get("dependencies") or () if other in named}
        for row in state
        if (urn := row["urn"]) in named
    }
    lines = ["```mermaid", "flowchart LR"]
    for urn in sorted(named, key=lambda one: named[one]):
        if not needs[urn]:
            lines.append(f"    {_node(named[urn])}")
        direct = needs[urn] - {far for near in needs[urn] for far in _all(near, needs)}
        lines += [
            f"    {_node(named[one])} --> {_node(named[urn])}" for one in sorted(direct, key=lambda one: named[one])
        ]
    return "\n".join([*lines, "```"])


def put_into(page: str, drawing: str) -> str:
    """The page with the drawing between its marks. Raises ValueError for a page without them."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{head}{BEGIN}\n\n{drawing}\n\n{END}{tail}"


def _drawn(row: Mapping[str, Any]) -> bool:
    return bool(row.get("custom")) and not row["type"].startswith("pulumi:")


def _all(urn: str, needs: Mapping[str, set[str]]) -> set[str]:
    return {far for near in needs[urn] for far in {near, *_all(near, needs)}}


def _node(name: str) -> str:
    return f'{name.replace(" ", "-")}["{name}"]'


@click.command()
@click.argument("page", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(page: Path) -> None:
    """Draw the graph of the stack `sandbox` into PAGE."""
    with sandbox_project(Path.cwd()) as project:
        project.up()
        drawing = draw(project.state())
    try:
        page.write_text(put_into(page.read_text(encoding="utf-8"), drawing), encoding="utf-8")
    except ValueError as error:
        sys.exit(str(error))
    click.echo(f"wrote {page}")


if __name__ == "__main__":
    main()
