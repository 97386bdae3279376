"""Does `holdfast drift` name what a foreign hand did, and nothing else? On the stack `sandbox`, by real runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.keyvault import models as kv

from holdfast_sandbox.rehearsal import Project, Stranger

from .conftest import PIPELINE, SCIENTISTS

pytestmark = [pytest.mark.engine, pytest.mark.slow]

#: `pulumi` can't be imported in it, as on a machine that never installed the SDK.
WITHOUT_PULUMI = "import sys; sys.modules['pulumi'] = None; from holdfast.ops.main import main; main(sys.argv[1:])"

COMPUTES, STORAGE, VAULTS = "2025-12-01", "2023-05-01", "2023-07-01"


def drift(project: Project, **environ: str) -> tuple[int, dict[str, Any]]:
    """Its exit code and what it printed; no request of it may be a write."""
    mark = project.azure.mark()
    command = [sys.executable, "-c", WITHOUT_PULUMI, "drift", "--json"]
    ran = subprocess.run(
        command, cwd=project.folder, env={**project.environ, **environ}, capture_output=True, text=True, timeout=120
    )
    assert not [str(request) for request in project.azure.since(mark) if request.is_write]
    assert ran.stdout, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


def told(body: dict[str, Any]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(resource's name, property) -> settings, state, Azure, what `up` does."""
    return {
        (row["resource"]["name"], row["property"]): (row["settings"], row["state"], row["azure"], row["up"])
        for row in body["drift"]
    }


def test_what_a_foreign_hand_changed_is_named_until_up_has_set_it_back(
    sandbox: Project, stranger: Stranger, tmp_path: Path
) -> None:
    """Nothing of a stack that nobody touched; each change by its property and its three values; nothing after `up`; and
    what only a person can settle for as long as it is there."""
    sandbox.up()
    assert drift(sandbox) == (0, {"stack": "sandbox", "drift": [], "notRead": []})

    ids = sandbox.managed()
    vault, storage = sandbox.resource_id("vault"), sandbox.resource_id("storage")
    instance = next(id for name, id in ids.items() if name.startswith("compute-ada"))
    group, name = vault.split("/")[4], vault.split("/")[8]
    stranger.request("PATCH", storage, STORAGE, {"tags": {"team": "somebody", "env": "sandbox"}}).raise_for_status()
    opened = {"properties": {"publicNetworkAccess": "Enabled"}}
    stranger.request("PATCH", vault, VAULTS, opened).raise_for_status()
    idle = {"idleTimeBeforeShutdown": "PT90M"}
    stranger.request("POST", f"{instance}/updateIdleShutdownSetting", COMPUTES, idle).raise_for_status()
    taken = [stranger.entry(SCIENTISTS, secrets=["set"], keys=["get"])]
    stranger.client.vaults.update_access_policy(
        group,
        name,
        "remove",
        kv.VaultAccessPolicyParameters(properties=kv.VaultAccessPolicyProperties(access_policies=taken)),
    )
    stranger.add(vault, stranger.entry(Stranger.principal(1), secrets=["all"]))  # theirs, and no difference

    code, body = drift(sandbox)
    rows = told(body)
    assert (code, body["notRead"]) == (4, [])
    storage_name, instance_name = storage.rpartition("/")[2], instance.rpartition("/")[2]
    tags = {key for key in rows if key[0] == storage_name}
    # A PATCH of the tags takes them whole: ours went with it.
    assert tags == {(storage_name, f"tags.{tag}") for tag in ("team", "holdfast-project", "holdfast-stack")}
    assert rows.pop((storage_name, "tags.team")) == ("ml-platform", "ml-platform", "somebody", "patch")
    assert rows.pop((storage_name, "tags.holdfast-stack")) == ("sandbox", "sandbox", None, "patch")
    del rows[storage_name, "tags.holdfast-project"]
    assert rows == {
        (name, "publicNetworkAccess"): ("Disabled", "Disabled", "Enabled", "patch"),
        (instance_name, "properties.properties.idleTimeBeforeShutdown"): ("PT30M", "PT30M", "PT1H30M", "action"),
        (SCIENTISTS, "permissions.secrets"): (["get", "list", "set"], ["get", "list", "set"], ["get", "list"], "add"),
        (SCIENTISTS, "permissions.keys"): (["get"], ["get"], None, "add"),
    }

    sandbox.up()
    assert drift(sandbox) == (0, {"stack": "sandbox", "drift": [], "notRead": []})

    # Without a `pulumi` there is no state: that is said, and is no drift by itself.
    code, body = drift(sandbox, PATH=str(tmp_path))
    assert (code, body["drift"], [one["source"] for one in body["notRead"]]) == (3, [], ["state"])

    # What a run leaves to people: a wider entry, a resource that is gone, one that is listed no more, one of our tags.
    stranger.add(vault, stranger.entry(PIPELINE, secrets=["get", "list", "purge"]))
    container = sandbox.resource_id("container-score")
    stranger.request("DELETE", container, "2023-05-01").raise_for_status()
    tags = {"holdfast-project": "holdfast", "holdfast-stack": "sandbox"}
    left = f"{sandbox.resource_id('group')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-left"
    made = stranger.request("PUT", left, "2023-01-31", {"location": "westeurope", "tags": tags})
    made.raise_for_status()
    sandbox.change(lambda environment: environment["computes"].pop(0))
    code, body = drift(sandbox)
    rows = told(body)
    assert (code, body["notRead"]) == (4, [])
    assert rows == {
        (PIPELINE, "permissions.secrets"): (["get", "list"], ["get", "list"], ["get", "list", "purge"], "nothing"),
        ("score", ""): ("declared", "recorded", "absent", "refuse"),
        ("id-left", ""): (None, "absent", "live", "nothing"),
        ("cpu", ""): (None, "recorded", None, "delete"),
    }
