"""How does a vault change over without a moment in which somebody has no access?

Roles first: an access-policy vault does not look at them, so they cost nobody anything. Then Azure has to show all of
them, and gets the time that it takes until they work everywhere. Only then the vault is switched, by one PATCH, and
looked at once more: what is wrong then is answered by switching back at once. Until the PATCH a failure leaves the
access policies in force, and the next run goes on where this one ended, because our assignments have fixed names.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from holdfast.arm import Answer, ArmClient
from holdfast.arm.roles import ROLES_VERSION
from holdfast.decide.rbac_plan import lacking_roles, workspace_needs
from holdfast.decide.vault import authorization_of
from holdfast.guard import API_VERSION, guarded, read_vault
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.existing import Live, RoleAssignment
from holdfast.model.names import subscription_of
from holdfast.model.permissions import PolicyEntry, lost, parse_policies
from holdfast.model.roles import role_name
from holdfast.model.wanted import Authorization
from holdfast.ops.vault.to_rbac_read import Situation, held_roles
from holdfast.ops.vault.to_rbac_record import Record, assignment_name, stale_roles
from holdfast.read.resources import live

#: Seconds until Azure's own list must show what was assigned, and between two looks.
VISIBLE_WITHIN, LOOK_EVERY = 120.0, 2.0
#: Seconds that a role assignment may take to work ("up to 10 minutes": "Troubleshoot Azure RBAC", Microsoft Learn).
PROPAGATION = 600

Pair = tuple[str, str]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did. `skipped` are principals that the directory does not know, and that were accepted."""

    record: Record
    assigned: tuple[Pair, ...]
    skipped: tuple[str, ...]


def apply(client: ArmClient, now: Situation, accepted: Collection[str], wait: int, tell: Tell) -> Applied:
    """Carry out a plan that nothing stands against.

    Raises HoldfastError: `roles-not-assigned`, `roles-not-removed`, `roles-not-visible`, `policies-changed`,
    `unreadable`, `vault-unreadable`, `vault-write-refused`, all with the access policies in force; `switched-back` with
    the reason; `not-switched-back` where even that failed.
    """
    vault_id = now.vault.id
    record = Record.begin(now.vault, now.entries)
    assigned, skipped = _assign(client, record, now.plan.wanted, {one.lower() for one in accepted}, tell)
    # Of an earlier run, for whoever had a policy then and has none now: it would be access again from the switch on.
    remove_roles(client, stale_roles(vault_id, held_roles(client, vault_id), now.plan.wanted), tell)
    record.step("assigned", skipped=list(skipped))
    _until_visible(client, vault_id, assigned, tell)
    _until_working(wait, tell)
    _still_as_planned(client, vault_id, now.entries)
    _expect_roles(client, vault_id, assigned)
    tell("switching the vault to RBAC")
    try:
        switch(client, vault_id, rbac=True)
        tell("checking that the workspaces still reach their secrets")
        check(client, vault_id, [one for one in now.workspaces if one not in skipped], assigned)
    except (HoldfastError, KeyboardInterrupt) as error:
        faults = error.faults if isinstance(error, HoldfastError) else (_interrupted(),)
        raise HoldfastError([*faults, *_back_at_once(client, now.vault, record)]) from error
    record.step("switched")
    return Applied(record, assigned, skipped)


def check(client: ArmClient, vault_id: str, workspaces: Iterable[str], assigned: Sequence[Pair] = ()) -> None:
    """What the control plane can say of access on an RBAC vault: that the vault counts roles, that Azure lists the
    assigned ones, and that each workspace's identity holds Key Vault Administrator there, its own or inherited.

    Raises HoldfastError: `roles-not-visible`, `workspace-without-role`, `unreadable`, `vault-unreadable`.
    """
    if not _counts_roles(client, vault_id):
        says = f"Key Vault {vault_id} does not say that it counts roles"
        raise HoldfastError([Fault("roles-not-visible", says, hint="run again", blame=Blame.AZURE)])
    held = held_roles(client, vault_id)
    if lacking := lacking_roles(workspace_needs(workspaces), held):
        says = "a Machine Learning workspace can't reach its secrets: its identity lacks Key Vault Administrator"
        hint = "`holdfast vault to-rbac VAULT --back` puts the access policies in force again"
        raise HoldfastError([Fault("workspace-without-role", says, _rows(lacking), hint, Blame.AZURE)])
    _expect(lacking_roles(assigned, held))


def switch(client: ArmClient, vault_id: str, *, rbac: bool) -> tuple[PolicyEntry, ...]:
    """One PATCH of the permission model, under the tripwire. Raises HoldfastError: see `guarded`."""
    body = {"properties": {"enableRbacAuthorization": rbac}}
    wanted = Authorization.RBAC if rbac else Authorization.ACCESS_POLICIES
    return guarded(
        client,
        vault_id,
        f"the switch to {wanted}",
        lambda: client.request("PATCH", vault_id, API_VERSION, body),
        done=lambda vault: bool((vault.get("properties") or {}).get("enableRbacAuthorization")) is rbac,
    )


def remove_roles(client: ArmClient, rows: Iterable[RoleAssignment], tell: Tell) -> None:
    """Delete role assignments; one that is gone already is fine. Raises HoldfastError `roles-not-removed`."""
    left = []
    for row in rows:
        tell(f"removing {role_name(row.role)} from {row.principal}")
        answer = client.request("DELETE", row.id, ROLES_VERSION)
        if not answer.ok:
            said = f"{answer.status or 'no answer'} {answer.code}".strip()
            left.append((row.principal, f"{role_name(row.role)}: {said}"))
    if left:
        says = "role assignments of this command could not be removed; the access policies are in force"
        hint = "they give nothing on a vault that counts access policies; run again"
        raise HoldfastError([Fault("roles-not-removed", says, tuple(left), hint, Blame.AZURE)])


def _assign(
    client: ArmClient, record: Record, wanted: Sequence[Pair], accepted: set[str], tell: Tell
) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    vault_id = str(record.body["vault"]["id"])
    assigned, skipped = list[Pair](), list[str]()
    definitions = f"/subscriptions/{subscription_of(vault_id)}/providers/Microsoft.Authorization/roleDefinitions"
    for number, (principal, role) in enumerate(wanted, 1):
        tell(f"assigning role {number} of {len(wanted)}: {role_name(role)} to {principal}")
        # No `principalType`: Azure looks the principal up; a wrong word would be refused.
        body = {"properties": {"roleDefinitionId": f"{definitions}/{role}", "principalId": principal}}
        name = assignment_name(vault_id, principal, role)
        path = f"{vault_id}/providers/Microsoft.Authorization/roleAssignments/{name}"
        answer = client.request("PUT", path, ROLES_VERSION, body)
        if answer.ok or answer.code == "RoleAssignmentExists":
            assigned.append((principal, role))
            row = {"principal": principal, "role": role_name(role), "name": name}
            record.body["assignments"].append(row)
        elif answer.code == "PrincipalNotFound" and principal.lower() in accepted:
            skipped.append(principal.lower())
        else:
            record.step("stopped", at=principal)
            raise _not_assigned(vault_id, principal, role, answer)
    return tuple(assigned), tuple(dict.fromkeys(skipped))


def _not_assigned(vault_id: str, principal: str, role: str, answer: Answer) -> HoldfastError:
    hint = {
        "PrincipalNotFound": f"the directory does not know it: `--accept-uncovered {principal}` leaves it out",
        "RoleAssignmentLimitExceeded": "the subscription has as many assignments as Azure allows: give groups roles",
    }.get(answer.code, "this takes Microsoft.Authorization/roleAssignments/write on the vault; run again with it")
    says = f"{role_name(role)} could not be assigned to {principal} on {vault_id}; the access policies are in force"
    return HoldfastError([Fault("roles-not-assigned", says, answer.evidence, hint, Blame.AZURE)])


def _until_visible(client: ArmClient, vault_id: str, assigned: Sequence[Pair], tell: Tell) -> None:
    deadline = time.monotonic() + VISIBLE_WITHIN
    while lacking := lacking_roles(assigned, held_roles(client, vault_id)):
        if time.monotonic() > deadline:
            _expect(lacking)
        tell(f"{len(assigned) - len(lacking)} of {len(assigned)} role assignments can be read")
        time.sleep(LOOK_EVERY)
    tell(f"all {len(assigned)} role assignments can be read")


def _until_working(seconds: int, tell: Tell) -> None:
    for left in range(seconds, 0, -1):
        if left == seconds or left % 60 == 0:
            tell(f"{left} s until the roles work everywhere (--wait)")
        time.sleep(1)


def _expect_roles(client: ArmClient, vault_id: str, assigned: Sequence[Pair]) -> None:
    """Somebody may have taken one away meanwhile."""
    _expect(lacking_roles(assigned, held_roles(client, vault_id)))


def _expect(lacking: Sequence[Pair]) -> None:
    if lacking:
        says = "roles that were assigned are not in Azure's own list"
        hint = "somebody may have taken them away, or Azure is slow: run again"
        raise HoldfastError([Fault("roles-not-visible", says, _rows(lacking), hint, Blame.AZURE)])


def _still_as_planned(client: ArmClient, vault_id: str, planned: Sequence[PolicyEntry]) -> None:
    """Whoever got access while we waited has no role for it, and whoever lost it has one."""
    entries = parse_policies(read_vault(client, vault_id).get("properties") or {})
    evidence = tuple((entry.principal, f"new: {entry.permissions}") for entry in lost(entries, planned))
    evidence += tuple((entry.principal, f"gone: {entry.permissions}") for entry in lost(planned, entries))
    if evidence:
        says = (
            "the vault's access policies have changed since the plan, and the roles that were assigned do not fit them"
        )
        raise HoldfastError([Fault("policies-changed", says, evidence, "run again; the access policies are in force")])


def _back_at_once(client: ArmClient, vault: Live, record: Record) -> list[Fault]:
    """Put the access policies in force again where they are not, and say whether that worked."""
    with suppress(HoldfastError):
        if not _counts_roles(client, vault.id):
            record.step("not-switched")
            return []
    try:
        switch(client, vault.id, rbac=False)
        in_force, faults = not _counts_roles(client, vault.id), tuple[Fault, ...]()
    except HoldfastError as error:
        in_force, faults = False, error.faults
    if in_force:
        record.step("switched-back")
        says = "the vault was switched back at once: its access policies are in force"
        evidence = (("record", str(record.path)),)
        return [Fault("switched-back", says, evidence, "mend what is said above, then run again", Blame.AZURE)]
    record.step("not-switched-back")
    hint = f"az keyvault update --name {vault.name} --enable-rbac-authorization false"
    says = "the vault could not be switched back, and may count roles now"
    return [*faults, Fault("not-switched-back", says, (("record", str(record.path)),), hint, Blame.AZURE)]


def _counts_roles(client: ArmClient, vault_id: str) -> bool:
    return authorization_of(live(read_vault(client, vault_id))) is Authorization.RBAC


def _interrupted() -> Fault:
    return Fault("interrupted", "stopped before it was known that everything is well", hint="run again")


def _rows(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple((principal, role_name(role)) for principal, role in pairs)
