"""What does the file say about the vault and who may use it, and does it contradict itself?

Only what the file settles alone: whether the grants fit a vault that is there is judged when it has been read.
"""

from __future__ import annotations

from holdfast.model.permissions import Permissions
from holdfast.model.wanted import Authorization, Grant, GrantState, WantedVault
from holdfast.settings import sections
from holdfast.settings.faults import Faults

_OBJECTS = ("secrets", "keys", "certificates", "storage")


def want_vault(vault: sections.Vault, faults: Faults) -> WantedVault:
    """The vault's settings; contradictions between keys are noted in `faults`."""
    _find_twice(vault, faults)
    _find_mixed(vault, faults)
    _find_never_restored(vault, faults)
    return WantedVault(
        authorization=vault.authorization,
        public_access=vault.public_access,
        retention_days=vault.retention_days,
        purge_protection=vault.purge_protection,
        grants=tuple(_want_grant(grant, faults) for grant in vault.grants),
        never_restore=frozenset(vault.never_restore),
    )


def _want_grant(grant: sections.Grant, faults: Faults) -> Grant:
    permissions = Permissions.of({name: getattr(grant, name) for name in _OBJECTS})
    state = grant.state or GrantState.PRESENT
    if state is GrantState.PRESENT and not permissions and not grant.roles and not faults.touches(grant.at):
        faults.add(
            "grant-empty",
            grant.at,
            "gives nothing",
            value=grant.principal,
            allowed="permissions (secrets, keys, certificates, storage), or roles",
            hint="`state: revoked` takes away what the principal holds",
        )
    return Grant(grant.principal, permissions, tuple(dict.fromkeys(grant.roles or ())), state)


def _find_twice(vault: sections.Vault, faults: Faults) -> None:
    first: dict[str, str] = {}
    for grant in vault.grants:
        at = first.setdefault(grant.principal, grant.at)
        if grant.principal and at != grant.at:
            faults.add(
                "duplicate-principal",
                f"{grant.at}.principal",
                f"is listed under `{at}` already",
                value=grant.principal,
                allowed="one item a principal",
                also=f"{at}.principal",
                hint="join the two items",
            )


def _find_mixed(vault: sections.Vault, faults: Faults) -> None:
    """Permissions mean nothing to an RBAC vault and roles nothing to the other: such a grant is no grant."""
    wrong = {Authorization.RBAC: _OBJECTS, Authorization.ACCESS_POLICIES: ("roles",)}
    if vault.authorization is not None:
        for grant in vault.grants:
            for name in wrong[vault.authorization]:
                if getattr(grant, name):
                    takes = "roles" if vault.authorization is Authorization.RBAC else "permissions"
                    faults.add(
                        "grant-does-not-fit",
                        f"{grant.at}.{name}",
                        f"has no effect on a vault whose authorization is {vault.authorization}",
                        value=list(getattr(grant, name)),
                        allowed=takes,
                        also="vault.authorization",
                    )
        return
    with_roles = [grant for grant in vault.grants if grant.roles]
    with_permissions = [grant for grant in vault.grants if any(getattr(grant, name) for name in _OBJECTS)]
    if with_roles and with_permissions:
        faults.add(
            "grant-does-not-fit",
            f"{with_roles[0].at}.roles",
            "are for an RBAC vault, and other grants hold permissions, which are for the other sort",
            value=list(with_roles[0].roles or ()),
            allowed="roles in every grant, or permissions in every grant",
            also=with_permissions[0].at,
            hint="set `vault.authorization` to say which sort the vault is",
        )


def _find_never_restored(vault: sections.Vault, faults: Faults) -> None:
    """A grant to somebody who is never handed anything back: one of the two lines is a mistake."""
    for grant in vault.grants:
        if grant.principal in vault.never_restore and grant.state is not GrantState.REVOKED:
            faults.add(
                "never-restore-granted",
                f"{grant.at}.principal",
                "is granted access, and is listed under `vault.neverRestore` too",
                value=grant.principal,
                allowed="one of the two",
                also="vault.neverRestore",
            )
