"""`holdfast doctor --logs` and `--explain`, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast.arm import Answer
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.ops.doctor import fix as fixing
from holdfast.ops.doctor import logs as reading
from holdfast.ops.main import main
from holdfast.ops.service.stack import Stack

from ..conftest import IDENTITY, PIPELINE, FakeAzure
from .conftest import READ, put_vault

DENIED = "(Forbidden) The user 'oid=1' does not have secrets get permission on key vault 'kv-ml;location=x'.\n"
BUILD = "Run ID: ab1 failed after 12s. Error: failed during run, err: exit status 1\n"


def _run(*words: str, stdin: str | bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["doctor", *words], input=stdin)
    return done.exit_code, done.stdout, done.stderr


def test_a_log_is_diagnosed_without_asking_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdict first, evidence with its line, the fix with the vault's name; exit code 4; no login, no checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("holdfast.ops.login.login_client", None)
    Path("a.log").write_text("fine\n" + DENIED, encoding="utf-8")
    Path("b.log").write_text(BUILD, encoding="utf-8")
    code, out, err = _run("--logs", "a.log", "--logs", "b.log")
    lines = out.splitlines()
    assert (code, err) == (4, "")
    assert lines[0].startswith("the Key Vault refuses an identity")
    assert lines[0].endswith("explains image-build-failed")
    assert f"   a.log:2  {DENIED.strip()}" in lines
    assert "     holdfast vault restore kv-ml" in lines
    assert "   follows from vault-policy-wiped" in lines
    assert "\x1b" not in out


def test_programs_get_an_object() -> None:
    """`{verdict, findings, notRead}`; a finding has what the issue of a script needs."""
    code, out, _ = _run("--logs", "-", "--json", stdin=DENIED)
    body = json.loads(out)
    assert code == 4
    assert set(body) == {"verdict", "findings", "notRead"}
    assert body["notRead"] == []
    (finding,) = body["findings"]
    assert finding["id"] == "vault-policy-wiped"
    assert finding["evidence"] == [{"source": "stdin", "line": 1, "where": "stdin:1", "text": DENIED.strip()}]
    assert finding["fix"][0] == "holdfast vault verify kv-ml"
    assert finding["confidence"] == 0.95
    assert finding["explainedBy"] is None
    assert finding["title"]
    assert finding["cause"]


def test_a_healthy_log_has_no_finding() -> None:
    """Exit code 0, and a verdict that says so."""
    assert _run("--logs", "-", stdin="all is well\n") == (0, "nothing wrong was found\n", "")
    code, out, _ = _run("--logs", "-", "--json", stdin="all is well\n")
    assert (code, json.loads(out)["findings"]) == (0, [])


def test_a_guess_and_a_frame_are_told_as_such() -> None:
    """How sure, whose line, and which of several causes."""
    out = _run("--logs", "-", stdin="wine-1   0/1   CrashLoopBackOff   7   14m\n")[1]
    assert "1. init-raised, a guess:" in out
    frame = 'File "/app/score.py", line 5, in run\n    rows["x"]\nKeyError: 1\n'
    out = _run("--logs", "-", stdin=frame)[1]
    assert '   raised at  /app/score.py:5  rows["x"]' in out
    out = _run("--logs", "-", stdin="ERROR: No matching distribution found for nosuch==1\n")[1]
    assert "1. image-build-failed (dependency-missing), sure:" in out
    assert "   cause: A package, or a version of it, is on no index or channel." in out
    out = _run("--logs", "-", stdin="no healthy upstream\n")[1]
    assert ", likely: " in out


def test_secrets_of_a_log_are_not_repeated() -> None:
    """What stands beside a failure may open something."""
    line = "ERROR AuthenticationFailed storage AccountKey=c2VjcmV0c2VjcmV0 https://x.blob.core.windows.net/?sig=abcdef1234\n"
    for words in (("--logs", "-"), ("--logs", "-", "--json")):
        out = _run(*words, stdin=line)[1]
        assert "keys-changed" in out
        assert "c2VjcmV0" not in out
        assert "abcdef1234" not in out


@pytest.mark.parametrize(
    "raw",
    [DENIED.encode("utf-16"), "\ufeff".encode() + DENIED.encode(), b"\xff\xfe\x00" * 0 + DENIED.encode() + b"\xe9\n"],
    ids=["utf-16", "utf-8 with a mark", "not quite utf-8"],
)
def test_a_log_in_another_encoding_is_read(tmp_path: Path, raw: bytes) -> None:
    """PowerShell writes UTF-16, and a stray byte stops nothing."""
    path = tmp_path / "a.log"
    path.write_bytes(raw)
    code, out, _ = _run("--logs", str(path))
    assert (code, "vault-policy-wiped" in out) == (4, True)


def test_a_log_that_is_too_long_is_read_from_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left out is told, and the numbers are still those of the file."""
    monkeypatch.setattr(reading, "MOST", len(DENIED) + 10)
    path = tmp_path / "a.log"
    path.write_text("fine\n" * 100 + DENIED, encoding="utf-8")
    body = json.loads(_run("--logs", str(path), "--json")[1])
    assert body["findings"][0]["evidence"][0]["line"] == 101
    assert "lines 1 to 98" in body["notRead"][0]["reason"]
    assert "could not be read" in body["verdict"]
    assert "not read: " in _run("--logs", str(path))[1]


@pytest.mark.parametrize(
    ("words", "stdin", "id", "says"),
    [
        ((), None, "stack-file-missing", "looked in"),
        (("--logs", "none.log"), None, "logs-unreadable", "No such file"),
        (("--logs", "."), None, "logs-unreadable", "directory"),
        (("--logs", "-"), " \n\n", "logs-empty", "stdin"),
        (("--logs", "-"), b"\x00\x01\x02", "logs-unreadable", "no text"),
        (("--explain", "init-raisd"), None, "unknown-symptom", "did you mean `init-raised`"),
        (("--explain", "zzzz"), None, "unknown-symptom", "docs/symptoms.md"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    stdin: str | bytes | None,
    id: str,
    says: str,
) -> None:
    """Exit code 2, an id, and a hint."""
    monkeypatch.chdir(tmp_path)
    code, out, err = _run(*words, stdin=stdin)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {id}")
    assert says in err


def test_a_symptom_and_a_code_are_explained() -> None:
    """By its id or by Azure's name for it, in any letter case."""
    code, out, _ = _run("--explain", "init-raised")
    assert (code, out.splitlines()[0]) == (0, "init-raised: init() of the scoring script raised")
    assert _run("--explain", "userscriptinitfailed")[1] == out
    body = json.loads(_run("--explain", "ImageBuildFailure", "--json")[1])
    assert body["id"] == "image-build-failed"
    assert {row["name"] for row in body["subcauses"]} >= {"timeout", "disk-full"}
    assert "dependency-conflict: " in _run("--explain", "image-build-failed")[1]
    assert "explains:" not in _run("--explain", "model-424")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--yes",), "--yes and --dry-run go with --fix"),
        (("--dry-run", "--logs", "-"), "--yes and --dry-run go with --fix"),
        (("--fix", "init-raised", "--logs", "-"), "leave --logs and --explain out"),
        (("--fix", "init-raised", "--explain", "init-raised"), "leave --logs and --explain out"),
        (("--fix", "init-raisd"), "did you mean `init-raised`"),
    ],
)
def test_what_does_not_go_with_a_fix_is_refused(words: tuple[str, ...], says: str) -> None:
    """Before anybody is asked."""
    code, _, err = _run(*words, stdin="x")
    assert code == 2
    assert says in err


def test_a_page_says_whether_it_can_be_fixed_here() -> None:
    """By a command of ours, by a run of the engine, or by somebody who decides."""
    assert (
        "--fix:      yes: shows the plan, asks, and does what `holdfast vault restore VAULT` does"
        in _run("--explain", "vault-policy-wiped")[1]
    )
    assert "no: `pulumi up` does it" in _run("--explain", "vault-soft-deleted")[1]
    assert "no: it needs somebody's decision" in _run("--explain", "quota-exceeded")[1]
    applies = [
        json.loads(_run("--explain", id, "--json")[1])["applies"] for id in ("init-raised", "vault-soft-deleted")
    ]
    assert applies == ["holdfast service restart SERVICE", None]


def test_what_a_fix_has_done_is_told(stack: Stack, azure: FakeAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gone, still there with its line and what to do, only shown; and as an object."""
    monkeypatch.setattr("holdfast.ops.service.stack.open_stack", lambda _stack: stack)
    give = {"entries": [(PIPELINE, READ)]}
    monkeypatch.setattr(fixing, "give_back", lambda *_, **__: put_vault(azure, stack, *give["entries"]))
    words = ("--fix", "vault-policy-wiped", "--yes")
    put_vault(azure, stack, (PIPELINE, READ))
    code, out, err = _run(*words)
    assert (code, out.splitlines()[0]) == (4, "vault-policy-wiped is still there")
    assert "was not found on any access policy" in out
    assert "found: Key Vault" in err
    assert "or:    holdfast doctor --fix vault-policy-wiped" in _run()[1]
    code, out, _ = _run(*words, "--dry-run")
    assert (code, out) == (4, "vault-policy-wiped is there; nothing was written (--dry-run)\n")
    give["entries"] = [(PIPELINE, READ), (IDENTITY, READ)]
    code, out, _ = _run(*words, "--json")
    body = json.loads(out)
    assert code == 0
    assert {key: body[key] for key in ("fixed", "done", "gone", "findings", "notRead")} == {
        "fixed": "vault-policy-wiped",
        "done": True,
        "gone": True,
        "findings": [],
        "notRead": [],
    }
    assert body["applied"][0].startswith("holdfast vault restore /subscriptions/")
    put_vault(azure, stack)
    azure.answers[resource_id(stack.wanted, Kind.REGISTRY).lower()] = Answer(403, {"error": {"code": "No"}})
    code, out, _ = _run(*words)
    assert (code, out.splitlines()[0]) == (3, "vault-policy-wiped is gone")
    assert "not read: registry: 403 No" in out


def test_a_log_and_azure_are_not_asked_at_once() -> None:
    """--logs asks nobody."""
    code, _, err = _run("wine", "--logs", "-", stdin="x")
    assert code == 2
    assert "--logs asks nobody" in err
