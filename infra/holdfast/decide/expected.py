"""Which roles are missing that somebody else has to assign?

Many pipelines may not write role assignments. With `roleAssignments: expect` none is declared and none is written: what
is missing is told, each with the command for whoever may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.model.decision import Adopt, Keep, Refer
from holdfast.model.errors import Fault
from holdfast.model.existing import Recorded
from holdfast.model.kinds import Kind
from holdfast.model.names import logical_id
from holdfast.model.plan import AssignmentPlan, ExpectedRole, Note, RolePlan, WorkspaceRole
from holdfast.model.roles import role_name
from holdfast.model.wanted import Wanted

_HELD = (Keep, Adopt, Refer)
#: Where `az` finds the principal of a resource's managed identity: what to ask with, and the path in the answer.
_LOOKED_UP = {
    Kind.WORKSPACE.value: ("az resource show", "identity.principalId"),
    Kind.CLUSTER.value: ("az aks show", "identityProfile.kubeletidentity.objectId"),
}
_OF_IDENTITY = ("az identity show", "principalId")


def expect_roles(
    wanted: Wanted,
    vault_id: str,
    assignments: Sequence[AssignmentPlan],
    grants: Sequence[RolePlan],
    workspace: WorkspaceRole | None,
    workspace_principal: str | None,
) -> tuple[ExpectedRole, ...]:
    """Every role that is needed and that nobody holds, as far as can be known before the run."""
    expected = [
        _missing(wanted, one.subject, one.principal, one.role, one.scope)
        for one in assignments
        if not isinstance(one.decision, _HELD)
    ]
    expected += [
        # Somebody of whom only the directory knows what they are: `az` asks it.
        ExpectedRole(one.principal, one.role, vault_id, f"--assignee-object-id {one.principal}")
        for one in grants
        if not isinstance(one.decision, _HELD)
    ]
    if workspace is not None and (workspace.missing or workspace_principal is None):
        expected.append(_missing(wanted, Kind.WORKSPACE.value, workspace_principal, workspace.role, vault_id))
    return tuple(expected)


def expected_note(one: ExpectedRole) -> Note:
    """What a run says of it, with the command for whoever may."""
    name = role_name(one.role)
    return Note(
        "role-expected",
        f"{one.whose} does not hold {name} on {one.scope}, as far as is known before the run, and `roleAssignments` is"
        f' expect. Whoever may assigns it: az role assignment create {one.assignee} --role "{name}" --scope'
        f" {one.scope}",
    )


def managed_before(wanted: Wanted, state: Mapping[str, Recorded]) -> list[Fault]:
    """Role assignments of ours, and settings that want none declared: the engine would delete them."""
    ours = sorted(name for name in state if name.startswith(("role-", "assignment-")))
    if not ours:
        return []
    return [
        Fault(
            "role-assignments-managed",
            "the settings only expect role assignments, and our state holds some: declared no more, they would be"
            " deleted",
            (("found", ", ".join(ours)), ("decided", "refuse; nobody's roles are deleted for it")),
            f"set `roleAssignments: manage` in {wanted.file}, or forget them with `pulumi state delete URN`, which"
            " deletes nothing in Azure (`pulumi stack --show-urns` lists the URNs)",
        )
    ]


def _missing(wanted: Wanted, subject: str, principal: str | None, role: str, scope: str) -> ExpectedRole:
    who = principal
    if who is None:
        command, path = _LOOKED_UP.get(subject, _OF_IDENTITY)
        who = f'"$({command} --ids {logical_id(wanted, subject)} --query {path} --output tsv)"'
    assignee = f"--assignee-object-id {who} --assignee-principal-type ServicePrincipal"
    return ExpectedRole(subject, role, scope, assignee)
