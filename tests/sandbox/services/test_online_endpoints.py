"""Do online endpoints and deployments behave as resources? For raw requests; replicas really run."""

from __future__ import annotations

from typing import Any

import psutil
import pytest

from .built import built, until
from .conftest import named, new_group
from .serving import QUICK, Online, Serving
from .test_machinelearning import error, new_environment

pytestmark = pytest.mark.slow

REST = "learn.microsoft.com/rest/api/azureml/online-endpoints"
TROUBLE = "learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints"
ROLLOUT = "learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints"
DEPLOY = "learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints"
KEYS = "github.com/Azure/MachineLearningNotebooks/issues/1275"
RESERVED = "learn.microsoft.com/azure/aks/node-resource-reservations"
TYPES = "learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types"


@pytest.fixture(scope="module")
def serving(sandbox) -> Serving:
    return Serving(new_environment(sandbox, new_group(sandbox), named), named)


@pytest.fixture
def online(serving: Serving) -> Any:
    """An endpoint that is gone afterwards, so that its replicas take nothing from the next test."""
    made = serving.endpoint()
    yield made
    made.serving.request("DELETE", made.path)
    made.get()


@pytest.fixture(scope="module")
def model(serving: Serving) -> str:
    return serving.model()


@pytest.mark.source(REST)
def test_an_endpoint_lives_its_life(serving: Serving) -> None:
    """Made (201), read, listed, patched, put again (200) and deleted; it says where it answers."""
    online = Online(serving, serving.unique("ep"))
    answer = online.put(description="scores")
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert online.settled(answer)["status"] == "Succeeded"
    shown = online.get()
    properties = shown["properties"]
    assert (shown["kind"], shown["type"]) == (
        "Kubernetes",
        "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
    )
    assert (properties["provisioningState"], properties["authMode"], properties["traffic"]) == ("Succeeded", "Key", {})
    assert properties["scoringUri"].endswith(f"/api/v1/endpoint/{online.name}/score")
    assert properties["scoringUri"].startswith("http://127.0.0.1:")
    assert "keys" not in str(shown)
    listed = serving.request("GET", f"{serving.environment.path}/onlineEndpoints").json()["value"]
    assert online.name in [one["name"] for one in listed]
    assert serving.request("PATCH", online.path, {"tags": {"a": "b"}}).json()["tags"] == {"a": "b"}
    assert online.put().status_code == 200
    gone = serving.request("DELETE", online.path)
    assert (gone.status_code, online.settled(gone)["status"]) == (202, "Succeeded")
    assert online.get()["error"]["code"] == "ResourceNotFound"
    assert serving.request("DELETE", online.path).status_code == 204


@pytest.mark.source(KEYS)
def test_keys_survive_updates_and_are_others_after_a_deletion(serving: Serving) -> None:
    """An update leaves both; regenerateKeys changes the one that it names; a deletion and a creation both."""
    online = serving.endpoint()
    first = online.keys
    assert sorted(first) == ["primaryKey", "secondaryKey"]
    online.settled(online.put(description="changed"))
    assert online.keys == first
    assert online.post("regenerateKeys", {"keyType": "Secondary"}).status_code == 202
    second = online.keys
    assert second["primaryKey"] == first["primaryKey"]
    assert second["secondaryKey"] != first["secondaryKey"]
    assert online.post("regenerateKeys", {"keyType": "Third"}).status_code == 400
    online.settled(serving.request("DELETE", online.path))
    online.settled(online.put())
    assert set(online.keys.values()).isdisjoint({*first.values(), *second.values()})


@pytest.mark.source(REST)
def test_an_endpoint_with_tokens_has_no_keys(serving: Serving) -> None:
    """listKeys is for keys, token for tokens; a token has an end."""
    online = serving.endpoint(authMode="AMLToken")
    assert online.post("listKeys").status_code == 400
    token = online.post("token").json()
    assert token["tokenType"] == "Bearer"
    assert token["expiryTimeUtc"] > token["refreshAfterTimeUtc"]
    assert serving.endpoint().post("token").status_code == 400


@pytest.mark.source(DEPLOY)
@pytest.mark.parametrize("name", ["ab", "1abc", "a_bc", "a" * 33, "a.b"])
def test_names_have_rules(serving: Serving, name: str) -> None:
    """3 to 32 letters, digits and hyphens, a letter first."""
    assert error(Online(serving, name).put())[:2] == (400, "ValidationError")


@pytest.mark.source(ROLLOUT)
def test_traffic_sums_to_0_or_100_and_goes_to_what_is_there(online: Online, model: str) -> None:
    """Another sum, a deployment that is not there, and what is no percentage are refused."""
    online.deployed("blue", model)
    for traffic in ({"blue": 90}, {"blue": 101}, {"blue": 100, "green": 0}, {"blue": -1}, {"blue": "all"}, [100]):
        assert online.put(traffic=traffic).status_code == 400, traffic
    online.turn(blue=100)
    assert online.get()["properties"]["traffic"] == {"blue": 100}
    online.turn(blue=0)


@pytest.mark.source(TROUBLE)
def test_an_endpoint_is_of_a_compute_that_is_attached(serving: Serving) -> None:
    """A Kubernetes endpoint needs a Kubernetes compute of its workspace, and keeps it."""
    for compute in (f"{serving.environment.path}/computes/none", serving.cluster.id):
        assert Online(serving, "endpoint").put(compute=compute).status_code == 400
    online = serving.endpoint()
    assert online.put(compute=serving.cluster.id).status_code == 400
    taken = Online(serving, online.name.upper()).put()
    assert taken.status_code == 200, "an id is the same in any letter case"


@pytest.mark.source(REST)
def test_a_deployment_lives_its_life(online: Online, serving: Serving, model: str) -> None:
    """Made, read, listed, patched and deleted; its replicas score, its log and its skus can be read."""
    answer = online.deploy("blue", model, environmentVariables={"COLOUR": "blue"})
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert online.settled(answer)["status"] == "Succeeded"
    shown = online.get("/deployments/blue")
    assert shown["properties"]["provisioningState"] == "Succeeded"
    assert (shown["sku"]["capacity"], shown["properties"]["endpointComputeType"]) == (1, "Kubernetes")
    assert [one["name"] for one in online.get("/deployments")["value"]] == ["blue"]
    online.turn(blue=100)
    told = online.score({"x": 1}).json()
    assert (told["told"], told["path"], told["env"]["COLOUR"]) == ({"x": 1}, "/score", "blue")
    assert told["env"]["AZUREML_MODEL_DIR"].endswith("/app/model")
    assert "authorization" not in told["headers"]
    log = online.post("deployments/blue/getLogs", {"containerType": "InferenceServer", "tail": 10}).json()
    assert log["content"] == "serving blue\n"
    assert "downloads nothing" in online.post("deployments/blue/getLogs", {"containerType": "StorageInitializer"}).text
    assert online.post("deployments/blue/getLogs", {"containerType": "Other"}).status_code == 400
    assert online.get("/deployments/blue/skus")["value"][0]["sku"] == {"name": "Default"}
    patched = serving.request("PATCH", f"{online.path}/deployments/blue", {"sku": {"name": "Default", "capacity": 2}})
    assert (patched.status_code, online.settled(patched)["status"]) == (202, "Succeeded")
    pids = {online.score().json()["pid"] for _ in range(4)}
    assert len(pids) >= 1
    online.settled(serving.request("DELETE", f"{online.path}/deployments/blue"))
    assert online.score().status_code == 404


@pytest.mark.source(ROLLOUT)
def test_blue_and_green_share_the_traffic(online: Online, model: str) -> None:
    """Percentages decide, the header names a deployment whatever they are, and the answer says which it was."""
    online.deployed("blue", model, environmentVariables={"COLOUR": "blue"})
    online.deployed("green", model, environmentVariables={"COLOUR": "green"})
    assert online.score().status_code == 404
    online.turn(blue=50, green=50)
    seen = [online.score() for _ in range(40)]
    assert {one.json()["env"]["COLOUR"] for one in seen} == {"blue", "green"}
    assert all(one.json()["env"]["COLOUR"] == one.headers["azureml-model-deployment"] for one in seen)
    online.turn(blue=100, green=0)
    assert {online.score().headers["azureml-model-deployment"] for _ in range(10)} == {"blue"}
    named = {"azureml-model-deployment": "green"}
    assert online.score(**named).json()["env"]["COLOUR"] == "green"
    assert online.score(**{"azureml-model-deployment": "red"}).status_code == 404


def test_an_update_lets_the_old_version_serve_until_the_new_one_is_ready(online: Online, serving: Serving) -> None:
    """No request fails meanwhile; a new version that never comes true leaves the old one serving."""
    image = serving.model("rolling")
    online.deployed("blue", image, environmentVariables={"COLOUR": "one"})
    online.turn(blue=100)
    answer = online.deploy("blue", image, environmentVariables={"COLOUR": "two", "DELAY": "1"})
    colours = []
    while online.get("/deployments/blue")["properties"]["provisioningState"] == "Updating":
        scored = online.score()
        assert scored.status_code == 200, scored.text
        colours.append(scored.json()["env"]["COLOUR"])
    assert colours[0] == "one"
    assert online.settled(answer)["status"] == "Succeeded"
    assert online.score().json()["env"]["COLOUR"] == "two"
    broken = serving.model("broken", text="raise SystemExit(7)")
    code, message = online.failed("blue", broken)
    assert code == "DeploymentCrashLoopBackOff"
    assert "exit code 7" in message
    assert online.get("/deployments/blue")["properties"]["provisioningState"] == "Failed"
    assert online.score().json()["env"]["COLOUR"] == "two"


@pytest.mark.source(TROUBLE)
def test_an_image_that_nobody_built_is_not_pulled(online: Online, serving: Serving) -> None:
    """ImagePullLoopBackOff, for an unknown image and for one that no process can stand in for."""
    unknown = serving.environment_of("acrhand.azurecr.io/none:1")
    assert online.failed("blue", unknown)[0] == "ImagePullLoopBackOff"
    scratch = serving.environment_of(built(serving.state, "nothing", "", python=None))  # type: ignore[arg-type]
    assert online.failed("blue", scratch)[0] == "ImagePullLoopBackOff"
    assert online.get("/deployments/blue")["properties"]["provisioningState"] == "Failed"


@pytest.mark.source(TROUBLE)
def test_memory_over_the_limit_is_pod_out_of_memory(online: Online, serving: Serving) -> None:
    """A replica that holds more than its limit is killed, and the deployment says so."""
    hungry = serving.model("hungry-model", text="import time\nheld = bytearray(300 << 20)\ntime.sleep(600)")
    limits = {"cpu": "1", "memory": "100Mi"}
    requirements = {"containerResourceRequests": limits, "containerResourceLimits": limits}
    code, message = online.failed("blue", hungry, containerResourceRequirements=requirements)
    assert (code, "137" in message) == ("PodOutOfMemory", True)


@pytest.mark.source(TROUBLE)
def test_a_replica_that_is_never_ready_ends_the_deployment(online: Online, serving: Serving) -> None:
    """Readiness that fails beyond its threshold is ResourceNotReady."""
    deaf = serving.model("deaf", text="import time\nprint('waiting', flush=True)\ntime.sleep(600)")
    patient = {**QUICK, "failureThreshold": 1000}
    code, _ = online.failed("blue", deaf, readinessProbe={**QUICK, "failureThreshold": 2}, livenessProbe=patient)
    assert code == "ResourceNotReady"
    assert online.post("deployments/blue/getLogs", {}).json()["content"] == "waiting\n"


@pytest.mark.source(RESERVED)
def test_replicas_that_no_node_holds_are_unschedulable(online: Online, model: str) -> None:
    """One node of 4 cores has 3.86 for pods: four of one core are too many, three are not; neither is one of 4."""

    def needs(cpu: str, memory: str = "100Mi") -> dict[str, Any]:
        return {"containerResourceRequirements": {"containerResourceRequests": {"cpu": cpu, "memory": memory}}}

    whole = {"containerResourceLimits": {"cpu": "64", "memory": "256Gi"}}

    def wide(cpu: str, memory: str = "100Mi") -> dict[str, Any]:
        return {"containerResourceRequirements": {**needs(cpu, memory)["containerResourceRequirements"], **whole}}

    code, message = online.failed("blue", model, **wide("4"))
    assert (code, message) == ("PodUnschedulable", "0/1 nodes are available: 1 Insufficient cpu.")
    code, message = online.failed("blue", model, **wide("1", "16Gi"))
    assert (code, message) == ("PodUnschedulable", "0/1 nodes are available: 1 Insufficient memory.")
    four = {"name": "Default", "capacity": 4}
    assert online.failed("blue", model, sku=four, **wide("1"))[0] == "PodUnschedulable"
    online.deployed("blue", model, sku={"name": "Default", "capacity": 3}, **wide("1"))
    assert online.failed("green", model, **wide("1"))[0] == "PodUnschedulable"


@pytest.mark.source(TYPES)
def test_requests_above_limits_and_unknown_instance_types_are_refused(online: Online, model: str) -> None:
    """BadArgument before anything starts; an instance type is one of the compute's, the SDK's default its default."""
    above = {"containerResourceRequests": {"memory": "3Gi"}, "containerResourceLimits": {"memory": "2Gi"}}
    refused = online.deploy("blue", model, containerResourceRequirements=above)
    assert (refused.status_code, refused.json()["error"]["details"][0]["code"]) == (400, "BadArgument")
    assert online.deploy("blue", model, instanceType="large").status_code == 400
    online.deployed("blue", model, instanceType="Standard_F4s_v2")


@pytest.mark.source(TROUBLE)
def test_counts_that_make_no_sense_are_an_invalid_spec(online: Online, model: str) -> None:
    """A least number of instances above the greatest, and no instances at all: InvalidDeploymentSpec."""
    scale = {"scaleType": "TargetUtilization", "minInstances": 3, "maxInstances": 2}
    for more in ({"scaleSettings": scale}, {"sku": {"name": "Default", "capacity": 0}}):
        refused = online.deploy("blue", model, **more)
        assert (refused.status_code, refused.json()["error"]["details"][0]["code"]) == (400, "InvalidDeploymentSpec")
    assert online.deploy("blue", model, requestSettings={"requestTimeout": "5 s"}).status_code == 400


@pytest.mark.source(TROUBLE)
def test_what_a_deployment_names_must_be_there(online: Online, serving: Serving, model: str) -> None:
    """An environment or a model that is not registered is ResourceNotFound; another endpoint's type does not fit."""
    missing = f"{serving.environment.path}/environments/none/versions/1"
    assert online.deploy("blue", missing).json()["error"]["details"][0]["code"] == "ResourceNotFound"
    unknown = f"{serving.environment.path}/models/none/versions/1"
    assert online.deploy("blue", model, model=unknown).json()["error"]["details"][0]["code"] == "ResourceNotFound"
    assert online.deploy("blue", model, endpointComputeType="Managed").status_code == 400


@pytest.mark.source(TROUBLE)
def test_a_second_write_meets_the_first(online: Online, serving: Serving, model: str) -> None:
    """While a deployment is being made, the endpoint and its deployments answer 409."""
    answer = online.deploy("blue", model, environmentVariables={"DELAY": "1"})
    for method, path in (
        ("DELETE", online.path),
        ("DELETE", f"{online.path}/deployments/blue"),
    ):
        assert serving.request(method, path).status_code == 409
    assert online.put().status_code == 409
    assert online.settled(answer)["status"] == "Succeeded"


def test_a_failing_operation_is_a_switch(online: Online, serving: Serving, model: str) -> None:
    """A fault makes the operation fail as Azure would, and nothing runs."""
    serving.sandbox.fault(f"PUT .*{online.name}/deployments/blue", fail_operation="InternalServerError", times=1)
    done = online.settled(online.deploy("blue", model))
    assert (done["status"], done["error"]["code"]) == ("Failed", "InternalServerError")
    assert online.get("/deployments/blue")["properties"]["provisioningState"] == "Failed"


def test_deployments_come_back_with_the_sandbox(start, tmp_path) -> None:
    """After a kill -9 the endpoint answers at the same address with the same key; one that was under way ends."""
    with start(tmp_path) as server:
        path = f"{server.subscription}/resourceGroups/rg"
        server.request("PUT", path, "2024-03-01", {"location": "westeurope"})
        serving = Serving(new_environment(server, "rg", named), named)
        online = serving.endpoint("endpoint")
        image = serving.model()
        online.deployed("blue", image)
        online.turn(blue=100)
        first, uri, keys = online.score().json()["pid"], online.uri, online.keys
        online.deploy("green", image, environmentVariables={"DELAY": "2"})
        server.process.kill()
        server.process.wait()
    with start(tmp_path) as server:
        online.serving.sandbox = server
        assert (online.uri, online.keys) == (uri, keys)
        assert until(lambda: online.score().status_code == 200), online.score().text
        assert online.score().json()["pid"] != first

        def state() -> str:
            return str(online.get("/deployments/green")["properties"]["provisioningState"])

        assert until(lambda: state() != "Creating")
        assert state() == "Succeeded"


def test_a_deleted_workspace_takes_its_endpoints_along(sandbox, group, unique) -> None:
    """Its replicas end, and the scoring URI knows the endpoint no more (concept-soft-delete)."""
    serving = Serving(new_environment(sandbox, group, unique), named)
    online = serving.endpoint()
    online.deployed("blue", serving.model())
    online.turn(blue=100)
    pid = online.score().json()["pid"]
    serving.environment.delete()
    assert online.score().status_code == 404
    assert until(lambda: not psutil.pid_exists(pid))
