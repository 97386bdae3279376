"""The doctor beside a stack that lives on the sandbox: well, wiped by a template, and with its vault deleted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.keyvault import models as kv

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from ...engine import conftest as rig

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CHECKOUT = Path(__file__).resolve().parents[3]
GROUP = "rg-doctor"

azure = rig.azure


def _doctor(project: Project) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "holdfast.ops.main", "doctor", "--json"]
    done = subprocess.run(command, cwd=project.folder, env=project.environ, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_a_stack_is_diagnosed_as_it_lives(azure: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing while it is well; who lost access after a template's PUT; and the vault's name once it is deleted."""
    project = Project(tmp_path / "project", azure, CHECKOUT)
    project.settings(
        {"resourceGroup": GROUP, "prefix": "ml", "vault": {"authorization": "access-policies"}, "registry": {}}
    )
    project.start()
    project.up()
    assert _doctor(project) == (0, {"verdict": "nothing wrong was found", "findings": [], "notRead": []})

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", azure.environ["REQUESTS_CA_BUNDLE"])
    stranger = Stranger(azure.environ)
    (vault,) = stranger.client.vaults.list_by_resource_group(GROUP)
    template = kv.VaultProperties(
        tenant_id=stranger.tenant,
        sku=kv.Sku(family="A", name="standard"),
        access_policies=[],
        enable_rbac_authorization=False,
    )
    parameters = kv.VaultCreateOrUpdateParameters(location="westeurope", properties=template)
    stranger.client.vaults.begin_create_or_update(GROUP, str(vault.name), parameters).result()
    code, body = _doctor(project)
    assert (code, [finding["id"] for finding in body["findings"]]) == (4, ["vault-policy-wiped"])
    (finding,) = body["findings"]
    assert "was not found on any access policy" in finding["evidence"][0]["text"]
    assert "which it held" in finding["evidence"][1]["text"]
    assert finding["fix"][-1] == f"holdfast vault restore {vault.name}"

    stranger.client.vaults.delete(GROUP, str(vault.name))
    code, body = _doctor(project)
    assert (code, [finding["id"] for finding in body["findings"]]) == (4, ["vault-soft-deleted"])
    assert f"az keyvault recover --name {vault.name}" in body["findings"][0]["fix"]
    project.destroy()
