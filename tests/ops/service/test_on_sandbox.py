"""The commands, as a person types them, on a service that really runs: in the order of a day."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from holdfast_sandbox.rehearsal import Project

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ROWS = {"name", "target", "state", "scoringUri", "image"}


def one(holdfast: Any, name: str = "double") -> dict[str, Any]:
    """A service, as a script reads it."""
    rows = json.loads(holdfast("service", "list", "--json").stdout)
    assert [row["name"] for row in rows] == ["double", "triple"]
    assert all(set(row) == ROWS for row in rows)
    return next(row for row in rows if row["name"] == name)


def test_a_service_answers_shows_itself_and_restarts(holdfast: Any) -> None:
    """From the list to an answer, with what it wrote on the way; a restart keeps its address."""
    row = one(holdfast)
    assert (row["name"], row["target"], row["state"]) == ("double", "aci", "Running")
    assert "@sha256:" in row["image"]
    assert requests.post(row["scoringUri"], json={"number": 4}, timeout=30).json() == {"answer": 8}

    answered = holdfast("service", "invoke", "double", "--data", "-", given='{"number": 21}')
    assert json.loads(answered.stdout) == {"answer": 42}
    assert answered.stderr.startswith("200 OK, ")
    raw = holdfast("service", "invoke", "double", "--data", "-", "--raw", given='{"number": 1}')
    assert (json.loads(raw.stdout), raw.stderr) == ({"answer": 2}, "")
    failed = holdfast("service", "invoke", "double", "--data", "-", "--json", given='{"other": 1}')
    assert (failed.returncode, json.loads(failed.stdout)["status"]) == (3, 500)

    log = holdfast("logs", "service", "double").stdout
    assert "the factor is 2" in log
    assert "KeyError: 'number'" in log
    assert len(holdfast("logs", "service", "double", "--tail", "3").stdout.splitlines()) == 3

    shown = json.loads(holdfast("service", "show", "double", "--json").stdout)
    assert shown["parts"][0]["state"] == "Running"
    assert {event["name"] for event in shown["events"]} >= {"Pulled", "Started"}
    assert "Running" in holdfast("service", "show", "double").stdout

    assert holdfast("service", "restart", "double").returncode == 0
    assert one(holdfast)["scoringUri"] == row["scoringUri"]


def test_builds_are_found_by_service_by_repository_and_by_run(holdfast: Any, project: Project) -> None:
    """The environment that both stand on was built once, each service on it; a log has an address that opens it."""
    runs = json.loads(holdfast("logs", "build", "--all", "--json").stdout)
    assert [run["status"] for run in runs] == ["Succeeded"] * 3
    own = [run for run in runs if "services/double:" in run["image"]]
    shared = [run for run in runs if "environments:" in run["image"]]
    assert (len(own), len(shared)) == (1, 1)
    newest = holdfast("logs", "build", "double")
    assert "Step " in newest.stdout
    (address,) = [line for line in newest.stderr.splitlines() if line.startswith("log: ")]
    trusted = project.environ["REQUESTS_CA_BUNDLE"]
    assert (
        requests.get(address.removeprefix("log: "), timeout=30, verify=trusted).text.splitlines()
        == newest.stdout.splitlines()
    )
    for asked in ("holdfast/services/double", own[0]["run"], own[0]["image"]):
        assert holdfast("logs", "build", asked).stdout == newest.stdout
    environment = holdfast("logs", "build", shared[0]["image"]).stdout
    named = shared[0]["image"].replace("holdfast/environments", "holdfast-environments")  # as an error names it
    assert holdfast("logs", "build", named).stdout == environment
    assert "requirements.txt" in environment
    assert environment != newest.stdout
    unknown = holdfast("logs", "build", "nobody/built-it")
    assert (unknown.returncode, unknown.stderr.splitlines()[0]) == (2, "error: no-build")


@pytest.mark.parametrize(
    ("words", "id"),
    [
        (("service", "show", "dubble"), "unknown-service"),
        (("service", "keys", "double"), "service-without-keys"),
        (("service", "delete", "double"), "not-confirmed"),
        (("logs", "service", "double", "--previous"), "no-previous-log"),
        (("service", "invoke", "double", "--data", "nowhere.json"), "data-unreadable"),
        (("service", "list", "--stack", "nowhere"), "stack-file-missing"),
    ],
)
def test_what_can_not_be_done_is_said(holdfast: Any, words: tuple[str, ...], id: str) -> None:
    """By id, on standard error, with nothing on standard output."""
    done = holdfast(*words)
    assert (done.returncode, done.stdout, done.stderr.splitlines()[0]) == (2, "", f"error: {id}")


def test_an_endpoint_answers_who_has_its_key_and_keeps_it(holdfast: Any, project: Project) -> None:
    """The same words as for a container group; a lost state changes nothing, and the key survives a new version."""
    row = one(holdfast, "triple")
    assert (row["target"], row["state"]) == ("aks", "Running")
    assert "@sha256:" in row["image"]
    assert requests.post(row["scoringUri"], json={"number": 4}, timeout=30).status_code == 401
    answered = holdfast("service", "invoke", "triple", "--data", "-", given='{"number": 14}')
    assert json.loads(answered.stdout) == {"answer": 42}
    keys = json.loads(holdfast("service", "keys", "triple", "--json").stdout)
    assert "asked for 14" in holdfast("logs", "service", "triple").stdout
    (part,) = json.loads(holdfast("service", "show", "triple", "--json").stdout)["parts"]
    assert (part["name"], part["state"], part["traffic"], part["instances"]) == ("blue", "Succeeded", 100, 1)

    project.lose_state()
    adopted = project.up()
    assert adopted.writes == []
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])

    (project.folder / "triple/factor.txt").write_text("4", encoding="utf-8")

    def green(environment: dict[str, Any]) -> None:
        environment["services"][1]["traffic"] = {"blue": 0, "green": 100}

    project.change(green)
    changed = project.up()
    written = [request.path.partition("?")[0].rpartition("/onlineEndpoints/")[2] for request in changed.writes]
    assert [path.partition("/")[2] for path in written if path.startswith("triple-")] == ["deployments/green", ""]
    answered = holdfast("service", "invoke", "triple", "--data", "-", given='{"number": 14}')
    assert json.loads(answered.stdout) == {"answer": 56}
    assert json.loads(holdfast("service", "keys", "triple", "--json").stdout) == keys

    project.change(lambda environment: environment["services"][1].update(traffic={"green": 100}))
    ended = project.up()
    assert [request.method for request in ended.writes] == ["DELETE"]
    assert (again := project.up()).writes == []
    assert again.operations == {}
    regenerated = holdfast("service", "keys", "triple", "--regenerate", "secondary", "--yes", "--json")
    other = json.loads(regenerated.stdout)
    assert (other["primaryKey"], other["secondaryKey"] == keys["secondaryKey"]) == (keys["primaryKey"], False)
    assert holdfast("service", "restart", "triple").returncode == 0
    assert one(holdfast, "triple")["state"] == "Running"


def test_an_endpoint_whose_script_raises_fails_with_its_phase(holdfast: Any, project: Project) -> None:
    """And the deployment before goes on answering."""
    script = project.folder / "triple-code"
    script.mkdir()
    (script / "score.py").write_text("def init():\n    {}['model']\n\n\ndef run(data):\n    return 1\n")

    def broken(environment: dict[str, Any]) -> None:
        environment["services"][1].update(code={"path": "triple-code"}, traffic={"green": 100, "blue": 0})

    def mended(environment: dict[str, Any]) -> None:
        environment["services"][1].update(code={"path": "double/code"}, traffic={"green": 100})

    project.change(broken)
    failed = project.up(expect=None)
    assert failed.code != 0
    assert "service-not-started" in failed.text
    assert "phase:  init" in failed.text
    assert "KeyError: 'model'" in failed.text
    answered = holdfast("service", "invoke", "triple", "--data", "-", given='{"number": 2}')
    assert json.loads(answered.stdout) == {"answer": 8}
    project.change(mended)
    project.up()
    assert project.up().writes == []


def test_steps_are_deployed_one_at_a_time(holdfast: Any, project: Project) -> None:
    """A changed script: its image alone, without what runs; then what runs. A build that fails is found by its name."""
    before = one(holdfast)["image"]
    script = project.folder / "double/code/score.py"
    script.write_text(script.read_text().replace("number * factor", "number * factor + 1"), encoding="utf-8")
    built = holdfast("service", "deploy", "double", "--only", "image", "--yes")
    assert built.returncode == 0, built.stderr
    assert one(holdfast)["image"] == before
    assert holdfast("service", "deploy", "double", "--yes").returncode == 0
    assert one(holdfast)["image"] != before
    answered = holdfast("service", "invoke", "double", "--data", "-", given='{"number": 21}')
    assert json.loads(answered.stdout) == {"answer": 43}

    listed = project.folder / "double/requirements.txt"
    listed.write_text(f"{listed.read_text()}no-such-distribution-of-holdfast==1\n", encoding="utf-8")
    failed = holdfast("service", "deploy", "double", "--only", "image", "--yes")
    assert failed.returncode == 3
    assert "image-build-failed" in failed.stdout + failed.stderr
    log = holdfast("logs", "build", "double")
    assert "no-such-distribution-of-holdfast" in next(
        line for line in log.stderr.splitlines() if line.startswith("failed: ")
    )
    assert "Failed" in log.stderr


def test_what_was_deleted_is_missing(holdfast: Any) -> None:
    """And to delete it again is nothing."""
    assert holdfast("service", "delete", "double", "--yes").returncode == 0
    row = one(holdfast)
    assert (row["state"], row["scoringUri"]) == ("Missing", None)
    again = holdfast("service", "delete", "double", "--yes")
    assert (again.returncode, "nothing to delete" in again.stderr) == (0, True)
    silent = holdfast("service", "invoke", "double", "--data", "-", given="{}")
    assert silent.stderr.startswith("error: service-missing\n")
