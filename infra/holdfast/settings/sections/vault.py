"""Which keys are there under `vault`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.model.kinds import Kind
from holdfast.model.permissions import ALLOWED
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import Authorization, GrantState, WhenExists
from holdfast.settings.keys import Choice, Flag, Items, Number, Section, Text, key
from holdfast.settings.principals import GUID, read_principal
from holdfast.settings.sections.named import id_key, lock_key, name_key, when_exists_key

PRINCIPAL = Text("a principal's object id (a GUID)", read_principal, GUID, "c1c1c1c1-0000-4000-8000-000000000001")

#: Azure's limit of entries in a vault's `accessPolicies` (Azure Key Vault service limits).
MOST_GRANTS = 1024

#: Azure's own letter case where its reference does not use lower case; read in any case, offered to editors in both.
_CAMEL = {"keys": ("wrapKey", "unwrapKey")}


def _permissions(kind: str) -> Any:
    words = tuple(sorted(ALLOWED[kind]))
    choice = Choice(words, f"permission on {kind}", "unknown-permission", any_case=True, also=_CAMEL.get(kind, ()))
    return key(Items(choice), f"Permissions on the vault's {kind}, in any letter case. For an access-policy vault.")


SILENT = "It holds your keys, so it is used as it is unless told otherwise."


@dataclass(frozen=True, slots=True)
class Grant:
    """One item of `vault.grants`. `at` is where it stands, for messages."""

    principal: str = key(
        PRINCIPAL,
        "The object id of the user, group or service principal that is given access. Not the application id.",
        empty="",
        required=True,
    )
    secrets: tuple[str, ...] | None = _permissions("secrets")
    keys: tuple[str, ...] | None = _permissions("keys")
    certificates: tuple[str, ...] | None = _permissions("certificates")
    storage: tuple[str, ...] | None = _permissions("storage")
    roles: tuple[str, ...] | None = key(
        Items(Choice(tuple(sorted(KEY_VAULT_ROLES)), "role on a Key Vault", "unknown-role", any_case=True)),
        "Built-in roles on the vault, by name. For an RBAC vault, instead of permissions.",
    )
    state: GrantState | None = key(
        Choice(tuple(GrantState), make=GrantState),
        "`revoked` takes away what the line lists, or all that the principal holds where it lists nothing. A line that"
        " is only deleted takes nothing away: a bad merge must not lock anyone out.",
        default="present",
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class Vault:
    """`vault`."""

    name: str | None = name_key(Kind.VAULT)
    id: str | None = id_key(Kind.VAULT)
    when_exists: WhenExists | None = when_exists_key(Kind.VAULT, WhenExists.REFER, SILENT)
    lock: str | None = lock_key(Kind.VAULT)
    authorization: Authorization | None = key(
        Choice(tuple(Authorization), make=Authorization),
        "The permission model. A vault that exists is never switched: everyone's access would stop at once.",
        default="an existing vault's own; `rbac` for a new one, as Azure has it",
    )
    public_access: bool | None = key(
        Flag(),
        "Whether the vault answers from the internet, or from private endpoints alone.",
        default="what the last run recorded or what is live; `false` for a new vault",
    )
    retention_days: int | None = key(
        Number(7, 90),
        "Days for which a deleted vault, and what was deleted in it, can be recovered. Azure fixes it at creation.",
        default="90 for a new vault, the most that Azure takes",
    )
    purge_protection: bool | None = key(
        Flag(),
        "Whether nothing deleted can be purged before its days are over. Once on, Azure never takes it off.",
        default="what the last run recorded or what is live; `true` for a new vault",
    )
    grants: tuple[Grant, ...] = key(
        Items(Section(Grant), MOST_GRANTS, "too-many-grants"),
        "Who is given access, one item a principal; at most 1024, Azure's own limit. Missing access is added, never"
        " narrowed; what others gave is not touched.",
        default="nobody",
        empty=(),
    )
    never_restore: tuple[str, ...] = key(
        Items(PRINCIPAL),
        "Principals that are never handed back what they lost, for example those of a departed team; also the"
        " workspace's identity, if it is listed.",
        default="none",
        empty=(),
    )
