"""Receipts in a container, by real runs: what a pipeline with an empty disk still knows, and what no store may cost."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from azure.identity import ClientSecretCredential
from azure.storage.blob import ContainerClient

from holdfast_sandbox.rehearsal import Azure, Project

pytestmark = pytest.mark.engine

STRANGER = "b0b0b0b0-0000-4000-8000-000000000003"


@pytest.fixture
def container(azure: Azure, blobs: str, monkeypatch: pytest.MonkeyPatch) -> ContainerClient:
    """A new container, by Microsoft's own client."""
    environ = azure.environ
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", environ["REQUESTS_CA_BUNDLE"])
    credential = ClientSecretCredential(
        environ["ARM_TENANT_ID"],
        environ["ARM_CLIENT_ID"],
        environ["ARM_CLIENT_SECRET"],
        authority=environ["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
    )
    client = ContainerClient(blobs, "receipts", credential=credential)
    client.create_container()
    return client


def stored(container: ContainerClient) -> dict[str, dict[str, Any]]:
    return {name: json.loads(container.download_blob(name).readall()) for name in container.list_blob_names()}


def test_a_pipeline_with_an_empty_disk_compares_with_what_it_left_in_the_container(
    project: Project, container: ContainerClient
) -> None:
    """Each receipt is a blob of its own, the newest is what the next run compares with, and a store that is gone costs
    a warning: neither the run nor a read of Azure."""
    project.change(lambda environment: environment.update(receipts={"container": f"{container.url}/audit"}))
    project.up()
    first = project.receipt()
    (name, blob), *more = stored(container).items()
    assert not more
    assert name.startswith("audit/holdfast/sandbox/receipt-")
    assert blob == first
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project.checkout, capture_output=True, text=True)
    assert first["commit"]["id"] == (head.stdout.strip() or None)
    assert first["versions"]["pulumi-azure-native"]
    assert first["identity"]
    secret = project.environ["ARM_CLIENT_SECRET"]
    assert secret not in json.dumps(first)
    made = {row["name"]: row["id"] for row in first["decisions"] if row["decision"] == "create"}
    writes = {row["id"] for row in first["writes"] if row["write"] == "create"}
    assert set(made.values()) == writes
    assert {"group", "vault", "storage", "registry", "workspace"} <= set(made)
    assert {row["write"] for row in first["writes"]} == {"create", "grant"}

    # What another machine saw since, and nobody's disk has.
    row = {"principal": STRANGER, "whose": "theirs", "before": {}, "after": {"secrets": ["get"]}, "state": "added"}
    seen = json.dumps({**first, "policies": [*first["policies"], row]})
    container.upload_blob("audit/holdfast/sandbox/receipt-20990101T000000000000-ab.json", seen)
    shutil.rmtree(Path(project.environ["HOLDFAST_HOME"]))
    second = project.up()
    assert (second.operations, second.writes) == ({}, [])
    assert [entry["objectId"] for entry in project.receipt()["lost"]] == [STRANGER]
    assert project.receipt()["writes"] == []
    assert len(stored(container)) == 3

    gone = "https://127.0.0.1:1/holdfast/receipts"
    project.change(lambda environment: environment.update(receipts={"container": gone}))
    third = project.up()
    assert "warning: receipt-not-stored" in third.text
    assert (third.operations, third.writes, len(third.reads)) == ({}, [], len(second.reads))
    assert project.receipt()["time"] > first["time"]
