"""Do the computes of kind `kubernetes` go together with their clusters, and with each other?

Sources, all Microsoft Learn: "Deploy the Azure Machine Learning extension" (local accounts), "Attach a Kubernetes
cluster to a workspace" (one subscription, a namespace once), "Workspace managed virtual network isolation" (no
attached clusters).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from holdfast.model.kinds import Kind
from holdfast.model.names import subscription_of
from holdfast.model.wanted import WantedResource
from holdfast.settings.cluster import on_own_cluster
from holdfast.settings.faults import Faults
from holdfast.settings.resources import NO_SUBSCRIPTION
from holdfast.settings.sections import Environment
from holdfast.settings.sections.computes import Compute

_CLUSTER_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ContainerService/managedClusters/[^/]+/?",
    re.IGNORECASE,
)
#: What Azure calls the instance type that is there without anybody's saying so.
BUILT_IN = "defaultinstancetype"


def find_kubernetes_faults(
    environment: Environment, resources: Mapping[Kind, WantedResource], subscription: str, faults: Faults
) -> None:
    """Note what Azure would refuse when it attaches them."""
    mine = environment.cluster
    if mine is not None and mine.local_accounts is False:
        for at in on_own_cluster(environment):
            faults.add(
                "setting-does-not-fit",
                "cluster.localAccounts",
                "is off, and Machine Learning does not get into such a cluster",
                value=False,
                allowed="`true`, or nothing",
                also=at,
            )
            break
    home = _home(resources, subscription, faults)
    if mine is not None and mine.id is not None and mine.extension is not None and mine.extension.install:
        _find_far_cluster("cluster.id", mine.id, home, faults)
    seen: dict[tuple[str, str], str] = {}
    for compute in environment.computes:
        if compute.kind == "kubernetes" and compute.id is None:
            _find_faults(compute, environment, home, faults)
            place = (_cluster_of(compute, environment).rstrip("/").lower(), compute.namespace or "default")
            first = seen.setdefault(place, compute.at)
            if first != compute.at:
                faults.add(
                    "attached-twice",
                    compute.at,
                    f"is the namespace `{place[1]}` of the cluster that `{first}` is: Azure attaches it once",
                    allowed="another `namespace`, or another `cluster`",
                    also=first,
                )


def _find_faults(compute: Compute, environment: Environment, home: str, faults: Faults) -> None:
    if compute.cluster is not None and not _CLUSTER_ID.fullmatch(compute.cluster):
        faults.add("invalid-id", f"{compute.at}.cluster", "is no id of an AKS cluster", value=compute.cluster)
    elif compute.cluster is not None:
        _find_far_cluster(f"{compute.at}.cluster", compute.cluster, home, faults)
    elif environment.cluster is None:
        faults.add(
            "setting-does-not-fit",
            f"{compute.at}.kind",
            "needs a cluster, and the settings have none",
            value=compute.kind,
            allowed="with `cluster` beside it (an id), or the environment's own",
            hint="write `cluster: {}` to have one made",
        )
    elif environment.cluster.id is not None and not faults.touches("cluster.id"):
        _find_far_cluster("cluster.id", environment.cluster.id, home, faults)
    network = environment.workspace.managed_network
    if network not in (None, "disabled"):
        faults.add(
            "setting-does-not-fit",
            f"{compute.at}.kind",
            "is not for a workspace in a managed network: Azure attaches no cluster there",
            value=compute.kind,
            allowed="without `workspace.managedNetwork`",
            also="workspace.managedNetwork",
        )
    names = [one.name for one in compute.instance_types]
    for index, one in enumerate(compute.instance_types):
        if one.name and one.name in names[:index]:
            faults.add("same-name", f"{one.at}.name", "is the name of another instance type", value=one.name)
    default = compute.default_instance_type
    if default is not None and default not in (*names, BUILT_IN):
        faults.add(
            "settings-invalid-value",
            f"{compute.at}.defaultInstanceType",
            "is no name of `instanceTypes`",
            value=default,
            allowed=", ".join(dict.fromkeys((*filter(None, names), BUILT_IN))),
        )


def _cluster_of(compute: Compute, environment: Environment) -> str:
    return compute.cluster or (environment.cluster.id if environment.cluster else None) or "cluster"


def _home(resources: Mapping[Kind, WantedResource], subscription: str, faults: Faults) -> str:
    """The workspace's subscription. Nobody knows it before a login, or of an id that is none."""
    named = resources[Kind.WORKSPACE].id
    if faults.touches("workspace.id"):
        return NO_SUBSCRIPTION
    return subscription_of(named) if named else subscription.lower()


def _find_far_cluster(path: str, id: str, home: str, faults: Faults) -> None:
    if home != NO_SUBSCRIPTION and _CLUSTER_ID.fullmatch(id) and subscription_of(id) != home:
        faults.add(
            "other-subscription",
            path,
            "is in another subscription than the workspace, and Azure attaches none from there",
            value=id,
            allowed=f"a cluster of subscription {home}",
        )
