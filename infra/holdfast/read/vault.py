"""What is in the vault, and is its name taken by a deleted one?

The vault's access policies are read on every run, and only here: they are what Holdfast keeps.
"""

from __future__ import annotations

from holdfast.arm import ArmClient
from holdfast.model.existing import SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import PolicyEntry, parse_policies


def read_policies(client: ArmClient, vault_id: str) -> tuple[PolicyEntry, ...] | None:
    """The vault's entries now; `None` where it could not be read."""
    answer = client.get(vault_id, KINDS[Kind.VAULT].api_version)
    return parse_policies(answer.body.get("properties") or {}) if answer.readable else None


def find_deleted(client: ArmClient, subscription: str, name: str) -> SoftDeleted | Unreadable | None:
    """The deleted vault that holds `name`, wherever it was; `None` where none does.

    The list is the subscription's, and a least-privileged login may not read it: that is `Unreadable`, and a warning.
    """
    path = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/deletedVaults"
    for page in client.pages(path, KINDS[Kind.VAULT].api_version):
        if not page.readable:
            return page.unreadable()
        for row in page.body.get("value") or ():
            if str(row.get("name", "")).lower() == name.lower():
                properties = row.get("properties") or {}
                return SoftDeleted(
                    id=str(properties.get("vaultId") or row.get("id")),
                    location=str(properties.get("location") or ""),
                    deleted=str(properties.get("deletionDate") or ""),
                    purged_on=str(properties.get("scheduledPurgeDate") or ""),
                    tags={str(tag): str(value) for tag, value in (properties.get("tags") or {}).items()},
                )
    return None


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
