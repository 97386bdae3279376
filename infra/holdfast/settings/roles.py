"""Which roles do the environment's identities need?

What the settings list under `identities[].roles`, and what a resource can't do its work without. Sources, all Microsoft
Learn: "Enterprise security and governance for Azure Machine Learning" (what Azure grants a workspace's own identity),
"Set up authentication between Azure Machine Learning and other services" (what a user-assigned one needs), "Use a
managed identity in AKS" (the kubelet's).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.model.kinds import Kind
from holdfast.model.names import identity_logical
from holdfast.model.roles import ROLES, WantedRole
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedResource
from holdfast.settings.containers import roles_of_containers
from holdfast.settings.faults import Faults
from holdfast.settings.resources import is_there
from holdfast.settings.sections import Environment
from holdfast.settings.sections.identities import UserIdentity

#: What a user-assigned identity has to hold where its workspace stands on something.
_STANDS_ON = (Kind.STORAGE, Kind.VAULT, Kind.INSIGHTS, Kind.REGISTRY)
#: All of these may push and pull.
_MORE_THAN_PUSH = (ROLES["Contributor"], ROLES["Owner"], ROLES["Azure AI Administrator"])


def want_roles(
    environment: Environment, resources: Mapping[Kind, WantedResource], faults: Faults
) -> tuple[WantedRole, ...]:
    """Every role that somebody needs; scopes that are not there are noted in `faults`."""
    return (
        *_of_identities(environment, resources, faults),
        *_of_workspace(environment, resources),
        *_of_cluster(environment, resources),
        *roles_of_containers(environment, resources),
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


def _of_workspace(environment: Environment, resources: Mapping[Kind, WantedResource]) -> Iterator[WantedRole]:
    """Images are built and pushed for it; without an admin user the registry asks its identity for a role. Azure grants
    Contributor there when it makes the workspace, and only then: what somebody took away is put back as AcrPush."""
    workspace = environment.workspace
    if workspace.id is None and workspace.identity is not None and workspace.identity.user is not None:
        yield from _of_its_user_assigned(workspace.identity.user, resources)
    elif workspace.id is None and is_there(environment.registry) and not environment.registry.admin:
        yield WantedRole(
            Kind.WORKSPACE.value,
            Kind.REGISTRY.value,
            ROLES["AcrPush"],
            "workspace",
            instead=_MORE_THAN_PUSH,
            by_azure=True,
        )


def _of_cluster(environment: Environment, resources: Mapping[Kind, WantedResource]) -> Iterator[WantedRole]:
    """Nodes pull images by the kubelet's identity. A user-assigned control plane has to be let into the subnets, and to
    be allowed to hand the kubelet's identity to the nodes, before the cluster is made; Azure lets its own in."""
    cluster = environment.cluster
    if cluster is None:
        return
    kubelet = cluster.kubelet_identity
    if Kind.REGISTRY in resources:
        subject = identity_logical(dict(_said(kubelet))) if kubelet else Kind.CLUSTER.value
        more = (ROLES["AcrPush"], *_MORE_THAN_PUSH)
        yield WantedRole(subject, Kind.REGISTRY.value, ROLES["AcrPull"], "cluster", instead=more)
    if cluster.identity is None or cluster.identity.user is None:
        return
    subject, before = identity_logical(dict(_said(cluster.identity.user))), Kind.CLUSTER.value
    if kubelet is not None:
        scope, role = identity_logical(dict(_said(kubelet))), ROLES["Managed Identity Operator"]
        all_of_it = (ROLES["Managed Identity Contributor"], ROLES["Contributor"], ROLES["Owner"])
        yield WantedRole(subject, scope, role, "cluster.kubeletIdentity", before, all_of_it)
    for subnet in dict.fromkeys(filter(None, (cluster.subnet, *(pool.subnet for pool in cluster.pools)))):
        wider = (ROLES["Contributor"], ROLES["Owner"])
        yield WantedRole(subject, subnet, ROLES["Network Contributor"], "cluster.subnet", before, wider)


def _of_its_user_assigned(user: UserIdentity, resources: Mapping[Kind, WantedResource]) -> Iterator[WantedRole]:
    """Azure gives it nothing: Contributor on what the workspace stands on and the data of its storage account, before
    it is made, and Contributor on itself. What it may do in the vault comes with the vault
    (`decide.workspace_identity`).
    """
    subject, key = identity_logical(dict(_said(user))), "workspace.identity"
    contributor, owner = ROLES["Contributor"], ROLES["Owner"]
    workspace = Kind.WORKSPACE.value
    for kind in (kind for kind in _STANDS_ON if kind in resources):
        yield WantedRole(subject, kind.value, contributor, key, before=workspace, instead=(owner,))
    data = ROLES["Storage Blob Data Contributor"]
    more = (ROLES["Storage Blob Data Owner"],)
    yield WantedRole(subject, Kind.STORAGE.value, data, key, before=workspace, instead=more)
    yield WantedRole(subject, workspace, contributor, key, instead=(owner,))


def _said(user: UserIdentity) -> Iterator[tuple[str, str]]:
    if user.name is not None:
        yield "name", user.name
    elif user.id is not None:
        yield "id", user.id
