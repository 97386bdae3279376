"""Does the front end of online endpoints queue, refuse and scale as azureml-fe? For plain requests."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from .built import until
from .conftest import named, new_group
from .serving import Online, Serving
from .test_machinelearning import new_environment
from .test_metrics import FILTER, Asked

pytestmark = pytest.mark.slow

STATUSES = "learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints (HTTP status codes)"
SETTINGS = "learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-kubernetes-online (RequestSettings)"
ROUTER = "learn.microsoft.com/azure/machine-learning/how-to-kubernetes-inference-routing-azureml-fe"
AUTH = "learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint"


@pytest.fixture(scope="module")
def serving(start, tmp_path_factory) -> Any:
    """A sandbox whose autoscaler looks ten times as often."""
    with start(tmp_path_factory.mktemp("front-end"), "--autoscale", "0.1") as sandbox:
        yield Serving(new_environment(sandbox, new_group(sandbox), named), named, nodes=2)


@pytest.fixture(scope="module")
def start() -> Any:
    from .conftest import running

    return running


@pytest.fixture(scope="module")
def model(serving: Serving) -> str:
    return serving.model()


@pytest.fixture
def online(serving: Serving) -> Any:
    made = serving.endpoint()
    yield made
    made.serving.request("DELETE", made.path)
    made.get()


def at_once(online: Online, count: int, body: Any = None) -> list[requests.Response]:
    online.score()
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: online.score(body), range(count)))


def settings(**more: Any) -> dict[str, Any]:
    return {"requestSettings": {"requestTimeout": "PT10S", **more}}


@pytest.mark.source(AUTH)
def test_a_key_is_needed(online: Online, model: str) -> None:
    """Either key is good; another one, none, and a key in another scheme are 401."""
    online.deployed("blue", model)
    online.turn(blue=100)
    keys = online.keys
    assert online.score(key=keys["primaryKey"]).status_code == 200
    assert online.score(key=keys["secondaryKey"]).status_code == 200
    for credential in ("", "x", keys["primaryKey"][:-1]):
        assert online.score(key=credential).status_code == 401, credential
    assert requests.post(online.uri, json={}, timeout=10).status_code == 401
    assert online.score(Authorization=f"Basic {keys['primaryKey']}").status_code == 401
    online.post("regenerateKeys", {"keyType": "Primary"})
    assert online.keys["primaryKey"] != keys["primaryKey"]
    assert online.score(key=keys["primaryKey"]).status_code == 401
    assert online.score(key=online.keys["primaryKey"]).status_code == 200


@pytest.mark.source(AUTH)
def test_a_token_is_good_for_its_endpoint(serving: Serving, model: str) -> None:
    """A token of the endpoint opens it; one of another endpoint and one with another end do not."""
    online, other = (serving.endpoint(authMode="AMLToken") for _ in range(2))
    online.deployed("blue", model)
    assert online.settled(online.put(authMode="AMLToken", traffic={"blue": 100}))["status"] == "Succeeded"
    token = online.post("token").json()["accessToken"]
    ends, _, signature = token.partition(".")
    assert online.score(key=token).status_code == 200
    for wrong in (other.post("token").json()["accessToken"], f"{int(ends) + 1}.{signature}", ends, f".{signature}"):
        assert online.score(key=wrong).status_code == 401, wrong
    serving.request("DELETE", online.path)


@pytest.mark.source(STATUSES)
def test_no_traffic_is_not_found(online: Online, model: str) -> None:
    """No deployment, none with traffic, another path, another endpoint: 404."""
    assert online.score().status_code == 404
    online.deployed("blue", model)
    assert online.score().status_code == 404
    online.turn(blue=100)
    assert online.score().status_code == 200
    headers = {"Authorization": f"Bearer {online.keys['primaryKey']}"}
    for uri in (online.uri.replace(online.name, "other"), f"{online.uri}/more", online.uri.partition("/api")[0]):
        assert requests.post(uri, json={}, headers=headers, timeout=10).status_code == 404


@pytest.mark.source(SETTINGS)
def test_one_request_a_replica_and_half_a_second_in_the_queue(online: Online, model: str) -> None:
    """Of three at once on one replica, one is served, one waits its turn, one has waited too long: 503."""
    online.deployed("blue", model, **settings())
    online.turn(blue=100)
    codes = sorted(one.status_code for one in at_once(online, 3, {"sleep": 0.4}))
    assert codes == [200, 200, 503]


@pytest.mark.source(SETTINGS)
def test_more_requests_a_replica_and_a_longer_queue(online: Online, model: str) -> None:
    """maxConcurrentRequestsPerInstance lets a replica take several; maxQueueWait lets more wait."""
    online.deployed("blue", model, **settings(maxConcurrentRequestsPerInstance=4))
    online.turn(blue=100)
    began = time.monotonic()
    assert {one.status_code for one in at_once(online, 4, {"sleep": 1})} == {200}
    assert time.monotonic() - began < 3.5
    online.deployed("blue", model, **settings(maxQueueWait="PT20S"))
    assert {one.status_code for one in at_once(online, 5, {"sleep": 0.2})} == {200}


@pytest.mark.source(STATUSES)
def test_a_request_that_takes_too_long_is_504(online: Online, model: str) -> None:
    """Beyond requestTimeout; the next one is served."""
    online.deployed("blue", model, requestSettings={"requestTimeout": "PT0.5S"})
    online.turn(blue=100)
    assert online.score({"sleep": 2}).status_code == 504
    assert online.score().status_code == 200


@pytest.mark.source(STATUSES)
def test_run_that_raises_and_a_replica_that_crashes_are_502(online: Online, model: str) -> None:
    """The server's mark of a failed run(), and a connection that breaks; the replica comes back by itself."""
    online.deployed("blue", model)
    online.turn(blue=100)
    failed = online.score({"status": 500, "failed": True})
    assert (failed.status_code, failed.json()["told"]["failed"]) == (502, True)
    assert online.score({"status": 418}).status_code == 418
    first = online.score().json()["pid"]
    assert online.score({"exit": True}).status_code == 502
    assert until(lambda: online.score().status_code == 200)
    assert online.score().json()["pid"] != first


@pytest.mark.source(STATUSES)
def test_managed_endpoints_have_statuses_of_their_own(serving: Serving, model: str) -> None:
    """424 with the model's own status, 408, and 429 above twice what the instances take; all of them are counted."""
    online = Online(serving, named("ep"))
    body = {"location": "westeurope", "kind": "Managed", "properties": {"authMode": "Key"}}
    online.settled(serving.request("PUT", online.path, body))
    limits = {"requestTimeout": "PT1S", "maxQueueWait": "PT10S"}
    online.deployed("blue", model, endpointComputeType="Managed", requestSettings=limits)
    body["properties"] = {"authMode": "Key", "traffic": {"blue": 100}}
    online.settled(serving.request("PUT", online.path, body))
    error = online.score({"status": 418})
    assert (error.status_code, error.headers["ms-azureml-model-error-statuscode"]) == (424, "418")
    assert online.score({"sleep": 2}).status_code == 408
    codes = sorted(one.status_code for one in at_once(online, 4, {"sleep": 0.5}))
    assert codes == [200, 200, 429, 429]
    counted = Asked(serving.sandbox, online.path, datetime.now(UTC) - timedelta(minutes=5))
    # `at_once` asks once more beforehand.
    told = {("blue", "200", "200"): 3, ("blue", "424", "418"): 1, ("blue", "408", ""): 1, ("blue", "429", ""): 2}
    assert counted.series(**{"$filter": FILTER}) == told
    online.settled(serving.request("DELETE", online.path))


@pytest.mark.source(ROUTER)
def test_replicas_follow_the_load(online: Online, serving: Serving, model: str) -> None:
    """More replicas soon after the load has come, up to the maximum; fewer a while after it has gone."""
    scale = {"scaleType": "TargetUtilization", "minInstances": 1, "maxInstances": 3, "targetUtilizationPercentage": 70}
    online.deployed("blue", model, scaleSettings=scale, **settings(maxQueueWait="PT30S"))
    online.turn(blue=100)
    pids: set[int] = set()
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            pids.add(online.score({"sleep": 0.1}).json()["pid"])

    online.score()
    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    assert until(lambda: len(pids) >= 3), pids
    done.set()
    for worker in workers:
        worker.join()
    assert len(pids) == 3

    def left() -> set[int]:
        return {online.score({"sleep": 0.05}).json()["pid"] for _ in range(3)}

    time.sleep(7.5)
    assert until(lambda: len(left()) == 1), left()


def test_fifty_clients_at_once(online: Online, model: str) -> None:
    """Fifty parallel clients, each of several requests: every one gets its own answer."""
    online.deployed("blue", model, sku={"name": "Default", "capacity": 2}, **settings(maxQueueWait="PT60S"))
    online.turn(blue=100)
    online.score()

    def client(number: int) -> list[bool]:
        found = []
        for turn in range(4):
            scored = online.score({"mine": [number, turn]})
            found.append(scored.status_code == 200 and scored.json()["told"] == {"mine": [number, turn]})
        return found

    with ThreadPoolExecutor(50) as pool:
        assert all(all(row) for row in pool.map(client, range(50)))


def test_an_update_under_load_fails_no_request(online: Online, model: str) -> None:
    """What the old replicas are busy with they answer, whoever comes later is the new ones'."""
    wanted = {"sku": {"name": "Default", "capacity": 2}, **settings(maxQueueWait="PT30S")}
    online.deployed("blue", model, **wanted)
    online.turn(blue=100)
    online.score()
    done, seen = threading.Event(), list[tuple[int, Any]]()

    def work() -> None:
        while not done.is_set():
            scored = online.score({"sleep": 0.2})
            seen.append(
                (scored.status_code, scored.json()["env"]["COLOUR"] if scored.status_code == 200 else scored.text)
            )

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    online.deployed("blue", model, environmentVariables={"COLOUR": "new"}, **wanted)
    assert until(lambda: (200, "new") in seen)
    done.set()
    for worker in workers:
        worker.join()
    assert {status for status, _ in seen} == {200}, [one for one in seen if one[0] != 200]
    assert {colour for _, colour in seen} == {None, "new"}


def test_requests_that_are_none_hurt_nobody(online: Online, model: str) -> None:
    """Rubbish, half a request and a chunked body: the next client is served."""
    online.deployed("blue", model)
    online.turn(blue=100)
    at = urlsplit(online.uri)
    for rubbish in (b"\x16\x03\x01 no HTTP\r\n\r\n", b"POST /api HTTP/1.1\r\nContent-Length: 10\r\n\r\n12"):
        with socket.create_connection((at.hostname, at.port), 5) as client:
            client.sendall(rubbish)
    headers = {"Authorization": f"Bearer {online.keys['primaryKey']}"}
    chunked = requests.post(online.uri, data=iter([b'{"a"', b": 1}"]), headers=headers, timeout=10)
    assert chunked.json()["told"] == {"a": 1}
    session = requests.Session()
    pids = {session.post(online.uri, json={"n": n}, headers=headers, timeout=10).json()["pid"] for n in range(5)}
    assert len(pids) == 1
    assert uuid.UUID(session.post(online.uri, json={}, headers=headers, timeout=10).headers["x-request-id"])
