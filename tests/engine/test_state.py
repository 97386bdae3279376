"""What survives: letter case, lost states, destroyed stacks and killed runs."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

pytestmark = pytest.mark.engine

#: Seconds for which the killed run's last write is on its way.
HELD = 6


def test_names_in_another_letter_case_are_no_change(project: Project) -> None:
    """Azure compares names without letter case: a setting in another one is zero operations, not a replacement."""
    project.up()
    vault = project.resource_id("vault").rpartition("/")[2]
    group = project.resource_id("group").rpartition("/")[2]
    workspace = project.resource_id("workspace").rpartition("/")[2]

    def shout(environment: dict[str, Any]) -> None:
        environment["resourceGroup"] = group.upper()
        environment["vault"]["name"] = vault.upper()
        environment["workspace"] = {"name": workspace.upper()}

    project.change(shout)
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])


def test_a_lost_state_is_adopted_although_the_list_recases_its_ids(
    project: Project, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """With its state gone the stack finds its own resources by tag and takes each id verbatim from Azure."""
    project.up()
    ids = project.managed()
    project.lose_state()

    def shout(environment: dict[str, Any]) -> None:
        environment["resourceGroup"] = environment["resourceGroup"].upper()

    project.change(shout)
    preview = project.preview()
    assert not preview.writes
    done = project.up()
    assert done.changes.get("import") == len(ids)
    assert not done.writes
    assert project.managed() == ids
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_a_refresh_takes_nothing_of_anybody_into_a_later_write(project: Project, stranger: Stranger) -> None:
    """What strangers wrote since goes into the state by a refresh, and into no request of ours."""
    project.up()
    vault = project.resource_id("vault")
    stranger.add(vault, *(stranger.entry(stranger.principal(n), secrets=["get"]) for n in range(5)))
    held = stranger.policies(vault)
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    done = project.up()
    assert (done.operations, done.writes) == ({}, [])
    assert stranger.policies(vault) == held


def test_destroy_forgets_what_holds_keys_and_data_and_leaves_it(project: Project, stranger: Stranger) -> None:
    """`destroy` succeeds; what holds keys or data stays, the vault with every entry, and is told with its id; the next
    `up` adopts it."""
    project.up()
    ids = {name: project.resource_id(name) for name in ("group", "vault", "storage", "registry", "workspace")}
    held = stranger.policies(ids["vault"])
    done = project.destroy()
    deleted = [request.path.partition("?")[0].lower() for request in done.writes]
    assert all("operationalinsights" in path or "insights/components" in path for path in deleted)
    _, told, survivors = done.text.partition("left in Azure")
    assert told
    assert all(id in survivors for id in ids.values())
    assert stranger.policies(ids["vault"]) == held
    assert project.state() == [] or all(row["type"] == "pulumi:pulumi:Stack" for row in project.state())
    back = project.up()
    assert back.changes.get("import") == 5
    assert {name: project.resource_id(name) for name in ids} == ids
    assert stranger.policies(ids["vault"]) == held


def test_a_killed_run_leaves_no_process_and_a_documented_way_back(
    project: Project, azure: Azure, stranger: Stranger
) -> None:
    """kill -9 in the middle of a create: all of it is gone in 5 s; cancel, refresh, up end with one environment."""
    azure.fault("PUT .*/Microsoft.MachineLearningServices/workspaces/", hold=HELD, times=1)
    mark = azure.mark()
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", project.stack]
    with project.popen(command) as run:
        deadline = time.monotonic() + 120
        while not any("/Microsoft.KeyVault/vaults/" in r.path and r.method == "PUT" for r in azure.since(mark)):
            assert time.monotonic() < deadline, "the run never wrote the vault"
            time.sleep(0.2)
        time.sleep(1.0)
        family = processes_around(project)
        assert len(family) > 1
        os.kill(run.pid, signal.SIGKILL)
        killed = time.monotonic()
        run.wait(10)
    deadline = time.monotonic() + 5
    while (left := processes_around(project)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left, f"left behind: {left}"
    azure.clear_faults()
    # What was on its way arrives in Azure: the way back begins after it, or would meet it half-way.
    time.sleep(max(0.0, killed + HELD + 1 - time.monotonic()))
    locked = project.up(expect=None)
    assert locked.code != 0
    assert "pulumi cancel" in locked.text
    project.pulumi("cancel", "--yes", "--stack", project.stack, expect=0)
    project.pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", project.stack, expect=0)
    project.up()
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    assert len(stranger.policies(project.resource_id("vault"))) == 3


def processes_around(project: Project) -> list[int]:
    """The processes that carry this project's backend in their environment."""
    mark = f"PULUMI_BACKEND_URL={project.environ['PULUMI_BACKEND_URL']}".encode()
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/environ", "rb") as environ, open(f"/proc/{name}/stat") as stat:
                alive = not re.search(r"\) Z ", stat.read())
                if alive and mark in environ.read().split(b"\0"):
                    found.append(int(name))
        except OSError:
            continue
    return found


def test_lost_ownership_tags_are_merged_back_and_nothing_else_is_written(
    project: Project, write_tags: Callable[[Project, str, dict[str, str]], None]
) -> None:
    """State says whose it is; the tags come back by Azure's merge, beside the tags that somebody else wrote."""
    project.up()
    storage = project.resource_id("storage")
    write_tags(project, storage, {"cost-center": "4711"})
    preview = project.preview()
    assert "ownership-tag-lost" in preview.text
    assert not preview.writes
    done = project.up()
    assert [(request.method, request.path.partition("?")[0].lower()) for request in done.writes] == [
        ("PATCH", f"{storage}/providers/Microsoft.Resources/tags/default".lower())
    ]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    made = project.managed()
    project.lose_state()
    assert project.up().changes.get("import") == len(made)


def test_a_changed_tag_is_merged_and_no_resource_is_put_again(project: Project) -> None:
    """A tag of the settings goes to every resource: a merge each, the vault's in its own PATCH; other tags stay."""
    project.up()
    project.change(lambda environment: environment.update(tags={"cost-center": "4711"}))
    preview = project.preview()
    assert not preview.writes
    done = project.up()
    tagged = [id for id in project.managed().values() if "/roleassignments/" not in id]
    assert [request.method for request in done.writes] == ["PATCH"] * len(tagged)
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
