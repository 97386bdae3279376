"""`holdfast init` as it is typed: where the file goes, what is kept of an older one, what is said where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from holdfast.ops.init import command
from holdfast.ops.main import main
from holdfast.settings import read_file

from .conftest import GROUP, SUBSCRIPTION, FakeAzure


@pytest.fixture
def project(tmp_path: Path, azure: FakeAzure, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project as the working directory, and the fake Azure behind the command."""
    (tmp_path / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\nstackConfigDir: stacks\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", SUBSCRIPTION)
    monkeypatch.setattr(command, "login_client", lambda: azure)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["init", "--from", "rg-fraud", *words])


def test_the_file_stands_where_pulumi_looks_for_it_and_is_good(project: Path) -> None:
    """Named after the group, checked by the settings' own reader; data on stdout: none."""
    done = run()
    assert (done.exit_code, done.stdout) == (0, "")
    path = project / "stacks/Pulumi.rg-fraud.yaml"
    assert f"wrote {path.relative_to(project)}" in done.stderr
    wanted = read_file(path)
    assert (wanted.stack, wanted.resource_group, wanted.subscription) == ("rg-fraud", "rg-fraud", SUBSCRIPTION)
    assert "\x1b[" not in done.stderr


def test_a_file_that_is_there_is_replaced_by_force_alone(project: Path) -> None:
    """What unlocks its secrets, and other packages' keys, are kept; ours are new."""
    path = project / "stacks/Pulumi.prod.yaml"
    path.parent.mkdir()
    old = "encryptionsalt: v1:salt\nconfig: {'holdfast:apiKey': {secure: abc}, 'holdfast:environment': {prefix: x}}\n"
    path.write_text(old)
    done = run("--stack", "prod")
    assert (done.exit_code, path.read_text()) == (2, old)
    assert "stack-file-exists" in done.stderr
    assert run("--stack", "prod", "--force").exit_code == 0
    content = yaml.safe_load(path.read_text())
    assert content["encryptionsalt"] == "v1:salt"
    assert content["config"]["holdfast:apiKey"] == {"secure": "abc"}
    assert content["config"]["holdfast:environment"]["resourceGroup"] == "rg-fraud"


def test_the_page_can_be_printed_instead(project: Path) -> None:
    """On stdout alone, so that it can be piped; no file is written."""
    done = run("--output", "-")
    assert yaml.safe_load(done.stdout)["config"]["azure-native:location"] == "westeurope"
    assert not (project / "stacks").exists()


def test_another_file_finds_its_schema(project: Path) -> None:
    """Relative to where it is."""
    assert run("--output", "deep/er/Pulumi.x.yaml").exit_code == 0
    text = (project / "deep/er/Pulumi.x.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../../docs/settings.schema.json\n")


def test_json_holds_everything_that_is_said(project: Path) -> None:
    """For pipelines that want to look before they run."""
    body = json.loads(run("--json").stdout)
    assert body["file"] == "stacks/Pulumi.rg-fraud.yaml"
    assert {"what": "refer", "noun": "Resource group", "name": "rg-fraud", "id": GROUP} in body["resources"]
    assert body["writes"] == ["the tags holdfast-project and holdfast-stack on 7 resources"]
    assert body["left"] == []
    assert run("--json", "--output", "-").exit_code == 2


def test_what_is_left_out_is_a_warning_and_no_failure(project: Path, azure: FakeAzure) -> None:
    """Exit code 0: the file is good, and tells what is not in it."""
    azure.put(f"{GROUP}/providers/Microsoft.Web/sites/shop")
    done = run()
    assert done.exit_code == 0
    assert "warning: 1 thing is not in the file" in done.stderr
    assert "microsoft.web/sites" in done.stderr.lower()
    assert "/sites/shop" in (project / "stacks/Pulumi.rg-fraud.yaml").read_text().lower()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--stack", "not/a/name"], "invalid-stack-name"),
        (["--workspace", "nobody"], "workspace-missing"),
        (["--subscription", "5a4db0c5-0000-4000-8000-000000000009"], "group-missing"),
    ],
)
def test_a_call_that_can_not_be_answered_writes_nothing(project: Path, words: list[str], error: str) -> None:
    """Exit code 2, and no file."""
    done = run(*words)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: {error}\n")
    assert not (project / "stacks").exists()


def test_without_a_project_it_says_where_it_looked(
    tmp_path: Path, project: Path, azure: FakeAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`uvx holdfast init` anywhere: a file can be named, or printed."""
    (project / "Pulumi.yaml").unlink()
    assert "no-checkout" in run().stderr
    assert run("--output", "-").exit_code == 0


def test_the_subscription_is_the_logins_only_one(
    project: Path, azure: FakeAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several, none is guessed."""
    from holdfast.arm import Answer

    monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    rows = [{"subscriptionId": SUBSCRIPTION, "displayName": "prod"}]
    azure.answers["/subscriptions"] = Answer(200, {"value": rows})
    assert run("--output", "-").exit_code == 0
    azure.answers["/subscriptions"] = Answer(200, {"value": [*rows, {"subscriptionId": "x", "displayName": "dev"}]})
    done = run("--output", "-")
    assert done.exit_code == 2
    assert "subscription-missing" in done.stderr
    assert f"{SUBSCRIPTION} prod" in done.stderr
    azure.answers["/subscriptions"] = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    assert run("--output", "-").exit_code == 3
