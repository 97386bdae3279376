"""The real engine with the stand-in as its plugin, over the HTTPS double: what do people see, and what does the state
keep?
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox import engine

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg"
VAULT_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-one"

PROGRAM = """
    import pulumi
    from pulumi_azure_native import keyvault, resources

    settings = pulumi.Config()
    group = resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
    vault = keyvault.Vault(
        "vault",
        resource_group_name=group.name,
        vault_name=settings.get("vault") or "kv-one",
        tags={"note": pulumi.Output.secret("hidden"), "n": settings.get("n") or "1"},
        properties=keyvault.VaultPropertiesArgs(
            tenant_id="t", sku=keyvault.SkuArgs(family="A", name="standard")
        ),
        opts=pulumi.ResourceOptions(import_=settings.get("import")),
    )
    pulumi.export("vault", vault.id)
"""


class Stack:
    """A project with one stack of its own, and `pulumi` to run in it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._folder = folder
        self._env = env

    def program(self, text: str) -> None:
        (self._folder / "__main__.py").write_text(textwrap.dedent(text))

    def run(self, *words: str, code: int = 0) -> str:
        """`pulumi WORDS`; all it said. Its exit code must be `code`."""
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive"],
            cwd=self._folder,
            env=self._env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def up(self, *words: str, code: int = 0) -> str:
        return self.run("up", "--yes", "--skip-preview", *words, code=code)

    def state(self) -> dict[str, Any]:
        """Type of resource -> its record in the state."""
        text = subprocess.run(
            ["pulumi", "stack", "export"], cwd=self._folder, env=self._env, capture_output=True, text=True, check=True
        ).stdout
        return {record["type"]: record for record in json.loads(text)["deployment"]["resources"]}


@pytest.fixture
def stack(
    clean_environment: None, azure: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: dict[str, str]
) -> Stack:
    """An empty stack `dev` that deploys to the double."""
    monkeypatch.setenv("HOLDFAST_HOME", os.environ.get("HOLDFAST_HOME", str(ROOT / ".holdfast")))
    status = engine.ensure(quiet=True)
    folder = tmp_path / "project"
    for part in (folder, tmp_path / "home", tmp_path / "backend"):
        part.mkdir()
    (folder / "Pulumi.yaml").write_text(
        f"name: tiny\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    env = {
        **os.environ,
        **warm,
        "PATH": os.pathsep.join([*engine.path_entries(status), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "ARM_METADATA_HOSTNAME": azure.host,
        "ARM_SUBSCRIPTION_ID": SUBSCRIPTION,
        "ARM_TENANT_ID": "t",
        "ARM_CLIENT_ID": "c",
        "ARM_CLIENT_SECRET": "right",
        "SSL_CERT_FILE": str(azure.ca),
    }
    made = Stack(folder, env)
    made.program(PROGRAM)
    made.run("stack", "init", "dev")
    return made


def writes(azure: Any) -> list[str]:
    return [f"{seen.method} {seen.path.split('/')[-1]}" for seen in azure.sent() if seen.method != "GET"]


def test_a_preview_writes_nothing_a_second_run_changes_nothing_and_secrets_stay_secret(
    stack: Stack, azure: Any
) -> None:
    """The ordinary life of a stack: preview, up, nothing to do, a change in place, a replacement, destroy."""
    assert "+ 3 to create" in stack.run("preview")
    assert writes(azure) == []

    stack.up()
    assert writes(azure) == ["PUT rg", "PUT kv-one"]
    record = stack.state()["azure-native:keyvault:Vault"]
    assert record["id"] == VAULT_ID
    assert record["inputs"]["azureApiVersion"] == record["outputs"]["azureApiVersion"] == "2024-11-01"
    assert "__inputs" not in record["outputs"]
    for side in ("inputs", "outputs"):
        assert "hidden" not in json.dumps(record[side])

    azure.requests.clear()
    assert "3 unchanged" in stack.up()
    assert azure.sent() == []
    assert "3 unchanged" in stack.run("refresh", "--yes")

    stack.run("config", "set", "n", "2")
    azure.requests.clear()
    assert "~ 1 updated" in stack.up()
    assert writes(azure) == ["PUT kv-one"]

    stack.run("config", "set", "vault", "kv-two")
    azure.requests.clear()
    assert "+-1 replaced" in stack.up()
    assert writes(azure) == ["DELETE kv-one", "PUT kv-two"]

    azure.requests.clear()
    stack.run("destroy", "--yes")
    assert writes(azure) == ["DELETE kv-two", "DELETE rg"]


def test_what_exists_is_adopted_and_changed_in_one_run(stack: Stack, azure: Any) -> None:
    """`import_` reads the vault, and the same run brings it to what the program says, with one PUT."""
    properties = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}, "accessPolicies": [{"objectId": "o"}]}
    azure.resources[VAULT_ID.lower()] = {
        "id": VAULT_ID,
        "name": "kv-one",
        "location": "westeurope",
        "properties": {**properties, "enableSoftDelete": True},
    }
    stack.run("config", "set", "import", VAULT_ID)
    stack.up()
    assert [line for line in writes(azure) if "kv-one" in line] == ["PUT kv-one"]
    put = next(seen for seen in azure.sent("PUT") if seen.path == VAULT_ID)
    assert put.body["tags"] == {"note": "hidden", "n": "1"}
    assert "3 unchanged" in stack.up()


def test_a_creation_that_fails_half_way_stays_in_the_state(stack: Stack, azure: Any) -> None:
    """The engine saves it with the reason, and the next run goes on from there instead of failing on "already
    exists".
    """
    operation = "/operations/1"
    azure.say("PUT", "/vaults/kv-one", 201, {"id": VAULT_ID}, Azure_AsyncOperation=azure.url + operation)
    azure.say("GET", operation, 200, {"status": "Failed", "error": {"code": "NoCapacity", "message": "try later"}})
    azure.say("GET", "/vaults/kv-one", 404)
    azure.resources[VAULT_ID.lower()] = {"id": VAULT_ID, "name": "kv-one", "properties": {"vaultUri": "u"}}
    said = stack.up(code=255)
    assert 'Code="NoCapacity" Message="try later"' in said
    record = stack.state()["azure-native:keyvault:Vault"]
    assert record["id"] == VAULT_ID
    assert "NoCapacity" in record["initErrors"][0]
    assert record["outputs"]["properties"]["vaultUri"] == "u"
    azure.requests.clear()
    assert "~ 1 updated" in stack.up()
    assert writes(azure) == ["PUT kv-one"]


def test_a_type_that_is_not_served_stops_the_preview_by_its_name(stack: Stack, azure: Any) -> None:
    """Nothing is deployed around a gap."""
    stack.program("""
        from pulumi_azure_native import network
        network.NatGateway("net", resource_group_name="rg")
    """)
    said = stack.run("preview", code=255)
    assert "azure-native:network:NatGateway is not served by the sandbox's stand-in provider" in said
    assert azure.sent() == []


def test_bad_inputs_are_told_before_anything_is_sent(stack: Stack, azure: Any) -> None:
    """Check's own words, under the resource that they are about."""
    stack.run("config", "set", "vault", "kv_one")
    said = stack.run("preview", code=255)
    assert "'vaultName' does not match expression '^[a-zA-Z0-9-]{3,24}$'" in said
    assert azure.sent() == []
