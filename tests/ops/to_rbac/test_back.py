"""Does a vault go back to its access policies, and does nobody lose access by it unseen?"""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.slow

READER, LATE = (f"{letter * 8}-0000-4000-8000-000000000001" for letter in "ab")
USER = "Key Vault Secrets User"


@pytest.fixture
def switched(vault: Any, run: Any) -> Any:
    """A vault with one entry that was taken to RBAC by the command."""
    vault.make(**{READER: {"secrets": ["get", "list"]}})
    done = run(vault.id, "--apply", "--yes", "--wait", "0")
    assert done.exit_code == 0, done.output
    return vault


def test_back_is_one_patch_and_leaves_the_roles(azure: Any, switched: Any, run: Any, records: Any) -> None:
    """The kept policies count again; what was assigned stays until it is asked to go; twice is nothing to do."""
    mark = azure.mark()
    done = run(switched.id, "--back", "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert azure.writes(mark) == ["PATCH vaults 200"]
    assert (switched.counts_roles, switched.policies()) == (False, {READER: ["get", "list"]})
    assert switched.roles() == {(READER, USER)}
    assert json.loads(done.stdout)["switched"] is True
    assert records()[-1]["steps"][-1]["step"] == "back"
    mark = azure.mark()
    assert run(switched.id, "--back").exit_code == 0
    assert azure.writes(mark) == []
    removed = run(switched.id, "--back", "--remove-roles", "--yes")
    assert removed.exit_code == 0
    assert azure.writes(mark) == ["DELETE roleAssignments 200"]
    assert switched.roles() == set()


def test_only_our_own_assignments_are_removed_and_only_after_the_switch(
    azure: Any, switched: Any, run: Any, records: Any
) -> None:
    """Somebody else's role stays; who has one and no entry is named before."""
    name = "11111111-0000-4000-8000-000000000001"
    role = (
        f"{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
    )
    path = f"{switched.id}/providers/Microsoft.Authorization/roleAssignments/{name}"
    azure.put(path, "2022-04-01", {"properties": {"roleDefinitionId": role, "principalId": LATE}})
    mark = azure.mark()
    done = run(switched.id, "--back", "--remove-roles", input="y\n")
    assert done.exit_code == 0, done.output
    assert azure.writes(mark) == ["PATCH vaults 200", "DELETE roleAssignments 200"]
    assert switched.roles() == {(LATE, USER)}
    assert f"without an access policy, so without access afterwards: {LATE}" in done.stderr
    assert [step["step"] for step in records()[-1]["steps"]][-2:] == ["back", "roles-removed"]


def test_policies_that_were_wiped_meanwhile_stand_against_going_back(azure: Any, switched: Any, run: Any) -> None:
    """Nobody notices a wipe on an RBAC vault: going back would lock out; it is named, and accepted by principal."""
    switched.set_policies("remove", {"objectId": READER, "permissions": {"secrets": ["get", "list"]}})
    mark = azure.mark()
    done = run(switched.id, "--back", "--yes")
    assert (done.exit_code, "error: policies-gone" in done.stderr, azure.writes(mark)) == (2, True, [])
    assert f"--accept-uncovered {READER}" in done.stderr
    assert switched.counts_roles
    assert run(switched.id, "--back", "--yes", "--accept-uncovered", READER).exit_code == 0
    assert not switched.counts_roles


def test_a_workspace_that_has_no_entry_stands_against_going_back(
    azure: Any, switched: Any, run: Any, records: Any, tmp_path: Any
) -> None:
    """Made while the vault counted roles, it never got one; and a record that can't be read is no obstacle."""
    principal = switched.make_workspace()
    for path in (tmp_path / "receipts").glob("to-rbac-*.json"):
        path.write_text("{}")
    done = run(switched.id, "--back", "--yes")
    assert principal not in switched.policies()
    assert (done.exit_code, "has no entry" in done.stderr, switched.counts_roles) == (2, True, True)
    assert run(switched.id, "--back", "--yes", "--accept-uncovered", principal).exit_code == 0
    assert not switched.counts_roles


def test_no_is_no(azure: Any, switched: Any, run: Any) -> None:
    """Nothing is written where the question is not answered with yes."""
    mark = azure.mark()
    done = run(switched.id, "--back", input="n\n")
    assert (done.exit_code, "error: not-confirmed" in done.stderr, azure.writes(mark)) == (2, True, [])


def test_roles_that_could_not_be_removed_are_told(azure: Any, switched: Any, run: Any) -> None:
    """The vault is back all the same."""
    azure.fault("DELETE .*/roleAssignments/", status=403)
    done = run(switched.id, "--back", "--remove-roles", "--yes")
    assert (done.exit_code, "error: roles-not-removed" in done.stderr) == (3, True)
    assert not switched.counts_roles
