"""Does `holdfast drift` end as CI needs it, and read the state where there is one to be read?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from holdfast.arm import Answer
from holdfast.model.content import Content, FileContent
from holdfast.model.drift import Checkpoint, NotRead
from holdfast.model.existing import Absent, Facts, Live, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import made_of, resource_id
from holdfast.model.services import EnvironmentImage, Target, WantedService
from holdfast.ops.drift import collect
from holdfast.ops.main import main
from holdfast.ops.service import stack as opening
from holdfast.settings import read_file

from ..conftest import IDENTITY, SUBSCRIPTION, TENANT, FakeAzure

FILE = """
config:
  azure-native:location: westeurope
  holdfast:environment:
    resourceGroup: rg-fraud
    prefix: ml
    registry: false
    vault: {authorization: access-policies, publicAccess: false}
"""


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeAzure:
    """A stack file, everything of it live and ours, and no `pulumi`."""
    (tmp_path / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8")
    file = tmp_path / "stacks/Pulumi.dev.yaml"
    file.parent.mkdir()
    file.write_text(FILE, encoding="utf-8")
    fake = FakeAzure()
    wanted = read_file(file, subscription=SUBSCRIPTION)
    tags = {"holdfast-project": "holdfast", "holdfast-stack": "dev"}
    for kind in wanted.resources:
        fake.put(resource_id(wanted, kind), tags=tags)
    policies = [{"tenantId": TENANT, "objectId": IDENTITY, "permissions": {"secrets": ["all"]}}]
    vault = {"tenantId": TENANT, "accessPolicies": policies, "publicNetworkAccess": "disabled"}
    fake.change(resource_id(wanted, Kind.VAULT), properties=vault)
    stands_on = {name: id.upper() for name, (_, id) in made_of(wanted).items()}
    identity = {"type": "SystemAssigned", "principalId": IDENTITY}
    fake.change(resource_id(wanted, Kind.WORKSPACE), properties=stands_on, identity=identity)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", SUBSCRIPTION)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.setattr(opening, "login_client", lambda: fake)
    return fake


def change(azure: FakeAzure, kind: Kind, **changes: Any) -> None:
    (id,) = [id for id in azure.bodies if f"/{KINDS[kind].arm_type.lower()}/" in id and id.count("/") == 8]
    azure.change(id, **changes)


def pulumi(folder: Path, script: str) -> None:
    """A `pulumi` that does just that; the shell's own words alone, for PATH holds nothing else."""
    command = folder / "pulumi"
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o755)


def test_the_exit_code_tells_drift_from_what_could_not_be_read(azure: FakeAzure, tmp_path: Path) -> None:
    """3 without a state, 0 with one that agrees, 4 where something differs, in either case."""
    ran = CliRunner().invoke(main, ["drift"])
    assert ran.exit_code == 3, ran.output
    assert "not read: state: there is no `pulumi` on PATH" in ran.stderr
    rows = [
        {
            "urn": f"urn:pulumi:dev::holdfast::{KINDS[kind].token}::{kind}",
            "custom": True,
            "id": id,
            "outputs": {"name": id.rpartition("/")[2]},
        }
        for kind, id in _ids(tmp_path).items()
    ]
    export = json.dumps({"deployment": {"resources": rows}})
    pulumi(tmp_path, f"[ \"$*\" = 'stack export --stack dev --non-interactive' ] && printf '%s' '{export}'")
    ran = CliRunner().invoke(main, ["drift", "--json"])
    assert (ran.exit_code, json.loads(ran.stdout)) == (0, {"stack": "dev", "drift": [], "notRead": []})
    change(azure, Kind.VAULT, properties={"publicNetworkAccess": "Enabled"})
    ran = CliRunner().invoke(main, ["drift", "--json"])
    assert ran.exit_code == 4
    assert [row["property"] for row in json.loads(ran.stdout)["drift"]] == ["publicNetworkAccess"]
    (tmp_path / "pulumi").unlink()
    assert CliRunner().invoke(main, ["drift"]).exit_code == 4


def test_what_azure_refuses_is_not_read(azure: FakeAzure, tmp_path: Path) -> None:
    """A vault that may not be looked at is no drift."""
    denied = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    azure.answers[_ids(tmp_path)[Kind.VAULT].lower()] = denied
    ran = CliRunner().invoke(main, ["drift", "--json"])
    assert ran.exit_code == 3, ran.output
    body = json.loads(ran.stdout)
    assert body["drift"] == []
    assert [one["source"].split()[0] for one in body["notRead"]] == ["state", "Key"]


def test_a_bad_call_ends_with_two(azure: FakeAzure) -> None:
    """A stack that has no file, beside one that has."""
    ran = CliRunner().invoke(main, ["drift", "--stack", "prod"])
    assert ran.exit_code == 2
    assert "stack `prod` has no file" in ran.stderr


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo 'error: no stack named dev found' >&2; exit 255", "exited with 255: error: no stack named dev found"),
        ("echo nonsense", "printed no JSON object"),
        ("echo '[]'", "printed no JSON object"),
    ],
)
def test_a_state_that_can_not_be_read_says_why(azure: FakeAzure, tmp_path: Path, script: str, says: str) -> None:
    """In the words of the CLI."""
    pulumi(tmp_path, script)
    found = collect.read_checkpoint("dev", tmp_path)
    assert isinstance(found, NotRead)
    assert says in found.reason
    pulumi(tmp_path, "echo '{}'")
    assert collect.read_checkpoint("dev", tmp_path) == Checkpoint()


def _ids(folder: Path) -> dict[Kind, str]:
    wanted = read_file(folder / "stacks/Pulumi.dev.yaml", subscription=SUBSCRIPTION)
    return {kind: resource_id(wanted, kind) for kind in wanted.resources}


def test_the_deployments_of_endpoints_that_are_there_are_listed(azure: FakeAzure, tmp_path: Path) -> None:
    """Of services on AKS alone; a list that is refused is a fact of its own."""
    file = tmp_path / "stacks/Pulumi.dev.yaml"
    wanted = read_file(file, subscription=SUBSCRIPTION)
    content = Content("m", (FileContent("a", "1", 5),))
    size, below = {"cpu": 1.0, "memory": 1.5}, EnvironmentImage("mcr.microsoft.com/x:1")
    made = [
        WantedService(name, target, content, content, "score.py", below, size)
        for name, target in (("wine", Target.AKS), ("beer", Target.AKS), ("tea", Target.AKS), ("trial", Target.ACI))
    ]
    workspace = resource_id(wanted, Kind.WORKSPACE)
    ids = {f"online-endpoint-{name}": f"{workspace}/onlineEndpoints/{name}" for name in ("wine", "beer")}
    azure.put(f"{ids['online-endpoint-wine']}/deployments/blue")
    denied = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    azure.answers[f"{ids['online-endpoint-beer']}/deployments".lower()] = denied
    parts: dict[str, Any] = {part: Live(id, id.rpartition("/")[2], "") for part, id in ids.items()}
    parts |= {"online-endpoint-tea": Absent(), "container-trial": Live("/c", "c", "")}
    stack = opening.Stack(file, replace(wanted, services=tuple(made)), azure)  # type: ignore[arg-type] # as much of a client as is asked here
    found = collect._deployments(stack, Facts({}, parts=parts))
    assert found.keys() == ids.keys()
    wine = found["online-endpoint-wine"]
    assert isinstance(wine, dict)
    assert [row.name for row in wine.values()] == ["blue"]
    assert isinstance(found["online-endpoint-beer"], Unreadable)
