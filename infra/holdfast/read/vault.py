"""What is in the vault, and is its name taken by a deleted one?

The vault's access policies are read on every run, and only here: they are what Holdfast keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.arm import ArmClient
from holdfast.model.existing import SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import PolicyEntry, parse_policies
from holdfast.read.resources import says_absent


def read_policies(client: ArmClient, vault_id: str) -> tuple[PolicyEntry, ...] | None:
    """The vault's entries now; `None` where it could not be read."""
    answer = client.get(vault_id, KINDS[Kind.VAULT].api_version)
    return parse_policies(answer.body.get("properties") or {}) if answer.readable else None


def find_deleted(client: ArmClient, subscription: str, name: str, location: str) -> SoftDeleted | Unreadable | None:
    """The deleted vault that holds `name`, wherever it was; `None` where none does.

    The list is the subscription's, and a least-privileged login may not read it: that is `Unreadable`, and a warning.
    Azure does not say so when it is asked for the list: it answers an empty one (azure-cli#14091). To the question for
    one vault, by its `location`, it answers 403 (azurerm#6059); so that is asked where the list shows none.
    """
    provider = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault"
    for page in client.pages(f"{provider}/deletedVaults", KINDS[Kind.VAULT].api_version):
        if not page.readable:
            return page.unreadable()
        for row in page.body.get("value") or ():
            if str(row.get("name", "")).lower() == name.lower():
                return _deleted(row)
    place = location.replace(" ", "").lower()
    answer = client.get(f"{provider}/locations/{place}/deletedVaults/{name}", KINDS[Kind.VAULT].api_version)
    if answer.readable:
        return _deleted(answer.body)
    return None if says_absent(answer) else answer.unreadable()


def find_taken(client: ArmClient, subscription: str, name: str) -> str:
    """What Azure says where the name is in use by a vault that is nowhere to be seen; empty where it is free, or where
    this login may not ask: the creation's own 409 then tells it.

    Source: learn.microsoft.com/rest/api/keyvault/keyvault/vaults/check-name-availability.
    """
    path = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/checkNameAvailability"
    body = {"name": name, "type": KINDS[Kind.VAULT].arm_type}
    answer = client.request("POST", path, KINDS[Kind.VAULT].api_version, body)
    if not answer.readable or answer.body.get("reason") != "AlreadyExists":
        return ""
    return str(answer.body.get("message") or "AlreadyExists")


def _deleted(row: Mapping[str, Any]) -> SoftDeleted:
    properties = row.get("properties") or {}
    return SoftDeleted(
        id=str(properties.get("vaultId") or row.get("id")),
        location=str(properties.get("location") or ""),
        deleted=str(properties.get("deletionDate") or ""),
        purged_on=str(properties.get("scheduledPurgeDate") or ""),
        tags={str(tag): str(value) for tag, value in (properties.get("tags") or {}).items()},
    )
