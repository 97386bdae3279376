"""Do managed clusters behave, for azure-mgmt-containerservice and for raw requests?"""

from __future__ import annotations

import base64
import json

import pytest
import requests
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError
from azure.mgmt.containerservice import ContainerServiceClient

VERSION = "2025-09-01"
REST = "learn.microsoft.com/rest/api/aks/managed-clusters/create-or-update"
ETAGS = "learn.microsoft.com/azure/aks/use-etags"
SYSTEM_POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v3", "osType": "Linux"}


def plain(*pools: dict, **properties) -> dict:
    """The body of a cluster with a system pool, or with the pools given."""
    return {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {"dnsPrefix": "mine", "agentPoolProfiles": list(pools) or [SYSTEM_POOL], **properties},
    }


def cluster_id(sandbox, group: str, name: str) -> str:
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers"
    return f"{where}/Microsoft.ContainerService/managedClusters/{name}"


def make(sandbox, group: str, name: str = "aks", body: dict | None = None) -> str:
    """The id of a cluster that is there."""
    path = cluster_id(sandbox, group, name)
    answer = sandbox.request("PUT", path, VERSION, body or plain())
    assert answer.status_code == 201, answer.text
    assert sandbox.settled(answer, VERSION).json()["status"] == "Succeeded"
    return path


def get(sandbox, path: str, version: str = VERSION) -> dict:
    answer = sandbox.request("GET", path, version)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(answer) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["code"], body["message"]


def settle(sandbox, answer) -> None:
    """Waits for the end of an update, which is answered with 200 and polled."""
    assert answer.status_code == 200, answer.text
    path = answer.headers["Azure-AsyncOperation"].removeprefix(sandbox.url).partition("?")[0]
    assert get(sandbox, path)["status"] == "Succeeded"


def request_with(sandbox, method: str, path: str, version: str, body: dict | None, headers: dict) -> requests.Response:
    """A request with headers of its own."""
    token = sandbox.credential.get_token("https://management.azure.com/.default").token
    return requests.request(
        method,
        sandbox.url + path,
        json=body,
        params={"api-version": version},
        headers={"Authorization": f"Bearer {token}", **headers},
        verify=sandbox.bundle,
        timeout=30,
    )


def make_identity(sandbox, group: str, name: str) -> tuple[str, str]:
    """Id and principal of a new user-assigned identity."""
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers"
    path = f"{where}/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    made = sandbox.request("PUT", path, "2024-11-30", {"location": "westeurope"}).json()
    return path, made["properties"]["principalId"]


@pytest.mark.source(REST)
def test_a_cluster_lives_its_life_in_azure_mgmt_containerservice(sandbox, group) -> None:
    """Created, read, listed, tagged, stopped, started and deleted by Microsoft's own client, in its newest version."""
    clusters = sandbox.client(ContainerServiceClient).managed_clusters
    made = clusters.begin_create_or_update(group, "aks", {**plain(), "tags": {"a": "1"}}).result()
    assert (made.name, made.location, made.provisioning_state, made.sku.tier) == (
        "aks",
        "westeurope",
        "Succeeded",
        "Free",
    )
    assert made.fqdn.startswith("mine-")
    assert made.fqdn.endswith(".invalid")
    assert [pool.name for pool in made.agent_pool_profiles] == ["system"]
    assert clusters.get(group, "AKS").id == made.id
    assert clusters.begin_update_tags(group, "aks", {"tags": {"b": "2"}}).result().tags == {"b": "2"}
    assert [one.name for one in clusters.list_by_resource_group(group)] == ["aks"]
    assert made.id in [one.id for one in clusters.list()]
    clusters.begin_stop(group, "aks").result()
    assert clusters.get(group, "aks").power_state.code == "Stopped"
    clusters.begin_start(group, "aks").result()
    assert clusters.get(group, "aks").agent_pool_profiles[0].power_state.code == "Running"
    clusters.begin_delete(group, "aks").result()
    assert list(clusters.list_by_resource_group(group)) == []
    with pytest.raises(HttpResponseError) as gone:
        clusters.get(group, "aks")
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source("azure-cli: recordings/test_aks_create_again_should_fail.yaml")
def test_a_creation_is_answered_with_what_will_be_and_polled(sandbox, group) -> None:
    """201 with the body in `Creating` and Azure-AsyncOperation alone; an update is 200."""
    path = cluster_id(sandbox, group, "aks")
    first = sandbox.request("PUT", path, VERSION, plain())
    assert first.status_code == 201
    assert "Location" not in first.headers
    shown = first.json()
    assert (shown["type"], shown["properties"]["provisioningState"]) == (
        "Microsoft.ContainerService/ManagedClusters",
        "Creating",
    )
    assert "identityProfile" not in shown["properties"]
    sandbox.settled(first, VERSION)
    again = sandbox.request("PUT", path, VERSION, plain())
    assert (again.status_code, again.json()["properties"]["provisioningState"]) == (200, "Updating")


@pytest.mark.source("pulumi-azure-native: upgrade test containerservice-agentpool, recorded with 2.76.0")
def test_a_bare_cluster_has_the_recorded_defaults(sandbox, group) -> None:
    """Without a network profile it is Azure CNI in overlay mode; the pool has 250 pods a node and 128 GiB disks."""
    shown = get(sandbox, make(sandbox, group))
    properties, node_group = shown["properties"], f"MC_{group}_aks_westeurope"
    assert shown["id"] == cluster_id(sandbox, group, "aks").replace("resourceGroups", "resourcegroups")
    assert shown["sku"] == {"name": "Base", "tier": "Free"}
    assert properties["nodeResourceGroup"] == node_group
    assert properties["servicePrincipalProfile"] == {"clientId": "msi"}
    assert (properties["enableRBAC"], properties["maxAgentPools"]) == (True, 100)
    assert properties["oidcIssuerProfile"] == {"enabled": False}
    network = properties["networkProfile"]
    (address,) = network.pop("loadBalancerProfile")["effectiveOutboundIPs"]
    assert f"/resourceGroups/{node_group}/providers/Microsoft.Network/publicIPAddresses/" in address["id"]
    assert network == {
        "dnsServiceIP": "10.0.0.10",
        "ipFamilies": ["IPv4"],
        "loadBalancerSku": "standard",
        "networkDataplane": "azure",
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "outboundType": "loadBalancer",
        "podCidr": "10.244.0.0/16",
        "podCidrs": ["10.244.0.0/16"],
        "serviceCidr": "10.0.0.0/16",
        "serviceCidrs": ["10.0.0.0/16"],
    }
    (pool,) = properties["agentPoolProfiles"]
    del pool["nodeImageVersion"], pool["eTag"]
    assert pool == {
        **SYSTEM_POOL,
        "currentOrchestratorVersion": properties["currentKubernetesVersion"],
        "enableAutoScaling": False,
        "enableFIPS": False,
        "enableNodePublicIP": False,
        "kubeletDiskType": "OS",
        "maxPods": 250,
        "orchestratorVersion": properties["kubernetesVersion"],
        "osDiskSizeGB": 128,
        "osDiskType": "Managed",
        "osSKU": "Ubuntu",
        "powerState": {"code": "Running"},
        "provisioningState": "Succeeded",
        "type": "VirtualMachineScaleSets",
        "upgradeSettings": {"maxSurge": "10%"},
    }


@pytest.mark.source("learn.microsoft.com/azure/aks/faq (node resource group); use-managed-identity")
def test_the_nodes_have_a_group_of_their_own_and_it_goes_with_the_cluster(sandbox, group) -> None:
    """It is managed by the cluster, holds the kubelet's identity, and lets the control plane in as Contributor."""
    path = make(sandbox, group, body=plain(nodeResourceGroup=f"{group}-nodes"))
    shown = get(sandbox, path)
    nodes = f"{sandbox.subscription}/resourceGroups/{group}-nodes"
    assert get(sandbox, nodes, "2024-03-01")["managedBy"] == shown["id"]
    kubelet = shown["properties"]["identityProfile"]["kubeletidentity"]
    assert kubelet["resourceId"].endswith("/userAssignedIdentities/aks-agentpool")
    identity = get(sandbox, kubelet["resourceId"], "2024-11-30")["properties"]
    assert (identity["principalId"], identity["clientId"]) == (kubelet["objectId"], kubelet["clientId"])
    held = get(sandbox, f"{nodes}/providers/Microsoft.Authorization/roleAssignments", "2022-04-01")["value"]
    assert shown["identity"]["principalId"] in [one["properties"]["principalId"] for one in held]
    sandbox.settled(sandbox.request("DELETE", path, VERSION), VERSION)
    assert sandbox.request("GET", nodes, "2024-03-01").status_code == 404


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group")
def test_the_nodes_group_goes_with_the_clusters_group(sandbox, group) -> None:
    """Who deletes the resource group of a cluster deletes its nodes too."""
    make(sandbox, group)
    where = f"{sandbox.subscription}/resourceGroups/"
    assert sandbox.request("DELETE", where + group, "2024-03-01").status_code == 202
    assert sandbox.request("GET", f"{where}MC_{group}_aks_westeurope", "2024-03-01").status_code == 404


@pytest.mark.source("github.com/pulumi/pulumi-azure-native/issues/959; github.com/Azure/AKS/issues/695, 57")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dnsPrefix": "other"}, "dnsPrefix"),
        ({"nodeResourceGroup": "other"}, "nodeResourceGroup"),
        ({"enableRBAC": False}, "enableRBAC"),
        ({"networkProfile": {"networkPlugin": "kubenet"}}, "networkProfile.networkPlugin"),
        ({"networkProfile": {"serviceCidr": "10.9.0.0/16"}}, "networkProfile.serviceCidr"),
        ({"networkProfile": {"podCidr": "10.99.0.0/16"}}, "networkProfile.podCidr"),
        (
            {"apiServerAccessProfile": {"enablePrivateCluster": True}},
            "apiServerAccessProfile.enablePrivateCluster",
        ),
        ({"agentPoolProfiles": [{**SYSTEM_POOL, "vmSize": "Standard_D4s_v3"}]}, "agentPoolProfile.vmSize"),
        ({"agentPoolProfiles": [{**SYSTEM_POOL, "osSKU": "AzureLinux"}]}, "agentPoolProfile.OSSKU"),
    ],
)
def test_what_a_cluster_keeps_for_life_is_refused(sandbox, group, change, named) -> None:
    """PropertyChangeNotAllowed names the property, in the service's flat error."""
    path = make(sandbox, group)
    answer = sandbox.request("PUT", path, VERSION, plain(**change))
    assert answer.json() == {
        "code": "PropertyChangeNotAllowed",
        "details": None,
        "message": f"Changing property '{named}' is not allowed.",
        "subcode": "",
        "target": named,
    }
    assert answer.status_code == 400


@pytest.mark.source("github.com/Azure/azure-cli-extensions/pull/9855")
@pytest.mark.slow
def test_a_second_write_meets_the_first(slow_sandbox) -> None:
    """While a cluster is being made every other write answers 409 OperationNotAllowed; a deletion takes over."""
    slow_sandbox.request("PUT", f"{slow_sandbox.subscription}/resourceGroups/rg", "2024-03-01", {"location": "eastus"})
    path = cluster_id(slow_sandbox, "rg", "aks")
    body = {**plain(), "location": "eastus"}
    assert slow_sandbox.request("PUT", path, VERSION, body).status_code == 201
    clusters = slow_sandbox.client(ContainerServiceClient).managed_clusters
    with pytest.raises(ResourceExistsError) as busy:
        clusters.begin_create_or_update("rg", "aks", body)
    assert busy.value.error.code == "OperationNotAllowed"
    assert "in progress create managed cluster operation" in busy.value.error.message
    for method, tail, sent in (
        ("PATCH", "", {"tags": {}}),
        ("POST", "/stop", None),
        ("PUT", "/agentPools/user", {"properties": {"count": 1, "vmSize": "Standard_D2s_v3"}}),
    ):
        status, code, _ = refusal(slow_sandbox.request(method, path + tail, VERSION, sent))
        assert (status, code) == (409, "OperationNotAllowed")
    assert slow_sandbox.request("DELETE", path, VERSION).status_code == 202
    assert get(slow_sandbox, path)["properties"]["provisioningState"] == "Deleting"


@pytest.mark.source(ETAGS)
def test_a_change_under_if_match_wins_once(sandbox, group) -> None:
    """GET, change, PUT under If-Match: the first writer wins, the second with the same tag is told 412."""
    make(sandbox, group)
    clusters = sandbox.client(ContainerServiceClient).managed_clusters
    mine = clusters.get(group, "aks")
    theirs = clusters.get(group, "aks")
    mine.tags = {"who": "me"}
    options = {"etag": mine.e_tag, "match_condition": MatchConditions.IfNotModified}
    after = clusters.begin_create_or_update(group, "aks", mine, **options).result()
    assert (after.tags, after.e_tag == theirs.e_tag) == ({"who": "me"}, False)
    with pytest.raises(ResourceModifiedError) as late:
        clusters.begin_create_or_update(group, "aks", theirs, **options)
    assert (late.value.status_code, late.value.error.code) == (412, "PreconditionFailed")
    with pytest.raises(ResourceModifiedError):
        clusters.begin_delete(group, "aks", **options)


@pytest.mark.source(ETAGS)
@pytest.mark.parametrize(
    ("method", "headers", "absent", "present"),
    [
        ("PUT", {}, 201, 200),
        ("PUT", {"If-Match": "*"}, 412, 200),
        ("PUT", {"If-Match": "xyz"}, 412, 412),
        ("PUT", {"If-None-Match": "*"}, 201, 412),
        ("PUT", {"If-None-Match": "xyz"}, 400, 400),
        ("PUT", {"If-Match": "xyz", "If-None-Match": "*"}, 400, 400),
        ("PATCH", {"If-Match": "*"}, 404, 200),
        ("PATCH", {"If-Match": "xyz"}, 404, 412),
        ("DELETE", {"If-Match": "*"}, 204, 202),
        ("DELETE", {"If-Match": "xyz"}, 204, 412),
    ],
)
def test_preconditions_follow_the_documented_table(sandbox, group, method, headers, absent, present) -> None:
    """Each header against a cluster that is not there, and one that is."""
    path = cluster_id(sandbox, group, "aks")
    body = None if method == "DELETE" else plain() if method == "PUT" else {"tags": {}}
    first = request_with(sandbox, method, path, VERSION, body, headers)
    assert first.status_code == absent, first.text
    if first.status_code == 201:
        sandbox.settled(first, VERSION)
    else:
        make(sandbox, group)
    assert request_with(sandbox, method, path, VERSION, body, headers).status_code == present


@pytest.mark.source(f"{ETAGS} (API 2024-09-01)")
def test_etags_came_with_a_version(sandbox, group) -> None:
    """Before it there is no eTag in answers, and the headers mean nothing."""
    path = make(sandbox, group)
    old = get(sandbox, path, "2024-08-01")
    assert "eTag" not in old
    assert "eTag" not in old["properties"]["agentPoolProfiles"][0]
    assert request_with(sandbox, "PUT", path, "2024-08-01", plain(), {"If-Match": "xyz"}).status_code == 200
    assert get(sandbox, path)["eTag"]


@pytest.mark.source("github.com/pulumi/pulumi-azure-native/issues/579, 1686; github.com/Azure/AKS/issues/2495, 1602")
def test_inline_pools_are_neither_added_nor_removed_by_a_cluster(sandbox, group) -> None:
    """A new cluster needs them, with a system pool; later a new one is refused and a missing one stays."""
    path = cluster_id(sandbox, group, "aks")
    user = {**SYSTEM_POOL, "name": "work", "mode": "User"}
    missing = sandbox.request("PUT", path, VERSION, plain(agentPoolProfiles=None))
    assert refusal(missing) == (400, "InvalidParameter", "Required parameter agentPoolProfiles is missing (null).")
    alone = sandbox.request("PUT", path, VERSION, plain(user))
    assert refusal(alone) == (400, "MustDefineAtLeastOneSystemPool", "Must define at least one system pool.")
    make(sandbox, group, body=plain(SYSTEM_POOL, user))
    status, code, message = refusal(sandbox.request("PUT", path, VERSION, plain(SYSTEM_POOL, {**user, "name": "x"})))
    assert (status, code, message.partition(".")[0]) == (400, "BadRequest", "A new agent pool was introduced")
    for profiles in ([SYSTEM_POOL], None):
        answer = sandbox.request("PUT", path, VERSION, plain(agentPoolProfiles=profiles))
        assert answer.status_code == 200, answer.text
        settle(sandbox, answer)
        assert [pool["name"] for pool in get(sandbox, path)["properties"]["agentPoolProfiles"]] == ["system", "work"]


@pytest.mark.source("github.com/rancher/dashboard/issues/11884; rancher/rancher/issues/24071; kubeblocks#10136")
def test_versions_go_up_one_minor_at_a_time(sandbox, group) -> None:
    """An alias resolves to its newest patch; a skip, a step down, and what is not listed are refused."""
    listed = get(
        sandbox,
        f"{sandbox.subscription}/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions",
    )["values"]
    minors = [value["version"] for value in listed]
    assert [value["version"] for value in listed if value.get("isDefault")] == [minors[-2]]
    supported = [value for value in listed if "KubernetesOfficial" in value["capabilities"]["supportPlan"]]
    first, second, third = ([*value["patchVersions"]] for value in supported)
    path = make(sandbox, group, body=plain(kubernetesVersion=supported[0]["version"]))
    shown = get(sandbox, path)["properties"]
    assert (shown["kubernetesVersion"], shown["currentKubernetesVersion"]) == (supported[0]["version"], first[-1])
    offered = get(sandbox, f"{path}/upgradeProfiles/default")["properties"]
    assert [one["kubernetesVersion"] for one in offered["controlPlaneProfile"]["upgrades"]] == second
    for wanted, code, words in (
        (third[0], "OperationNotAllowed", f"Upgrading Kubernetes version {first[-1]} to {third[0]} is not allowed."),
        (first[0], "OperationNotAllowed", f"Downgrading Kubernetes version {first[-1]} to {first[0]} is not allowed."),
        ("1.12.3", "K8sVersionNotSupported", "Managed cluster aks is on version 1.12.3 which is not supported in"),
    ):
        status, said, message = refusal(sandbox.request("PUT", path, VERSION, plain(kubernetesVersion=wanted)))
        assert (status, said) == (400, code)
        assert message.startswith(words)
    upgraded = sandbox.request("PUT", path, VERSION, plain(kubernetesVersion=second[0]))
    settle(sandbox, upgraded)
    after = get(sandbox, path)["properties"]
    assert after["currentKubernetesVersion"] == second[0]
    assert after["agentPoolProfiles"][0]["currentOrchestratorVersion"] == first[-1]
    long_term = sandbox.request("PUT", path + "2", VERSION, plain(kubernetesVersion=minors[0]))
    assert "only available for Long-Term Support" in refusal(long_term)[2]


@pytest.mark.source(
    "github.com/hashicorp/terraform-provider-azurerm/pull/15489; learn.microsoft.com/azure/aks/local-accounts"
)
def test_local_accounts_can_be_off(sandbox, group) -> None:
    """Then no static credential is given; a cluster with Entra has a user's kubeconfig without any credential."""
    clusters = sandbox.client(ContainerServiceClient).managed_clusters
    path = make(sandbox, group)
    for listed, name in (
        (clusters.list_cluster_user_credentials(group, "aks"), "clusterUser"),
        (clusters.list_cluster_admin_credentials(group, "aks"), "clusterAdmin"),
    ):
        (found,) = listed.kubeconfigs
        assert found.name == name
        config = json.loads(bytes(found.value))
        assert config["users"][0]["user"].keys() == {"client-certificate-data", "client-key-data", "token"}
        assert ".invalid:443" in config["clusters"][0]["cluster"]["server"]
    settle(sandbox, sandbox.request("PUT", path, VERSION, plain(disableLocalAccounts=True)))
    for action in ("listClusterUserCredential", "listClusterAdminCredential"):
        assert refusal(sandbox.request("POST", f"{path}/{action}", VERSION)) == (
            400,
            "BadRequest",
            "Getting static credential is not allowed because this cluster is set to disable local accounts.",
        )
    entra = plain(disableLocalAccounts=True, aadProfile={"managed": True, "enableAzureRBAC": True})
    settle(sandbox, sandbox.request("PUT", path, VERSION, entra))
    (found,) = sandbox.request("POST", f"{path}/listClusterUserCredential", VERSION).json()["kubeconfigs"]
    user = json.loads(base64.b64decode(found["value"]))["users"][0]["user"]
    assert user["exec"]["command"] == "kubelogin"
    assert user.keys() == {"exec"}
    assert "secrets" not in json.dumps(get(sandbox, path))


@pytest.mark.source("learn.microsoft.com/azure/aks/use-managed-identity (pre-created kubelet identity)")
def test_a_kubelet_identity_of_ones_own_has_two_conditions(sandbox, group) -> None:
    """A user-assigned control plane, and Managed Identity Operator for it on the kubelet's identity."""
    path = cluster_id(sandbox, group, "aks")
    plane, principal = make_identity(sandbox, group, "plane")
    kubelet, kubelet_principal = make_identity(sandbox, group, "kubelet")
    body = plain(identityProfile={"kubeletidentity": {"resourceId": kubelet}})
    system = sandbox.request("PUT", path, VERSION, body)
    assert refusal(system)[:2] == (400, "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster")
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {plane: {}}}
    unpermitted = sandbox.request("PUT", path, VERSION, body)
    assert refusal(unpermitted)[:2] == (400, "CustomKubeletIdentityMissingPermissionError")
    role = f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    role += "/f1a07417-d97a-45cb-824c-7a7467783830"
    assigned = sandbox.request(
        "PUT",
        f"{kubelet}/providers/Microsoft.Authorization/roleAssignments/5a4db0c5-0000-4000-8000-{kubelet_principal[-12:]}",
        "2022-04-01",
        {"properties": {"roleDefinitionId": role, "principalId": principal}},
    )
    assert assigned.status_code == 201, assigned.text
    shown = get(sandbox, make(sandbox, group, body=body))
    profile = shown["properties"]["identityProfile"]["kubeletidentity"]
    assert (profile["resourceId"], profile["objectId"]) == (kubelet, kubelet_principal)
    assert "principalId" not in shown["identity"]
    again = sandbox.request("PUT", path, VERSION, shown)
    assert again.status_code == 200, again.text


@pytest.mark.source(
    "hashicorp-education/learn-terraform-provision-aks-cluster#15; learn.microsoft.com/answers/questions/2088453"
)
def test_sizes_and_quota_have_their_limits(sandbox, group) -> None:
    """An unknown size lists the known ones; too many cores are named with what is left."""
    path = cluster_id(sandbox, group, "aks")
    odd = sandbox.request("PUT", path, VERSION, plain({**SYSTEM_POOL, "vmSize": "Standard_A1"}))
    status, code, message = refusal(odd)
    assert (status, code) == (400, "BadRequest")
    assert message.startswith(
        "The VM size of Standard_A1 is not allowed in your subscription in location 'westeurope'. The available VM "
        "sizes are '"
    )
    many = sandbox.request("PUT", path, VERSION, {**plain({**SYSTEM_POOL, "count": 1000}), "location": "uksouth"})
    status, code, message = refusal(many)
    assert (status, code) == (400, "ErrCode_InsufficientVCPUQuota")
    assert "for location uksouth. left regional vcpu quota 350, requested quota 2000." in message


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/1166; github.com/Azure/AKS/issues/695")
def test_a_subnet_is_named_by_its_id(sandbox, group) -> None:
    """What is no id is the front door's error; the id of something else is the service's."""
    path = cluster_id(sandbox, group, "aks")
    malformed = sandbox.request("PUT", path, VERSION, plain({**SYSTEM_POOL, "vnetSubnetID": "mine"}))
    assert malformed.json()["error"]["code"] == "LinkedInvalidPropertyId"
    assert "'properties.agentPoolProfiles[0].vnetSubnetID'" in malformed.json()["error"]["message"]
    other = sandbox.request("PUT", path, VERSION, plain({**SYSTEM_POOL, "vnetSubnetID": path}))
    assert refusal(other)[2].startswith("The value of parameter agentPoolProfile.vnetSubnetID is invalid.")


@pytest.mark.source(f"{REST} (patterns and bounds); github.com/Azure/azure-cli/pull/22442 (the words)")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dnsPrefix": "-no-"}, "dnsPrefix"),
        ({"networkProfile": {"dnsServiceIP": "10.1.0.10"}}, "networkProfile.dnsServiceIP"),
        ({"networkProfile": {"serviceCidr": "ten"}}, "networkProfile.serviceCidr"),
        ({"networkProfile": {"networkPlugin": "odd"}}, "networkProfile.networkPlugin"),
        ({"networkProfile": {"outboundType": "userDefinedRouting"}}, "networkProfile.outboundType"),
        (
            {"apiServerAccessProfile": {"authorizedIPRanges": ["300.1.1.1/32"]}},
            "apiServerAccessProfile.authorizedIPRanges",
        ),
        ({"autoUpgradeProfile": {"upgradeChannel": "weekly"}}, "autoUpgradeProfile.upgradeChannel"),
        ({"agentPoolProfiles": [{**SYSTEM_POOL, "name": "Caps"}]}, "agentPoolProfile.name"),
    ],
)
def test_wrong_values_are_named(sandbox, group, change, named) -> None:
    """InvalidParameter with the property's path."""
    answer = sandbox.request("PUT", cluster_id(sandbox, group, "aks"), VERSION, plain(**change))
    assert refusal(answer) == (
        400,
        "InvalidParameter",
        f"The value of parameter {named} is invalid. Please see https://aka.ms/aks-naming-rules for more details.",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"windowsProfile": {"adminUsername": "me"}},
        {"httpProxyConfig": {"httpProxy": "http://x"}},
        {"servicePrincipalProfile": {"clientId": "5a4db0c5-0000-4000-8000-00000000000a", "secret": "x"}},
        {"addonProfiles": {"ingressApplicationGateway": {"enabled": True}}},
        {"fqdnSubdomain": "mine"},
        {"networkProfile": {"ipFamilies": ["IPv4", "IPv6"]}},
    ],
)
def test_what_the_sandbox_lacks_is_refused_by_name(sandbox, group, change) -> None:
    """Nothing that Azure would act on is dropped in silence."""
    answer = sandbox.request("PUT", cluster_id(sandbox, group, "aks"), VERSION, plain(**change))
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith("is not served by the sandbox.")
    assert answer.json()["error"]["target"].startswith(next(iter(change)))


@pytest.mark.source("learn.microsoft.com/azure/aks/private-clusters; api-server-authorized-ip-ranges; use-oidc-issuer")
def test_access_to_the_api_server_and_the_issuer(sandbox, group) -> None:
    """Ranges are normalised; a private cluster has a private name; the OIDC issuer has a URL and stays."""
    ranges = {"authorizedIPRanges": ["203.0.113.7", "198.51.100.0/24"]}
    path = make(sandbox, group, body=plain(apiServerAccessProfile=ranges, oidcIssuerProfile={"enabled": True}))
    shown = get(sandbox, path)["properties"]
    assert shown["apiServerAccessProfile"]["authorizedIPRanges"] == ["203.0.113.7/32", "198.51.100.0/24"]
    assert shown["oidcIssuerProfile"]["issuerURL"].startswith("https://westeurope.oic.")
    off = sandbox.request("PUT", path, VERSION, plain(oidcIssuerProfile={"enabled": False}))
    assert refusal(off)[:2] == (400, "OIDCIssuerFeatureCannotBeDisabled")
    private = {"enablePrivateCluster": True, "enablePrivateClusterPublicFQDN": False}
    hidden = get(sandbox, make(sandbox, group, "hidden", plain(apiServerAccessProfile=private)))["properties"]
    assert ".privatelink.westeurope." in hidden["privateFQDN"]
    assert "fqdn" not in hidden


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/85161")
def test_a_stopped_cluster_can_be_started_and_deleted_only(sandbox, group) -> None:
    """Stopping it again is refused in Azure's words."""
    path = make(sandbox, group)
    sandbox.settled(sandbox.request("POST", f"{path}/stop", VERSION), VERSION)
    again = sandbox.request("POST", f"{path}/stop", VERSION)
    assert refusal(again)[2] == (
        "managed cluster is in Provisioning State(Succeeded) and Power State(Stopped), stopping cannot be performed"
    )
    assert refusal(sandbox.request("PUT", path, VERSION, plain()))[0] == 400
    sandbox.settled(sandbox.request("POST", f"{path}/start", VERSION), VERSION)
    assert sandbox.request("PUT", path, VERSION, plain()).status_code == 200


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/async-operations")
def test_a_failed_creation_leaves_a_failed_cluster(sandbox, group, no_faults) -> None:
    """The operation ends with its error; the cluster says Failed, and another PUT mends it."""
    path = cluster_id(sandbox, group, "aks")
    sandbox.fault(f"PUT {path}", fail_operation="ReconcileVNetFailed", times=1)
    ended = sandbox.settled(sandbox.request("PUT", path, VERSION, plain()), VERSION).json()
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "ReconcileVNetFailed")
    assert get(sandbox, path)["properties"]["provisioningState"] == "Failed"
    settle(sandbox, sandbox.request("PUT", path, VERSION, plain()))
    mended = get(sandbox, path)["properties"]
    assert mended["provisioningState"] == "Succeeded"
    assert mended["identityProfile"]["kubeletidentity"]["objectId"]


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers (and networking)")
def test_the_roles_around_clusters_are_built_in(sandbox) -> None:
    """By their real ids, which programs name."""
    where = f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    for role, name in (
        ("0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8", "Azure Kubernetes Service Cluster Admin Role"),
        ("4abbcc35-e782-43d8-92c5-2d3f1bd2253f", "Azure Kubernetes Service Cluster User Role"),
        ("ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8", "Azure Kubernetes Service Contributor Role"),
        ("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b", "Azure Kubernetes Service RBAC Cluster Admin"),
        ("3498e952-d568-435e-9b2c-8d77e338d7f7", "Azure Kubernetes Service RBAC Admin"),
        ("7f6c6a51-bcf8-42ba-9220-52d62157d7db", "Azure Kubernetes Service RBAC Reader"),
        ("a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb", "Azure Kubernetes Service RBAC Writer"),
        ("4d97b98b-1d4f-4787-a291-c67834d212e7", "Network Contributor"),
    ):
        assert get(sandbox, f"{where}/{role}", "2022-04-01")["properties"]["roleName"] == name


@pytest.mark.source("github.com/sassoftware/viya4-iac-azure/issues/163")
def test_a_subnet_that_is_not_there_is_named(sandbox, group) -> None:
    """Once the sandbox has networks, a subnet must be one of theirs; with one, a cluster can be made in it."""
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers"
    vnet = f"{where}/Microsoft.Network/virtualNetworks/mine"
    subnets = [{"name": "nodes", "properties": {"addressPrefix": "10.1.0.0/24"}}]
    body = {
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets},
    }
    made = sandbox.request("PUT", vnet, "2024-05-01", body)
    assert made.status_code in (200, 201), made.text
    missing = plain({**SYSTEM_POOL, "vnetSubnetID": f"{vnet}/subnets/none"})
    assert refusal(sandbox.request("PUT", cluster_id(sandbox, group, "aks"), VERSION, missing)) == (
        400,
        "SubnetNotFound",
        f"Could not find subnet none in vnet mine from resource group {group} of subscription "
        f"{sandbox.subscription.rpartition('/')[2]}.",
    )
    path = make(sandbox, group, body=plain({**SYSTEM_POOL, "vnetSubnetID": f"{vnet}/subnets/nodes"}))
    assert get(sandbox, path)["properties"]["agentPoolProfiles"][0]["vnetSubnetID"] == f"{vnet}/subnets/nodes"
