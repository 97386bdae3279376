"""Does a run that dies after any one write leave an environment that `holdfast ci recover` makes whole?

One run for each write of a first provision and of an update, killed after just that write: once the engine, once Azure
(the sandbox) itself. `make prove` tries them all, `make test` three of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from ..engine import conftest as rig
from .conftest import PROVING
from .crash_points import (
    CHECKOUT,
    GRANTS,
    VAULT,
    VAULT_SETTINGS,
    Crash,
    Environment,
    mortal_sandbox,
    pattern_of,
    recover,
    small_but_complete,
)

pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Point:
    """Where a run (`provision`, `update`) dies: after the write that matches; `victim`: `engine` or `sandbox`."""

    run: str
    victim: str
    match: str


#: The points that one test tries; a run and a victim alone stand for every write of that run.
CASES: dict[str, list[Point] | tuple[str, str]] = {
    f"{victim}-killed-in-{run}": (run, victim) for run in ("provision", "update") for victim in ("engine", "sandbox")
}
if not PROVING:
    CASES = {
        "slice": [
            Point("provision", "engine", VAULT),
            Point("update", "engine", GRANTS),
            Point("update", "sandbox", VAULT_SETTINGS),
        ]
    }


@pytest.mark.parametrize("case", list(CASES))
def test_a_run_that_dies_after_a_write_loses_nothing(case: str, tmp_path: Path, tally: Callable[[str], None]) -> None:
    """The way back converges: no entry lost, nothing there twice, no process left, and nothing to do afterwards."""
    wrong, survived = list[str](), 0
    with mortal_sandbox(tmp_path / "sandbox") as sandbox:
        azure, chosen = sandbox.azure, CASES[case]
        environment = new_environment(tmp_path, azure, 0)
        points = chosen if isinstance(chosen, list) else every_write(environment, *chosen)
        for number, point in enumerate(points, 1):
            if point.run == "provision":
                environment = new_environment(tmp_path, azure, number)
            else:
                change(environment, number)
            crash = Crash(environment.project, point.match)
            crash = crash.of_engine() if point.victim == "engine" else crash.of_sandbox(sandbox)
            assert crash.hit, f"no write matched {point.match}\n{crash.text}"
            found = settled(environment, crash, number, point.victim)
            wrong += [f"{point.victim} killed after {crash.hit}: {line}" for line in found]
            survived += not found
            says = "lost" if found else "survived"
            print(f"{number}/{len(points)}: {point.victim} killed after {crash.hit}: {says}", flush=True)
        if not case.startswith("sandbox"):
            # Not where Azure dies: a provider sends a PUT again whose answer it never had.
            puts = rig.puts_on_living_vaults(azure, strangers={rig.stranger_oid(azure)})
            assert not puts, f"a run of ours PUT a vault that existed: {puts}"
    tally(f"{case}: crash points tried / survived: {len(points)} / {survived}")
    assert not wrong, "\n".join(wrong)


def every_write(environment: Environment, run: str, victim: str) -> list[Point]:
    """One point for each write that a run makes which nobody kills; a further environment is as this one."""
    done = environment.project.up()
    if run == "update":
        change(environment, 0)
        done = environment.project.up()
    writes = list(dict.fromkeys(pattern_of(write) for write in done.writes))
    assert len(writes) == len(done.writes), "two writes that can't be told apart"
    return [Point(run, victim, write) for write in writes]


def new_environment(folder: Path, azure: Azure, number: int) -> Environment:
    """A stack of its own in a group of its own; nothing is provisioned yet."""
    project = Project(folder / f"point-{number}", azure, CHECKOUT)
    project.settings(small_but_complete(f"rg-crash-{number}", f"c{number}"))
    project.start()
    return Environment(project, Stranger(azure.environ))


def change(environment: Environment, number: int) -> None:
    """A setting of the vault, one new grant, another value of a tag."""

    def edit(settings: dict[str, Any]) -> None:
        settings["tags"] = {"step": str(number + 1)}
        settings["vault"]["publicAccess"] = not settings["vault"]["publicAccess"]
        principal = environment.stranger.principal(1000 + number)
        settings["vault"]["grants"].append({"principal": principal, "secrets": ["get"]})

    environment.project.change(edit)


def settled(environment: Environment, crash: Crash, number: int, victim: str) -> list[str]:
    """After the crash: a stranger comes, the way back is gone, and all is looked at. What is wrong."""
    environment.add_stranger(number)
    code, said = recover(environment.project)
    if code:
        return [f"the way back exits with {code}\n{said}"]
    # A provider whose connection dies sends the same PUT again: of the same id, so nothing is there twice.
    wrong = environment.is_whole(crash.mark, each_made_once=victim == "engine")
    if "already existing" in said:
        wrong.append(f"the way back tried to make what is there\n{said}")
    return [*wrong, *environment.nothing_to_do()]
