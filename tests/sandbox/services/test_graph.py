"""Does the sandbox's directory say who an object id is, as Microsoft Graph does?"""

from __future__ import annotations

import subprocess
import sys
import uuid
from typing import Any

import pytest
import requests

from holdfast_sandbox.arm import identity

GET_BY_IDS = "learn.microsoft.com/graph/api/directoryobject-getbyids"
IDENTITY_VERSION = "2024-11-30"


def ask(sandbox: Any, ids: list[str], *, audience: str = "graph", **more: Any) -> requests.Response:
    scope = f"{sandbox.url}/{audience}".rstrip("/") + "/.default"
    token = sandbox.credential.get_token(scope).token
    return requests.post(
        f"{sandbox.url}/graph/v1.0/directoryObjects/getByIds",
        json={"ids": ids, **more},
        headers={"Authorization": f"Bearer {token}"},
        verify=sandbox.bundle,
        timeout=30,
    )


def register(sandbox: Any, **principal: str) -> requests.Response:
    return requests.post(f"{sandbox.url}/_sandbox/principals", json=principal, verify=sandbox.bundle, timeout=30)


@pytest.mark.source(GET_BY_IDS)
@pytest.mark.source("learn.microsoft.com/graph/api/resources/serviceprincipal: alternativeNames, servicePrincipalType")
def test_logins_identities_and_registered_people_have_names(sandbox: Any, group: str) -> None:
    """Each with its type; a managed identity with the id of the resource that it belongs to."""
    path = (
        f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-a"
    )
    made = sandbox.request("PUT", path, IDENTITY_VERSION, {"location": "westeurope"}).json()
    principal = made["properties"]["principalId"]
    person = str(uuid.uuid4())
    assert register(sandbox, id=person.upper(), kind="user", name="Ann Example").status_code == 201
    answer = ask(sandbox, [principal.upper(), person, identity.OBJECT_ID])
    assert answer.status_code == 200
    rows = {row["id"]: row for row in answer.json()["value"]}
    assert rows[person] == {
        "@odata.type": "#microsoft.graph.user",
        "id": person,
        "displayName": "Ann Example",
        "userPrincipalName": "ann.example@sandbox.invalid",
    }
    assert rows[principal]["servicePrincipalType"] == "ManagedIdentity"
    assert rows[principal]["displayName"] == "id-a"
    assert rows[principal]["alternativeNames"] == ["isExplicit=True", made["id"]]
    assert rows[identity.OBJECT_ID]["@odata.type"] == "#microsoft.graph.servicePrincipal"
    # Gone with the identity.
    assert sandbox.request("DELETE", path, IDENTITY_VERSION).status_code == 200
    assert ask(sandbox, [principal]).json()["value"] == []


@pytest.mark.source("azure-cli, role/custom.py: a principal that getByIds leaves out is shown without a name")
def test_an_id_that_nobody_has_is_left_out_and_types_narrow_the_search(sandbox: Any) -> None:
    """No error for an unknown id; a person is not found among the groups."""
    person = str(uuid.uuid4())
    register(sandbox, id=person, name="Bob Example")
    asked = [person, str(uuid.uuid4())]
    assert [row["id"] for row in ask(sandbox, asked).json()["value"]] == [person]
    assert ask(sandbox, asked, types=["group", "directoryObjectPartnerReference"]).json()["value"] == []
    assert len(ask(sandbox, asked, types=["user", "servicePrincipal"]).json()["value"]) == 1


@pytest.mark.source(f"{GET_BY_IDS}: up to 1000 ids, which are GUIDs")
def test_a_question_that_is_none_is_refused(sandbox: Any) -> None:
    """A thousand ids are answered, one more is not; nor what is no GUID."""
    ids = [str(uuid.uuid4()) for _ in range(1001)]
    assert ask(sandbox, ids[:1000]).status_code == 200
    refused = [ask(sandbox, ids), ask(sandbox, ["nobody"]), ask(sandbox, ids[:1], types=["cat"])]
    assert [answer.status_code for answer in refused] == [400, 400, 400]
    assert {answer.json()["error"]["code"] for answer in refused} == {"Request_BadRequest"}


@pytest.mark.source("stackoverflow.com/q/46101980: Graph's answer to a token for another resource")
def test_a_token_for_resource_manager_is_none_for_graph(sandbox: Any) -> None:
    """Each takes tokens for itself alone."""
    answer = ask(sandbox, [identity.OBJECT_ID], audience="")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    token = sandbox.credential.get_token(f"{sandbox.url}/graph/.default").token
    subscriptions = requests.get(
        f"{sandbox.url}/subscriptions?api-version=2022-12-01",
        headers={"Authorization": f"Bearer {token}"},
        verify=sandbox.bundle,
        timeout=30,
    )
    assert subscriptions.status_code == 401


def test_a_person_can_be_made_known_from_the_command_line(sandbox: Any) -> None:
    """`holdfast sandbox principal` on a running server; what is no principal is refused with its reason."""
    state = sandbox.bundle.rpartition("/")[0]
    person = str(uuid.uuid4())

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "holdfast_sandbox", "sandbox", "principal", "--state", state, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert typed(person, "ML scientists", "--kind", "group").returncode == 0
    (row,) = ask(sandbox, [person]).json()["value"]
    assert (row["@odata.type"], row["displayName"]) == ("#microsoft.graph.group", "ML scientists")
    refused = typed("nobody", "Nobody")
    assert refused.returncode == 2
    assert "id must be a GUID" in refused.stderr
