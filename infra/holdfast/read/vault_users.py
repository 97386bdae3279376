"""Which Machine Learning workspaces use a vault, and by which identities?

A vault does not know its workspaces, so they are listed where they may be: in every subscription that the login sees (a
workspace may use a vault of another one: "Manage Azure Machine Learning workspaces", Microsoft Learn). A subscription
that could not be listed is named, because a workspace in it may use the vault all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from holdfast.arm import Answer, ArmClient
from holdfast.model.existing import Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.read.inventory import ask_subscriptions
from holdfast.read.resources import live

#: Azure's answer where a subscription never had a resource of that namespace ("Resolve errors for resource provider
#: registration", Microsoft Learn): it has no workspace, which is not the same as not being able to look.
_NEVER_HAD_ONE = "MissingSubscriptionRegistration"

_WORKSPACES = KINDS[Kind.WORKSPACE]


@dataclass(frozen=True, slots=True)
class VaultUsers:
    """By a vault's id in lower case: the workspaces' names by their identities' principals, in lower case too. `unread`
    are (where, what was answered)."""

    by_vault: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unread: tuple[tuple[str, str], ...] = ()

    def of(self, vault_id: str) -> Mapping[str, str]:
        """The workspaces of one vault."""
        return self.by_vault.get(vault_id.rstrip("/").lower(), {})


def find_vault_users(client: ArmClient, own: str) -> VaultUsers:
    """The workspaces of every vault, in the subscription `own` and in all others that the login sees."""
    seen = ask_subscriptions(client)
    unread = [("/subscriptions", _said(seen))] if isinstance(seen, Answer) else []
    others = {} if isinstance(seen, Answer) else seen
    subscriptions = list(dict.fromkeys(id.lower() for id in (own, *others) if id))
    found: dict[str, dict[str, str]] = {}
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="workspaces") as pool:
        answers = list(pool.map(lambda id: _list(client, id), subscriptions))
    for subscription, rows in zip(subscriptions, answers, strict=True):
        if isinstance(rows, Answer):
            unread.append((f"/subscriptions/{subscription}", _said(rows)))
            continue
        for row in rows:
            vault = str(row.properties.get("keyVault") or "").rstrip("/").lower()
            for principal in _principals(row):
                found.setdefault(vault, {})[principal] = row.name
    return VaultUsers(found, tuple(unread))


def _list(client: ArmClient, subscription: str) -> list[Live] | Answer:
    found: list[Live] = []
    path = f"/subscriptions/{subscription}/providers/{_WORKSPACES.arm_type}"
    for page in client.pages(path, _WORKSPACES.api_version):
        if not page.readable:
            return found if page.code == _NEVER_HAD_ONE else page
        found += [live(row) for row in page.body.get("value") or ()]
    return found


def _principals(workspace: Live) -> Iterable[str]:
    """Its own identity, and those that users assigned to it."""
    identity = workspace.properties.get("identity") or {}
    users = (identity.get("userAssignedIdentities") or {}).values()
    principals = (identity.get("principalId"), *((user or {}).get("principalId") for user in users))
    return [str(one).lower() for one in principals if one]


def _said(answer: Answer) -> str:
    return f"{answer.status or 'no answer'} {answer.code}".strip()
