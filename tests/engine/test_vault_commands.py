"""Do the vault commands understand what real runs leave behind? From another folder, in a process without Pulumi."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast_sandbox.rehearsal import Project, Stranger

from .conftest import PIPELINE, SCIENTISTS

pytestmark = pytest.mark.engine

#: `pulumi` can't be imported in it, as on a machine that never installed it.
WITHOUT_PULUMI = "import sys; sys.modules['pulumi'] = None; from holdfast.ops.main import main; main(sys.argv[1:])"


def test_what_a_wipe_took_is_found_and_given_back_from_a_runs_receipt(
    project: Project, stranger: Stranger, tmp_path: Path
) -> None:
    """Strangers, ours and the workspace's own entry; the next run has nothing to do, and knows of no loss."""

    def vault(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WITHOUT_PULUMI, "vault", *words]
        return subprocess.run(command, cwd=tmp_path, env=project.environ, capture_output=True, text=True, timeout=120)

    project.up()
    vault_id = project.resource_id("vault")
    someone = Stranger.principal(1)
    stranger.add(vault_id, stranger.entry(someone, secrets=["get"]))
    project.up()
    held = stranger.policies(vault_id)
    assert vault("verify", vault_id).returncode == 0
    stranger.redeploy_template(vault_id, stranger.entry(PIPELINE, secrets=["get", "list"]), tags={})
    verified = vault("verify", vault_id, "--json")
    assert verified.returncode == 4, verified.stderr
    gone = {row["objectId"]: row for row in json.loads(verified.stdout)["gone"]}
    assert gone.keys() == held.keys() - {PIPELINE}
    assert (gone[SCIENTISTS]["whose"], gone[someone]["whose"]) == ("ours", "theirs")
    (workspace,) = [row for row in gone.values() if row["whose"] == "workspace"]
    assert workspace["kind"] == "managed identity"
    restored = vault("restore", vault_id, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert stranger.policies(vault_id) == held
    assert vault("verify", vault_id).returncode == 0
    # The template took the tags, too; the run has those to write and no policy.
    done = project.up()
    assert not [request for request in done.writes if "accesspolicies" in request.path.lower()]
    assert stranger.policies(vault_id) == held
    events = json.loads(vault("history", vault_id, "--json").stdout)["events"]
    assert {"lost", "put-back"} <= {row["what"] for row in events if row["principal"] == someone}
