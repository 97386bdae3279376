"""Does a program with an online endpoint come to rest on the real engine, and does a failed deployment say why?"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from holdfast_sandbox import engine
from holdfast_sandbox.rehearsal import Azure

from ..services.built import built
from ..services.serving import MODEL
from .test_container_group_with_engine import Stack

pytestmark = [pytest.mark.engine, pytest.mark.slow]

TROUBLE = "learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints"
PROGRAM = """
    import json
    import os

    import pulumi
    from pulumi_azure_native import applicationinsights, keyvault, machinelearningservices as ml, operationalinsights
    from pulumi_azure_native import resources, storage

    wanted = json.loads(os.environ["WANTED"])
    group = resources.ResourceGroup("group", resource_group_name="rg-online", location="westeurope")
    where = {"resource_group_name": group.name, "location": "westeurope"}
    vault = keyvault.Vault(
        "vault",
        vault_name="kv-online",
        properties={
            "tenant_id": os.environ["ARM_TENANT_ID"],
            "sku": {"family": "A", "name": "standard"},
            "access_policies": [],
        },
        **where,
    )
    account = storage.StorageAccount(
        "account", account_name="stonline", kind="StorageV2", sku={"name": "Standard_LRS"}, **where
    )
    logs = operationalinsights.Workspace("logs", workspace_name="log-online", **where)
    insights = applicationinsights.Component(
        "insights",
        resource_name_="ai-online",
        kind="web",
        application_type="web",
        workspace_resource_id=logs.id,
        **where,
    )
    workspace = ml.Workspace(
        "workspace",
        workspace_name="ml-online",
        identity={"type": "SystemAssigned"},
        key_vault=vault.id,
        storage_account=account.id,
        application_insights=insights.id,
        **where,
    )
    inside = {"resource_group_name": group.name, "workspace_name": workspace.name}
    environment = ml.EnvironmentVersion(
        "environment", name="score", version=wanted["version"], properties={"image": wanted["image"]}, **inside
    )
    endpoint = ml.OnlineEndpoint(
        "endpoint",
        endpoint_name="online",
        location="westeurope",
        kind="Managed",
        properties={"auth_mode": "Key", "traffic": wanted["traffic"]},
        **inside,
    )
    ml.OnlineDeployment(
        "deployment",
        endpoint_name=endpoint.name,
        deployment_name="blue",
        location="westeurope",
        sku={"name": "Default", "capacity": 1},
        properties=ml.ManagedOnlineDeploymentArgs(
            endpoint_compute_type="Managed",
            environment_id=environment.id,
            readiness_probe=ml.ProbeSettingsArgs(initial_delay="PT0S", period="PT1S"),
        ),
        **inside,
    )
    keys = ml.list_online_endpoint_keys_output(endpoint_name=endpoint.name, **inside)
    pulumi.export("uri", endpoint.properties.scoring_uri)
    pulumi.export("key", keys.primary_key)
"""


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory, warm: dict[str, str]) -> Iterator[Azure]:
    engine.ensure(quiet=True)
    base = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_", "PULUMI_"))}
    with Azure.private(tmp_path_factory.mktemp("sandbox"), base=base) as running:
        running.environ.update(warm)
        yield running


@pytest.mark.source(TROUBLE)
def test_a_program_with_an_endpoint_comes_to_rest(azure: Azure, tmp_path: Path) -> None:
    """Made, given its traffic, and left alone: then it scores. A deployment that fails names Azure's code."""
    stack = Stack(tmp_path / "project", azure, "rg-online")
    (stack.folder / "__main__.py").write_text(textwrap.dedent(PROGRAM))
    image = built(azure.server.state, "model", MODEL, ports=(5001,))

    def up(code: int = 0, **wanted: object) -> tuple[str, int]:
        mark = azure.mark()
        done = stack._pulumi(
            ["up", "--stack", "dev", "--yes", "--skip-preview"], {"version": "1", "image": image, **wanted}
        )
        assert done.returncode == code, done.stdout
        writes = [one for one in azure.since(mark) if one.is_write and one.method in ("PUT", "PATCH", "DELETE")]
        return done.stdout, len(writes)

    up(traffic={})
    assert up(traffic={"blue": 100})[1] == 1
    assert up(traffic={"blue": 100})[1] == 0
    uri = stack._pulumi(["stack", "output", "uri"], {}).stdout.strip()
    key = stack._pulumi(["stack", "output", "key", "--show-secrets"], {}).stdout.strip()
    scored = requests.post(uri, json={"x": 1}, headers={"Authorization": f"Bearer {key}"}, timeout=10)
    assert scored.json()["told"] == {"x": 1}
    said, _ = up(255, traffic={"blue": 100}, version="2", image="acrhand.azurecr.io/none:1")
    assert "ImagePullLoopBackOff" in said
    assert requests.post(uri, json={}, headers={"Authorization": f"Bearer {key}"}, timeout=10).status_code == 200
