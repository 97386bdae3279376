"""Is the drawing in docs/architecture.md the graph of a real run, and does nothing wait for what it does not need?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast_sandbox.rehearsal import Project
from holdfast_sandbox.rehearsal.graph import BEGIN, END, draw, put_into
from holdfast_sandbox.rehearsal.story import EXAMPLE

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_the_pages_show_the_graph_and_the_outputs_of_a_run(make_project: Callable[..., Project]) -> None:
    """`make graph` draws it; here the same stack is provisioned in this worker's sandbox and compared. Each output has
    its row in docs/outputs.md, and each row its output."""
    stack = yaml.safe_load((CHECKOUT / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
    project = make_project(stack["config"]["holdfast:environment"])  # its own group: names hold its hash
    project.bring(EXAMPLE)
    project.up()
    page = (CHECKOUT / "docs/architecture.md").read_text(encoding="utf-8")
    assert put_into(page, draw(project.state())) == page, "run `make graph`"
    told = set(json.loads(project.pulumi("stack", "output", "--json", "--stack", project.stack, expect=0).text))
    rows = (CHECKOUT / "docs/outputs.md").read_text(encoding="utf-8").splitlines()
    names = {name for row in rows if row.startswith("| `") for name in re.findall("`([A-Za-z]+)`", row.split("|")[1])}
    assert told == names


def row(name: str, *needs: str, type: str = "azure-native:x:Y") -> dict[str, Any]:
    urns = [f"urn:pulumi:s::p::t::{need}" for need in needs]
    return {"urn": f"urn:pulumi:s::p::t::{name}", "type": type, "custom": True, "dependencies": urns}


def test_what_follows_from_two_arrows_is_not_drawn() -> None:
    """The group is needed by all; only the first ones show it. Providers and the stack itself are no part of it."""
    state = [row("group"), row("logs", "group"), row("insights", "logs", "group"), row("x", type="pulumi:providers:a")]
    lines = draw(state).splitlines()
    assert lines[2:-1] == [
        '    group["group"]',
        '    logs["logs"] --> insights["insights"]',
        '    group["group"] --> logs["logs"]',
    ]


def test_a_page_without_marks_is_refused() -> None:
    """Nothing is appended somewhere."""
    with pytest.raises(ValueError, match="graph: begin"):
        put_into("no marks", "x")
    assert put_into(f"a {BEGIN}old{END} b", "new") == f"a {BEGIN}\n\nnew\n\n{END} b"
