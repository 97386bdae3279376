"""`holdfast size` as it is typed, alone and for a service of a stack."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from holdfast.ops.main import main
from holdfast.ops.size import command
from holdfast.settings import read_file

CHECKOUT = Path(__file__).resolve().parents[3]
LOAD = "time,requests\n0,60\n60,900\n120,60\n"
STACK = """\
config:
  azure-native:location: westeurope
  holdfast:environment:
    resourceGroup: rg-ml
    cluster:
      systemPool: {size: Standard_D4s_v3, min: 1, max: 2}
      extension: {install: true, inference: true, router: loadBalancer, allowInsecure: true}
      pools:
        - {name: serving, size: Standard_D8s_v3, min: 0, max: 4}
        - {name: gpu, size: Standard_NC6s_v3, taints: ["sku=gpu:NoSchedule"]}
    computes:
      - {name: serving, kind: kubernetes}
    services:
      - name: wine # predicts
        model: wine/model.txt
        code: wine/code
        environment: wine/requirements.txt
        target: aks
        cpu: 2
        memory: 4
        maxConcurrentRequests: 2
        probes: {readiness: {initialDelay: 3}}
      - name: beer
        model: wine/model.txt
        code: wine/code
        environment: wine/requirements.txt
        target: aci
        auth: none
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a stack of two services, and a load, as the working directory."""
    (tmp_path / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "load.csv").write_text(LOAD)
    for place, text in (
        ("stacks/Pulumi.dev.yaml", STACK),
        ("wine/model.txt", "2"),
        ("wine/code/score.py", "def init(): pass\ndef run(data): return data\n"),
        ("wine/requirements.txt", "azureml-inference-server-http\n"),
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    return tmp_path


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["size", *words], input=given)


def told(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_rule_of_thumb_shows_its_working() -> None:
    """Microsoft's own example, number by number."""
    done = run("--rps", "20", "--seconds", "10")
    assert done.stdout == dedent(
        """\
        at the same time      20 requests a second * 10 s = 200
        with head-room        200 / 0.7 = 285.71   (target 70 percent)
        replicas              285.71 / 1 a replica, rounded up = 286
        settings              autoscale: {min: 1, max: 286, target: 70}
        """
    )
    assert told("--rps", "20", "--seconds", "10", "--concurrency", "4", "--target", "50")["working"] == {
        "rps": 20.0,
        "seconds": 10.0,
        "concurrency": 4,
        "target": 50,
        "busy": 200.0,
        "concurrent": 400.0,
        "replicas": 100,
    }


def test_a_profile_is_simulated_and_the_smallest_settings_are_found() -> None:
    """What is found is better than what is, under the goal, and what a second run with it says."""
    found = told("--profile", "load.csv", "--seconds", "0.5", "--goal", "1%")
    assert found["load"] == {"requests": 1020, "seconds": 180.0}
    assert found["now"]["share"] > 0.01 >= found["found"]["share"]
    settings = found["settings"]
    again = told(
        *("--profile", "load.csv", "--seconds", "0.5", "--goal", "1%"),
        *("--min", str(settings["min"]), "--max", str(settings["max"]), "--target", str(settings["target"])),
    )
    assert again["now"] == found["found"]
    assert again["settings"]["target"] == settings["target"]
    text = run("--profile", "-", "--seconds", "0.5", "--evenly", given=LOAD).stdout
    assert "1020 requests in 3 min" in text
    assert "\nreplicas" in text


def test_a_start_that_takes_longer_costs_more_replicas() -> None:
    """Replicas that come too late have to be there before."""
    soon, late = (
        told("--profile", "load.csv", "--seconds", "0.5", "--goal", "5%", "--target", "70", "--start", start)["found"]
        for start in ("1", "55")
    )
    assert soon["min"] < late["min"]


def test_a_service_brings_its_settings_and_its_cluster() -> None:
    """Two requests a replica, ready after 3 s; a tainted pool is left out; a node keeps some for itself."""
    found = told("wine", "--rps", "20", "--seconds", "2")
    assert found["working"]["concurrency"] == 2
    assert found["settings"] == {"min": 1, "max": 29, "target": 70}
    cluster = found["cluster"]
    assert (cluster["replicas"], cluster["holds"]) == (29, False)
    system, serving = cluster["pools"]
    assert (system["name"], system["eachNode"], system["atLeast"], system["atMost"]) == ("system", 1, 1, 2)
    assert (serving["name"], serving["eachNode"], serving["atMost"], serving["nodesNeeded"]) == ("serving", 3, 12, 10)
    text = run("wine", "--rps", "20", "--seconds", "2").stdout
    assert "it can't hold 29 replicas: it needs `cluster.systemPool.max: 29` or `cluster.pools[0].max: 10`" in text
    assert "it holds them, 1 without more nodes" in run("wine", "--rps", "5", "--seconds", "2").stdout
    assert "always there" in run("wine", "--rps", "0.5", "--seconds", "2").stdout
    assert "a replica can be asked 3 s after" in run("wine", "--profile", "load.csv", "--seconds", "0.5").stdout
    assert "ends it after 5 s with a 504" in run("wine", "--rps", "1", "--seconds", "6").stdout


@pytest.mark.parametrize(
    ("old", "new", "holds", "says"),
    [
        ("Standard_D8s_v3", "Standard_X9", None, "depends on the nodes whose size is not known"),
        ("cpu: 2", "cpu: 7", False, "pool `system` (Standard_D4s_v3, 1 to 2 nodes): no node holds one"),
        ("kind: kubernetes}", "kind: kubernetes, cluster: CLUSTER}", None, "not this stack's own"),
        ("systemPool: {size: Standard_D4s_v3, min: 1, max: 2}", "systemPool: {count: 40}", True, "it holds them"),
        ("      systemPool: {size: Standard_D4s_v3, min: 1, max: 2}\n", "", False, "(Standard_D4s_v3, 1 to 3 nodes)"),
    ],
)
def test_of_a_cluster_as_much_is_said_as_is_known(
    project: Path, old: str, new: str, holds: bool | None, says: str
) -> None:
    """Sizes that nobody knows, replicas that no node holds, somebody else's cluster, pools without an autoscaler."""
    cluster = "/subscriptions/S/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
    text = STACK.replace(old, new.replace("CLUSTER", cluster.replace("/S/", "/5a4db0c5-5b5c-4000-8000-000000000002/")))
    (project / "stacks/Pulumi.dev.yaml").write_text(text)
    assert told("wine", "--rps", "20", "--seconds", "2")["cluster"]["holds"] is holds
    assert says in run("wine", "--rps", "20", "--seconds", "2").stdout


def test_the_settings_are_written_and_nothing_else(project: Path) -> None:
    """One line more; the file is good; a second time there is nothing to write."""
    path = project / "stacks/Pulumi.dev.yaml"
    path.chmod(0o640)
    done = run("wine", "--profile", "load.csv", "--seconds", "0.5", "--write")
    assert done.exit_code == 0, done.output
    old, new = STACK.splitlines(), path.read_text().splitlines()
    (line,) = [line for line in new if line not in old]
    assert [line for line in new if line in old] == old
    scale = yaml.safe_load(line)["autoscale"]
    assert dict(read_file(path).services[0].settings["autoscale"]) == scale
    assert path.stat().st_mode & 0o777 == 0o640
    assert "`pulumi up` applies it" in done.stderr
    again = run("wine", "--profile", "load.csv", "--seconds", "0.5", "--write", "--json")
    assert json.loads(again.stdout)["now"] == json.loads(again.stdout)["found"]
    assert "has just that already" in again.stderr


def test_a_fixed_number_of_replicas_is_simulated_and_not_overwritten(project: Path) -> None:
    """The two keys contradict each other: whoever wrote the one has to take it away."""
    path = project / "stacks/Pulumi.dev.yaml"
    path.write_text(STACK.replace("        cpu: 2\n", "        cpu: 2\n        replicas: 3\n"))
    found = told("wine", "--profile", "load.csv", "--seconds", "0.5")
    assert (found["now"]["min"], found["now"]["max"]) == (3, 3)
    before = path.read_text()
    refused = run("wine", "--rps", "1", "--seconds", "1", "--write")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (2, "error: settings-not-written")
    assert "a fixed number" in refused.stdout
    assert run("wine", "--rps", "1", "--seconds", "1", "--write", "--json").stdout == ""
    assert path.read_text() == before


def test_more_replicas_than_the_settings_take_are_told_and_not_written(project: Path) -> None:
    """The number is right all the same."""
    found = told("--rps", "1000", "--seconds", "10")
    assert (found["working"]["replicas"], found["settings"]) == (14286, None)
    assert "`autoscale.max` is 1000 at the most" in run("--rps", "1000", "--seconds", "10").stdout
    refused = run("wine", "--rps", "1000", "--seconds", "10", "--write")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (2, "error: settings-not-written")
    assert (project / "stacks/Pulumi.dev.yaml").read_text() == STACK


def test_a_goal_that_nothing_reaches_is_told_and_not_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stays; without --write the rest is told all the same."""
    monkeypatch.setattr(command, "find_scale", lambda *_, **__: None)
    done = run("wine", "--profile", "load.csv", "--seconds", "0.5")
    assert (done.exit_code, "nothing is enough" in done.stdout) == (0, True)
    assert "no `min` up to 1000" in done.stderr
    assert told("wine", "--profile", "load.csv", "--seconds", "0.5")["settings"] is None
    refused = run("wine", "--profile", "load.csv", "--seconds", "0.5", "--write")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (2, "error: goal-out-of-reach")
    assert (project / "stacks/Pulumi.dev.yaml").read_text() == STACK


def test_a_chart_is_drawn_by_the_files_name(project: Path) -> None:
    """A page or a picture."""
    for name, begin in (("a.html", b"<!doctype html>"), ("a.png", b"\x89PNG")):
        done = run("--profile", "load.csv", "--seconds", "0.5", "--plot", name)
        assert f"{name} is written" in done.stderr
        assert (project / name).read_bytes().startswith(begin)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "give --rps"),
        (("--rps", "1", "--seconds", "1", "--profile", "load.csv"), "give --rps"),
        (("--rps", "1"), "--rps needs --seconds"),
        (("--rps", "1", "--seconds", "1", "--write"), "--write needs the SERVICE"),
        (("--rps", "1", "--seconds", "1", "--plot", "a.html"), "--plot needs --profile"),
        (("--profile", "load.csv", "--plot", "a.pdf"), "ends in neither .html nor .png"),
        (("--rps", "0", "--seconds", "1"), "`0` is not above 0"),
        (("--rps", "1/0", "--seconds", "1"), "`1/0` is no number"),
        (("--rps", "many", "--seconds", "1"), "`many` is no number"),
        (("--profile", "load.csv", "--goal", "100%"), "from 0 to below 100%"),
        (("--profile", "load.csv", "--goal", "few"), "such as 0.1%"),
        (("--rps", "1", "--seconds", "1", "--min", "5", "--max", "4"), "--min 5 is more than --max 4"),
        (("--profile", "nowhere.csv", "--seconds", "1"), "error: profile-unreadable"),
        (("--profile", "load.csv"), "error: profile-invalid"),
        (("wein", "--rps", "1", "--seconds", "1"), "did you mean `wine`?"),
        (("beer", "--rps", "1", "--seconds", "1"), "error: not-autoscaled"),
        (("wine", "--rps", "1", "--seconds", "1", "--stack", "prod"), "error: stack-file-missing"),
    ],
)
def test_what_does_not_go_together_is_told(words: tuple[str, ...], says: str) -> None:
    """Exit code 2, on standard error, with nothing on standard output."""
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


def test_a_profile_that_is_no_text_is_told(project: Path) -> None:
    """A spreadsheet, for example."""
    (project / "load.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    assert "it is no UTF-8" in run("--profile", "load.csv", "--seconds", "1").stderr


def test_the_page_about_it_shows_what_it_says(project: Path) -> None:
    """docs/size.md, its load and its two answers."""
    text = (CHECKOUT / "docs/size.md").read_text(encoding="utf-8")
    first, load, answer = (block.partition("\n```")[0] for block in text.split("```text\n")[1:4])
    assert run("--rps", "20", "--seconds", "10").stdout.rstrip() == first
    (project / "load.csv").write_text(load)
    done = run("--profile", "load.csv", "--seconds", "0.4", "--goal", "0.1%")
    assert done.stdout.rstrip() == answer
