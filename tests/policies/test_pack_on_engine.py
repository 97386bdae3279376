"""The pack as the real engine runs it: `--policy-pack policies`, with the inputs, options and URNs that it hands over.

The program declares components under the tokens that the rules know: the engine analyzes them like any resource, and no
provider has to be there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox import engine

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]

PROGRAM = """
import json, os
import pulumi

for name, (token, props, ignore) in json.loads(os.environ["RESOURCES"]).items():
    opts = pulumi.ResourceOptions(ignore_changes=ignore)
    if props.pop("unknown", False):
        props["properties"]["accessPolicies"] = [{"objectId": pulumi.Output.from_input(pulumi.UNKNOWN)}]
    pulumi.ComponentResource(token, name, props, opts)
"""

VAULT = "azure-native:keyvault:Vault"
SETTINGS = "pulumi-python:dynamic/holdfast:VaultSettings"
IMAGE = "pulumi-python:dynamic/holdfast:ServiceImage"
PROTECTED = {"enableRbacAuthorization": False, "enablePurgeProtection": True}
ENTRY = {"objectId": "c1c1c1c1-0000-4000-8000-000000000001"}

Preview = Callable[..., tuple[int, str]]


@pytest.fixture
def preview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: dict[str, str]) -> Preview:
    """`preview(stack, NAME=(token, inputs, ignored), ...)` -> exit code and everything that was said."""
    monkeypatch.setenv("HOLDFAST_HOME", os.environ.get("HOLDFAST_HOME", str(ROOT / ".holdfast")))
    status = engine.ensure()
    (tmp_path / "backend").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: tiny\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (tmp_path / "__main__.py").write_text(PROGRAM)
    env = {
        **os.environ,
        **warm,
        "PATH": os.pathsep.join([*engine.path_entries(status), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def pulumi(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *words, "--non-interactive"],
            cwd=tmp_path,
            env=env | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def run(stack: str, **resources: Any) -> tuple[int, str]:
        made = pulumi("stack", "init", stack)
        assert made.returncode == 0, made.stdout
        done = pulumi("preview", "--policy-pack", str(ROOT / "policies"), RESOURCES=json.dumps(resources))
        return done.returncode, done.stdout

    return run


def test_what_breaks_a_mandatory_rule_ends_the_run(preview: Preview) -> None:
    """Each rule names itself and the resource, and the run fails before anything is registered."""
    code, said = preview(
        "prod",
        inline=(VAULT, {"properties": PROTECTED | {"accessPolicies": [ENTRY]}}, []),
        silent=(VAULT, {"properties": {"enablePurgeProtection": True}}, []),
        settings=(SETTINGS, {"vaultId": "/x", "wanted": {}, "changes": {}}, []),
        image=(IMAGE, {"returnedErrors": ["code/score.py:12"]}, []),
    )
    assert code == 255, said
    assert "`image` returns the text of its exceptions to clients (code/score.py:12)" in said
    assert "`inline` carries its own list of access policies (1)" in said, said
    assert "`silent` does not say `enableRbacAuthorization`" in said
    assert "`settings` leaves the Key Vault without purge protection" in said
    for rule in (
        "vault-inline-policies",
        "vault-authorization-explicit",
        "vault-purge-protection",
        "service-returns-errors",
    ):
        assert f" {rule} " in said, said


def test_what_keeps_the_rules_passes_and_advice_is_only_shown(preview: Preview) -> None:
    """Outside production an unprotected vault is advised on; an adopted one that never changes may hold entries."""
    frozen = {"properties": {"enableRbacAuthorization": False, "accessPolicies": [ENTRY]}}
    code, said = preview(
        "dev",
        good=(VAULT, {"properties": PROTECTED | {"accessPolicies": []}}, []),
        adopted=(VAULT, frozen, ["location", "properties", "tags"]),
        settings=(SETTINGS, {"vaultId": "/x", "wanted": {"publicNetworkAccess": "Disabled"}, "changes": {}}, []),
    )
    assert code == 0, said
    assert "vault-purge-protection-advice" in said
    assert "mandatory" not in said


def test_an_entry_whose_principal_is_not_known_yet_ends_the_preview(preview: Preview) -> None:
    """The list is known to have an entry, whatever its principal will be."""
    code, said = preview("dev", inline=(VAULT, {"properties": dict(PROTECTED), "unknown": True}, []))
    assert code == 255, said
    assert "vault-inline-policies" in said
