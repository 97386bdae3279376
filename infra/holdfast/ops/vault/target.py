"""Which vault is meant? People type a name or paste a resource id; everything after that works with the id."""

from __future__ import annotations

import os
import re

from holdfast.arm import ArmClient, login_refused
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Absent, Live, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.read.inventory import find_subscription
from holdfast.read.resources import get_resource, says_absent

_ID = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.KeyVault/vaults/[^/]+/?", re.I)
#: Source: azure-rest-api-specs, Microsoft.KeyVault, `vaultName`.
_NAME = re.compile(r"[A-Za-z0-9-]{3,24}")


def find_vault(client: ArmClient, given: str, subscription: str | None = None) -> Live:
    """The live vault of that name or id, its id verbatim from Azure.

    A name is looked for in `subscription`, else in ARM_SUBSCRIPTION_ID, else in the only one that the login sees.
    Raises HoldfastError: `invalid-vault`, `vault-missing`, `vault-unreadable`, `login-refused`, `subscription-missing`.
    """
    if _ID.fullmatch(given):
        vault_id = given.rstrip("/")
    elif _NAME.fullmatch(given):
        vault_id = _id_of(client, given, chosen_subscription(client, subscription))
    else:
        rows = (("value", given), ("allowed", "3 to 24 letters, digits and hyphens, or a vault's resource id"))
        raise HoldfastError([Fault("invalid-vault", f"`{given}` is no vault's name and no vault's id", rows)])
    match get_resource(client, Kind.VAULT, vault_id):
        case Live() as found:
            return found
        case Absent():
            raise HoldfastError([_missing(given, vault_id)])
        case Unreadable() as why:
            raise HoldfastError([_unreadable(vault_id, why)])
        case SoftDeleted():  # a GET never answers that; the type of `existing` allows it
            raise HoldfastError([_missing(given, vault_id)])


def chosen_subscription(client: ArmClient, given: str | None = None) -> str:
    """The one that was given, else ARM_SUBSCRIPTION_ID, else the only one that the login sees.

    Raises HoldfastError `subscription-missing` where that is not one.
    """
    return given or os.environ.get("ARM_SUBSCRIPTION_ID") or find_subscription(client)


def _id_of(client: ArmClient, name: str, subscription: str) -> str:
    """From the subscription's list of vaults: a name alone does not say which group it is in."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults"
    for page in client.pages(path, KINDS[Kind.VAULT].api_version):
        if not page.readable:
            if says_absent(page):
                break
            raise HoldfastError([_unreadable(path, page.unreadable())])
        for row in page.body.get("value") or ():
            if str(row.get("name", "")).lower() == name.lower():
                return str(row["id"])
    raise HoldfastError([_missing(name, path)])


def _missing(given: str, asked: str) -> Fault:
    hint = "`az keyvault list` shows those that this login sees, `az keyvault list-deleted` the deleted ones"
    return Fault("vault-missing", f"there is no Key Vault `{given}`", (("asked", asked),), hint)


def _unreadable(asked: str, why: Unreadable) -> Fault:
    evidence = (("asked", asked), *why.evidence)
    if why.status == 401:
        return login_refused(evidence)
    hint = "give this login the role Reader on the vault; a name needs it on the subscription, an id does not"
    if why.status in (0, 429) or why.status >= 500:
        hint = "run again once Azure answers"
    return Fault("vault-unreadable", "the vault could not be read", evidence, hint, Blame.AZURE)
