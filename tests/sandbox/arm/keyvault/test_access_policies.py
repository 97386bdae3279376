"""Do add, replace and remove touch only what they name, and do overlapping writes meet Azure's conflict?"""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

A, B, C = (str(uuid.UUID(int=number)) for number in (1, 2, 3))


@pytest.mark.unverified
def test_add_is_a_union(vault, make) -> None:
    """`add` gives a principal what it lacks, takes nothing away, and leaves the others alone."""
    assert vault.change("add", make.policy(A, secrets=["get"]), make.policy(B, keys=["get"])).status_code == 201
    again = vault.change("add", make.policy(A, secrets=["set"], keys=["sign"]))
    assert again.status_code == 200
    assert again.json()["properties"]["accessPolicies"] == [make.policy(A, secrets=["get", "set"], keys=["sign"])]
    assert vault.entries() == {A: {"secrets": ["get", "set"], "keys": ["sign"]}, B: {"keys": ["get"]}}


@pytest.mark.source("github.com/pulumi/pulumi-azure-native custom resource AccessPolicy")
def test_replace_sets_exactly_that_principal(vault, make) -> None:
    """`replace` narrows the named principal to what is given and leaves the others alone."""
    vault.change("add", make.policy(A, secrets=["get", "set"]), make.policy(B))
    vault.change("replace", make.policy(A, keys=["get"]))
    assert vault.entries() == {A: {"keys": ["get"]}, B: {"secrets": ["get"]}}


@pytest.mark.unverified
def test_remove_takes_permissions_or_the_principal(vault, make) -> None:
    """`remove` takes the named permissions; with none left, or none named, the principal is gone."""
    entries = [make.policy(one, secrets=["get", "set"]) for one in (A, B, C)]
    vault.change("add", *entries)
    removed = vault.change(
        "remove",
        make.policy(A, secrets=["set"]),
        make.policy(B, secrets=["set", "get"]),
        {**make.policy(C), "permissions": {}},
        make.policy(str(uuid.uuid4())),
    )
    assert removed.status_code == 200
    assert vault.entries() == {A: {"secrets": ["get"]}}


@pytest.mark.unverified
def test_an_application_on_behalf_is_another_principal(vault, make) -> None:
    """The same object id with an application id is an entry of its own; an empty application id is none."""
    vault.change("add", make.policy(A), {**make.policy(A, secrets=["set"]), "applicationId": B})
    vault.change("add", {**make.policy(A, secrets=["list"]), "applicationId": ""})
    entries = vault.properties()["accessPolicies"]
    assert [(entry.get("applicationId"), entry["permissions"]["secrets"]) for entry in entries] == [
        (None, ["get", "list"]),
        (B, ["set"]),
    ]


@pytest.mark.source("learn.microsoft.com/azure/key-vault/general/rbac-migration")
def test_an_rbac_vault_keeps_its_policies(vault, make) -> None:
    """Policies survive the switch to roles and back."""
    vault.change("add", make.policy(A))
    vault.call("PATCH", "", {"properties": {"enableRbacAuthorization": True}})
    assert vault.change("add", make.policy(B)).status_code == 201
    vault.call("PATCH", "", {"properties": {"enableRbacAuthorization": False}})
    assert set(vault.entries()) == {A, B}


@pytest.mark.source("github.com/pulumi/pulumi-azure-native/issues/1013")
@pytest.mark.slow
def test_overlapping_writes_conflict(vault, make, faults) -> None:
    """While one write to a vault is under way every other one is refused, reads are not; afterwards all is well."""
    faults(f"PUT .*{vault.name}/accessPolicies/add", hold=1.0, times=1)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(vault.change, "add", make.policy(A))
        while not vault.server.control("GET", "faults")[0]["hits"]:
            time.sleep(0.01)
        refusals = [
            vault.change("add", make.policy(B)),
            vault.call("PATCH", "", {"tags": {}}),
            vault.call("PUT", "/secrets/s", {"properties": {"value": "v"}}),
            vault.call("DELETE"),
        ]
        assert vault.call("GET").status_code == 200
        assert slow.result().status_code == 201
    for refused in refusals:
        status, code, message = make.error_of(refused)
        assert (status, code) == (409, "ConflictError")
        assert f"the Key Vault '{vault.name}' changed from the point the operation began" in message
    assert set(vault.entries()) == {A}
    assert vault.change("add", make.policy(B)).status_code == 201


@pytest.mark.source("github.com/pulumi/pulumi-azure-native/issues/1013")
def test_a_parallel_client_meets_conflicts_and_loses_nothing(vault, make) -> None:
    """Parallel adds are refused with ConflictError or carried out; who was answered with success is in it."""
    vault.server.cached_token()
    refused: list[str] = []
    carried_out: list[str] = []

    def add(number: int) -> None:
        who = str(uuid.UUID(int=1000 + number))
        answer = vault.change("add", make.policy(who))
        if answer.status_code == 409:
            refused.append(answer.json()["error"]["code"])
        else:
            assert answer.status_code == 201, answer.text
            carried_out.append(who)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(80)))
    assert set(refused) == {"ConflictError"}
    assert set(vault.entries()) == set(carried_out)
    assert carried_out


def test_the_drop_policy_hook_loses_an_entry_during_a_write(vault, make, faults) -> None:
    """The switch takes one principal out of the vault within somebody else's PATCH, whose answer shows it."""
    vault.change("add", make.policy(A), make.policy(B))
    faults(f"PATCH .*{vault.name}", hook=f"drop-policy={A.upper()}", times=1)
    answer = vault.call("PATCH", "", {"tags": {"a": "1"}})
    assert [entry["objectId"] for entry in answer.json()["properties"]["accessPolicies"]] == [B]
    assert set(vault.entries()) == {B}
    assert vault.call("PATCH", "", {"tags": {}}).status_code == 200
    assert set(vault.entries()) == {B}
