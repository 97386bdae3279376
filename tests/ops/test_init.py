"""Facts -> a stack file: what is adopted, what is used by its id, and what is told instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import ALLOWED
from holdfast.model.sorts import Sort
from holdfast.ops.init.draft import draft, stack_name
from holdfast.ops.init.drafted import Draft, Left
from holdfast.ops.init.page import render
from holdfast.ops.init.rehearsal import Rehearsal, loadable, path_of, rehearse
from holdfast.read.inventory import take_inventory

from .conftest import ELSEWHERE, GROUP, IDENTITY, OURS, PIPELINE, SUBSCRIPTION, FakeAzure, policy

VAULT, WORKSPACE = (f"{GROUP}/providers/{KINDS[kind].arm_type}" for kind in (Kind.VAULT, Kind.WORKSPACE))
THEIRS = {"holdfast-project": "holdfast", "holdfast-stack": "platform"}

Init = Callable[..., Rehearsal]


@pytest.fixture
def init(azure: FakeAzure) -> Init:
    """All of the command but its words and its file."""

    def run(workspace: str | None = None, *, adopt: bool = True) -> Rehearsal:
        client: Any = azure
        inventory = take_inventory(client, SUBSCRIPTION, "rg-fraud", workspace, lambda _text: None)
        drafted = draft(inventory, "holdfast", "found", adopt=adopt)
        return rehearse(client, drafted, inventory, "stacks/Pulumi.found.yaml")

    return run


def reasons(rehearsed: Rehearsal) -> dict[str, str]:
    """By the last piece of the id."""
    return {left.id.rpartition("/")[2].lower(): left.reason for left in rehearsed.draft.left}


def what(rehearsed: Rehearsal) -> dict[str, str]:
    return {fate.name: fate.what for fate in rehearsed.fates}


def test_what_is_in_the_group_is_adopted_and_only_tagged(init: Init) -> None:
    """Names as they are, what is live as settings, and the tags are all that a run writes."""
    done = init()
    assert done.draft.environment == {
        "resourceGroup": "rg-fraud",
        "vault": {
            "name": "kv-fraud",
            "whenExists": "adopt",
            "authorization": "access-policies",
            "publicAccess": False,
            "retentionDays": 90,
            "purgeProtection": True,
            "grants": [{"principal": PIPELINE, "secrets": ["get", "list"]}],
        },
        "storage": {"name": "stfraud", "whenExists": "adopt"},
        "logs": {"name": "log-fraud", "whenExists": "adopt"},
        "insights": {"name": "appi-fraud", "whenExists": "adopt"},
        "registry": {
            "name": "crfraud",
            "whenExists": "adopt",
            "sku": "Basic",
            "admin": False,
            "publicAccess": True,
        },
        "workspace": done.draft.environment["workspace"],
        "computes": [
            {
                "name": "cpu",
                "whenExists": "adopt",
                "kind": "cluster",
                "size": "STANDARD_DS3_V2",
                "min": 0,
                "max": 2,
            }
        ],
        "containerGroups": [{"name": "score", "whenExists": "adopt", "image": "nginx:1.27", "cpu": 1.0, "memory": 1.5}],
    }
    assert done.draft.environment["workspace"].items() >= {"name": "mlw-fraud", "publicAccess": True}.items()
    assert (done.draft.location, done.draft.subscription) == ("westeurope", SUBSCRIPTION)
    assert set(what(done).values()) == {"adopt", "refer"}
    assert what(done)["rg-fraud"] == "refer"
    assert done.writes == ("the tags holdfast-project and holdfast-stack on 7 resources",)
    assert done.draft.left == ()


def test_everything_by_its_id_writes_nothing(init: Init) -> None:
    """`--id`: parts are used as they are, and grants are for the vault's owner."""
    done = init(adopt=False)
    assert done.draft.environment["vault"].keys() == {"id"}
    assert done.draft.environment["resourceGroup"] == {"id": GROUP}
    assert done.draft.environment["computes"][0]["whenExists"] == "refer"
    assert set(what(done).values()) == {"refer"}
    assert done.writes == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tags": THEIRS}, "belongs to stack `holdfast/platform`"),
        ({"location": "northeurope"}, "is in northeurope"),
        ({"tags": {str(number): "x" for number in range(49)}}, "has 49 tags"),
    ],
)
def test_what_can_not_be_managed_is_used_by_its_id(
    azure: FakeAzure, init: Init, changes: dict[str, Any], says: str
) -> None:
    """Another stack's, elsewhere, or without room for our tags: used, and the file says why."""
    azure.change(f"{VAULT}/kv-fraud", **changes)
    done = init()
    assert done.draft.environment["vault"] == {"id": f"{VAULT}/kv-fraud"}
    assert says in done.draft.remarks["vault",]
    assert what(done)["kv-fraud"] == "refer"


def test_our_own_tags_are_no_reason_for_an_id(azure: FakeAzure, init: Init) -> None:
    """A stack whose file was lost gets its own resources back, already tagged."""
    for id in list(azure.bodies):
        azure.change(id, tags=OURS)
    done = init()
    assert what(done)["kv-fraud"] == "adopt"
    assert done.writes == ()


def test_what_the_workspace_uses_elsewhere_is_found_and_used(azure: FakeAzure, init: Init) -> None:
    """In other groups; a second vault in the group is not the one."""
    logs = azure.kind(Kind.LOGS, "log-platform", scope=ELSEWHERE)
    azure.change(
        f"{GROUP}/providers/Microsoft.Insights/components/appi-fraud", properties={"WorkspaceResourceId": logs}
    )
    azure.kind(Kind.VAULT, "kv-other")
    done = init()
    assert done.draft.environment["logs"] == {"id": logs}
    assert done.draft.environment["vault"]["name"] == "kv-fraud"
    assert reasons(done)["kv-other"] == "is not the Key Vault that the workspace uses"
    assert reasons(done)["log-fraud"] == "is not the Log Analytics workspace that the workspace uses"


def test_a_group_of_another_stack_is_used_by_its_id(azure: FakeAzure, init: Init) -> None:
    """What is in it may still be nobody's."""
    azure.change(GROUP, tags=THEIRS)
    done = init()
    assert done.draft.environment["resourceGroup"] == {"id": GROUP}
    assert "holdfast/platform" in done.draft.remarks["resourceGroup",]
    assert what(done)["kv-fraud"] == "adopt"


def test_computes_of_another_stacks_workspace_are_left_alone(azure: FakeAzure, init: Init) -> None:
    """They carry no tags, and are their workspace's."""
    azure.change(f"{WORKSPACE}/mlw-fraud", tags=THEIRS)
    done = init()
    assert "computes" not in done.draft.environment
    assert "belongs to stack `holdfast/platform`" in reasons(done)["cpu"]


def test_what_nobody_made_is_not_made(azure: FakeAzure, init: Init) -> None:
    """A workspace without a registry, and one whose component was deleted: nothing is made in their place."""
    component = f"{GROUP}/providers/Microsoft.Insights/components/appi-fraud"
    registry = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/crfraud"
    del azure.bodies[component.lower()]
    azure.change(f"{WORKSPACE}/mlw-fraud", properties={"containerRegistry": None})
    done = init()
    assert [done.draft.environment[key] for key in ("insights", "registry", "logs")] == [False, False, False]
    assert "does not exist" in reasons(done)["appi-fraud"]
    assert reasons(done)[registry.rpartition("/")[2]] == "is not the Container registry that the workspace uses"
    assert set(what(done).values()) == {"adopt", "refer"}
    assert done.writes == ("the tags holdfast-project and holdfast-stack on 4 resources",)


@pytest.mark.parametrize("kind", [Kind.VAULT, Kind.STORAGE])
def test_a_workspace_without_its_vault_is_no_environment(azure: FakeAzure, init: Init, kind: Kind) -> None:
    """A new one would not hold what was in it: it is restored first."""
    gone = next(id for id in azure.bodies if f"/{KINDS[kind].arm_type.lower()}/" in id and id.count("/") == 8)
    del azure.bodies[gone]
    with pytest.raises(HoldfastError, match="workspace-broken"):
        init()


def test_policies_that_no_grant_can_say_are_told(azure: FakeAzure, init: Init) -> None:
    """Through an application, without a permission, with one that nobody knows."""
    strange = [
        {**policy(f"{letter * 8}-0000-4000-8000-000000000001", **held), **more}
        for letter, held, more in (
            ("b", {"secrets": ["get"]}, {"applicationId": PIPELINE}),
            ("d", {}, {}),
            ("e", {"secrets": ["fly"]}, {}),
        )
    ]
    azure.change(f"{VAULT}/kv-fraud", properties={"accessPolicies": strange})
    done = init()
    assert "grants" not in done.draft.environment["vault"]
    told = [left.reason for left in done.draft.left]
    assert len(told) == 3
    assert any("through application" in reason for reason in told)
    assert any("holds no permission" in reason for reason in told)
    assert any("secrets: fly" in reason for reason in told)


def test_roles_on_an_rbac_vault_become_grants(azure: FakeAzure, init: Init) -> None:
    """Those on the vault itself, by name; the workspace's identity, inherited and unknown ones are not among them."""
    azure.change(f"{VAULT}/kv-fraud", properties={"enableRbacAuthorization": True})
    roles = "providers/Microsoft.Authorization/roleAssignments"
    admin, user = "00482a5a-887f-4fb3-b363-3b7fe8e74483", "4633458b-17de-408a-b874-0445c86b69e6"
    held = [
        (f"{VAULT}/kv-fraud", PIPELINE, user),
        (f"{VAULT}/kv-fraud", IDENTITY, admin),
        (f"{VAULT}/kv-fraud", PIPELINE, SUBSCRIPTION),
        (GROUP, "d5d5d5d5-0000-4000-8000-000000000002", user),
    ]
    for number, (scope, principal, role) in enumerate(held):
        properties = {"scope": scope, "principalId": principal, "roleDefinitionId": f"/x/{role}"}
        azure.put(f"{VAULT}/kv-fraud/{roles}/{number}", properties)
    done = init()
    vault = done.draft.environment["vault"]
    assert vault["authorization"] == "rbac"
    assert vault["grants"] == [{"principal": PIPELINE, "roles": ["Key Vault Secrets User"]}]
    assert f"the role {SUBSCRIPTION}" in reasons(done)["kv-fraud"]
    assert done.writes == ("the tags holdfast-project and holdfast-stack on 7 resources",)


def test_roles_that_are_missing_stay_missing_and_are_named(azure: FakeAzure, init: Init) -> None:
    """On the vault and on the registry: a run that assigned them would change what others made."""
    assert "roleAssignments" not in init().draft.environment
    azure.change(f"{VAULT}/kv-fraud", properties={"enableRbacAuthorization": True})
    del azure.bodies[next(id for id in azure.bodies if "/roleassignments/" in id)]
    done = init()
    assert list(done.draft.environment)[:2] == ["resourceGroup", "roleAssignments"]
    assert done.draft.environment["roleAssignments"] == "expect"
    assert done.writes == ("the tags holdfast-project and holdfast-stack on 7 resources",)
    told = [note for note in done.notes if "az role assignment create" in note]
    assert any("AcrPush" in note for note in told)
    assert any("Key Vault Administrator" in note for note in told)


def test_a_workspace_is_chosen(azure: FakeAzure, init: Init) -> None:
    """The other one is told with the word that makes a file for it."""
    azure.kind(Kind.WORKSPACE, "mlw-second", azure.bodies[f"{WORKSPACE}/mlw-fraud".lower()]["properties"])
    with pytest.raises(HoldfastError) as raised:
        init()
    assert [fault.id for fault in raised.value.faults] == ["workspace-ambiguous"]
    assert "mlw-fraud, mlw-second" in str(raised.value).replace("MLW-FRAUD", "mlw-fraud")
    done = init("MLW-Second")
    assert done.draft.environment["workspace"]["name"] == "mlw-second"
    assert "`--workspace mlw-fraud`" in reasons(done)["mlw-fraud"]


def test_parts_that_can_not_be_described_are_told(azure: FakeAzure, init: Init) -> None:
    """Elsewhere, another stack's, on its way out, or of a type without settings."""
    workspace = f"{WORKSPACE}/mlw-fraud"
    azure.part(Sort.COMPUTE, workspace, "far", {"computeType": "AmlCompute"}, location="eastus")
    azure.part(Sort.COMPUTE, workspace, "going", {"computeType": "AmlCompute", "provisioningState": "Deleting"})
    azure.part(Sort.COMPUTE, workspace, "bricks", {"computeType": "Databricks"})
    azure.part(Sort.CONTAINER, GROUP, "theirs", {}, tags=THEIRS)
    azure.part(Sort.CONTAINER, GROUP, "two", {"containers": [{}, {}]})
    azure.part(Sort.DIAGNOSTICS, f"{VAULT}/kv-fraud", "to-siem")
    azure.put(f"{GROUP}/providers/Microsoft.Web/sites/shop")
    told = reasons(init())
    assert "is in eastus" in told["far"]
    assert told["going"] == "is being deleted"
    assert told["bricks"] == "a compute of type Databricks has no settings"
    assert told["theirs"] == "belongs to stack `holdfast/platform`"
    assert "that there are 2 containers" in told["two"]
    assert "this one stays beside it" in told["to-siem"]
    assert told["shop"] == "no setting is for a microsoft.web/sites"


def with_cluster(azure: FakeAzure, scope: str = GROUP, **root: Any) -> str:
    """A cluster with two pools and the extension, attached to the workspace."""
    cluster = azure.kind(Kind.CLUSTER, "aks-fraud", {}, scope, sku={"name": "Base", "tier": "Standard"}, **root)
    pool = {"vmSize": "Standard_D4s_v3", "count": 2, "enableAutoScaling": False, "osType": "Linux"}
    azure.part(Sort.POOL, cluster, "nodepool1", {**pool, "mode": "System"})
    azure.part(Sort.POOL, cluster, "gpu", {**pool, "mode": "User"})
    flags = {"enableTraining": "True", "enableInference": "False"}
    kind = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": flags}
    azure.part(Sort.EXTENSION, cluster, "azureml", kind)
    azure.part(Sort.EXTENSION, cluster, "flux", {"extensionType": "microsoft.flux"})
    inner = {"resourceId": cluster, "properties": {"namespace": "ml"}}
    azure.part(Sort.COMPUTE, f"{WORKSPACE}/mlw-fraud", "aks", {"computeType": "Kubernetes", **inner})
    return cluster


def test_a_cluster_is_adopted_with_its_pools_and_its_extension(azure: FakeAzure, init: Init) -> None:
    """The pool that it was made with is named, not listed; another extension is somebody's."""
    with_cluster(azure)
    done = init()
    assert done.draft.environment["cluster"] == {
        "name": "aks-fraud",
        "whenExists": "adopt",
        "tier": "standard",
        "systemPool": {"name": "nodepool1"},
        "pools": [{"name": "gpu", "whenExists": "adopt", "mode": "User", "size": "Standard_D4s_v3", "count": 2}],
        "extension": {"install": True, "name": "azureml", "whenExists": "adopt", "training": True, "inference": False},
    }
    namespace = {"name": "aks", "whenExists": "adopt", "kind": "kubernetes", "namespace": "ml"}
    assert namespace in done.draft.environment["computes"]
    assert set(what(done).values()) == {"adopt", "refer"}
    assert "microsoft.flux" in reasons(done)["flux"]


def test_a_cluster_without_the_extension_is_given_none(azure: FakeAzure, init: Init) -> None:
    """An adopted one gets nothing that nobody asked for."""
    cluster = with_cluster(azure)
    del azure.bodies[f"{cluster}/providers/Microsoft.KubernetesConfiguration/extensions/azureml".lower()]
    done = init()
    assert done.draft.environment["cluster"]["extension"] is False
    assert "create" not in what(done).values()


def test_a_cluster_elsewhere_is_used_and_its_pools_are_its_owners(azure: FakeAzure, init: Init) -> None:
    """It is found by the compute that stands on it."""
    cluster = with_cluster(azure, ELSEWHERE)
    done = init()
    assert done.draft.environment["cluster"] == {"id": cluster}
    assert "is in another resource group" in reasons(done)["gpu"]
    assert what(done)["aks"] == "adopt"
    assert init(adopt=False).draft.environment["cluster"] == {"id": cluster}


def test_what_the_settings_refuse_is_left_out_and_told(azure: FakeAzure, init: Init) -> None:
    """A closed Basic registry keeps its name and loses the one setting; a compute that is misnamed falls out."""
    registry = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/crfraud"
    azure.change(registry, properties={"publicNetworkAccess": "Disabled"})
    azure.part(
        Sort.COMPUTE, f"{WORKSPACE}/mlw-fraud", "a", {"computeType": "AmlCompute", "properties": {"vmSize": "X"}}
    )
    done = init()
    assert done.draft.environment["registry"].items() >= {"name": "crfraud", "sku": "Basic"}.items()
    assert "publicAccess" not in done.draft.environment["registry"]
    assert [item["name"] for item in done.draft.environment["computes"]] == ["cpu"]
    told = {left.id: left.reason for left in done.draft.left}
    assert "Premium" in told["registry.publicAccess"]
    assert "left out of the settings" in told["computes `a`"]


ALL_BUT_PURGE = {kind: sorted(ALLOWED[kind] - {"all", "purge"}) for kind in ("keys", "secrets", "certificates")}


@pytest.mark.parametrize("held", [ALL_BUT_PURGE, {"secrets": ["get"]}])
def test_a_user_assigned_identity_is_said_by_its_name(azure: FakeAzure, init: Init, held: dict[str, list[str]]) -> None:
    """One of the group is adopted, and named by the workspace, unless naming it would give it access that it lacks."""
    named = azure.part(Sort.IDENTITY, GROUP, "id-train", {"principalId": PIPELINE})
    block = {"type": "UserAssigned", "userAssignedIdentities": {named.lower(): {"principalId": PIPELINE}}}
    azure.change(f"{WORKSPACE}/mlw-fraud", identity=block, properties={"primaryUserAssignedIdentity": named})
    azure.change(f"{VAULT}/kv-fraud", properties={"accessPolicies": [policy(PIPELINE, **held)]})
    done = init()
    said = held is ALL_BUT_PURGE
    assert done.draft.environment["identities"] == [{"name": "id-train", "whenExists": "adopt"}]
    assert done.draft.environment["workspace"].get("identity") == ({"user": {"name": "id-train"}} if said else None)
    assert any("lacks access" in reason for reason in reasons(done).values()) is not said
    assert done.writes == ("the tags holdfast-project and holdfast-stack on 8 resources",)
    # Nothing is said of the roles that it lacks but in the preview.
    assert done.draft.environment.get("roleAssignments") == ("expect" if said else None)


def test_what_can_not_be_read_ends_it(azure: FakeAzure, init: Init) -> None:
    """A run would be refused with that file, too."""
    from holdfast.arm import Answer

    azure.answers[f"{VAULT}/kv-fraud".lower()] = Answer(
        403, {"error": {"code": "AuthorizationFailed", "message": "no"}}
    )
    with pytest.raises(HoldfastError) as raised:
        init()
    assert [fault.id for fault in raised.value.faults] == ["unreadable"]
    assert raised.value.exit_code == 3


def test_a_list_that_can_not_be_read_is_told(azure: FakeAzure, init: Init) -> None:
    """Its parts are not in the file, and the file says so."""
    from holdfast.arm import Answer

    place = f"{WORKSPACE}/mlw-fraud/computes".lower()
    azure.answers[place] = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    client: Any = azure
    inventory = take_inventory(client, SUBSCRIPTION, "rg-fraud", None, lambda _text: None)
    drafted = draft(inventory, "holdfast", "found", adopt=True)
    assert Left(GROUP, "every compute in it: the list was answered 403 AuthorizationFailed") in drafted.left


@pytest.mark.parametrize(
    ("id", "answer", "error", "code"),
    [
        (GROUP, (404, "ResourceGroupNotFound"), "group-missing", 2),
        (GROUP, (404, "SubscriptionNotFound"), "subscription-not-visible", 2),
        (GROUP, (403, "AuthorizationFailed"), "unreadable", 3),
        (GROUP, (401, "AuthenticationFailed"), "login-refused", 2),
        (f"{GROUP}/resources", (403, "AuthorizationFailed"), "unreadable", 3),
        (f"{WORKSPACE}/mlw-fraud", (404, "ResourceNotFound"), "unreadable", 3),
    ],
)
def test_what_ends_it_says_whose_fault_it_is(
    azure: FakeAzure, init: Init, id: str, answer: tuple[int, str], error: str, code: int
) -> None:
    """The user's, or Azure's."""
    from holdfast.arm import Answer

    azure.answers[id.lower()] = Answer(answer[0], {"error": {"code": answer[1], "message": "said so"}})
    with pytest.raises(HoldfastError) as raised:
        init()
    assert ([fault.id for fault in raised.value.faults], raised.value.exit_code) == ([error], code)


def test_a_group_without_a_workspace_is_no_environment(azure: FakeAzure, init: Init) -> None:
    """Nothing to begin with."""
    del azure.bodies[f"{WORKSPACE}/mlw-fraud".lower()]
    with pytest.raises(HoldfastError, match="workspace-missing"):
        init()


def test_a_page_reads_back_as_what_was_drafted(init: Init) -> None:
    """YAML for people, with remarks and the list of what was left out, is still the same settings."""
    drafted = init().draft
    drafted = Draft(
        **{name: getattr(drafted, name) for name in ("project", "stack", "subscription", "location")},
        environment={**drafted.environment, "tags": {"yes": "no", "1e5": "0x1F", "a b": "x: y # z", "empty": ""}},
        remarks=drafted.remarks,
        left=(Left("/subscriptions/x", "because"),),
    )
    text = render(
        drafted, schema="../docs/settings.schema.json", beside={"encryptionsalt": "v1:a=:b", "config": {"a:b": 1}}
    )
    content = yaml.safe_load(text)
    assert content["config"]["holdfast:environment"] == drafted.environment
    assert (content["encryptionsalt"], content["config"]["a:b"]) == ("v1:a=:b", 1)
    assert text.startswith("# yaml-language-server: $schema=../docs/settings.schema.json\n")
    assert "#   /subscriptions/x\n#     because\n" in text
    assert all(len(line) <= 120 or "/" in line for line in text.splitlines())


def test_a_draft_loses_an_item_without_losing_the_others_remarks() -> None:
    """Remarks behind it move up; those of the item go."""
    before = Draft(
        "p",
        "s",
        SUBSCRIPTION,
        "westeurope",
        {"computes": [{"name": "a"}, {"name": "b"}, {"name": "c", "min": 1}]},
        remarks={("computes", 0): "A", ("computes", 1): "B", ("computes", 2, "min"): "C", ("vault",): "V"},
    )
    after = before.without(("computes", 1), Left("x", "y"))
    assert after.environment == {"computes": [{"name": "a"}, {"name": "c", "min": 1}]}
    assert after.remarks == {("computes", 0): "A", ("computes", 1, "min"): "C", ("vault",): "V"}
    assert after.without(("computes", 1, "min"), Left("x", "y")).environment["computes"][1] == {"name": "c"}


def test_key_paths_are_read() -> None:
    """As messages write them."""
    assert path_of("computes[3].size") == ("computes", 3, "size")
    assert path_of("vault.grants[2].secrets[0]") == ("vault", "grants", 2, "secrets", 0)


def test_a_fault_that_nothing_can_be_left_out_for_is_told() -> None:
    """A location that nobody knows is no setting that could be dropped."""
    with pytest.raises(HoldfastError, match="unknown-location"):
        loadable(Draft("p", "s", SUBSCRIPTION, "nowhere", {"resourceGroup": "rg"}), "stacks/Pulumi.s.yaml")


def test_a_stack_is_called_as_its_group_is_as_far_as_pulumi_takes_it() -> None:
    """Parentheses are for groups alone."""
    assert stack_name("rg (old)") == "rg-old-"
