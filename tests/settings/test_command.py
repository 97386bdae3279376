"""`holdfast settings`: faults to stderr, data to stdout, exit code 2 where anything is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from holdfast.ops.settings_command import settings
from holdfast.settings import schema

GOOD = "config: {azure-native:location: westeurope, holdfast:environment: {resourceGroup: rg-ml, prefix: ml}}\n"
BAD = "config: {azure-native:location: westeurop, holdfast:environment: {resourceGroup: rg., prefx: ml}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a good stack and a bad one, as the working directory."""
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "Pulumi.good.yaml").write_text(GOOD)
    (tmp_path / "Pulumi.bad.yaml").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(settings, words)


def test_every_fault_of_every_file_is_shown(project: Path) -> None:
    """Without arguments all stacks are checked; the good one is no reason to stop at the bad one."""
    done = run("check")
    assert done.exit_code == 2
    assert "Pulumi.good.yaml: good" in done.stdout
    assert "Pulumi.bad.yaml: 3 faults" in done.stderr
    for id in ("unknown-location", "settings-unknown-key", "invalid-name"):
        assert f"error: {id}" in done.stderr


@pytest.mark.parametrize("words", [["Pulumi.good.yaml"], ["--stack", "good"]])
def test_one_stack_can_be_named_by_file_or_by_name(project: Path, words: list[str]) -> None:
    """A good one exits with 0 and shows what everything will be called, as far as that is known."""
    done = run("check", *words)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "ml-kv-good-??????" in done.stdout


def test_with_a_subscription_the_names_are_the_real_ones(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash holds the subscription: in the environment of a run it is known."""
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "5a4db0c5-5b5c-4000-8000-000000000002")
    (row,) = json.loads(run("check", "--json", "--stack", "good").stdout)
    assert (row["ok"], row["faults"], row["names"]["group"]) == (True, [], "rg-ml")
    assert len(row["names"]["vault"]) == len("ml-kv-good-") + 6
    assert "?" not in row["names"]["vault"]


def test_json_holds_every_fault_as_data(project: Path) -> None:
    """For editors and pipelines: id, message, evidence, hint; nothing else on stdout."""
    done = run("check", "--json")
    rows = {row["file"]: row for row in json.loads(done.stdout)}
    assert (done.exit_code, rows["Pulumi.good.yaml"]["ok"], rows["Pulumi.bad.yaml"]["ok"]) == (2, True, False)
    keys = {fault["evidence"]["key"] for fault in rows["Pulumi.bad.yaml"]["faults"]}
    assert keys == {"azure-native:location", "prefx", "resourceGroup"}


def test_a_stack_that_has_no_file_is_told_the_ones_that_have(project: Path) -> None:
    """A typo is met with the right name."""
    done = run("check", "--stack", "god")
    assert "did you mean `good`?" in str(done.exception)


def test_the_schema_is_printed(project: Path) -> None:
    """The same that is generated into docs/."""
    assert json.loads(run("schema").stdout) == schema()
