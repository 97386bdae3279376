"""`holdfast init` on environments that others made: the file it writes, and what real runs do with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from .conftest import CHECKOUT, PIPELINE, SCIENTISTS
from .foreign_hand import CLUSTER, CONTAINERS, IDENTITY, INSIGHTS, LOGS, REGISTRY, VERSIONS, ForeignHand

pytestmark = [pytest.mark.engine, pytest.mark.slow]

WEB, NAMESPACE = {"Application_Type": "web"}, {"namespace": "ml"}
IMAGE = "mcr.microsoft.com/azuredocs/aci-helloworld:latest"


class Initiated(Project):
    """A project without a stack file: `holdfast init` writes it."""

    def init(self, *words: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "holdfast.ops.main", "init", "--stack", self.stack, *words]
        done = subprocess.run(command, cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == expect, done.stderr
        return done

    @property
    def written(self) -> dict[str, Any]:
        """`holdfast:environment` of the stack file."""
        body = yaml.safe_load(self.stack_file.read_text(encoding="utf-8"))
        return dict(body["config"]["holdfast:environment"])


@pytest.fixture
def make_initiated(azure: Azure, tmp_path: Path) -> Callable[..., Initiated]:
    """Projects that share Azure and nothing else."""
    return lambda stack="found": Initiated(tmp_path / stack, azure, CHECKOUT, stack)


@pytest.fixture
def hand(azure: Azure, stranger: Stranger, settings: dict[str, Any]) -> Callable[..., ForeignHand]:
    """A stranger in a group of this test's own."""
    return lambda suffix="": ForeignHand(
        stranger, azure.environ, f"{settings['resourceGroup']}{suffix}"[:90]
    ).make_group()


def unique(hand: ForeignHand, prefix: str, longest: int = 24) -> str:
    """A name that no other test's resource has."""
    import hashlib

    return f"{prefix}{hashlib.sha256(hand.group.encode()).hexdigest()}"[:longest]


def policies() -> list[dict[str, Any]]:
    return [
        {"objectId": PIPELINE, "permissions": {"secrets": ["Get", "List"], "keys": [], "certificates": []}},
        {"objectId": SCIENTISTS, "permissions": {"secrets": ["all"], "keys": ["WrapKey", "UnwrapKey"]}},
    ]


def grown_by_hand(hand: ForeignHand, **vault: Any) -> dict[str, str]:
    """A whole environment: vault, storage, logs, component, registry, workspace, two computes, two container groups."""
    ids = {"vault": hand.vault(unique(hand, "kv-"), *policies(), **vault)}
    ids["storage"] = hand.storage(unique(hand, "st"))
    ids["logs"] = hand.make(LOGS, unique(hand, "log-"), {"sku": {"name": "PerGB2018"}, "retentionInDays": 90})
    ids["insights"] = hand.insights(unique(hand, "appi-"), ids["logs"])
    ids["registry"] = hand.make(REGISTRY, unique(hand, "cr"), {"adminUserEnabled": True}, sku={"name": "Premium"})
    ids["workspace"] = hand.workspace(
        unique(hand, "mlw-"),
        keyVault=ids["vault"],
        storageAccount=ids["storage"],
        applicationInsights=ids["insights"],
        containerRegistry=ids["registry"],
    )
    scale = {"minNodeCount": 0, "maxNodeCount": 7, "nodeIdleTimeBeforeScaleDown": "PT300S"}
    size = {"vmSize": "STANDARD_DS3_V2"}
    hand.compute(ids["workspace"], "cpu", {"computeType": "AmlCompute", "properties": {**size, "scaleSettings": scale}})
    hand.compute(ids["workspace"], "ann", {"computeType": "ComputeInstance", "properties": size})
    resources = {"requests": {"cpu": 0.5, "memoryInGB": 1.0}}
    ports = [{"port": 80, "protocol": "TCP"}]
    container = {"image": IMAGE, "resources": resources, "ports": ports}
    open_ = {"osType": "Linux", "restartPolicy": "OnFailure", "ipAddress": {"type": "Public", "ports": ports}}
    plain = [{"name": "MODE", "value": "1e5"}]
    hand.make(
        CONTAINERS,
        "score",
        {**open_, "containers": [{"name": "score", "properties": {**container, "environmentVariables": plain}}]},
    )
    secret = [{"name": "KEY", "secureValue": "s3cr3t"}]
    hand.make(
        CONTAINERS,
        "secretive",
        {**open_, "containers": [{"name": "secretive", "properties": {**container, "environmentVariables": secret}}]},
    )
    return ids


def test_a_foreign_environment_is_adopted_without_a_change(
    make_initiated: Callable[..., Initiated], hand: Callable[..., ForeignHand], stranger: Stranger
) -> None:
    """Nothing is made, replaced or deleted; the tags are all that is written; the second run writes nothing."""
    it = hand()
    ids = grown_by_hand(it)
    before = stranger.policies(ids["vault"])
    project = make_initiated()
    said = project.init("--from", it.group.upper())
    environment = project.written
    assert environment["resourceGroup"] == it.group
    assert environment["vault"]["whenExists"] == "adopt"
    assert [grant["principal"] for grant in environment["vault"]["grants"]] == [PIPELINE, SCIENTISTS]
    assert environment["registry"] == {
        "name": ids["registry"].rpartition("/")[2],
        "whenExists": "adopt",
        "sku": "Premium",
        "admin": True,
        "publicAccess": True,
    }
    cpu = {"name": "cpu", "whenExists": "adopt", "kind": "cluster", "size": "STANDARD_DS3_V2", "min": 0, "max": 7}
    assert {**cpu, "idleMinutes": 5} in environment["computes"]
    assert [group["name"] for group in environment["containerGroups"]] == ["score"]
    assert environment["containerGroups"][0]["env"] == {"MODE": "1e5"}
    assert "secretive" in said.stderr
    assert "which Azure does not tell" in said.stderr
    assert "#   " in project.stack_file.read_text(encoding="utf-8")
    assert "made new" not in said.stderr
    checked = subprocess.run(
        [sys.executable, "-m", "holdfast.ops.main", "settings", "check", "--stack", project.stack],
        cwd=project.folder,
        env=project.environ,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr

    project.start()
    # Pulumi writes its salt into the file, and leaves what people read there.
    assert "# Not in this file, and left as it is:" in project.stack_file.read_text(encoding="utf-8")
    preview = project.preview()
    assert not preview.writes
    assert not {"update", "replace", "delete"} & set(preview.operations)
    done = project.up()
    # `create` are our own dynamic resources: what was there is imported.
    assert not {"update", "replace", "delete", "import-replacement"} & set(done.operations)
    assert done.operations["import"] == 9
    for write in done.writes:
        tags = write.method == "PATCH" and "/tags/default" in write.path
        assert tags or (write.method == "PATCH" and write.path.startswith(ids["vault"])), str(write)
    assert stranger.policies(ids["vault"]) == before
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_another_stacks_environment_is_used_by_its_ids(
    make_initiated: Callable[..., Initiated], make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """It says whose it is, names everything by id, and a run of the new stack writes nothing there."""
    owner = make_project({**settings, "computes": [{"name": "cpu", "size": "STANDARD_DS3_V2"}]}, stack="platform")
    owner.up()
    project = make_initiated("guest")
    said = project.init("--from", settings["resourceGroup"], "--json")
    environment = project.written
    assert environment["vault"] == {"id": owner.resource_id("vault")}
    assert environment["resourceGroup"] == {"id": owner.resource_id("group")}
    assert "computes" not in environment
    assert "holdfast/platform" in project.stack_file.read_text(encoding="utf-8")
    body = json.loads(said.stdout)
    assert {row["what"] for row in body["resources"]} == {"refer"}
    assert body["writes"] == []
    project.start()
    done = project.up()
    assert done.writes == []
    assert owner.up().operations == {}


def test_a_workspace_without_a_registry_is_given_none(
    make_initiated: Callable[..., Initiated], hand: Callable[..., ForeignHand], stranger: Stranger
) -> None:
    """As portals make them: what it has not is not made, what is elsewhere is not written, second run nothing."""
    other, it = hand("-other"), hand()
    vault = other.vault(unique(other, "kv-"), *policies())
    storage = it.storage(unique(it, "st"))
    identity = it.make(IDENTITY, "id-train")
    component = it.make(INSIGHTS, unique(it, "appi-"), {"Application_Type": "web"}, kind="web")
    stands_on = {"keyVault": vault, "storageAccount": storage, "applicationInsights": component}
    workspace = it.workspace(unique(it, "mlw-"), **stands_on, description="Fraud: yes")
    project = make_initiated()
    said = project.init("--from", it.group)
    environment = project.written
    assert environment["vault"] == {"id": vault}
    assert [environment[key] for key in ("logs", "registry")] == [False, False]
    assert environment["identities"] == [{"name": identity.rpartition("/")[2], "whenExists": "adopt"}]
    assert environment["workspace"]["description"] == "Fraud: yes"
    assert "made new" not in said.stderr
    before = stranger.policies(vault)
    project.start()
    done = project.up()
    assert not {"update", "replace", "delete", "import-replacement"} & set(done.operations)
    assert done.operations["import"] == 4
    assert {write.path.partition("/providers/Microsoft.Resources")[0] for write in done.writes} == {
        storage,
        component,
        identity,
        workspace,
    }
    assert stranger.policies(vault) == before
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_a_cluster_is_adopted_with_its_pools_its_extension_and_its_namespace(
    make_initiated: Callable[..., Initiated], hand: Callable[..., ForeignHand]
) -> None:
    """AKS with the pool that it was made with, one more, the extension, and a compute in a namespace."""
    it = hand()
    storage, component = it.storage(unique(it, "st")), it.make(INSIGHTS, unique(it, "appi-"), WEB, kind="web")
    vault = it.vault(unique(it, "kv-"), rbac=True)
    stands_on = {"keyVault": vault, "storageAccount": storage, "applicationInsights": component}
    workspace = it.workspace(unique(it, "mlw-"), **stands_on)
    pool = {"vmSize": "Standard_D4s_v3", "osType": "Linux", "type": "VirtualMachineScaleSets"}
    cluster = it.make(
        CLUSTER,
        unique(it, "aks-"),
        {
            "dnsPrefix": "fraud",
            "enableRBAC": True,
            "agentPoolProfiles": [{**pool, "name": "nodepool1", "mode": "System", "count": 3}],
        },
        identity={"type": "SystemAssigned"},
        sku={"name": "Base", "tier": "Standard"},
    )
    scaled = {"count": 1, "enableAutoScaling": True, "minCount": 0, "maxCount": 4, "mode": "User"}
    it.put(f"{cluster}/agentPools/gpu", VERSIONS[CLUSTER], {"properties": {**pool, **scaled}})
    flags = {"enableTraining": "True", "enableInference": "False"}
    kind = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": flags}
    it.put(
        f"{cluster}/providers/Microsoft.KubernetesConfiguration/extensions/azureml",
        "2023-05-01",
        {"identity": {"type": "SystemAssigned"}, "properties": {**kind, "releaseTrain": "stable"}},
    )
    it.compute(workspace, "aks", {"computeType": "Kubernetes", "resourceId": cluster, "properties": NAMESPACE})
    project = make_initiated()
    said = project.init("--from", it.group)
    environment = project.written
    assert environment["cluster"]["systemPool"] == {"name": "nodepool1"}
    assert [one["name"] for one in environment["cluster"]["pools"]] == ["gpu"]
    assert environment["cluster"]["extension"]["name"] == "azureml"
    assert environment["computes"][0]["kind"] == "kubernetes"
    assert environment["vault"]["authorization"] == "rbac"
    assert "made new" not in said.stderr
    project.start()
    done = project.up()
    assert not {"update", "replace", "delete", "import-replacement"} & set(done.operations)
    assert done.operations["import"] == 8
    tags = [write for write in done.writes if write.method == "PATCH"]
    assert tags == done.writes
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
