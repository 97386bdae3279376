"""What an identity with rights on its group alone can do: everything, on a sandbox that enforces role assignments."""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast_sandbox.arm.identity import CLIENT_ID, SUBSCRIPTION_ID, object_id_of
from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from ..proof.served import Served, small_and_served
from .foreign_hand import ForeignHand

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CHECKOUT = Path(__file__).resolve().parents[2]
PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ROLE_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
DEFINITIONS = f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions"
ASSIGNMENTS = "2022-04-01"


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory, warm: dict[str, str]) -> Iterator[Azure]:
    """A sandbox that asks everybody for rights."""
    with Azure.private(tmp_path_factory.mktemp("strict"), "--rbac") as running:
        running.environ.update(warm)
        yield running


@dataclass(frozen=True)
class Owner:
    """Whoever made the group, and gives others their roles in it."""

    hand: ForeignHand

    def give(self, client_id: str, role: str, scope: str | None = None) -> None:
        """Assigns a role to the principal of a client id; on the group, unless another scope is given."""
        path = f"{scope or self.hand.scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        properties = {"roleDefinitionId": f"{DEFINITIONS}/{role}", "principalId": object_id_of(client_id)}
        self.hand.put(path, ASSIGNMENTS, {"properties": {**properties, "principalType": "ServicePrincipal"}})

    def define(self, actions: set[str], scope: str) -> str:
        """A custom role of these actions and nothing else; its GUID."""
        role, permissions = str(uuid.uuid4()), [{"actions": sorted(actions)}]
        properties = {"roleName": f"exactly {role}", "assignableScopes": [scope], "permissions": permissions}
        answer = self.hand.ask("PUT", f"{DEFINITIONS}/{role}", ASSIGNMENTS, {"properties": properties})
        assert answer.ok, answer.text
        return role


@pytest.fixture
def owner(azure: Azure, settings: dict[str, Any]) -> Owner:
    """The owner of the subscription, who has made the group."""
    hand = ForeignHand(Stranger(azure.environ, CLIENT_ID), azure.environ, settings["resourceGroup"])
    return Owner(hand.make_group())


@pytest.fixture
def me() -> str:
    """A client id that nobody knows yet."""
    return str(uuid.uuid4())


def as_(project: Project, client_id: str) -> Project:
    """The project, run by that principal from now on."""
    project.environ.update(ARM_CLIENT_ID=client_id, AZURE_CLIENT_ID=client_id)
    return project


def rights(azure: Azure, client_id: str) -> dict[str, str]:
    """What the principal was asked for since the last time: `held`, or `refused` where it never was. What a list of the
    subscription leaves out counts as asked in vain there, and the same right is held on the group."""
    rows = azure.server.ask("GET", f"rights?caller={object_id_of(client_id)}")
    azure.server.ask("DELETE", "rights")
    return {row["right"].lower(): "held" if row["held"] else "refused" for row in rows}


def test_a_contributor_of_the_group_can_do_everything(
    azure: Azure, owner: Owner, me: str, project: Project, settings: dict[str, Any]
) -> None:
    """Provision, find nothing to do, change, preview as a reader, repair, adopt: no right on the subscription."""
    owner.give(me, CONTRIBUTOR)
    as_(project, me)
    first = project.up()
    assert "deleted-vaults-unreadable" in first.text
    assert {right for right, came in rights(azure, me).items() if came == "refused"} == {
        "microsoft.keyvault/deletedvaults/read",
        "microsoft.keyvault/locations/deletedvaults/read",
    }
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    assert "deleted-vaults-unreadable" not in again.text
    project.change(lambda environment: environment["vault"].update(publicAccess=True))
    changed = project.up()
    assert [request.method for request in changed.writes] == ["PATCH"]
    vault, stranger = project.resource_id("vault"), Stranger(azure.environ, CLIENT_ID)
    before = stranger.policies(vault)
    assert {PIPELINE, SCIENTISTS} < set(before)
    stranger.redeploy_template(vault, tags={})
    reader = str(uuid.uuid4())
    owner.give(reader, READER)
    preview = as_(project, reader).preview()
    assert "workspace-identity-lost-access" in preview.text
    assert PIPELINE in preview.text
    assert not preview.writes
    assert set(rights(azure, reader).values()) == {"held"}
    as_(project, me).up()
    assert stranger.policies(vault) == before
    made = project.managed()
    project.lose_state()
    adopted = project.up()
    assert adopted.changes.get("import") == len(made)
    assert (adopted.writes, project.managed()) == ([], made)
    assert set(rights(azure, me).values()) == {"held"}


def test_a_reader_cannot_provision_and_is_told_which_right_lacks(
    azure: Azure, owner: Owner, me: str, project: Project
) -> None:
    """The provider's error has Azure's words: the action and the scope."""
    owner.give(me, READER)
    done = as_(project, me).up(expect=None)
    assert done.code != 0
    assert "AuthorizationFailed" in done.text
    assert f"object id '{object_id_of(me)}' does not have authorization to perform action" in done.text
    assert [request for request in done.writes if request.status and request.status < 300] == []


def test_the_refusal_of_a_deleted_vaults_name_is_explained(
    azure: Azure, owner: Owner, me: str, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """What can't be seen is a warning that names the vault; the 409 finds it beside itself; nothing is purged."""
    name = f"kv-{uuid.uuid4().hex[:10]}"
    vault = owner.hand.vault(name)
    assert owner.hand.ask("DELETE", vault, "2023-07-01").ok
    owner.give(me, CONTRIBUTOR)
    project = as_(make_project({**settings, "vault": {**settings["vault"], "name": name}}), me)
    preview = project.preview()
    assert preview.text.count("deleted-vaults-unreadable") >= 1
    done = project.up(expect=None)
    assert done.code != 0
    diagnostics = done.text.partition("Diagnostics:")[2]
    assert 'Code="ConflictError"' in diagnostics
    # The engine shows both in one place, in an order of its own.
    explained = next(line for line in diagnostics.splitlines() if "deleted-vaults-unreadable" in line)
    assert name in explained
    assert "409 ConflictError" in explained
    assert "never purged" in explained
    assert f"az keyvault recover --name {name} --location westeurope" in explained
    assert not [request for request in done.requests if "purge" in request.path]
    # Whoever may recovers it, as the warning says: then the run goes on, and the vault is as it was.
    body = {"location": "westeurope", "properties": {"createMode": "recover", "tenantId": owner.hand.tenant}}
    body["properties"] |= {"sku": {"family": "A", "name": "standard"}}
    assert owner.hand.ask("PUT", vault, "2023-07-01", body).ok
    recovered = project.up()
    assert "deleted-vaults-unreadable" not in recovered.text
    assert not [write for write in recovered.writes if write.method == "PUT" and write.path.lower() == vault.lower()]


def test_an_rbac_vault_takes_the_right_to_assign_roles_besides(
    azure: Azure, owner: Owner, me: str, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """Contributor and Role Based Access Control Administrator on the group: the grants are made, and made once."""
    owner.give(me, CONTRIBUTOR)
    owner.give(me, ROLE_ADMINISTRATOR)
    settings["vault"] = {"grants": [{"principal": PIPELINE, "roles": ["Key Vault Secrets User"]}]}
    project = as_(make_project(settings), me)
    first = project.up()
    assert [write for write in first.writes if "/roleAssignments/" in write.path]
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    assert rights(azure, me)["microsoft.authorization/roleassignments/write"] == "held"


def test_roles_that_are_expected_need_no_right_to_assign_any(
    azure: Azure, owner: Owner, me: str, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """A contributor provisions with `roleAssignments: expect`; each missing role is told with its `az` line."""
    owner.give(me, CONTRIBUTOR)
    identities = [{"name": "id-score", "roles": [{"role": "AcrPull", "scope": "registry"}]}]
    project = as_(make_project({**settings, "roleAssignments": "expect", "identities": identities}), me)
    done = project.up()
    assert "role-expected" in done.text
    assert "az role assignment create" in done.text
    assert "microsoft.authorization/roleassignments/write" not in rights(azure, me)


ZONES = (
    "privatelink.vaultcore.azure.net",
    "privatelink.blob.core.windows.net",
    "privatelink.file.core.windows.net",
    "privatelink.azurecr.io",
    "privatelink.api.azureml.ms",
    "privatelink.notebooks.azure.net",
)


def documented(mark: str = "yes") -> dict[str, set[str]]:
    """The rights of docs/permissions.md whose rows bear that mark, by where they are needed: `hub` or `group`."""
    found: dict[str, set[str]] = {"hub": set(), "group": set()}
    for line in (CHECKOUT / "docs/permissions.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[-1] == mark:
            where = "hub" if cells[-2] in ("the subnet", "the group that `network.privateDns` names") else "group"
            found[where] |= set(re.findall(r"`(Microsoft\.[^`]+)`", line))
    return found


def hub(owner: Owner) -> str:
    """The id of another team's group, with a network of one subnet and every zone."""
    hand = owner.hand
    group = f"{hand.scope}-hub"
    hand.put(group, "2024-03-01", {"location": "westeurope"})
    subnets = [{"name": "endpoints", "properties": {"addressPrefix": "10.7.1.0/24"}}]
    space = {"addressSpace": {"addressPrefixes": ["10.7.0.0/16"]}, "subnets": subnets}
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/vnet"
    hand.put(network, "2024-05-01", {"location": "westeurope", "properties": space})
    for zone in ZONES:
        hand.put(f"{group}/providers/Microsoft.Network/privateDnsZones/{zone}", "2024-06-01", {"location": "global"})
    return group


def everything(group: str, platform: str) -> dict[str, Any]:
    """The environment of `make up`, and beside it what that leaves out: a network, a lock, an identity in use."""
    stack = yaml.safe_load((CHECKOUT / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
    environment: dict[str, Any] = {**stack["config"]["holdfast:environment"], "resourceGroup": group}
    environment["vault"].pop("publicAccess")
    del environment["services"]
    environment["containerGroups"][0]["identity"] = {"user": "id-score"}
    subnet = f"{platform}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints"
    network = {"publicAccess": False, "subnet": subnet, "privateDns": platform}
    return {**environment, "network": network, "storage": {"lock": "cannotDelete"}}


def less(environment: dict[str, Any]) -> None:
    """Take out what is an item of its own, and change a tag and an idle time."""
    for name in ("network", "diagnostics", "storage", "datastores", "containerGroups"):
        del environment[name]
    environment["tags"]["team"] = "another"
    environment["computes"] = environment["computes"][1:]
    environment["computes"][0]["idleMinutes"] = 60
    environment["cluster"]["pools"] = []
    del environment["identities"][0]["roles"]


def commands(project: Project) -> dict[str, int]:
    """Every `holdfast` command for services, as the project's login; what failed, with its exit code."""
    lines = [
        "service list",
        "logs build --all",
        "logs build one",
        *(f"service show {name}" for name in ("one", "two")),
        *(f"service invoke {name} --data sample.json" for name in ("one", "two")),
        *(f"logs service {name}" for name in ("one", "two")),
        "service keys two",
        "service keys two --regenerate secondary --yes",
        *(f"service restart {name}" for name in ("one", "two")),
        *(f"service delete {name} --yes" for name in ("one", "two")),
    ]
    codes = {}
    for line in lines:
        command = [sys.executable, "-m", "holdfast.ops.main", *line.split()]
        with project.popen(command) as run:
            said, _ = run.communicate(timeout=120)
        if run.returncode:
            codes[f"{line}: {said}"] = run.returncode
    return codes


def test_the_documented_rights_are_enough_for_services(
    azure: Azure, owner: Owner, me: str, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """A role of just those builds and deploys on both targets, changes, blue to green; all commands; and destroys."""
    needed, own = documented()["group"] | documented("services")["group"], documented("services")["group"]
    owner.give(me, owner.define(needed, owner.hand.scope))
    served = Served(as_(make_project(small_and_served(settings["resourceGroup"], "ml")), me))
    served.write()
    served.put("sample.json", '{"number": 7}')
    project = served.project
    project.up()
    served.more = 1
    served.write()
    project.change(lambda environment: environment["services"][1].update(traffic={"green": 100}))
    project.up()
    project.lose_state()
    assert not project.up().writes
    assert not commands(project)
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    project.up()
    project.destroy()
    asked = rights(azure, me)
    refused = {right for right, came in asked.items() if came == "refused"}
    assert refused <= {"microsoft.keyvault/deletedvaults/read", "microsoft.keyvault/locations/deletedvaults/read"}
    in_vain = {right for right in own if not any(fnmatch(one, right.lower()) for one in asked.keys() - refused)}
    assert not in_vain, f"docs/permissions.md lists what no request of the run asks for: {sorted(in_vain)}"


def test_the_documented_rights_are_enough_and_none_is_too_many(
    azure: Azure, owner: Owner, me: str, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """A role of just those makes everything, takes things out and destroys the rest, and each is asked for."""
    needed, platform = documented(), hub(owner)
    owner.give(me, owner.define(needed["group"], owner.hand.scope))
    owner.give(me, owner.define(needed["hub"], platform), platform)
    project = as_(make_project(everything(settings["resourceGroup"], platform)), me)
    assert project.up().changes["create"] > 30
    project.change(less)
    taken = project.up()
    assert taken.operations["delete"] > 15
    project.destroy()
    asked = rights(azure, me)
    refused = {right for right, came in asked.items() if came == "refused"}
    assert refused == {"microsoft.keyvault/deletedvaults/read", "microsoft.keyvault/locations/deletedvaults/read"}
    in_vain = {
        right
        for right in needed["group"] | needed["hub"]
        if not any(fnmatch(one, right.lower()) for one in asked.keys() - refused)
    }
    assert not in_vain, f"docs/permissions.md lists what no request of the run asks for: {sorted(in_vain)}"
