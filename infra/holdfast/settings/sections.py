"""Which keys are there under `holdfast:environment`, and what does each one do?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import ALLOWED
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import Authorization, GrantState, WhenExists
from holdfast.settings.keys import Choice, Flag, Items, Number, Section, Text, Words, key
from holdfast.settings.principals import GUID, read_principal

PRINCIPAL = Text("a principal's object id (a GUID)", read_principal, GUID, "c1c1c1c1-0000-4000-8000-000000000001")

#: Azure's limit of entries in a vault's `accessPolicies` (Azure Key Vault service limits).
MOST_GRANTS = 1024

#: Azure's own letter case where its reference does not use lower case; read in any case, offered to editors in both.
_CAMEL = {"keys": ("wrapKey", "unwrapKey")}

_REFERRED = (
    "What to do with one of that name that is there and that no stack claims: `refer` uses it and never writes it,"
    " `adopt` manages it from now on, `refuse` ends the run before anything is written."
)


def _name(kind: Kind) -> Any:
    if kind is Kind.GROUP:
        return key(Text(example="rg-ml-dev"), "The resource group's name. It is made when it is not there.")
    return key(
        Text(),
        f"The {KINDS[kind].noun}'s name, taken as it is.",
        default="made from `names`, else from prefix, kind, stack and a short hash",
    )


def _id(kind: Kind) -> Any:
    where = "in the login's subscription" if kind is Kind.GROUP else "in any group or subscription"
    return key(
        Text(f"an id of type {KINDS[kind].arm_type}", example=example_id(kind)),
        f"Instead of `name`, the id of one that is there, {where}: used, never managed.",
    )


def _when_exists(kind: Kind, default: WhenExists, why: str) -> Any:
    return key(
        Choice(tuple(WhenExists), make=WhenExists),
        f"{_REFERRED} {why}",
        default=str(default),
    )


def example_id(kind: Kind) -> str:
    """What an id of that kind looks like."""
    group = "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP"
    return group if kind is Kind.GROUP else f"{group}/providers/{KINDS[kind].arm_type}/NAME"


def _permissions(kind: str) -> Any:
    words = tuple(sorted(ALLOWED[kind]))
    choice = Choice(words, f"permission on {kind}", "unknown-permission", any_case=True, also=_CAMEL.get(kind, ()))
    return key(Items(choice), f"Permissions on the vault's {kind}, in any letter case. For an access-policy vault.")


_SILENT = "It holds your keys, so it is used as it is unless told otherwise."
_DATA = "A name that is taken is more often a mistake than a wish."


@dataclass(frozen=True, slots=True)
class Group:
    """`resourceGroup`."""

    name: str | None = _name(Kind.GROUP)
    id: str | None = _id(Kind.GROUP)
    when_exists: WhenExists | None = _when_exists(
        Kind.GROUP, WhenExists.REFER, "A group is often another team's, so it is only used unless told otherwise."
    )
    bare: bool = False  #: Written as a text, the name.


@dataclass(frozen=True, slots=True)
class Names:
    """`names`. A bare text is its `pattern`."""

    pattern: str | None = key(
        Text("a pattern such as `{kind}-{team}-{env}`"),
        "The pattern of every name that is not set otherwise. Characters that a kind does not take become a hyphen, and"
        " are left out of the storage account's name.",
        default="`{prefix}-{kind}-{stack}-{hash}`",
    )
    vault: str | None = key(Text("a pattern"), "The Key Vault's pattern, for example `kv-{team}-{env}`.")
    storage: str | None = key(Text("a pattern"), "The storage account's pattern, for example `st{team}{env}{hash}`.")
    logs: str | None = key(Text("a pattern"), "The Log Analytics workspace's pattern.")
    insights: str | None = key(Text("a pattern"), "The Application Insights component's pattern.")
    workspace: str | None = key(Text("a pattern"), "The Machine Learning workspace's pattern.")
    values: Mapping[str, str] = key(
        Words(),
        "Placeholders of your own, for example `{team: ml, env: prod}`. Not taken from `tags`: whoever corrects a tag"
        " must not rename a vault by it.",
        make=dict,
    )
    bare: bool = False  #: Written as a text, the pattern.


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

    name: str | None = _name(Kind.VAULT)
    id: str | None = _id(Kind.VAULT)
    when_exists: WhenExists | None = _when_exists(Kind.VAULT, WhenExists.REFER, _SILENT)
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


@dataclass(frozen=True, slots=True)
class Storage:
    """`storage`."""

    name: str | None = _name(Kind.STORAGE)
    id: str | None = _id(Kind.STORAGE)
    when_exists: WhenExists | None = _when_exists(Kind.STORAGE, WhenExists.REFUSE, _DATA)


@dataclass(frozen=True, slots=True)
class Logs:
    """`logs`."""

    name: str | None = _name(Kind.LOGS)
    id: str | None = _id(Kind.LOGS)
    when_exists: WhenExists | None = _when_exists(Kind.LOGS, WhenExists.REFUSE, _DATA)


@dataclass(frozen=True, slots=True)
class Insights:
    """`insights`."""

    name: str | None = _name(Kind.INSIGHTS)
    id: str | None = _id(Kind.INSIGHTS)
    when_exists: WhenExists | None = _when_exists(Kind.INSIGHTS, WhenExists.REFUSE, _DATA)


@dataclass(frozen=True, slots=True)
class Workspace:
    """`workspace`."""

    name: str | None = _name(Kind.WORKSPACE)
    id: str | None = _id(Kind.WORKSPACE)
    when_exists: WhenExists | None = _when_exists(Kind.WORKSPACE, WhenExists.REFUSE, _DATA)
    identity: str = key(
        Choice(("system",), "identity"),
        "The workspace's identity: `system`, made by Azure with it. User-assigned ones are not supported yet.",
        default="system",
        empty="system",
    )


@dataclass(frozen=True, slots=True)
class Environment:
    """All of `holdfast:environment`."""

    resource_group: Group | None = key(
        Section(Group, short="name"),
        "The group that everything is made in: its name, or a map. The only key that must be there.",
        required=True,
    )
    prefix: str | None = key(
        Text("1 to 20 letters, digits and hyphens, a letter first", pattern="^[A-Za-z][A-Za-z0-9-]{0,19}$"),
        "What the default names begin with.",
        default="the project's name",
    )
    names: Names = key(
        Section(Names, short="pattern"), "How names are made where none is set: a pattern, or a map.", empty=Names()
    )
    tags: Mapping[str, str] = key(
        Words(),
        "Tags on every resource that is managed, at most 48 (Azure's 50 less the two that say whose it is).",
        default="none",
        make=dict,
    )
    vault: Vault = key(Section(Vault), "The Key Vault, its settings and who may use it.", empty=Vault())
    storage: Storage = key(Section(Storage), "The workspace's storage account.", empty=Storage())
    logs: Logs = key(Section(Logs), "The Log Analytics workspace behind Application Insights.", empty=Logs())
    insights: Insights = key(Section(Insights), "The workspace's Application Insights component.", empty=Insights())
    workspace: Workspace = key(Section(Workspace), "The Machine Learning workspace.", empty=Workspace())
