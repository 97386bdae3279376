"""What is there to say of a vault that nobody has looked at for a year? Its permission model, what becomes of it when
the old control plane retires, who in it is nobody any more, and how it is kept and reached.

Source of the dates and defaults: learn.microsoft.com/azure/key-vault/general/access-control-default. From API version
2026-02-01 on a *new* vault is an RBAC vault unless the request says otherwise; a vault that is there keeps its model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.model.directory import Directory
from holdfast.model.permissions import parse_policies

#: Control-plane versions before the first retire on the second.
NEW_DEFAULT_FROM, OLD_VERSIONS_END = "2026-02-01", "2027-02-27"

RBAC, ACCESS_POLICIES = "rbac", "access-policies"
#: The risk of a vault whose permission model nobody ever wrote.
BY_DEFAULT = "by-default"


@dataclass(frozen=True, slots=True)
class Survey:
    """One vault.

    `authorization`: rbac | access-policies. `risk`: none | write-it (whatever makes the vault anew has to write
    `enableRbacAuthorization: false`) | by-default (nobody ever wrote it). `orphans` are principals that the directory
    does not know, `untold` those of which nobody can say. `public`: all networks | selected networks | disabled.
    """

    authorization: str
    risk: str
    entries: int
    orphans: tuple[str, ...]
    untold: int
    retention_days: int | None
    purge_protection: bool
    public: str


def authorization_of(properties: Mapping[str, Any]) -> str:
    """Which model is in force; a vault of an old version that says nothing takes access policies."""
    return RBAC if properties.get("enableRbacAuthorization") else ACCESS_POLICIES


def risk_of(properties: Mapping[str, Any]) -> str:
    """What becomes of the vault's permission model where it is made anew, as `Survey.risk` has it."""
    if authorization_of(properties) == RBAC:
        return "none"
    return BY_DEFAULT if properties.get("enableRbacAuthorization") is None else "write-it"


def holders(properties: Mapping[str, Any], assigned: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """(principal, tenant) of everybody whom the model in force lets in: the entries', or on an RBAC vault `assigned`,
    the principals of the role assignments on it."""
    tenant = str(properties.get("tenantId") or "")
    if authorization_of(properties) == RBAC:
        return sorted({(who.lower(), tenant) for who in assigned or ()})
    return sorted({(entry.principal.lower(), entry.tenant or tenant) for entry in parse_policies(properties)})


def survey(properties: Mapping[str, Any], directory: Directory, assigned: Iterable[str] | None = None) -> Survey:
    """A vault by its properties. `assigned` None: its role assignments could not be read, which is told as untold."""
    model = authorization_of(properties)
    nobody = {who: directory.is_nobody(who, tenant) for who, tenant in holders(properties, assigned)}
    untold = sum(1 for told in nobody.values() if told is None)
    days = properties.get("softDeleteRetentionInDays")
    return Survey(
        authorization=model,
        risk=risk_of(properties),
        entries=len(parse_policies(properties)),
        orphans=tuple(who for who, told in nobody.items() if told),
        untold=1 if model == RBAC and assigned is None else untold,
        retention_days=days if isinstance(days, int) else None,
        purge_protection=bool(properties.get("enablePurgeProtection")),
        public=_public(properties),
    )


def _public(properties: Mapping[str, Any]) -> str:
    """From where it can be reached; Azure's default for both properties is open."""
    if str(properties.get("publicNetworkAccess") or "").lower() == "disabled":
        return "disabled"
    action = str((properties.get("networkAcls") or {}).get("defaultAction") or "").lower()
    return "selected networks" if action == "deny" else "all networks"
