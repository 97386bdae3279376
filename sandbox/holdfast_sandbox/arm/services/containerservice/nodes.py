"""What does a cluster bring into the subscription? Its node resource group, and the identities that act for it.

Azure makes the group `MC_*` with the cluster as its manager, the kubelet's identity in it where the request names
none, and lets the control plane's own identity in as Contributor
(learn.microsoft.com/azure/aks/use-managed-identity, "Summary of managed identities used by AKS").
"""

from __future__ import annotations

import uuid

from holdfast_sandbox.arm.call import Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.managed_identity import checked_identity, user_assigned
from holdfast_sandbox.arm.routing import GROUP
from holdfast_sandbox.arm.services.authorization import assignments
from holdfast_sandbox.arm.services.authorization import models as authorization
from holdfast_sandbox.arm.services.authorization.roles import BUILT_IN, ID_BY_NAME
from holdfast_sandbox.arm.services.authorization.scopes import scope_of
from holdfast_sandbox.arm.services.containerservice import exceptions, models
from holdfast_sandbox.arm.services.managedidentity.models import born
from holdfast_sandbox.arm.services.managedidentity.responses import IDENTITY
from holdfast_sandbox.arm.services.resources.responses import GROUP_TYPE
from holdfast_sandbox.arm.store import Json, Resource, Store

_ASSIGN = "microsoft.managedidentity/userassignedidentities/*/assign/action"


def group_id(cluster: Resource) -> str:
    name = cluster.body["properties"]["nodeResourceGroup"]
    return GROUP.format(subscriptionId=cluster.subscription, resourceGroupName=name)


def cluster_identity(call: Call, body: Json, existing: Json | None) -> Json:
    """The control plane's identity: one of its own, or one user-assigned; never both, never none."""
    identity = checked_identity(call, body, existing)
    if identity is None or identity["type"] == "None":
        raise exceptions.missing_parameter("servicePrincipalProfile")
    if "," in identity["type"] or len(identity.get("userAssignedIdentities") or [0]) > 1:
        raise exceptions.invalid_parameter("identity")
    return identity


def kubelet_identity(store: Store, given: Json, identity: Json, existing: Json | None) -> Json | None:
    """The `kubeletidentity` that the request names, checked; None where Azure makes one, or it stays."""
    asked = models.kubelet_wanted(given)
    if asked is None or (existing is not None and asked.lower() == existing["resourceId"].lower()):
        return existing
    if identity["type"] != "UserAssigned":
        raise exceptions.kubelet_needs_user_assigned_identity()
    found = user_assigned(store, asked)
    control_plane = next(iter(identity["userAssignedIdentities"].values()))["principalId"]
    # An identity that is not there is answered like one that may not be assigned (azure-service-operator retries it).
    if found is None or not _may_assign(store, control_plane, asked):
        raise exceptions.kubelet_identity_not_permitted()
    return {"resourceId": asked, "clientId": found["clientId"], "objectId": found["principalId"]}


def make_group(plane: Plane, cluster: Resource) -> None:
    """The node resource group; 400 when a group of that name is there already."""
    where = group_id(cluster)
    if plane.store.get(where) is not None:
        raise exceptions.bad_request(
            f"The node resource group '{cluster.body['properties']['nodeResourceGroup']}' exists already; a cluster "
            "makes its own.",
            "nodeResourceGroup",
        )
    body: Json = {
        "location": cluster.location,
        "managedBy": public_id(cluster.id),
        "tags": {
            "aks-managed-cluster-name": cluster.name,
            "aks-managed-cluster-rg": cluster.group,
        },
        "properties": {"provisioningState": "Succeeded"},
    }
    plane.save(Resource(where, GROUP_TYPE, where.rpartition("/")[2], cluster.subscription, "", body))


def settle_in(plane: Plane, cluster: Resource) -> None:
    """Makes the kubelet's identity where none is named, and lets the control plane into the node group."""
    properties, where = cluster.body["properties"], group_id(cluster)
    if plane.store.get(where) is None:
        return
    principal = cluster.body["identity"].get("principalId")
    if principal is not None:
        assignments.grant(plane, where, principal, ID_BY_NAME["Contributor"])
    if properties.get("identityProfile"):
        return
    name, group = f"{cluster.name}-agentpool", properties["nodeResourceGroup"]
    made = born(str(uuid.uuid4()), str(uuid.uuid4()))
    identity = Resource(f"{where}/providers/{IDENTITY}/{name}", IDENTITY, name, cluster.subscription, group)
    identity.body = {"location": cluster.location, "tags": {}, "properties": made}
    plane.save(identity)
    kubelet = {
        "resourceId": public_id(identity.id),
        "clientId": made["clientId"],
        "objectId": made["principalId"],
    }
    properties["identityProfile"] = {"kubeletidentity": kubelet}


def remove_group(plane: Plane, cluster: Resource) -> None:
    """The node resource group with all that is in it, as long as it is this cluster's."""
    group = plane.store.get(group_id(cluster))
    if group is None or str(group.body.get("managedBy", "")).lower() != cluster.id.lower():
        return
    for resource in plane.store.find(subscription=group.subscription, group=group.name):
        if plane.store.get(resource.id) is not None:
            plane.remove(resource)
    plane.remove(group)


def public_id(resource_id: str) -> str:
    """As this service spells ids: `/resourcegroups/` in lower case (the recorded cluster shows it)."""
    return resource_id.replace("/resourceGroups/", "/resourcegroups/", 1)


def _may_assign(store: Store, principal: str, identity_id: str) -> bool:
    """Whether a role of the principal, at the identity or above it, has the assign action."""
    try:
        scope = scope_of(store, identity_id)
    except ArmError:
        return False
    for one in store.find(authorization.ASSIGNMENT):
        properties = one.body["properties"]
        role = BUILT_IN.get(properties["roleDefinitionId"].rpartition("/")[2].lower())
        mine = properties["principalId"].lower() == principal.lower() and scope.lies_in(properties["scope"])
        if mine and role is not None and any(_covers(action.lower()) for action in role.actions):
            return True
    return False


def _covers(action: str) -> bool:
    """Whether an action of a role, with its wildcard, includes to assign an identity."""
    return action in ("*", _ASSIGN) or (
        action.endswith("*") and _ASSIGN.startswith(action[:-1]) and not action.endswith("/read")
    )
