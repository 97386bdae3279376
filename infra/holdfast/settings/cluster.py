"""Which node pools and which extension are wanted, and does what the settings say about the cluster go together?

The pool that a cluster is made with is a part as well, where something is said about it: one that is never declared,
but compared, and changed by its own id. Sources, all Microsoft Learn: "Use system node pools in AKS", "Add a spot node
pool", "Configure Azure CNI Overlay networking", "Deploy the Azure Machine Learning extension".
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network

from holdfast.model.kinds import KINDS, Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WhenExists
from holdfast.settings.containers import SUBNET
from holdfast.settings.faults import Faults
from holdfast.settings.parts import written
from holdfast.settings.sections import Cluster, Environment
from holdfast.settings.sections.cluster import ClusterNetwork, Extension, Pool, SystemPool

SYSTEM = "system"  #: The system pool's name where none is set.

_LABEL = r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_LABEL_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
_TAINT = rf"{_LABEL}(?:=[A-Za-z0-9_.-]{{0,63}})?:(?:NoSchedule|PreferNoSchedule|NoExecute)"


def want_cluster_parts(environment: Environment, hash: str, faults: Faults) -> tuple[WantedPart, ...]:
    """The cluster's pools and its extension; what contradicts itself is noted in `faults`. `hash` is the stack's."""
    cluster = environment.cluster
    if cluster is None:
        return ()
    extension = _extension(environment, cluster, hash, faults)
    if cluster.id is not None:
        if cluster.pools:
            faults.add(
                "setting-does-not-fit",
                "cluster.pools",
                f"has no effect: the {KINDS[Kind.CLUSTER].noun} is named by its id, and only used",
                allowed="`id` and `extension`",
                hint="give `cluster.name` instead of the id to manage it",
            )
        return extension
    _find_cluster_faults(cluster, faults)
    return (*_system_pool(cluster), *_pools(cluster, faults), *extension)


def on_own_cluster(environment: Environment) -> list[str]:
    """Where the computes stand in the settings that are of the environment's own cluster."""
    return [
        one.at
        for one in environment.computes
        if one.kind == "kubernetes" and one.id is None and one.cluster is None and environment.cluster is not None
    ]


def _system_pool(cluster: Cluster) -> tuple[WantedPart, ...]:
    """Nothing to compare where nothing is said: it is not even read."""
    pool = cluster.system_pool or SystemPool()
    settings = {name: value for name, value in written(pool).items() if name != "name"}
    if not settings and cluster.subnet is None:
        return ()
    name = pool.name or SYSTEM
    return (WantedPart(Sort.POOL, name, Kind.CLUSTER.value, settings, key="cluster.systemPool", inline=True),)


def _pools(cluster: Cluster, faults: Faults) -> tuple[WantedPart, ...]:
    seen = {(cluster.system_pool.name if cluster.system_pool else None) or SYSTEM: "cluster.systemPool"}
    for pool in cluster.pools:
        _find_pool_faults(pool, cluster, faults)
        first = seen.setdefault(pool.name, pool.at) if pool.name else pool.at
        if first != pool.at:
            faults.add(
                "same-name",
                f"{pool.at}.name",
                f"gives a node pool the name `{pool.name}`, which `{first}` has",
                value=pool.name,
                allowed="another name for each pool",
                also=first,
            )
    return tuple(
        WantedPart(
            Sort.POOL,
            pool.name,
            Kind.CLUSTER.value,
            written(pool),
            when_exists=pool.when_exists or WhenExists.REFUSE,
            key=pool.at,
        )
        for pool in cluster.pools
    )


def _extension(environment: Environment, cluster: Cluster, hash: str, faults: Faults) -> tuple[WantedPart, ...]:
    extension = cluster.extension or Extension()
    needed = bool(on_own_cluster(environment)) and cluster.id is None
    settings = {name: value for name, value in written(extension).items() if name != "install"}
    if not (needed if extension.install is None else extension.install):
        for name, value in settings.items():
            faults.add(
                "setting-does-not-fit",
                f"cluster.extension.{name}",
                "has no effect: the extension is not installed by this stack",
                value=value,
                allowed="with `install: true`",
            )
        return ()
    _find_extension_faults(extension, faults)
    return (
        WantedPart(
            Sort.EXTENSION,
            extension.name or f"azureml-{hash}",
            Kind.CLUSTER.value,
            settings,
            when_exists=extension.when_exists or WhenExists.REFUSE,
            key="cluster.extension",
            own_name=extension.name is None,
        ),
    )


def _find_cluster_faults(cluster: Cluster, faults: Faults) -> None:
    _find_subnet_fault("cluster.subnet", cluster.subnet, faults)
    if cluster.network is not None:
        _find_network_faults(cluster.network, cluster, faults)
    if cluster.system_pool is not None:
        _find_scale_faults(cluster.system_pool, faults)


def _find_subnet_fault(path: str, subnet: str | None, faults: Faults) -> None:
    if subnet is not None and not SUBNET.fullmatch(subnet):
        faults.add("invalid-id", path, "is no id of a subnet", value=subnet)


def _find_pool_faults(pool: Pool, cluster: Cluster, faults: Faults) -> None:
    _find_scale_faults(pool, faults)
    _find_subnet_fault(f"{pool.at}.subnet", pool.subnet, faults)
    if pool.subnet is not None and cluster.subnet is None:
        faults.add(
            "setting-does-not-fit",
            f"{pool.at}.subnet",
            "is for a cluster whose own nodes stand in a subnet of that network",
            value=pool.subnet,
            allowed="with `cluster.subnet`",
            also="cluster.subnet",
        )
    if pool.mode == "System":
        for name, value in (("min", pool.min), ("count", pool.count)):
            if value == 0:
                faults.add("settings-out-of-range", f"{pool.at}.{name}", "is 0, and a system pool has a node", value=0)
        if pool.spot:
            faults.add(
                "setting-does-not-fit",
                f"{pool.at}.spot",
                "is for user pools: what the cluster itself runs would be gone with its machines",
                value=True,
                allowed="with `mode: User`",
                also=f"{pool.at}.mode",
            )
    for label, text in pool.labels.items():
        if not re.fullmatch(_LABEL, label) or not re.fullmatch(_LABEL_VALUE, text):
            faults.add("settings-invalid-value", f"{pool.at}.labels.{label}", "is no label of Kubernetes", value=text)
        elif label.partition("/")[0].endswith("kubernetes.azure.com"):
            faults.add(
                "settings-invalid-value", f"{pool.at}.labels.{label}", "has a prefix that is AKS's own", value=text
            )
    for index, taint in enumerate(pool.taints or ()):
        if not re.fullmatch(_TAINT, taint):
            faults.add(
                "settings-invalid-value",
                f"{pool.at}.taints[{index}]",
                "is no taint of Kubernetes",
                value=taint,
                allowed="`key=value:NoSchedule`, with PreferNoSchedule or NoExecute as well",
            )


def _find_scale_faults(pool: Pool | SystemPool, faults: Faults) -> None:
    if pool.count is not None:
        for name, value in (("min", pool.min), ("max", pool.max)):
            if value is not None:
                faults.add(
                    "setting-does-not-fit",
                    f"{pool.at}.{name}",
                    "is the autoscaler's, and `count` says that there is none",
                    value=value,
                    allowed="`count`, or `min` and `max`",
                    also=f"{pool.at}.count",
                )
    elif pool.min is not None and pool.max is not None:
        if pool.min > pool.max:
            faults.add(
                "setting-does-not-fit",
                f"{pool.at}.min",
                "is more than `max`",
                value=pool.min,
                allowed=f"at most {pool.max}",
                also=f"{pool.at}.max",
            )
    elif pool.min is not None or pool.max is not None:
        there, lacks = ("min", "max") if pool.max is None else ("max", "min")
        if not faults.touches(f"{pool.at}.{lacks}"):
            faults.add("setting-does-not-fit", f"{pool.at}.{there}", f"is alone: Azure takes it with `{lacks}`")


def _find_network_faults(network: ClusterNetwork, cluster: Cluster, faults: Faults) -> None:
    plugin = network.plugin or "azure"

    def add(name: str, says: str, value: object, allowed: str, also: str) -> None:
        faults.add(
            "setting-does-not-fit",
            f"cluster.network.{name}",
            says,
            value=value,
            allowed=allowed,
            also=f"cluster.{also}",
        )

    if network.mode is not None and plugin != "azure":
        add("mode", "is for the plugin `azure`", network.mode, "with `plugin: azure`", "network.plugin")
    if network.policy in ("azure", "cilium") and plugin != "azure":
        add("policy", "is for the plugin `azure`", network.policy, "with `plugin: azure`", "network.plugin")
    ranged = plugin == "kubenet" or (plugin == "azure" and network.mode != "flat")
    if network.pod_cidr is not None and not ranged:
        says = "is for pods with a range of their own, and these have addresses of the subnet"
        add("podCidr", says, network.pod_cidr, "with `mode: overlay`, or `plugin: kubenet`", "network.mode")
    if network.outbound in ("userDefinedRouting", "userAssignedNATGateway") and cluster.subnet is None:
        says = "is a matter of your own network"
        add("outbound", says, network.outbound, "with `cluster.subnet`", "subnet")
    _find_service_faults(network, faults)


def _find_service_faults(network: ClusterNetwork, faults: Faults) -> None:
    """Azure's own DNS address is 10.0.0.10, so a range is written with one."""
    services, dns, pods = network.service_cidr, network.dns_service_ip, network.pod_cidr
    if (services is None) != (dns is None):
        there, lacks = ("serviceCidr", "dnsServiceIp") if dns is None else ("dnsServiceIp", "serviceCidr")
        if not faults.touches(f"cluster.network.{lacks}"):
            says = f"is alone: it goes with `{lacks}`"
            faults.add("setting-does-not-fit", f"cluster.network.{there}", says, value=services or dns)
    if services is not None and dns is not None:
        around = IPv4Network(services)
        first = (around.network_address, around.network_address + 1)
        if IPv4Address(dns) not in around or IPv4Address(dns) in first:
            faults.add(
                "setting-does-not-fit",
                "cluster.network.dnsServiceIp",
                "is not within `serviceCidr`, or its first address, which is Kubernetes' own",
                value=dns,
                allowed=f"such as {around.network_address + 10}",
                also="cluster.network.serviceCidr",
            )
    if services is not None and pods is not None and IPv4Network(services).overlaps(IPv4Network(pods)):
        faults.add(
            "setting-does-not-fit",
            "cluster.network.podCidr",
            "overlaps the services' range",
            value=pods,
            also="cluster.network.serviceCidr",
        )


def _find_extension_faults(extension: Extension, faults: Faults) -> None:
    def add(name: str, says: str, allowed: str) -> None:
        faults.add("setting-does-not-fit", f"cluster.extension.{name}", says, allowed=allowed)

    if extension.training is False and not extension.inference:
        add("training", "is off, and so is `inference`: there would be nothing to install", "one of the two")
    serving = ("router", "internal", "high_availability", "allow_insecure", "ssl_cname", "ssl_secret")
    if not extension.inference:
        for name in serving:
            if getattr(extension, name) is not None:
                key = re.sub("_(.)", lambda found: found[1].upper(), name)
                add(key, "is about models that are served", "with `inference: true`")
        return
    if extension.router is None:
        add("router", "is missing, and Azure chooses none", "loadBalancer, nodePort, clusterIP")
    if extension.internal and extension.router != "loadBalancer":
        add("internal", "is about a load balancer", "with `router: loadBalancer`")
    certified = extension.ssl_cname is not None and extension.ssl_secret is not None
    if not certified and not extension.allow_insecure:
        add("inference", "has no certificate", "with `sslSecret` and `sslCname`, or with `allowInsecure: true`")
