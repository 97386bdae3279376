"""Does a run that dies after any one write leave an environment that `holdfast ci recover` makes whole?

One run for each write of a first provision and of an update, killed after just that write: once the engine, once Azure
(the sandbox) itself. `make prove` tries them all, `make test` three of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from ..engine import conftest as rig
from .conftest import PROVING
from .crash_points import (
    ANY_WRITE,
    CHECKOUT,
    GRANTS,
    VAULT,
    VAULT_SETTINGS,
    Crash,
    Environment,
    mortal_sandbox,
    recover,
    small_but_complete,
)

pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Point:
    """Where a run dies. `run`: `provision` or `update`; `victim`: `engine` or `sandbox`; `skip`: how many writes that
    match pass first."""

    run: str
    victim: str
    match: str = ANY_WRITE
    skip: int = 0


def every_write(run: str, victim: str) -> Iterator[Point]:
    """One point after the other, until whoever asks has seen a run that ended by itself."""
    return (Point(run, victim, skip=number) for number in count())


#: By name: the points that one test tries.
CASES: dict[str, Callable[[], Iterator[Point]]] = {
    f"{victim} killed in {run}": lambda run=run, victim=victim: every_write(run, victim)  # type: ignore[misc]
    for run in ("provision", "update")
    for victim in ("engine", "sandbox")
}
if not PROVING:
    SLICE = [
        Point("provision", "engine", VAULT),
        Point("update", "engine", GRANTS),
        Point("update", "sandbox", VAULT_SETTINGS),
    ]
    CASES = {"slice": lambda: iter(SLICE)}


@pytest.mark.parametrize("case", list(CASES))
def test_a_run_that_dies_after_a_write_loses_nothing(case: str, tmp_path: Path, tally: Callable[[str], None]) -> None:
    """The way back converges: no entry lost, nothing there twice, no process left, and nothing to do afterwards."""
    tried, wrong = list[Crash](), list[str]()
    environment: Environment | None = None
    with mortal_sandbox(tmp_path / "sandbox") as sandbox:
        azure = sandbox.azure
        for number, point in enumerate(CASES[case]()):
            if environment is None or point.run == "provision":
                environment = new_environment(tmp_path, azure, number)
                if point.run == "update":
                    environment.project.up()
            if point.run == "update":
                change(environment, number)
            crash = Crash(environment.project, point.match, point.skip)
            crash = crash.of_engine() if point.victim == "engine" else crash.of_sandbox(sandbox)
            if crash.hit is None:
                assert crash.code == 0, crash.text
                break
            tried.append(crash)
            if found := settled(environment, crash, number, point.victim):
                wrong.append(f"killed after {crash.hit}\n  " + "\n  ".join(found))
            print(f"{number}: {point.victim} killed after {crash.hit}: {'lost' if found else 'survived'}", flush=True)
        if not case.startswith("sandbox"):
            # Not where Azure dies: a provider sends a PUT again whose answer it never had.
            puts = rig.puts_on_living_vaults(azure, strangers={rig.stranger_oid(azure)})
            assert not puts, f"a run of ours PUT a vault that existed: {puts}"
    tally(f"{case}: crash points tried / survived: {len(tried)} / {len(tried) - len(wrong)}")
    assert tried
    assert not wrong, "\n".join(wrong)


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
    said = recover(environment.project)
    # A provider whose connection dies sends the same PUT again: of the same id, so nothing is there twice.
    wrong = environment.is_whole(crash.mark, each_made_once=victim == "engine")
    if "already existing" in said:
        wrong.append(f"the way back tried to make what is there\n{said}")
    return [*wrong, *environment.nothing_to_do()]
