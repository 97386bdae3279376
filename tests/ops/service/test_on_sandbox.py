"""The commands, as a person types them, on a service that really runs: in the order of a day."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from holdfast_sandbox.rehearsal import Project

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ROWS = {"name", "target", "state", "scoringUri", "image"}


def one(holdfast: Any) -> dict[str, Any]:
    """The only service, as a script reads it."""
    (row,) = json.loads(holdfast("service", "list", "--json").stdout)
    assert set(row) == ROWS
    return dict(row)


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
    """Two builds: the environment, and the service on it; each log with the address that opens it."""
    runs = json.loads(holdfast("logs", "build", "--all", "--json").stdout)
    assert [run["status"] for run in runs] == ["Succeeded", "Succeeded"]
    newest = holdfast("logs", "build", "double")
    assert "Step " in newest.stdout
    (address,) = [line for line in newest.stderr.splitlines() if line.startswith("log: ")]
    trusted = project.environ["REQUESTS_CA_BUNDLE"]
    assert (
        requests.get(address.removeprefix("log: "), timeout=30, verify=trusted).text.splitlines()
        == newest.stdout.splitlines()
    )
    for asked in ("holdfast/services/double", runs[0]["run"], runs[0]["image"]):
        assert holdfast("logs", "build", asked).stdout == newest.stdout
    environment = holdfast("logs", "build", runs[1]["image"]).stdout
    named = runs[1]["image"].replace("holdfast/environments", "holdfast-environments")  # as an error names it
    assert holdfast("logs", "build", named).stdout == environment
    assert "azureml-inference-server-http" in environment
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
