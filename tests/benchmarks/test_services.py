"""What a service costs, out of runs with and without services; and a wheel that pip takes."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from benchmarks.meter import Measured
from benchmarks.projects import Run

from benchmarks import services
from holdfast_sandbox.rehearsal import Outcome, Request


def runs(wall: float, cpu: float, reads: int) -> list[Run]:
    """Three runs, of which the middle one counts."""
    asked = [Request("GET", "/subscriptions/s", 200, "")] * reads
    return [
        Run(Outcome(0, "", 1.0, {}, asked), Measured(wall + more, cpu + more, 1.0, 1, 0, 0.0))
        for more in (-0.5, 0.0, 2.0)
    ]


def test_what_each_service_costs_is_the_difference_over_their_number() -> None:
    """0.5 s for the first ten is 50 ms each, 0.9 s for ninety more 10 ms each, 1.4 s for a hundred 14 ms each."""
    costs = {0: runs(4.0, 2.0, 7), 1: runs(4.1, 2.1, 9), 10: runs(4.5, 2.5, 10), 100: runs(5.4, 4.3, 10)}
    rows = {row.what: row for row in services.rows(costs)}
    assert rows["each of 100 services, wall"].figure == "14.0 ms"
    assert rows["each of 100 services, wall"].verdict == "ok"
    assert rows["each of 100 services, CPU"].figure == "23.0 ms"
    assert rows["each of 100 services, CPU"].verdict == "over"
    told = [(row.what, row.figure) for row in services.rows(costs) if row.what.startswith("  each")]
    assert told[:2] == [("  each of the first 10", "50.0 ms"), ("  each beyond 10", "10.0 ms")]
    assert rows["1 service, ARM reads"].value == 9
    assert rows["ARM reads, 100 against 10 services"].verdict == "ok"


def test_what_as_many_resources_cost_at_least_is_told_for_a_service() -> None:
    """Two seconds for the 500 resources of a hundred services are 20 ms for the five of one."""
    wall, cpu = services.least_rows({0: runs(1.0, 1.5, 0), 500: runs(3.0, 2.5, 0)}, 100)
    assert (wall.what, wall.figure) == ("  5 resources without anything, wall", "20.0 ms")
    assert (cpu.what, cpu.figure) == ("  5 resources without anything, CPU", "10.0 ms")


def test_the_stand_in_for_the_inference_server_is_a_wheel(tmp_path: Path) -> None:
    """Its list of files is right, or an installer would refuse it; its module is Python."""
    wheel = services.stand_in(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        listed = {line.split(",")[0] for line in archive.read(f"{_info(archive)}/RECORD").decode().splitlines()}
        assert listed == {name for name in archive.namelist() if not name.endswith("/RECORD")}
        archive.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        [sys.executable, "-c", "import azureml_inference_server_http as server; print(callable(server.main))"],
        cwd=tmp_path / "unpacked",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"


def test_services_are_of_both_targets_with_names_of_their_own() -> None:
    """An endpoint's name is one in its region, and all stacks are on one sandbox."""
    names = {one["name"] for size in services.SIZES for one in services.settings(size)["services"]}
    assert len(names) == sum(services.SIZES)
    assert {one["target"] for one in services.settings(2)["services"]} == {"aci", "aks"}


def _info(archive: zipfile.ZipFile) -> str:
    return next(name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name)
