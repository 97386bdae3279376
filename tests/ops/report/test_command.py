"""The command: where the page goes, what is printed, what a script reads, and what happens where nobody answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from holdfast.model.directory import Directory, Principal
from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.main import main
from holdfast.ops.report import command
from holdfast.ops.report.now import Findings
from holdfast.ops.report.page import clock, seconds, short, summed

from .conftest import OURS, receipt, row, stranger, week

Keep = Callable[..., list[Path]]
FOUND = {"verdict": "nothing wrong was found", "findings": [], "notRead": [{"source": "builds", "reason": "403"}]}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Types the command; the doctor and the directory are asked of nobody."""
    asked: list[str] = []

    def doctor(stack: str, _tell: Any) -> Findings:
        asked.append(stack)
        return Findings("2026-01-05T00:00:00+00:00", FOUND)

    def container(*given: Any) -> tuple[dict[str, Any], list[str], str]:
        asked.append(f"container {given[2]} {given[3]} {len(given[4])}")
        return {}, [], ""

    monkeypatch.setattr(command, "ask_doctor", doctor)
    monkeypatch.setattr(command, "ask_container", container)
    known = Directory({OURS: Principal(OURS, "user", "Ann Example")})
    monkeypatch.setattr(command, "ask_names", lambda ids: asked.append(f"{len(ids)} names") or (known, ""))

    def type_in(*words: str) -> Result:
        asked.clear()
        done = CliRunner().invoke(main, ["report", *words])
        done.asked = tuple(asked)
        return done

    return type_in


def test_the_page_of_the_newest_run_lies_beside_the_receipts(
    keep: Keep, run: Callable[..., Result], tmp_path: Path
) -> None:
    """One page a run; its path is all of standard output. Made again, it is written over."""
    keep(*week())
    done = run()
    path = tmp_path / "home" / "reports" / "holdfast" / "prod" / "report-20260104T120000.html"
    assert (done.exit_code, done.stdout) == (0, f"{path}\n")
    assert "41 principals had lost access before it, 1 put back" in done.stderr
    text = path.read_text(encoding="utf-8")
    assert "Ann Example" in text
    assert "nothing wrong was found" in text
    assert "builds: 403" in text
    assert done.asked == ("prod", "container 10 receipt-20260104T120000000003-00000003.json 4", "42 names")
    assert run().exit_code == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_run_of_the_past_asks_nobody_unless_it_is_told_to(keep: Keep, run: Callable[..., Result]) -> None:
    """What is wrong today says nothing of it."""
    keep(*week())
    assert run("2026-01-01").asked == ()
    assert run("2026-01-01", "--doctor", "--no-container").asked == ("prod", "2 names")
    assert run("--no-doctor").asked == ()
    assert run("--no-doctor", "--names").asked == ("42 names",)
    assert run("--ids", "--no-container").asked == ("prod",)
    assert run("2026-01-01", "--container").asked == ("container 10 receipt-20260101T120000000000-00000000.json 4",)


def test_a_script_reads_what_the_page_tells(keep: Keep, run: Callable[..., Result], tmp_path: Path) -> None:
    """The same run, path, changes and findings."""
    keep(*week())
    done = run("--json", "--output", "run.html", "--runs", "2")
    body = json.loads(done.stdout)
    assert (body["page"], body["run"]["stack"], body["run"]["time"]) == (
        "run.html",
        "prod",
        "2026-01-04T12:00:00+00:00",
    )
    assert body["operations"] == {"create": 8, "update": 5, "same": 1, "within": 1}
    assert [one["name"] for one in body["criticalPath"]][:3] == ["group", "vault", "workspace"]
    assert [step["time"][:10] for step in body["access"]] == ["2026-01-03", "2026-01-04"]
    last = body["access"][1]
    assert [(one["what"], len(one["principals"]), one["by"]) for one in last["changes"]] == [
        ("vanished", 40, None),
        ("vanished", 1, None),
        ("appeared", 1, "holdfast/prod"),
    ]
    assert body["doctor"]["notRead"] == FOUND["notRead"]
    assert (tmp_path / "run.html").is_file()
    assert json.loads(run("--json", "--no-doctor").stdout)["doctor"] is None


def test_the_object_for_scripts_is_the_one_on_the_page(keep: Keep, run: Callable[..., Result]) -> None:
    """docs/report.md shows the keys that there are, in their order."""
    page = (Path(__file__).parents[3] / "docs" / "report.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    keep(*week())
    written, told = json.loads(shown), json.loads(run("--json", "--no-doctor").stdout)
    pairs = [(written, told), (written["run"], told["run"]), (written["criticalPath"][0], told["criticalPath"][0])]
    pairs.append((written["access"][0], told["access"][-1]))
    pairs.append((written["access"][0]["changes"][0], told["access"][-1]["changes"][0]))
    assert [list(one) for one, _ in pairs] == [list(other) for _, other in pairs]


def test_a_file_that_is_no_report_is_not_written_over(keep: Keep, run: Callable[..., Result], tmp_path: Path) -> None:
    """Whatever it is, it stays as it was; a report of before makes room."""
    keep(*week())
    thesis = tmp_path / "thesis.html"
    thesis.write_text("<!doctype html><p>holdfast report", encoding="utf-8")
    done = run("--output", "thesis.html")
    assert (done.exit_code, done.stdout, done.asked) == (2, "", ())
    assert "report-not-ours" in done.stderr
    assert thesis.read_text(encoding="utf-8") == "<!doctype html><p>holdfast report"
    assert run("--output", "-", "--no-doctor").stdout.startswith("<!doctype html>")
    (tmp_path / "folder").mkdir()
    for place in ("folder", "thesis.html/under.html"):
        refused = run("--output", place)
        assert "report-not-written" in refused.stderr
        assert refused.exit_code == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "home", "thesis.html"]


def test_nobody_who_answers_costs_the_findings_alone(
    keep: Keep, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody is logged in, or there is no stack file: the page says so."""
    keep(*week())
    done = CliRunner().invoke(main, ["report", "--output", "run.html"])
    assert done.exit_code == 0, done.output
    assert "note: the doctor had no answer: stack-file-missing" in done.stderr
    text = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "The doctor had no answer: stack-file-missing" in text

    def no_login() -> Any:
        raise HoldfastError([Fault("no-credentials", "nobody is logged in")])

    monkeypatch.setattr("holdfast.ops.login.login_clients", no_login)
    done = CliRunner().invoke(main, ["report", "--no-doctor", "--names", "--output", "run.html"])
    assert done.exit_code == 0, done.output
    assert "Principals are shown by their ids: nobody is logged in." in (tmp_path / "run.html").read_text(
        encoding="utf-8"
    )


def test_what_can_not_be_read_is_named_and_the_rest_is_shown(keep: Keep, run: Callable[..., Result]) -> None:
    """On the page and on standard error."""
    *_, bad = keep(*week())
    bad.write_text("{", encoding="utf-8")
    done = run("--output", "-")
    assert str(bad) in done.stdout
    assert "2026-01-03 12:00:00 UTC" in done.stdout
    assert f"warning: {bad} is no record of this version" in run().stderr


def test_runs_of_other_machines_are_somebody_s_of_ours(
    keep: Keep, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another machine's run granted is that run's doing, where its receipt is in the container; a container that
    does not answer is told on the page."""
    first, second, third, last = week()
    keep(first, second, last)
    url = "https://a.blob.core.windows.net/c/holdfast/prod/receipt-20260103T120000000002-00000002.json"
    grants = [{"write": "grant", "id": "/v", "principal": stranger(7), "says": "is given"}]
    rows = [row(stranger(7), {}, {"secrets": ["get"]}, "added", "ours")]
    theirs = third | {"policies": rows, "writes": grants}

    def steps() -> dict[str, Any]:
        body = json.loads(run("--json", "--container").stdout)
        return {step["time"][:10]: step for step in body["access"]}

    assert list(steps()) == ["2026-01-01", "2026-01-02", "2026-01-04"]
    monkeypatch.setattr(command, "ask_container", lambda *_: ({url: theirs}, ["https://a/broken"], ""))
    found = steps()
    assert list(found) == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    assert {"what": "appeared", "by": "holdfast/prod"}.items() <= found["2026-01-03"]["changes"][-1].items()
    text = run("--output", "-", "--container").stdout
    assert "of this machine and of the container" in text
    assert "https://a/broken" in text
    monkeypatch.setattr(command, "ask_container", lambda *_: ({}, [], "https://c: 403 AuthorizationFailure"))
    assert "could not be read: https://c: 403 AuthorizationFailure" in run("--container").stderr
    assert "is somebody else here: https://c: 403 AuthorizationFailure" in run("--output", "-", "--container").stdout


@pytest.mark.parametrize("words", [("--output", "-", "--json"), ("--output", "-", "--open"), ("--runs", "0")])
def test_what_does_not_go_together_is_refused(run: Callable[..., Result], words: tuple[str, ...]) -> None:
    """Before anything is looked for."""
    assert run(*words).exit_code == 2


def test_the_browser_is_opened_where_it_is_asked_for(keep: Keep, run: Callable[..., Result], monkeypatch: Any) -> None:
    """With the page's own address."""
    opened: list[str] = []
    monkeypatch.setattr(command.click, "launch", opened.append)
    keep(*week())
    assert run("--open").exit_code == 0
    assert run().exit_code == 0
    (address,) = opened
    assert re.fullmatch(r"file:///.*/report-20260104T120000\.html", address)


def test_no_address_on_the_page_holds_what_opens_it(keep: Keep, run: Callable[..., Result]) -> None:
    """Neither in a note nor in the doctor's evidence."""
    signed = "https://a.blob.core.windows.net/logs/x.txt?sv=2024&sig=SECRET%3D"
    body = receipt("02 12:00:00", row(OURS, {}, {"secrets": ["get"]}), notes=[{"id": "n", "message": f"see {signed}"}])
    keep(body)
    text = run("--output", "-").stdout
    assert "see https://a.blob.core.windows.net/logs/x.txt" in text
    assert "SECRET" not in text


@pytest.mark.parametrize(
    "broken",
    [
        {"commit": "main", "versions": [], "vault": None, "notes": "none", "writes": {"a": 1}, "lost": 3},
        {"notes": [1, {"id": 2}], "writes": [{}, {"write": ["a"]}], "policies": []},
        {"decisions": [None, {}], "duration": [], "policies": "none", "time": 3},
    ],
    ids=str,
)
def test_a_receipt_that_somebody_edited_is_shown_as_far_as_it_is_one(
    keep: Keep, run: Callable[..., Result], broken: dict[str, Any]
) -> None:
    """Never a traceback."""
    (path,) = keep(receipt("02 12:00:00"))
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **broken}), encoding="utf-8")
    done = run("--json")
    assert done.exit_code == 0, (done.output, done.exception)


def test_how_times_and_long_names_are_written() -> None:
    """For people."""
    assert [seconds(value) for value in (None, 0.034, 5.34, 61.0, 125.0)] == [
        "-",
        "0.03 s",
        "5.3 s",
        "61.0 s",
        "2 min 5 s",
    ]
    assert (clock("2026-01-31T12:00:00+00:00"), clock("today")) == ("2026-01-31 12:00:00 UTC", "today")
    assert (short("abc", 3), short("abcdefghij", 7)) == ("abc", "abc…hij")
    assert summed("keys: get, list; secrets: get") == "2 permissions on keys, 1 on secrets"
