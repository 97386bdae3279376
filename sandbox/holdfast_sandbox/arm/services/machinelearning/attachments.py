"""May this cluster be attached to this workspace? What Azure demands of an AKS cluster before it is a compute.

learn.microsoft.com/azure/machine-learning: how-to-deploy-kubernetes-extension ("Limitations"),
how-to-attach-kubernetes-to-workspace ("Prerequisites"), how-to-managed-network ("Limitations").
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm.services.authorization.models import ASSIGNMENT
from holdfast_sandbox.arm.services.containerservice import usable
from holdfast_sandbox.arm.services.kubernetesconfiguration.models import EXTENSION, MACHINE_LEARNING
from holdfast_sandbox.arm.services.machinelearning import compute_exceptions as refuse
from holdfast_sandbox.arm.services.machinelearning import compute_models as models
from holdfast_sandbox.arm.store import Json, Resource, Store

COMPUTE = "Microsoft.MachineLearningServices/workspaces/computes"
_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourcegroups/[^/]+/providers/microsoft\.containerservice/managedclusters/[^/]+",
    re.IGNORECASE,
)


def checked_extension(store: Store, workspace: Resource, compute_id: str, given: object, namespace: str) -> Resource:
    """The machine learning extension of the cluster with the id `given`; refuses a cluster that can't be attached."""
    found = _ID.fullmatch(given.rstrip("/")) if isinstance(given, str) else None
    if found is None:
        raise refuse.cluster_not_found(str(given))
    if found["subscription"].lower() != workspace.subscription.lower():
        raise refuse.cluster_of_another_subscription()
    if isolated(workspace):
        raise refuse.managed_network_excludes("An attached Kubernetes cluster")
    hindrance, cluster = usable.hindrance(store, found[0]), store.get(found[0])
    if cluster is None or hindrance == "absent":
        raise refuse.cluster_not_found(found[0])
    if hindrance is not None:
        raise refuse.cluster_not_reachable()
    if cluster.body["properties"].get("disableLocalAccounts"):
        raise refuse.cluster_unfit("Disabling local accounts for AKS")
    extension = installed_extension(store, cluster)
    if extension is None:
        raise refuse.extension_not_installed(cluster.id)
    if not _may_enter(store, workspace, cluster):
        raise refuse.role_check_failed()
    for other in attached(store, cluster):
        near = other.key.startswith(f"{workspace.key}/") and other.key != compute_id.lower()
        if near and other.body["properties"]["properties"].get("namespace", namespace) == namespace:
            raise refuse.already_attached(other.name, namespace)
    return extension


def installed_extension(store: Store, cluster: Resource) -> Resource | None:
    """The cluster's machine learning extension, once it is installed."""
    for one in store.find(EXTENSION, under=cluster.id):
        properties = one.body["properties"]
        if properties["extensionType"] == MACHINE_LEARNING and properties["provisioningState"] == "Succeeded":
            return one
    return None


def attached(store: Store, cluster: Resource) -> list[Resource]:
    """The computes of all workspaces that are this cluster."""
    return [
        one
        for one in store.find(COMPUTE)
        if str(one.body["properties"].get("resourceId") or "").rstrip("/").lower() == cluster.key
    ]


def attached_the_legacy_way(store: Store, cluster: Resource) -> bool:
    return any(one.body["properties"]["computeType"] == models.AKS for one in attached(store, cluster))


def isolated(workspace: Resource) -> bool:
    """Whether the workspace has a managed virtual network."""
    network: Json = workspace.body["properties"].get("managedNetwork") or {}
    return str(network.get("isolationMode", "Disabled")) != "Disabled"


def _may_enter(store: Store, workspace: Resource, cluster: Resource) -> bool:
    """A user-assigned identity needs a role on the cluster first; a system-assigned one is let in by Azure."""
    identity = workspace.body.get("identity") or {}
    if "principalId" in identity:
        return True
    principals = {held["principalId"] for held in (identity.get("userAssignedIdentities") or {}).values()}
    return any(
        one.body["properties"]["principalId"] in principals
        and f"{cluster.key}/".startswith(one.body["properties"]["scope"].rstrip("/").lower() + "/")
        for one in store.find(ASSIGNMENT)
    )
