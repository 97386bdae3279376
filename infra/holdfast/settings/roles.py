"""Which roles do the environment's identities need?

What the settings list under `identities[].roles`, and what a resource can't do its work without. Sources, all Microsoft
Learn: "Enterprise security and governance for Azure Machine Learning" (what Azure grants a workspace's own identity),
"Set up authentication between Azure Machine Learning and other services" (what a user-assigned one needs), "Use a
managed identity in AKS" (the kubelet's).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.model.kinds import Kind
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedResource
from holdfast.settings.faults import Faults
from holdfast.settings.resources import is_there
from holdfast.settings.sections import Environment

#: All of these may push and pull.
_MORE_THAN_PUSH = (ROLES["Contributor"], ROLES["Owner"], ROLES["Azure AI Administrator"])


def want_roles(
    environment: Environment, resources: Mapping[Kind, WantedResource], faults: Faults
) -> tuple[WantedRole, ...]:
    """Every role that somebody needs; scopes that are not there are noted in `faults`."""
    return (
        *_of_identities(environment, resources, faults),
        *_of_workspace(environment),
    )


def _of_identities(
    environment: Environment, resources: Mapping[Kind, WantedResource], faults: Faults
) -> Iterator[WantedRole]:
    there = {kind.value for kind in resources}
    for identity in environment.identities:
        for role in identity.roles:
            if faults.touches(role.at):
                continue
            if not role.scope.startswith("/") and role.scope not in there:
                faults.add(
                    "setting-does-not-fit",
                    f"{role.at}.scope",
                    f"names the {role.scope}, and the settings have none",
                    value=role.scope,
                    allowed=", ".join(sorted(there)),
                )
                continue
            subject = f"{Sort.IDENTITY}-{identity.name.lower()}"
            yield WantedRole(subject, role.scope, ROLES.get(role.role, role.role), role.at)


def _of_workspace(environment: Environment) -> Iterator[WantedRole]:
    """Images are built and pushed for it; without an admin user the registry asks its identity for a role. Azure grants
    Contributor there when it makes the workspace, and only then: what somebody took away is put back as AcrPush."""
    if environment.workspace.id is None and is_there(environment.registry) and not environment.registry.admin:
        yield WantedRole(
            Kind.WORKSPACE.value,
            Kind.REGISTRY.value,
            ROLES["AcrPush"],
            "workspace",
            instead=_MORE_THAN_PUSH,
            by_azure=True,
        )
