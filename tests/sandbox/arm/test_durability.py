"""Is every answered write there after a kill -9, whenever it comes?"""

from __future__ import annotations

import random
import threading
import time
import uuid

import pytest
import requests

from holdfast_sandbox.arm import identity
from holdfast_sandbox.arm.store import Resource, StateVersionError, Store

VERSION = "2024-11-01"


@pytest.mark.slow
def test_no_answered_write_is_lost_under_kill_9(own_server) -> None:
    """Two writers add policies and tags while the server is killed five times; what was acknowledged is all there."""
    server = own_server()
    server.request("PUT", "resourceGroups/rg-d", {"location": "westeurope"})
    vault = "resourceGroups/rg-d/providers/Microsoft.KeyVault/vaults/kv-durable"
    properties = {"tenantId": identity.TENANT_ID, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    server.request("PUT", vault, {"location": "westeurope", "properties": properties}, version=VERSION)
    acknowledged: dict[str, list[str]] = {"policies": [], "groups": []}
    rounds = []

    def add_policies(running) -> None:
        while True:
            who = str(uuid.uuid4())
            entry = {"tenantId": identity.TENANT_ID, "objectId": who, "permissions": {"keys": ["get"]}}
            body = {"properties": {"accessPolicies": [entry]}}
            answer = running.request("PUT", f"{vault}/accessPolicies/add", body, version=VERSION)
            assert answer.status_code == 201, answer.text
            acknowledged["policies"].append(who)

    def make_groups(running) -> None:
        while True:
            name = f"rg-{uuid.uuid4().hex}"
            assert running.request("PUT", f"resourceGroups/{name}", {"location": "westeurope"}).status_code == 201
            acknowledged["groups"].append(name)

    def until_killed(work, running) -> None:
        with pytest.raises(requests.RequestException):
            work(running)
        rounds.append(work)

    for _ in range(5):
        server.cached_token()
        writers = [threading.Thread(target=until_killed, args=(work, server)) for work in (add_policies, make_groups)]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0.05, 0.5))
        server.kill()
        for writer in writers:
            writer.join(30)
        server = own_server()
        read = server.request("GET", vault, version=VERSION).json()
        there = {entry["objectId"] for entry in read["properties"]["accessPolicies"]}
        assert set(acknowledged["policies"]) <= there
        groups = server.request("GET", "resourceGroups", params={"$top": "1000"}).json()["value"]
        assert set(acknowledged["groups"]) <= {group["name"] for group in groups} or len(groups) == 1000
        for name in acknowledged["groups"][-3:]:
            assert server.request("GET", f"resourceGroups/{name}").status_code == 200
    assert len(rounds) == 10
    assert len(acknowledged["policies"]) > 5
    assert len(acknowledged["groups"]) > 5


def test_a_failed_transaction_leaves_nothing(tmp_path) -> None:
    """What was written before an exception in the same transaction is undone; what was committed stays."""
    store = Store(tmp_path / "state.sqlite")
    kept = Resource("/a/B", "T/t", "B", "s", "g", {"location": "x"})
    with store.transaction():
        store.save(kept)

    def half() -> None:
        with store.transaction():
            store.save(Resource("/a/C", "T/t", "C", "s", "g"))
            store.remove(kept.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert store.get("/A/b") == kept
    assert store.get("/a/C") is None


def test_removing_takes_what_lies_under_and_no_neighbour(tmp_path) -> None:
    """`/a/kv` takes `/a/kv/secrets/s` with it, and leaves `/a/kv2` and `/a/kv-x` alone."""
    store = Store(tmp_path / "state.sqlite")
    for name in ("kv", "kv/secrets/s", "kv2", "kv-x", "kv.y"):
        store.save(Resource(f"/a/{name}", "T/t", name, "s", "g"))
    store.remove("/A/KV")
    assert [resource.name for resource in store.find("t/T")] == ["kv-x", "kv.y", "kv2"]


def test_a_state_of_another_version_is_refused(tmp_path) -> None:
    """The state of another version of the sandbox is not touched."""
    path = tmp_path / "state.sqlite"
    store = Store(path)
    store._db.execute("UPDATE meta SET value='0' WHERE name='version'")
    store.close()
    with pytest.raises(StateVersionError) as refused:
        Store(path)
    assert refused.value.found == "0"
