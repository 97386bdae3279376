"""What if Azure, a lost answer or an admin comes between? Writes of ours to a vault, disturbed, through real runs.

What the tripwire puts back after a PATCH or an addition that dropped an entry is in `test_grants`.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.keyvault import models as kv

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

pytestmark = pytest.mark.engine


def incidents(project: Project) -> list[Path]:
    return list((project.folder / "home" / "receipts").glob("incident-*.json"))


def new_grant(number: int) -> dict[str, Any]:
    return {"principal": Stranger.principal(number), "secrets": ["get"]}


def test_writes_whose_answers_are_lost_are_found_to_be_done(project: Project, azure: Azure, stranger: Stranger) -> None:
    """A PATCH and an addition that Azure carried out and nobody heard of: the run succeeds, nobody lost anything."""
    project.up()
    vault = project.resource_id("vault")
    stranger.add(vault, stranger.entry(stranger.principal(3), secrets=["get", "list"]))
    held, name = stranger.policies(vault), vault.rpartition("/")[2]
    azure.fault(f"PATCH .*/vaults/{name}(\\?| |$)", lose_answer=True, times=1)
    azure.fault(f"PUT .*/vaults/{name}/accessPolicies/add", lose_answer=True, times=1)

    def change(environment: dict[str, Any]) -> None:
        environment["vault"].update(publicAccess=True)
        environment["vault"]["grants"].append(new_grant(4))

    project.change(change)
    done = project.up()
    lost = [request for request in done.requests if request.status is None]
    assert [request.method for request in lost] == ["PATCH", "PUT"]
    assert stranger.policies(vault) == {**held, Stranger.principal(4): {"secrets": ["get"]}}
    assert incidents(project) == []
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_a_revocation_during_the_run_is_not_undone(project: Project, azure: Azure, stranger: Stranger) -> None:
    """An admin takes somebody out of the vault while our PATCH waits its turn: no tripwire, and they stay out."""
    project.up()
    vault = project.resource_id("vault")
    name, victim, bystander = vault.rpartition("/")[2], Stranger.principal(3), Stranger.principal(5)
    stranger.add(vault, stranger.entry(victim, secrets=["get"]), stranger.entry(bystander, secrets=["get"]))
    held = stranger.policies(vault)
    # Others are writing to the vault for seven seconds: long enough for an admin to be one of them.
    azure.fault(f"PATCH .*/vaults/{name}(\\?| |$)", status=409, code="ConflictError", times=4)
    project.change(lambda environment: environment["vault"].update(publicAccess=True))
    mark = azure.mark()
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(project.up, expect=None)
        while not any(request.method == "PATCH" and request.status == 409 for request in azure.since(mark)):
            assert not run.done(), run.result().text
            time.sleep(0.05)
        revoke(stranger, vault, victim)
        done = run.result()
    assert done.code == 0, done.text
    assert any(request.method == "PATCH" and request.status == 200 for request in done.requests)
    assert stranger.policies(vault) == {principal: entry for principal, entry in held.items() if principal != victim}
    assert incidents(project) == []
    assert "tripwire" not in done.text
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    assert victim not in stranger.policies(vault)


def revoke(stranger: Stranger, vault: str, principal: str) -> None:
    """`accessPolicies/remove` of all that the principal holds."""
    parameters = kv.VaultAccessPolicyParameters(
        properties=kv.VaultAccessPolicyProperties(access_policies=[stranger.entry(principal, secrets=["get"])])
    )
    pieces = vault.split("/")
    stranger.client.vaults.update_access_policy(pieces[4], pieces[8], "remove", parameters)


@pytest.mark.source(
    "pulumi/pulumi: pkg/resource/deploy, a resource with initialization errors is updated by the next run"
)
def test_a_creation_that_was_not_seen_to_its_end_is_carried_on_without_a_loss(
    project: Project, azure: Azure, stranger: Stranger
) -> None:
    """The engine lets azure-native update the vault once; whoever was added meanwhile stays. After a refresh not even
    that happens."""
    there = r"^GET .*/Microsoft\.KeyVault/vaults/[^/?]+\?"
    azure.fault(there, hold=0.0, times=2)
    azure.fault(there, times=1, status=401, code="ExpiredAuthenticationToken")
    failed = project.up(expect=None)
    assert failed.code != 0
    assert "ExpiredAuthenticationToken" in failed.text
    azure.clear_faults()
    vault = project.resource_id("vault")
    stranger.add(vault, stranger.entry(stranger.principal(1), secrets=["get"]))
    done = project.up()
    assert done.operations.get("update") == 1
    held = stranger.policies(vault)
    assert held[stranger.principal(1)] == {"secrets": ["get"]}
    assert len(held) == 4
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
