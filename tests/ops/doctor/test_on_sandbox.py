"""The doctor beside a stack that lives on the sandbox: well, wiped by a template, and with its vault deleted."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
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


def principal_of(finding: dict[str, Any]) -> str:
    """The one that its first line is about."""
    return str(re.findall(r"identity ([0-9a-f-]{36})", finding["evidence"][0]["text"])[0])


def _holdfast(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "holdfast.ops.main", *words]
    return subprocess.run(command, cwd=project.folder, env=project.environ, capture_output=True, text=True, check=False)


def _doctor(project: Project, *words: str, given: str = "") -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "holdfast.ops.main", "doctor", "--json", *words]
    done = subprocess.run(
        command, cwd=project.folder, env=project.environ, input=given, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def _doctor_until(project: Project, said: str, then: Callable[[], None], *words: str) -> tuple[int, dict[str, Any]]:
    """The same, and `then` at the moment when it says that on stderr."""
    command = [sys.executable, "-m", "holdfast.ops.main", "doctor", "--json", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project.folder, env=project.environ, stdout=pipe, stderr=pipe, text=True) as run:
        assert run.stdout
        assert run.stderr
        for line in run.stderr:
            if said in line:
                then()
        body = json.loads(run.stdout.read())
    return run.returncode, body


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

    code, body = _doctor(project, "--fix", "vault-policy-wiped", "--dry-run")
    assert (code, body["done"], stranger.policies(str(vault.id))) == (4, False, {})
    code, body = _doctor(project, "--fix", "vault-policy-wiped", "--yes")
    assert (code, body["done"], body["gone"], body["findings"]) == (0, True, True, [])
    assert list(stranger.policies(str(vault.id))) == [principal_of(finding)]
    again = _holdfast(project, "doctor", "--fix", "vault-policy-wiped", "--yes")
    assert (again.returncode, "symptom-not-there" in again.stderr) == (2, True)

    stranger.client.vaults.delete(GROUP, str(vault.name))
    code, body = _doctor(project)
    assert (code, [finding["id"] for finding in body["findings"]]) == (4, ["vault-soft-deleted"])
    refused = _holdfast(project, "doctor", "--fix", "vault-soft-deleted", "--yes")
    assert (refused.returncode, "`pulumi up` mends `vault-soft-deleted`" in refused.stderr) == (2, True)
    assert f"az keyvault recover --name {vault.name}" in body["findings"][0]["fix"]
    project.destroy()


SERVICE = {
    "name": "double",
    "model": "double/factor.txt",
    "code": {"path": "double/code"},
    "environment": "double/requirements.txt",
    "target": "aci",
    "auth": "none",
}
SCORE = """import os
from pathlib import Path


def init():
    global factor
    factor = (Path(os.environ["AZUREML_MODEL_DIR"]) / "model.joblib").read_text()


def run(data):
    return factor
"""
CLOSED = """from pathlib import Path


def init():
    if not Path("{ledger}").exists():
        raise RuntimeError("the ledger is closed")


def run(data):
    return 1
"""


def test_a_service_that_fails_is_diagnosed_where_it_fails(azure: Azure, tmp_path: Path) -> None:
    """At the build, by the package that no index has; at the start, by the file that is not in the model; of the stack,
    of the service, and of what `pulumi up` printed."""
    project = Project(tmp_path / "project", azure, CHECKOUT)
    project.settings(
        {
            "resourceGroup": "rg-fails",
            "prefix": "ml",
            "vault": {"authorization": "access-policies"},
            "services": [SERVICE],
        }
    )
    project.start()
    code = project.folder / "double/code"
    code.mkdir(parents=True)
    (code / "score.py").write_text(SCORE, encoding="utf-8")
    (project.folder / "double/factor.txt").write_text("2", encoding="utf-8")
    requirements = project.folder / "double/requirements.txt"
    requirements.write_text("azureml-inference-server-http==1.5.1\nno-such-package-at-all==9\n", encoding="utf-8")
    printed = project.up(expect=255).text
    for words, given in (((), ""), (("--logs", "-"), printed)):
        exit_code, body = _doctor(project, *words, given=given)
        first = body["findings"][0]
        assert (exit_code, first["id"], first["subcause"]) == (4, "image-build-failed", "dependency-missing")
        assert "no-such-package-at-all" in first["evidence"][0]["text"]

    requirements.write_text("azureml-inference-server-http==1.5.1\n", encoding="utf-8")
    printed = project.up(expect=255).text
    for words, given in ((("double",), ""), (("--logs", "-"), printed)):
        exit_code, body = _doctor(project, *words, given=given)
        first = body["findings"][0]
        assert (exit_code, first["id"]) == (4, "model-path-missing")
        assert first["frame"]["file"].endswith("score.py")
        assert first["frame"]["line"] == 7

    # What stops it lies outside: a restart does not help while it is so, and helps when it has passed.
    ledger = tmp_path / "ledger"
    (code / "score.py").write_text(CLOSED.format(ledger=ledger), encoding="utf-8")
    project.up(expect=255)
    exit_code, body = _doctor(project, "double", "--fix", "init-raised", "--yes")
    assert (exit_code, body["done"], body["gone"]) == (4, True, False)
    assert body["applied"] == ["holdfast service restart double"]
    again = ("restart service `double`", ledger.touch, "double", "--fix", "init-raised", "--yes")
    exit_code, body = _doctor_until(project, *again)
    assert (exit_code, body["gone"], body["silent"]) == (0, True, [])
    # Neither the kill by the restart nor the crash loop before it, both of which Azure still notes, is one any more.
    assert body["findings"] == []
    project.destroy()
