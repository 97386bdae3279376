"""Which workspaces use a vault? Everybody who does is found, and whoever could not be looked for is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.arm import Answer
from holdfast.read.inventory import ask_subscriptions
from holdfast.read.vault_users import find_vault_users

OWN, OTHER = "aaaaaaaa-5b5c-4000-8000-000000000001", "bbbbbbbb-5b5c-4000-8000-000000000002"
VAULT = f"/subscriptions/{OWN}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
DENIED = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
NEVER = Answer(409, {"error": {"code": "MissingSubscriptionRegistration", "message": "not registered"}})


def workspace(name: str, vault: str, **identity: Any) -> dict[str, Any]:
    return {"id": f"/x/{name}", "name": name, "identity": identity, "properties": {"keyVault": vault}}


class Lists:
    """Answers lists by a part of their path."""

    def __init__(self, **answers: Answer | list[dict[str, Any]]) -> None:
        self.answers = answers

    def pages(self, path: str, _version: str) -> Iterator[Answer]:
        key = "subscriptions" if path == "/subscriptions" else "own" if OWN in path else "other"
        found = self.answers.get(key, [])
        yield found if isinstance(found, Answer) else Answer(200, {"value": found})


SEEN = [{"subscriptionId": OWN, "displayName": "own"}, {"subscriptionId": OTHER.upper()}]


def test_identities_are_found_in_every_subscription_that_the_login_sees() -> None:
    """A workspace's own and those that users assigned to it, by the vault's id in any letter case."""
    users = {"/i/1": {"principalId": "U-1"}, "/i/2": None}
    found = find_vault_users(
        Lists(  # type: ignore[arg-type]
            subscriptions=SEEN,
            own=[workspace("one", VAULT.upper(), principalId="P-1"), workspace("none", "")],
            other=[workspace("two", VAULT, userAssignedIdentities=users), workspace("three", "/else", principalId="X")],
        ),
        OWN,
    )
    assert found.of(VAULT + "/") == {"p-1": "one", "u-1": "two"}
    assert found.unread == ()


def test_a_subscription_that_never_had_a_workspace_has_none_and_one_that_is_closed_may_have() -> None:
    """Not registered is an answer, not allowed is none."""
    found = find_vault_users(Lists(subscriptions=SEEN, own=NEVER, other=DENIED), OWN)  # type: ignore[arg-type]
    assert found.unread == ((f"/subscriptions/{OTHER}", "403 AuthorizationFailed"),)


def test_the_vaults_own_subscription_is_asked_also_where_none_can_be_listed() -> None:
    """And that the others are unknown is said."""
    lists: Any = Lists(subscriptions=DENIED, own=[workspace("one", VAULT, principalId="P-1")])
    found = find_vault_users(lists, OWN)
    assert found.of(VAULT) == {"p-1": "one"}
    assert found.unread == (("/subscriptions", "403 AuthorizationFailed"),)
    assert ask_subscriptions(lists) is DENIED
