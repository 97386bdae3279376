"""Does a receipt tell of a run what the engine itself tells, and does the page tell it on? By real runs."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Project, Stranger
from holdfast_sandbox.rehearsal.story import page_of

from .conftest import PIPELINE, SCIENTISTS

pytestmark = [pytest.mark.engine, pytest.mark.slow]

#: The engine's word for what a receipt calls otherwise.
ENGINE = {"adopt": "import"}


def engine_says(project: Project) -> dict[str, str]:
    """The operation of each resource of the last run, by the engine's own log."""
    events = [json.loads(line) for line in (project.folder / "events.json").read_text(encoding="utf-8").splitlines()]
    steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    rows = [step for step in steps if not step["type"].startswith(("pulumi:", "holdfast:"))]
    return {step["urn"].rpartition("::")[2]: step["op"] for step in rows}


def compared(project: Project) -> dict[str, str]:
    """The operations of the last receipt; they are the engine's, and wait for what the state says."""
    receipt = project.receipt()
    rows = {row["name"]: row for row in receipt["operations"]}
    assert {name: ENGINE.get(row["operation"], row["operation"]) for name, row in rows.items()} == engine_says(project)
    state = {row["urn"].rpartition("::")[2]: row for row in project.state() if row.get("custom")}
    for name, row in rows.items():
        needs = {urn.rpartition("::")[2] for urn in state[name].get("dependencies") or ()}
        assert set(row["needs"]) == needs & set(rows), name
        for need in row["needs"]:
            # To the millisecond, to which both are rounded.
            assert rows[need]["start"] + rows[need]["seconds"] <= row["start"] + 0.0011, (name, need)
        assert row["start"] + row["seconds"] <= receipt["duration"]["seconds"] + 0.0011
    stages = [stage["ended"] for stage in receipt["duration"]["stages"]]
    assert stages == sorted(stages)
    assert stages[-1] <= min(row["start"] for row in rows.values()) + 0.0011
    return {name: row["operation"] for name, row in rows.items()}


def report(project: Project, *words: str) -> tuple[dict[str, Any], str, int]:
    """What it printed, its page, and how many requests it made."""
    mark = project.azure.mark()
    command = [sys.executable, "-m", "holdfast.ops.main", "report", "--json", "--output", "run.html", *words]
    ran = subprocess.run(
        command, cwd=project.folder, env=project.environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    requests = project.azure.since(mark)
    assert not [str(request) for request in requests if request.is_write]
    return json.loads(ran.stdout), (project.folder / "run.html").read_text(encoding="utf-8"), len(requests)


def test_what_a_run_did_and_waited_for_is_told_as_the_engine_tells_it(sandbox: Project, stranger: Stranger) -> None:
    """A first run, one that has nothing to do, one that puts back what a template took, and one that lost its state:
    each operation by the engine's own log, each dependency by the state; and the page has the story."""
    sandbox.up()
    first = compared(sandbox)
    assert set(first.values()) == {"create"}
    sandbox.up()
    assert set(compared(sandbox).values()) == {"same"}

    vault, someone = sandbox.resource_id("vault"), stranger.principal(1)
    stranger.add(vault, stranger.entry(someone, secrets=["get"]))
    sandbox.up()
    assert set(compared(sandbox).values()) == {"same"}
    stranger.redeploy_template(vault, stranger.entry(stranger.principal(2), secrets=["get"]), tags={})
    told, page, _ = report(sandbox)
    assert [finding["id"] for finding in told["doctor"]["findings"]] == ["vault-policy-wiped"]
    assert told["doctor"]["notRead"] == []

    sandbox.up()
    repaired = compared(sandbox)
    assert {name for name, did in repaired.items() if did != "same"} == {"vault-grants", "vault-settings"}
    told, page, asked = report(sandbox, "--no-doctor")
    assert asked == 0
    assert told["doctor"] is None
    *_, seen, last = told["access"]
    assert [(one["what"], one["principals"], one["by"]) for one in seen["changes"]] == [("appeared", [someone], None)]
    changes = {(one["what"], who, one["by"]) for one in last["changes"] for who in one["principals"]}
    assert {("vanished", someone, None), ("appeared", stranger.principal(2), None)} <= changes
    for who in (PIPELINE, SCIENTISTS):
        assert {("vanished", who, None), ("appeared", who, "holdfast/sandbox")} <= changes
    assert all(who in page for who in (someone, PIPELINE, SCIENTISTS))
    assert sandbox.environ["ARM_CLIENT_SECRET"] not in page

    path = [one["name"] for one in told["criticalPath"]]
    needs = {row["name"]: row["needs"] for row in sandbox.receipt()["operations"]}
    assert len(path) > 1
    assert all(before in needs[after] for before, after in pairwise(path))

    sandbox.lose_state()
    sandbox.up()
    adopted = compared(sandbox)
    assert {adopted[name] for name in sandbox.managed()} == {"adopt"}
    # As `make up` ends: the run before that one.
    written = page_of(sandbox, sandbox.folder / "pages" / "make-up.html").read_text(encoding="utf-8")
    assert "put back, after it was lost" in written
    assert "nothing wrong was found" in written
