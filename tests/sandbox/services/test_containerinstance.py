"""Do container groups behave, for azure-mgmt-containerinstance and for raw requests?"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import ContainerInstanceManagementClient

VERSION = "2024-05-01-preview"
REST = "learn.microsoft.com/rest/api/container-instances/container-groups"
UPDATE = "learn.microsoft.com/azure/container-instances/container-instances-update"
LIMITS = "learn.microsoft.com/azure/container-instances/container-instances-resource-and-quota-limits"
EXAMPLE = "azure-rest-api-specs: containerinstance 2024-05-01-preview, examples/ContainerGroupsCreateOrUpdate.json"
STATES = "learn.microsoft.com/azure/container-instances/container-state"
ACR = "learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi"


def container(name: str = "app", cpu: float = 1, memory: float = 1.5, **more: Any) -> dict[str, Any]:
    requests = {"cpu": cpu, "memoryInGB": memory}
    return {"name": name, "properties": {"image": "nginx", "resources": {"requests": requests}, **more}}


def group_of(*containers: dict[str, Any], location: str = "westeurope", **more: Any) -> dict[str, Any]:
    """A request's body; `more` are properties."""
    return {"location": location, "properties": {"containers": list(containers), "osType": "Linux", **more}}


def public(label: str | None = None, **more: Any) -> dict[str, Any]:
    address = {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}], **more}
    return address if label is None else {**address, "dnsNameLabel": label}


def group_id(sandbox, group: str, name: str) -> str:
    where = f"{sandbox.subscription}/resourceGroups/{group}"
    return f"{where}/providers/Microsoft.ContainerInstance/containerGroups/{name}"


def put(sandbox, group: str, name: str, body: dict[str, Any], version: str = VERSION):
    return sandbox.request("PUT", group_id(sandbox, group, name), version, body)


def made(sandbox, group: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """A group, deployed; what a GET answers then."""
    answer = put(sandbox, group, name, body)
    assert answer.status_code in (200, 201), answer.text
    return sandbox.request("GET", group_id(sandbox, group, name), VERSION).json()


def refused(answer) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


def views(shown: dict[str, Any], kind: str = "containers") -> list[dict[str, Any]]:
    return [one["properties"]["instanceView"] for one in shown["properties"][kind]]


@pytest.mark.source(REST)
def test_a_group_lives_its_life_in_azure_mgmt_containerinstance(sandbox, group, unique) -> None:
    """A group is created, read, patched, listed, stopped, started, restarted and deleted by the foreign client."""
    client = sandbox.client(ContainerInstanceManagementClient)
    groups, name = client.container_groups, unique("cg")
    body = {**group_of(container(), ipAddress=public(unique("l"))), "tags": {"a": "1"}}
    created = groups.begin_create_or_update(group, name, body).result()
    assert (created.name, created.location, created.os_type) == (name, "westeurope", "Linux")
    assert (created.provisioning_state, created.restart_policy, created.sku) == ("Succeeded", "Always", "Standard")
    assert created.instance_view.state == "Running"
    assert created.containers[0].instance_view.current_state.state == "Running"
    assert created.containers[0].resources.requests.memory_in_gb == 1.5
    assert created.ip_address.fqdn.startswith(f"{created.ip_address.dns_name_label}.westeurope.")
    assert groups.update(group, name, {"tags": {"b": "2"}}).tags == {"b": "2"}
    assert [one.name for one in groups.list_by_resource_group(group)] == [name]
    assert name in [one.name for one in groups.list()]
    groups.stop(group, name)
    assert groups.get(group, name).instance_view.state == "Stopped"
    groups.begin_start(group, name).result()
    assert groups.get(group, name).instance_view.state == "Running"
    groups.begin_restart(group, name).result()
    assert groups.get(group, name).containers[0].instance_view.restart_count == 1
    assert groups.get_outbound_network_dependencies_endpoints(group, name) == []
    assert groups.begin_delete(group, name).result().name == name
    with pytest.raises(HttpResponseError) as gone:
        groups.get(group, name)
    assert gone.value.error.code == "ResourceNotFound"


@pytest.mark.source(STATES)
@pytest.mark.slow
def test_a_new_group_is_pending_until_it_is_deployed(slow_sandbox, start) -> None:
    """201 with provisioningState Pending and waiting containers; another write meets the group in transition."""
    path = f"{slow_sandbox.subscription}/resourceGroups/rg"
    slow_sandbox.request("PUT", path, "2024-03-01", {"location": "westeurope"})
    first = put(slow_sandbox, "rg", "cg", group_of(container()))
    assert first.status_code == 201
    assert "Azure-AsyncOperation" in first.headers
    shown = first.json()
    assert (shown["properties"]["provisioningState"], shown["properties"]["instanceView"]["state"]) == ("Pending",) * 2
    assert views(shown)[0]["currentState"]["state"] == "Waiting"
    one = group_id(slow_sandbox, "rg", "cg")
    for method, where, body in (
        ("PUT", one, group_of(container())),
        ("DELETE", one, None),
        ("POST", f"{one}/stop", None),
        ("POST", f"{one}/restart", None),
    ):
        assert refused(slow_sandbox.request(method, where, VERSION, body)) == (
            409,
            "ContainerGroupTransitioning",
            "The container group 'cg' is still transitioning, please retry later.",
        )


@pytest.mark.source(STATES)
def test_a_deployed_group_runs_and_its_init_containers_are_done(sandbox, group, unique) -> None:
    """The instance views of a group, its containers and its init containers; events without a process say so."""
    first = {"name": "first", "properties": {"image": "busybox", "command": ["true"]}}
    shown = made(sandbox, group, unique("cg"), group_of(container(), initContainers=[first]))
    assert shown["properties"]["provisioningState"] == "Succeeded"
    assert shown["properties"]["instanceView"]["state"] == "Running"
    view = views(shown)[0]
    assert (view["restartCount"], view["currentState"]["state"]) == (0, "Running")
    assert [event["name"] for event in view["events"]] == ["Pulling", "Pulled", "Started"]
    assert all("modelled by the sandbox" in event["message"] for event in view["events"])
    assert "exitCode" not in json.dumps(shown)
    assert views(shown, "initContainers")[0]["currentState"]["state"] == "Terminated"


@pytest.mark.source(STATES)
def test_a_failed_operation_leaves_the_group_failed(sandbox, group, unique, no_faults) -> None:
    """It stays there, with provisioningState Failed, and is no resource that was never made."""
    name = unique("cg")
    sandbox.fault(f"PUT .*/containerGroups/{name}", fail_operation="NoCapacity")
    answer = put(sandbox, group, name, group_of(container()))
    ended = sandbox.settled(answer, VERSION).json()
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "NoCapacity")
    shown = sandbox.request("GET", group_id(sandbox, group, name), VERSION).json()
    assert shown["properties"]["provisioningState"] == "Failed"


@pytest.mark.source(EXAMPLE)
def test_the_specifications_example_is_answered_as_it_says(sandbox, group, unique) -> None:
    """Volumes, mounts, DNS, diagnostics, label: what comes back is what the example's answer has."""
    mounts = [{"name": f"volume{n}", "mountPath": f"/mnt/volume{n}", "readOnly": n == 3} for n in (1, 2, 3)]
    label = unique("dns")
    wanted = group_of(
        container("demo1", command=[], environmentVariables=[], ports=[{"port": 80}], volumeMounts=mounts),
        location="west us",
        diagnostics={
            "logAnalytics": {
                "workspaceId": "00000000-0000-4000-8000-000000000001",
                "workspaceKey": "workspaceKey",
                "logType": "ContainerInsights",
            }
        },
        dnsConfig={"nameServers": ["1.1.1.1"], "searchDomains": "cluster.local", "options": "ndots:2"},
        imageRegistryCredentials=[{"server": "r.example.org", "username": "u", "password": "hidden"}],
        ipAddress={**public(label), "autoGeneratedDomainNameLabelScope": "Unsecure"},
        volumes=[
            {
                "name": "volume1",
                "azureFile": {"shareName": "s", "storageAccountName": "a", "storageAccountKey": "accountKey"},
            },
            {"name": "volume2", "emptyDir": {}},
            {"name": "volume3", "secret": {"key": "U2VjcmV0"}},
        ],
    )
    shown = made(sandbox, group, unique("cg"), {**wanted, "zones": ["1"]})
    properties = shown["properties"]
    assert (shown["location"], shown["zones"]) == ("westus", ["1"])
    assert properties["containers"][0]["properties"]["volumeMounts"] == mounts
    assert properties["containers"][0]["properties"]["ports"] == [{"port": 80}]
    assert properties["volumes"] == [
        {"name": "volume1", "azureFile": {"shareName": "s", "storageAccountName": "a"}},
        {"name": "volume2", "emptyDir": {}},
        {"name": "volume3", "secret": {}},
    ]
    assert properties["imageRegistryCredentials"] == [{"server": "r.example.org", "username": "u"}]
    assert properties["diagnostics"]["logAnalytics"] == {
        "workspaceId": "00000000-0000-4000-8000-000000000001",
        "logType": "ContainerInsights",
    }
    assert properties["dnsConfig"]["options"] == "ndots:2"
    assert properties["ipAddress"]["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert properties["isCreatedFromStandbyPool"] is False
    assert properties["ipAddress"]["fqdn"] == f"{label}.westus.azurecontainer.sandbox.invalid"


@pytest.mark.source("azure-rest-api-specs: containerinstance 2024-05-01-preview, x-ms-secret")
def test_what_is_secret_is_in_no_answer(sandbox, group, unique) -> None:
    """PUT, GET, lists and DELETE answer no secure value, password, key or secret; a plain value they do."""
    name = unique("cg")
    body = group_of(
        container(
            environmentVariables=[{"name": "OPEN", "value": "seen"}, {"name": "SHUT", "secureValue": "S3CR3T-env"}]
        ),
        initContainers=[
            {
                "name": "first",
                "properties": {"image": "b", "environmentVariables": [{"name": "X", "secureValue": "S3CR3T-init"}]},
            }
        ],
        imageRegistryCredentials=[{"server": "r.example.org", "username": "u", "password": "S3CR3T-pw"}],
        diagnostics={
            "logAnalytics": {"workspaceId": "00000000-0000-4000-8000-000000000001", "workspaceKey": "S3CR3T-key"}
        },
        volumes=[
            {"name": "a", "secret": {"k": "S3CR3T-volume"}},
            {"name": "b", "azureFile": {"shareName": "s", "storageAccountName": "a", "storageAccountKey": "S3CR3T-f"}},
        ],
    )
    path = group_id(sandbox, group, name)
    answers = [
        put(sandbox, group, name, body),
        sandbox.request("GET", path, VERSION),
        sandbox.request("GET", path.rpartition("/")[0], VERSION),
        put(sandbox, group, name, body),
        sandbox.request("PATCH", path, VERSION, {"tags": {}}),
    ]
    shown = answers[1].json()["properties"]["containers"][0]["properties"]["environmentVariables"]
    assert shown == [{"name": "OPEN", "value": "seen"}, {"name": "SHUT"}]
    answers.append(sandbox.request("DELETE", path, VERSION))
    assert all(answer.status_code in (200, 201) for answer in answers)
    assert all("S3CR3T" not in answer.text for answer in answers)


DELETE_FIRST = (
    "The updates on container group '{}' are invalid. If you are going to update the os type, restart policy, network "
    "profile, CPU, memory or GPU resources for a container group, you must delete it first and then create a new one."
)


@pytest.mark.source(f"{UPDATE}; github.com/MicrosoftDocs/azure-docs/issues/37604")
@pytest.mark.parametrize(
    "change",
    [
        group_of(container(cpu=2)),
        group_of(container(memory=2)),
        group_of(container(), container("more")),
        {**group_of(container()), "zones": ["2"]},
        {**group_of(container()), "properties": {**group_of(container())["properties"], "osType": "Windows"}},
    ],
    ids=["cpu", "memory", "number of containers", "zone", "os type"],
)
def test_what_needs_a_deletion_is_refused_in_place(sandbox, group, unique, change) -> None:
    """CPU, memory, containers, zone and OS: InvalidContainerGroupUpdate, and the group stays as it was."""
    name = unique("cg")
    before = made(sandbox, group, name, group_of(container()))
    assert refused(put(sandbox, group, name, change)) == (
        400,
        "InvalidContainerGroupUpdate",
        DELETE_FIRST.format(name),
    )
    assert sandbox.request("GET", group_id(sandbox, group, name), VERSION).json() == before


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/31168")
def test_another_restart_policy_is_refused_with_both_named(sandbox, group, unique) -> None:
    """A PUT that leaves the policy out asks for its default, which is another one here."""
    name = unique("cg")
    made(sandbox, group, name, group_of(container(), restartPolicy="OnFailure"))
    assert refused(put(sandbox, group, name, group_of(container()))) == (
        400,
        "InvalidContainerGroupUpdate",
        f"The updates on container group '{name}' are invalid. If you are going to update the RestartPolicy (old "
        '"OnFailure", new "Always") for a container group, you must delete it first and then create a new one.',
    )


@pytest.mark.source(UPDATE)
def test_an_update_restarts_the_containers_and_keeps_the_address(sandbox, group, unique) -> None:
    """Image, environment, command, ports and label change in place; what is left out goes back to its default."""
    name, label = unique("cg"), unique("other")
    before = made(sandbox, group, name, group_of(container(command=["a"]), ipAddress=public(unique("one"))))
    changed = group_of(
        container(image="nginx:2", environmentVariables=[{"name": "A", "value": "b"}]),
        ipAddress=public(label, ports=[{"port": 81}]),
    )
    answer = put(sandbox, group, name, changed)
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (200, "Pending")
    after = sandbox.request("GET", group_id(sandbox, group, name), VERSION).json()["properties"]
    inside = after["containers"][0]["properties"]
    assert (inside["image"], inside["environmentVariables"]) == ("nginx:2", [{"name": "A", "value": "b"}])
    assert "command" not in inside
    assert (inside["instanceView"]["restartCount"], inside["instanceView"]["previousState"]["state"]) == (1, "Running")
    assert after["ipAddress"]["ip"] == before["properties"]["ipAddress"]["ip"]
    assert after["ipAddress"]["fqdn"].startswith(f"{label}.westeurope.")
    assert after["ipAddress"]["ports"] == [{"port": 81}]


@pytest.mark.source(UPDATE)
def test_a_stopped_group_is_deployed_as_new(sandbox, group, unique) -> None:
    """Its containers have never been restarted afterwards."""
    name = unique("cg")
    made(sandbox, group, name, group_of(container()))
    sandbox.request("POST", f"{group_id(sandbox, group, name)}/stop", VERSION)
    shown = made(sandbox, group, name, group_of(container(image="nginx:2")))
    assert shown["properties"]["instanceView"]["state"] == "Running"
    assert views(shown)[0]["restartCount"] == 0


@pytest.mark.source("github.com/Azure/azure-cli/issues/8136")
def test_a_stopped_group_is_started_not_restarted(sandbox, group, unique) -> None:
    """Stop is done once and again; restart is refused; start answers 202, and 204 when it runs."""
    name = unique("cg")
    one = group_id(sandbox, group, name)
    made(sandbox, group, name, group_of(container()))
    assert sandbox.request("POST", f"{one}/start", VERSION).status_code == 204
    assert [sandbox.request("POST", f"{one}/stop", VERSION).status_code for _ in range(2)] == [204, 204]
    shown = sandbox.request("GET", one, VERSION).json()
    assert shown["properties"]["provisioningState"] == "Succeeded"
    assert views(shown)[0]["currentState"]["state"] == "Terminated"
    answer = refused(sandbox.request("POST", f"{one}/restart", VERSION))
    assert answer[2] == f"Container Group '{name}' in resource group '{group}' is stopped"
    started = sandbox.request("POST", f"{one}/start", VERSION)
    assert started.status_code == 202
    assert sandbox.settled(started, VERSION).json()["status"] == "Succeeded"
    assert sandbox.request("GET", one, VERSION).json()["properties"]["instanceView"]["state"] == "Running"


@pytest.mark.source("github.com/Azure/azure-sdk-for-js/issues/14176")
def test_lists_show_no_instance_views(sandbox, group, unique) -> None:
    """Only a GET of the group tells its state."""
    name = unique("cg")
    made(sandbox, group, name, group_of(container()))
    listed = sandbox.request("GET", group_id(sandbox, group, name).rpartition("/")[0], VERSION).json()["value"]
    assert [one["name"] for one in listed] == [name]
    assert "instanceView" not in json.dumps(listed)


@pytest.mark.source(f"{REST}/delete")
def test_a_deletion_answers_the_group_and_then_nothing(sandbox, group, unique) -> None:
    """200 with the body, 204 the second time."""
    name = unique("cg")
    made(sandbox, group, name, group_of(container()))
    first = sandbox.request("DELETE", group_id(sandbox, group, name), VERSION)
    assert (first.status_code, first.json()["name"]) == (200, name)
    assert sandbox.request("DELETE", group_id(sandbox, group, name), VERSION).status_code == 204


@pytest.mark.source("learn.microsoft.com/rest/api/container-instances/containers/list-logs")
def test_a_log_is_what_the_store_keeps_and_nothing_is_made_up(sandbox, group, unique) -> None:
    """Empty for a container that nothing has written for; exec and attach, which need a process, are refused."""
    client, name = sandbox.client(ContainerInstanceManagementClient), unique("cg")
    made(sandbox, group, name, group_of(container()))
    assert client.containers.list_logs(group, name, "app", tail=10, timestamps=True).content == ""
    for call in (
        lambda: client.containers.attach(group, name, "app"),
        lambda: client.containers.execute_command(group, name, "app", {"command": "sh"}),
    ):
        with pytest.raises(HttpResponseError) as caught:
            call()
        assert (caught.value.status_code, caught.value.error.code) == (400, "NotServedBySandbox")
    with pytest.raises(HttpResponseError) as missing:
        client.containers.list_logs(group, name, "other")
    assert missing.value.status_code == 404


@pytest.mark.source("github.com/MicrosoftLearning/mslearn-azure-developer/pull/67")
def test_os_and_requests_must_be_given_in_azures_words(sandbox, group, unique) -> None:
    """InvalidOsType, which names no group, and ResourceRequestsNotSpecified."""
    name, bare = unique("cg"), group_of(container())
    del bare["properties"]["osType"]
    assert refused(put(sandbox, group, name, bare)) == (
        400,
        "InvalidOsType",
        "The 'osType' for container group '<null>' is invalid. The value must be one of 'Windows,Linux'.",
    )
    without = {"name": "app", "properties": {"image": "nginx"}}
    assert refused(put(sandbox, group, name, group_of(without))) == (
        400,
        "ResourceRequestsNotSpecified",
        f"The resource requests are not specified in container 'app' of contain group '{name}'. Both memory and CPU "
        "requests are required since API version '2017-07-01-preview'.",
    )


@pytest.mark.source("github.com/virtual-kubelet/virtual-kubelet/issues/50")
def test_a_single_missing_request_is_named(sandbox, group, unique) -> None:
    """ResourceSomeRequestsNotSpecified."""
    half = container(resources={"requests": {"cpu": 1}})
    status, code, message = refused(put(sandbox, group, unique("cg"), group_of(half)))
    assert (status, code) == (400, "ResourceSomeRequestsNotSpecified")
    assert message.startswith("The 'MemoryInGB' request is not specified in ")


@pytest.mark.source("github.com/docker-archive/compose-cli/pull/357 and issues/743")
def test_limits_lie_between_the_request_and_the_groups_total(sandbox, group, unique) -> None:
    """A limit below its request, or above what the whole group requests, is refused; in between it is taken."""
    name = unique("cg")

    def limited(memory: float) -> dict[str, Any]:
        requests = {"memoryInGB": 2.0, "cpu": 2.0}
        return container(resources={"requests": requests, "limits": {"memoryInGB": memory, "cpu": 2.0}})

    assert refused(put(sandbox, group, name, group_of(limited(1)))) == (
        400,
        "ResourceLimitsLessThanRequests",
        'The resource requirement \'{"requests":{"memoryInGB":2.0,"cpu":2.0},"limits":{"memoryInGB":1.0,"cpu":2.0}}\' '
        f"in container 'app' of contain group '{name}' is invalid. The 'MemoryInGB' limit value must be greater than "
        "or equal to the request value.",
    )
    assert refused(put(sandbox, group, name, group_of(limited(3)))) == (
        400,
        "ContainerLimitGreaterThanContainerGroupTotalRequest",
        "The 'MemoryInGB' limit '3' in container 'app' is greater than the total request '2' of container group "
        f"'{name}'.",
    )
    assert put(sandbox, group, name, group_of(limited(3), container("b", memory=1))).status_code == 201


@pytest.mark.source(f"{LIMITS}; github.com/MicrosoftDocs/azure-docs/issues/24776")
def test_the_sum_of_all_requests_is_what_a_region_gives(sandbox, group, unique) -> None:
    """More than 4 CPU or 16 GB in a group: ServiceUnavailable, with what was asked for."""
    name = unique("cg")
    many = [container(f"c{n}", memory=1) for n in range(5)]
    assert refused(put(sandbox, group, name, group_of(*many))) == (
        409,
        "ServiceUnavailable",
        "The requested resource is not available in the location 'westeurope' at this moment. Please retry with a "
        "different resource request or in another location. Resource requested: '5' CPU '5' GB memory 'Linux' OS",
    )
    assert put(sandbox, group, name, group_of(container(memory=16.5))).status_code == 409
    assert put(sandbox, group, name, group_of(container(cpu=4, memory=16))).status_code == 201


@pytest.mark.source(f"{LIMITS}; github.com/MicrosoftDocs/azure-docs/issues/51738")
def test_a_regions_cores_are_counted_and_stopped_groups_hold_none(sandbox, group, unique) -> None:
    """A hundred cores in a region; usages tell them; the next group is refused until one is stopped."""
    client = sandbox.client(ContainerInstanceManagementClient)
    names = [unique("cg") for _ in range(25)]
    for name in names:
        assert put(sandbox, group, name, group_of(container(cpu=4), location="qatarcentral")).status_code == 201
    usage = {one.name.value: (one.current_value, one.limit) for one in client.location.list_usage("qatarcentral")}
    assert usage == {"ContainerGroups": (25, 100), "StandardCores": (100, 100)}
    more = group_of(container(), location="qatarcentral")
    assert refused(put(sandbox, group, unique("cg"), more)) == (
        400,
        "ContainerGroupQuotaReached",
        "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'StandardCores' exceeded "
        "in region 'qatarcentral'. Limit: '100', Usage: '100' Requested: '1'.",
    )
    sandbox.request("POST", f"{group_id(sandbox, group, names[0])}/stop", VERSION)
    assert put(sandbox, group, unique("cg"), more).status_code == 201
    back = sandbox.request("POST", f"{group_id(sandbox, group, names[0])}/start", VERSION)
    assert refused(back)[1] == "ContainerGroupQuotaReached"


@pytest.mark.source(LIMITS)
@pytest.mark.parametrize(
    "properties",
    [
        {"containers": [container(f"c{n}", cpu=0.01, memory=0.1) for n in range(61)]},
        {"volumes": [{"name": f"v{n}", "emptyDir": {}} for n in range(21)]},
        {"ipAddress": public(ports=[{"port": 80 + n} for n in range(6)])},
    ],
    ids=["61 containers", "21 volumes", "6 ports"],
)
def test_a_group_has_hard_limits(sandbox, group, unique, properties) -> None:
    """60 containers, 20 volumes, 5 ports."""
    body = group_of(container())
    body["properties"].update(properties)
    assert put(sandbox, group, unique("cg"), body).status_code == 400


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules")
@pytest.mark.parametrize("name", ["Upper", "-start", "end-", "two--hyphens", "under_score", "a" * 64])
def test_a_groups_name_follows_the_rules(sandbox, group, name) -> None:
    """Lower-case letters, digits and single hyphens, 63 at most."""
    assert put(sandbox, group, name, group_of(container())).status_code == 400


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/57266")
@pytest.mark.parametrize("name", ["Upper", "-start", "end-", "under_score", "a" * 64])
def test_a_containers_name_follows_the_rules(sandbox, group, unique, name) -> None:
    """Lower-case letters, digits and hyphens, 63 at most."""
    assert put(sandbox, group, unique("cg"), group_of(container(name))).status_code == 400


@pytest.mark.source("github.com/derekbekoe/vscode-spot/issues/38")
@pytest.mark.parametrize("label", ["node", "Capital", "1start", "ends-", "a" * 64])
def test_a_label_follows_the_rules_in_azures_words(sandbox, group, unique, label) -> None:
    """Five to sixty-three characters, a letter first."""
    name = unique("cg")
    status, _, message = refused(put(sandbox, group, name, group_of(container(), ipAddress=public(label))))
    assert (status, message) == (
        400,
        f"The DNS name label '{label}' in container group '{name}' is invalid. It can contain only lowercase letters, "
        "numbers and hyphens. The first character must be a letter. The last character must be a letter or number. "
        "The value must be between 5 and 63 characters long.",
    )


@pytest.mark.source("az container create, quoted in public notes; github.com/shahiddev/docker-k8s-workshop/pull/2")
def test_a_label_is_one_groups_in_a_region(sandbox, group, other_group, unique) -> None:
    """Taken: DnsNameLabelAlreadyTaken; free in another region, and again when its group is gone."""
    label, name, second = unique("label"), unique("cg"), unique("cg")
    wanted = group_of(container(), ipAddress=public(label))
    made(sandbox, group, name, wanted)
    assert put(sandbox, group, name, wanted).status_code == 200
    assert refused(put(sandbox, other_group, second, wanted)) == (
        400,
        "DnsNameLabelAlreadyTaken",
        f"The DNS name label '{label}' in container group '{second}' is not available. Try using a different label.",
    )
    elsewhere = group_of(container(), location="eastus", ipAddress=public(label))
    assert put(sandbox, other_group, second, elsewhere).status_code == 201
    sandbox.request("DELETE", group_id(sandbox, group, name), VERSION)
    assert put(sandbox, other_group, unique("cg"), wanted).status_code == 201


@pytest.mark.source("learn.microsoft.com/azure/container-instances/how-to-reuse-dns-names")
def test_a_scope_of_reuse_puts_a_hash_into_the_name(sandbox, group, other_group, unique) -> None:
    """The same label in two groups is two names where the scope is the group, and one where it is the tenant."""
    label = unique("label")

    def name_in(where: str, scope: str) -> Any:
        address = public(label, autoGeneratedDomainNameLabelScope=scope)
        return put(sandbox, where, unique("cg"), group_of(container(), ipAddress=address))

    first = name_in(group, "ResourceGroupReuse").json()["properties"]["ipAddress"]["fqdn"]
    second = name_in(other_group, "ResourceGroupReuse").json()["properties"]["ipAddress"]["fqdn"]
    assert first != second
    assert len(first.split(".")[1]) == 16
    assert name_in(group, "TenantReuse").status_code == 201
    assert refused(name_in(other_group, "TenantReuse"))[1] == "DnsNameLabelAlreadyTaken"


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/1697")
def test_an_address_needs_ports(sandbox, group, unique) -> None:
    """MissingIpAddressPorts."""
    name = unique("cg")
    assert refused(put(sandbox, group, name, group_of(container(), ipAddress={"type": "Public", "ports": []}))) == (
        400,
        "MissingIpAddressPorts",
        f"The ports in the 'ipAddress' of container group '{name}' cannot be empty.",
    )


@pytest.mark.source("github.com/aztfmod/terraform-azurerm-caf/issues/1145")
def test_a_private_address_needs_a_subnet(sandbox, group, unique) -> None:
    """PrivateIPAddressNotSupported."""
    name = unique("cg")
    assert refused(put(sandbox, group, name, group_of(container(), ipAddress={**public(), "type": "Private"}))) == (
        400,
        "PrivateIPAddressNotSupported",
        f"IP Address type in container group '{name}' is invalid. Private IP address is only supported when network "
        "profile is defined.",
    )


@pytest.mark.source("github.com/hashicorp/terraform-provider-azurerm/issues/19579")
def test_a_public_address_and_a_subnet_exclude_each_other(sandbox, group, unique) -> None:
    """And what is no id of a subnet is refused before."""
    subnet = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    both = group_of(container(), subnetIds=[{"id": subnet}], ipAddress=public())
    status, _, message = refused(put(sandbox, group, unique("cg"), both))
    assert (status, message) == (400, "IP Address type can't be public when network profile is set.")
    wrong = group_of(container(), subnetIds=[{"id": "/subscriptions/x/subnets/s"}])
    assert put(sandbox, group, unique("cg"), wrong).status_code == 400


@pytest.mark.source("github.com/Azure/aci-deploy/issues/16")
@pytest.mark.parametrize("server", ["", "https://r.example.org"])
def test_a_registry_is_named_without_protocol(sandbox, group, unique, server) -> None:
    """In Azure's words."""
    name = unique("cg")
    credentials = [{"server": server, "username": "u", "password": "p"}]
    answer = put(sandbox, group, name, group_of(container(), imageRegistryCredentials=credentials))
    assert refused(answer)[2] == (
        f"The server '{server}' in the 'imageRegistryCredentials' of container group '{name}' is invalid. It should be "
        "a valid host name without protocol."
    )


def new_identity(sandbox, group: str, name: str) -> dict[str, Any]:
    where = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity"
    path = f"{where}/userAssignedIdentities/{name}"
    return sandbox.request("PUT", path, "2023-01-31", {"location": "westeurope"}).json()


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/117644")
def test_only_an_identity_of_the_group_pulls_its_images(sandbox, group, unique) -> None:
    """InvalidImageRegistryIdentity for any other, the system-assigned one among them."""
    name, mine, other = unique("cg"), new_identity(sandbox, group, unique("id")), new_identity(sandbox, group, "other")

    def wanted(identity: str) -> dict[str, Any]:
        credentials = [{"server": "r.example.org", "identity": identity}]
        body = group_of(container(), imageRegistryCredentials=credentials)
        users = {mine["id"]: {}}
        return {**body, "identity": {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": users}}

    for wrong in (other["id"], "system"):
        assert refused(put(sandbox, group, name, wanted(wrong))) == (
            400,
            "InvalidImageRegistryIdentity",
            f"The identity in the 'imageRegistryCredentials' of container group '{name}' not found in container group "
            "identity list",
        )
    shown = made(sandbox, group, name, wanted(mine["id"].upper().replace("/SUBSCRIPTIONS", "/subscriptions")))
    assert shown["identity"]["type"] == "SystemAssigned, UserAssigned"
    assert shown["identity"]["principalId"]
    principals = [one["principalId"] for one in shown["identity"]["userAssignedIdentities"].values()]
    assert principals == [mine["properties"]["principalId"]]


def new_registry(sandbox, group: str, name: str, **properties: Any) -> dict[str, Any]:
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}"
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": properties}
    sandbox.request("PUT", path, "2023-07-01", body)
    return sandbox.request("GET", path, "2023-07-01").json()


@pytest.mark.source(f"{ACR}; github.com/Azure/azure-sdk-for-net/issues/36227")
def test_an_identity_pulls_from_a_registry_of_the_sandbox_once_it_has_the_role(sandbox, group, unique) -> None:
    """InaccessibleImage without credentials and without AcrPull; at the registry or above it the role lets it in."""
    name, identity = unique("cg"), new_identity(sandbox, group, unique("id"))
    registry = new_registry(sandbox, group, unique("acr"))
    server = registry["properties"]["loginServer"]
    wanted = group_of(container(image=f"{server}/app:1"))
    refusal = (
        400,
        "InaccessibleImage",
        f"The image '{server}/app:1' in container group '{name}' is not accessible. Please check the image and "
        "registry credential.",
    )
    assert refused(put(sandbox, group, name, wanted)) == refusal
    wanted["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity["id"]: {}}}
    wanted["properties"]["imageRegistryCredentials"] = [{"server": server, "identity": identity["id"]}]
    assert refused(put(sandbox, group, name, wanted)) == refusal
    role = "7f951dda-4ed3-4680-a7ca-43fe172d538d"  # AcrPull
    granted = {
        "roleDefinitionId": f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": identity["properties"]["principalId"],
        "principalType": "ServicePrincipal",
    }
    where = f"{registry['id']}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    sandbox.request("PUT", where, "2022-04-01", {"properties": granted}).raise_for_status()
    assert put(sandbox, group, name, wanted).status_code == 201
    path = group_id(sandbox, group, name)
    assert sandbox.request("POST", f"{path}/restart", VERSION).status_code == 204
    sandbox.request("DELETE", where, "2022-04-01").raise_for_status()
    assert refused(sandbox.request("POST", f"{path}/restart", VERSION)) == refusal


@pytest.mark.source("learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions")
def test_acrpull_pulls_nothing_from_a_registry_with_roles_by_repository(sandbox, group, unique) -> None:
    """The role that lets an identity in elsewhere is not honoured there."""
    identity = new_identity(sandbox, group, unique("id"))
    name = unique("acr")
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}"
    by_repository = {"roleAssignmentMode": "AbacRepositoryPermissions"}
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": by_repository}
    sandbox.request("PUT", path, "2025-11-01", body).raise_for_status()
    registry = sandbox.request("GET", path, "2025-11-01").json()
    assert registry["properties"]["roleAssignmentMode"] == "AbacRepositoryPermissions"
    role = "7f951dda-4ed3-4680-a7ca-43fe172d538d"  # AcrPull
    granted = {
        "roleDefinitionId": f"{sandbox.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": identity["properties"]["principalId"],
    }
    where = f"{path}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    sandbox.request("PUT", where, "2022-04-01", {"properties": granted}).raise_for_status()
    server = registry["properties"]["loginServer"]
    wanted = group_of(
        container(image=f"{server}/app:1"), imageRegistryCredentials=[{"server": server, "identity": identity["id"]}]
    )
    wanted["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity["id"]: {}}}
    assert refused(put(sandbox, group, unique("cg"), wanted))[1] == "InaccessibleImage"


@pytest.mark.source("learn.microsoft.com/azure/container-instances/container-instances-using-azure-container-registry")
def test_the_admin_user_pulls_with_the_right_password_while_it_is_on(sandbox, group, unique) -> None:
    """Another password is refused."""
    registry = new_registry(sandbox, group, unique("acr"), adminUserEnabled=True)
    server, user = registry["properties"]["loginServer"], registry["name"]
    keys = sandbox.request("POST", f"{registry['id']}/listCredentials", "2023-07-01").json()

    def wanted(password: str) -> dict[str, Any]:
        credentials = [{"server": server, "username": user, "password": password}]
        return group_of(container(image=f"{server}/app:1"), imageRegistryCredentials=credentials)

    assert refused(put(sandbox, group, unique("cg"), wanted("wrong")))[1] == "InaccessibleImage"
    assert put(sandbox, group, unique("cg"), wanted(keys["passwords"][0]["value"])).status_code == 201


@pytest.mark.source(f"{REST}/update")
def test_a_patch_changes_tags_only(sandbox, group, unique) -> None:
    """Properties in a PATCH would be ignored by the service, and are refused here."""
    name = unique("cg")
    made(sandbox, group, name, group_of(container()))
    path = group_id(sandbox, group, name)
    assert sandbox.request("PATCH", path, VERSION, {"tags": {"a": "b"}}).json()["tags"] == {"a": "b"}
    assert refused(sandbox.request("PATCH", path, VERSION, {"properties": {}}))[1] == "NotServedBySandbox"
    assert sandbox.request("PATCH", path, VERSION, {"location": "eastus"}).status_code == 409


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({"encryptionProperties": {"vaultBaseUrl": "https://v"}}, "encryptionProperties"),
        ({"confidentialComputeProperties": {"ccePolicy": "x"}}, "confidentialComputeProperties"),
        ({"containerGroupProfile": {"id": "x"}}, "containerGroupProfile"),
        ({"standbyPoolProfile": {"id": "x"}}, "standbyPoolProfile"),
        ({"extensions": [{"name": "x"}]}, "extensions"),
        ({"networkProfile": {"id": "x"}}, "networkProfile"),
        ({"sku": "Confidential"}, "sku 'Confidential'"),
        ({"ipAddress": public(ip="1.2.3.4")}, "ipAddress.ip"),
        ({"volumes": [{"name": "v", "secretReference": {"a": "b"}}]}, "secretReference"),
        ({"containers": [container(configMap={"keyValuePairs": {}, "x": 1})]}, "configMap"),
        (
            {"containers": [container(environmentVariables=[{"name": "A", "secureValueReference": "x"}])]},
            "secureValueReference",
        ),
        (
            {
                "containers": [
                    container(resources={"requests": {"cpu": 1, "memoryInGB": 1, "gpu": {"count": 1, "sku": "V100"}}})
                ]
            },
            "gpu",
        ),
    ],
)
def test_what_is_not_served_is_refused_by_name(sandbox, group, unique, properties, named) -> None:
    """Nothing that would change what a group is gets lost silently."""
    body = group_of(container())
    body["properties"].update(properties)
    status, code, message = refused(put(sandbox, group, unique("cg"), body))
    assert (status, code) == (400, "NotServedBySandbox")
    assert named in message


@pytest.mark.source("azure-rest-api-specs: containerinstance 2024-05-01-preview, Container, Volume, ContainerProbe")
@pytest.mark.parametrize(
    "properties",
    [
        {"containers": []},
        {"containers": [container(), container()]},
        {"containers": [container(image="")]},
        {"containers": [container(ports=[{"port": 70000}])]},
        {"containers": [container(livenessProbe={"periodSeconds": 1})]},
        {"containers": [container(readinessProbe={"exec": {"command": ["x"]}, "httpGet": {"port": 1}})]},
        {"containers": [container(volumeMounts=[{"name": "nowhere", "mountPath": "/x"}])]},
        {"containers": [container(environmentVariables=[{"name": "A", "value": "1", "secureValue": "2"}])]},
        {"containers": [container(cpu=0)]},
        {"volumes": [{"name": "v"}]},
        {"volumes": [{"name": "v", "emptyDir": {}, "secret": {}}]},
        {"volumes": [{"name": "v", "azureFile": {"shareName": "s"}}]},
        {"restartPolicy": "Sometimes"},
        {"dnsConfig": {}},
        {"diagnostics": {"logAnalytics": {"workspaceId": "no guid", "workspaceKey": "k"}}},
        {"priority": "Spot", "ipAddress": public()},
    ],
)
def test_a_shape_that_cannot_be_right_is_refused(sandbox, group, unique, properties) -> None:
    """400, and nothing is there afterwards."""
    name, body = unique("cg"), group_of(container())
    body["properties"].update(properties)
    assert put(sandbox, group, name, body).status_code == 400
    assert sandbox.request("GET", group_id(sandbox, group, name), VERSION).status_code == 404


@pytest.mark.source("azure-rest-api-specs: containerinstance 2024-05-01-preview, ContainerProbe")
def test_probes_come_back_as_they_were_asked_for(sandbox, group, unique) -> None:
    """A command, and an HTTP request with a scheme in any letter case."""
    liveness = {"exec": {"command": ["cat", "/x"]}, "periodSeconds": 5, "failureThreshold": 2}
    readiness = {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}, "initialDelaySeconds": 0}
    probed = container(livenessProbe=liveness, readinessProbe=readiness)
    shown = made(sandbox, group, unique("cg"), group_of(probed))["properties"]["containers"][0]["properties"]
    assert shown["livenessProbe"] == liveness
    assert shown["readinessProbe"]["httpGet"] == {"path": "/", "port": 80, "scheme": "http"}
    assert shown["readinessProbe"]["initialDelaySeconds"] == 0


@pytest.mark.source("learn.microsoft.com/rest/api/container-instances/location")
def test_a_region_tells_its_capabilities_and_images(sandbox) -> None:
    """Maxima by OS, images, and no answer for a region that is none."""
    location = sandbox.client(ContainerInstanceManagementClient).location
    rows = list(location.list_capabilities("West Europe"))
    assert [(row.os_type, row.capabilities.max_cpu, row.capabilities.max_memory_in_gb) for row in rows] == [
        ("Linux", 4, 16),
        ("Windows", 4, 16),
    ]
    assert "alpine:3.6" in [image.image for image in location.list_cached_images("westeurope")]
    with pytest.raises(HttpResponseError):
        list(location.list_capabilities("atlantis"))
