"""`holdfast vault scan`: what is said of every vault, and of what could not be read?"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient

from holdfast_sandbox.arm.identity import SUBSCRIPTION_ID

#: Several commands a test, each with a login of its own.
pytestmark = pytest.mark.slow

SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"


def scanned(holdfast: Any, name: str, *words: str) -> dict[str, Any]:
    done = holdfast("scan", "--json", *words)
    assert done.exit_code == 0
    (row,) = [row for row in json.loads(done.stdout)["vaults"] if row["name"] == name]
    return dict(row)


def test_a_vault_is_described_with_its_orphans(holdfast: Any, vault: Any, person: Any) -> None:
    """Whoever the directory does not know is one; a person and an identity that it knows are none."""
    ann, gone = person("Ann"), person()
    vault.put(
        {ann: {"secrets": ["get"]}, gone: {"secrets": ["get"]}},
        soft_delete_retention_in_days=90,
        enable_purge_protection=True,
        public_network_access="Disabled",
    )
    assert scanned(holdfast, vault.name) == {
        "id": vault.id,
        "name": vault.name,
        "location": "westeurope",
        "authorization": "access-policies",
        "apiVersionRisk": "write-it",
        "entries": 2,
        "mostEntries": 1024,
        "orphans": [gone],
        "principalsNotKnown": 0,
        "retentionDays": 90,
        "purgeProtection": True,
        "publicAccess": "disabled",
    }
    done = holdfast("scan", "--subscription", SUBSCRIPTION_ID)
    (line,) = [" ".join(line.split()) for line in done.stdout.splitlines() if vault.name in line]
    assert line == f"{vault.name} rg-vaults access-policies write-it 2 of 1024 1 90 days on disabled"
    assert "retire on 2027-02-27" in done.stderr
    assert "write-it: takes access policies" in done.stderr


def test_where_graph_does_not_answer_nobody_is_an_orphan(holdfast: Any, vault: Any, person: Any, azure: Any) -> None:
    """Not known is said as that, in the row and on stderr."""
    vault.put({person(): {"secrets": ["get"]}})
    azure.fault("POST /graph/", status=403, code="Authorization_RequestDenied")
    row = scanned(holdfast, vault.name)
    assert (row["orphans"], row["principalsNotKnown"]) == ([], 1)
    done = holdfast("scan")
    (line,) = [line for line in done.stdout.splitlines() if vault.name in line]
    assert "not known" in line
    assert done.stderr.count("Microsoft Graph answered 403") == 1


@pytest.mark.source("learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest: without a filter")
def test_the_orphans_of_an_rbac_vault_are_those_of_its_roles(
    holdfast: Any, vault: Any, person: Any, azure: Any
) -> None:
    """One list for the subscription; where it is refused, nothing is claimed, and the refusal is listed."""
    ignored, gone = person(), person()
    vault.put({ignored: {"secrets": ["get"]}}, enable_rbac_authorization=True)
    roles = vault.stranger.ask_with(AuthorizationManagementClient).role_assignments
    definition = f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/{SECRETS_USER}"
    roles.create(
        vault.id,
        str(uuid.uuid4()),
        {"properties": {"roleDefinitionId": definition, "principalId": gone, "principalType": "User"}},
    )
    row = scanned(holdfast, vault.name)
    assert (row["authorization"], row["apiVersionRisk"], row["entries"]) == ("rbac", "none", 1)
    assert (row["orphans"], row["principalsNotKnown"]) == ([gone], 0)
    azure.fault("GET .*/roleAssignments", status=403, code="AuthorizationFailed")
    done = holdfast("scan", "--json")
    assert done.exit_code == 0
    body = json.loads(done.stdout)
    (row,) = [row for row in body["vaults"] if row["name"] == vault.name]
    assert (row["orphans"], row["principalsNotKnown"]) == ([], 1)
    refused = {"subscription": SUBSCRIPTION_ID, "what": "the role assignments", "said": "403 AuthorizationFailed"}
    assert body["unread"] == [refused]
    assert "warning: the role assignments of subscription" in done.stderr


def test_a_subscription_that_can_not_be_read_is_listed_and_no_failure(holdfast: Any, vault: Any, azure: Any) -> None:
    """Of all subscriptions that the login sees, those that answer are told."""
    azure.fault("GET .*/providers/Microsoft.KeyVault/vaults", status=403, code="AuthorizationFailed", times=1)
    done = holdfast("scan", "--all-subscriptions")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"warning: the vaults of subscription {SUBSCRIPTION_ID} could not be read: 403" in done.stderr
    assert "0 vaults, and not all was readable" in done.stderr
    assert vault.name in holdfast("scan", "--all-subscriptions").stdout


def test_half_a_list_is_told_as_that(holdfast: Any, vault: Any, azure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vaults of the first page are shown, with the word that there are more."""
    from holdfast.arm import Answer, ArmClient

    pages = ArmClient.pages

    def broken(self: ArmClient, path: str, version: str) -> Any:
        yield from pages(self, path, version)
        if path.endswith("/vaults"):
            yield Answer(500, {"error": {"code": "InternalServerError", "message": "no"}})

    monkeypatch.setattr(ArmClient, "pages", broken)
    done = holdfast("scan")
    assert done.exit_code == 0
    assert vault.name in done.stdout
    assert "warning: not all vaults of subscription" in done.stderr


def test_one_subscription_or_all(holdfast: Any, azure: Any) -> None:
    """Both at once is a slip: exit code 2."""
    done = holdfast("scan", "--all-subscriptions", "--subscription", SUBSCRIPTION_ID)
    assert done.exit_code == 2
    assert "not both" in done.stderr
