"""Which keys are there under `cluster`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.model.kinds import Kind
from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Bad, Choice, Flag, Items, Number, Section, Text, Words, key
from holdfast.settings.sections.identities import (
    ChosenIdentity,
    UserIdentity,
    identity_key,
    user_identity_key,
)
from holdfast.settings.sections.named import (
    DATA,
    id_key,
    name_key,
    part_name_key,
    part_when_exists_key,
    when_exists_key,
)

#: Source: Microsoft Learn, "Create node pools for a cluster in AKS", limitations.
POOL_NAME = "^[a-z][a-z0-9]{0,11}$"
POOL_NAME_SAYS = "1 to 12 lower-case letters and digits, a letter first"
SUBNET_EXAMPLE = (
    "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Network/virtualNetworks/NETWORK/subnets/NAME"
)


def read_range(text: str) -> str:
    """A range of IPv4 addresses as Azure writes it; `Bad` for anything else."""
    try:
        return str(ipaddress.IPv4Network(text))
    except ValueError:
        allowed = "a range of IPv4 addresses such as 10.0.0.0/16"
        try:
            near = ipaddress.IPv4Network(text, strict=False)
        except ValueError:
            raise Bad("settings-invalid-value", "is no range of addresses", allowed) from None
        raise Bad(
            "settings-invalid-value", "begins in the middle of its range", allowed, f"did you mean `{near}`?"
        ) from None


def read_address(text: str) -> str:
    """An IPv4 address, or `Bad`."""
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise Bad("settings-invalid-value", "is no address", "an IPv4 address such as 10.0.0.10") from None


RANGE = Text("a range of IPv4 addresses such as 10.0.0.0/16", read_range, example="10.0.0.0/16")
ADDRESS = Text("an IPv4 address such as 10.0.0.10", read_address, example="10.0.0.10")


def _subnet_key(says: str, default: str) -> Any:
    return key(Text("an id of a subnet", example=SUBNET_EXAMPLE), says, default=default)


@dataclass(frozen=True, slots=True)
class ClusterNetwork:
    """`cluster.network`. Azure fixes all of it at creation."""

    plugin: str | None = key(
        Choice(("azure", "kubenet", "none")), "The network plugin.", default="`azure` for a new cluster"
    )
    mode: str | None = key(
        Choice(("overlay", "flat")),
        "Of the plugin `azure`: pods have addresses of their own range (`overlay`), or of the subnet (`flat`).",
        default="`overlay` for a new cluster",
    )
    policy: str | None = key(
        Choice(("azure", "calico", "cilium", "none")),
        "What enforces network policies. `cilium` brings its data plane along.",
        default="none",
    )
    pod_cidr: str | None = key(
        RANGE, "The pods' range, for `overlay` and `kubenet`.", default="Azure's own, 10.244.0.0/16"
    )
    service_cidr: str | None = key(RANGE, "The services' range.", default="Azure's own, 10.0.0.0/16")
    dns_service_ip: str | None = key(
        ADDRESS, "The address of the cluster's DNS, within `serviceCidr`, and not its first.", default="10.0.0.10"
    )
    outbound: str | None = key(
        Choice(("loadBalancer", "managedNATGateway", "userAssignedNATGateway", "userDefinedRouting", "none")),
        "How nodes reach the internet.",
        default="`loadBalancer` for a new cluster",
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class SystemPool:
    """`cluster.systemPool`: the node pool that a cluster is made with."""

    name: str | None = key(
        Text(POOL_NAME_SAYS, pattern=POOL_NAME, example="system"),
        "Its name. A cluster that is adopted has one of its own, often `nodepool1` or `agentpool`.",
        default="system",
    )
    size: str | None = key(
        Text("a size of virtual machines", example="Standard_D4s_v3"),
        "The size of its machines. Azure fixes it at creation.",
        default="`Standard_D4s_v3` for a new one",
    )
    min: int | None = key(
        Number(1, 1000), "Nodes at the least. The autoscaler counts from then on.", default="1 for a new one"
    )
    max: int | None = key(Number(1, 1000), "Nodes at the most.", default="3 for a new one")
    count: int | None = key(
        Number(1, 1000), "Instead of `min` and `max`, the number of nodes: no autoscaler.", default="autoscaled"
    )
    zones: tuple[int, ...] | None = key(
        Items(Number(1, 3), 3), "Availability zones. Azure fixes them at creation.", default="none"
    )
    max_pods: int | None = key(
        Number(30, 250), "Pods on a node at the most. Azure fixes it at creation.", default="Azure's own"
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """One item of `cluster.pools`. `at` is where it stands, for messages."""

    name: str = part_name_key(POOL_NAME_SAYS, POOL_NAME, "gpu")
    when_exists: WhenExists | None = part_when_exists_key()
    mode: str | None = key(
        Choice(("User", "System")),
        "`System` also carries what the cluster itself runs.",
        default="`User` for a new one",
    )
    size: str = key(
        Text("a size of virtual machines", example="Standard_NC6s_v3"),
        "The size of its machines. Azure fixes it at creation.",
        required=True,
        empty="",
    )
    min: int | None = key(
        Number(0, 1000),
        "Nodes at the least. The autoscaler counts from then on: how many there are is never compared.",
        default="0 for a new user pool, 1 for a system pool",
    )
    max: int | None = key(Number(1, 1000), "Nodes at the most.", default="3 for a new one")
    count: int | None = key(
        Number(0, 1000), "Instead of `min` and `max`, the number of nodes: no autoscaler.", default="autoscaled"
    )
    labels: Mapping[str, str] = key(
        Words(), "Labels of its nodes. One that falls out of the map stays.", default="none", make=dict
    )
    taints: tuple[str, ...] | None = key(
        Items(Text("a taint such as `sku=gpu:NoSchedule`", example="sku=gpu:NoSchedule")),
        "Taints of its nodes: all that it has.",
        default="none; Azure gives a spot pool one",
    )
    max_pods: int | None = key(
        Number(10, 250), "Pods on a node at the most. Azure fixes it at creation.", default="Azure's own"
    )
    subnet: str | None = _subnet_key("The subnet of its nodes. Azure fixes it at creation.", "`cluster.subnet`")
    zones: tuple[int, ...] | None = key(
        Items(Number(1, 3), 3), "Availability zones. Azure fixes them at creation.", default="none"
    )
    spot: bool | None = key(
        Flag(),
        "Whether its machines are spot ones: cheap, and gone when Azure needs them. Fixed at creation.",
        default="`false` for a new one",
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """`cluster.extension`. A bare truth is its `install`."""

    install: bool | None = key(
        Flag(),
        "Whether the extension is installed. `false` leaves it to somebody else; one that this stack installed is then"
        " removed.",
        default="`true` where a compute of kind `kubernetes` stands on a cluster of this stack; `false` on one that is"
        " named by its id, which is somebody's",
    )
    name: str | None = key(
        Text(
            "1 to 253 letters, digits, hyphens and periods", pattern="^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$"
        ),
        "Its name. A cluster takes one extension of the kind: name the one that is there, with `whenExists`.",
        default="`azureml-` and a short hash of the stack",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    training: bool | None = key(Flag(), "Whether jobs can be trained there.", default="`true` for a new one")
    inference: bool | None = key(
        Flag(),
        "Whether models can be served there. It needs a `router`, and a certificate (`sslSecret`, `sslCname`) or"
        " `allowInsecure`.",
        default="`false` for a new one",
    )
    router: str | None = key(
        Choice(("loadBalancer", "nodePort", "clusterIP")),
        "How the models are reached: from everywhere, at the nodes' ports, or within the cluster alone.",
        default="none: nothing is served",
    )
    internal: bool | None = key(
        Flag(),
        "Whether `router: loadBalancer` has an address of the network alone. Once on, it is not taken off again.",
        default="`false` for a new one",
    )
    high_availability: bool | None = key(
        Flag(),
        "Whether three routers serve models, on three nodes at least.",
        default="`true`, Azure's own",
    )
    allow_insecure: bool | None = key(Flag(), "Whether models may be asked without TLS.", default="`false`")
    ssl_cname: str | None = key(Text("a host name", example="models.example.com"), "The host name of the certificate.")
    ssl_secret: str | None = key(
        Text("a name of a secret of Kubernetes", example="models-tls"),
        "The name of the secret, in the cluster's namespace `azureml`, that holds the certificate and its key. They"
        " never pass through here.",
    )
    bare: bool = False  #: Written as a truth, `install`.
    at: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`cluster`."""

    name: str | None = name_key(Kind.CLUSTER)
    id: str | None = id_key(Kind.CLUSTER)
    when_exists: WhenExists | None = when_exists_key(Kind.CLUSTER, WhenExists.REFUSE, DATA)
    version: str | None = key(
        Text(
            "a version of Kubernetes in quotes, such as '1.34' or '1.34.2'",
            pattern=r"^\d+\.\d+(?:\.\d+)?$",
            example="1.34",
        ),
        "The version of Kubernetes at the least. One that is newer, because Azure upgraded it, is as good; none goes"
        " back. The control plane is upgraded; the pools follow with the channel, or by `az aks nodepool upgrade`.",
        default="Azure's default for a new cluster",
    )
    identity: ChosenIdentity | None = identity_key(
        "The control plane's identity: `system`, made by Azure with it, or `{user: NAME}`, one of `identities`: it"
        " is then given Network Contributor on the cluster's subnets. Azure changes it in place."
    )
    kubelet_identity: UserIdentity | None = user_identity_key(
        "The identity by which nodes pull images, one of `identities`; only where `identity` is user-assigned, too. It"
        " is given AcrPull on the registry, as the one that Azure makes is. Fixed at creation: Azure would empty every"
        " node for another one.",
        "one that Azure makes",
    )
    tier: str | None = key(
        Choice(("free", "standard"), "tier"),
        "`standard` has an SLA, and is paid by the hour.",
        default="`free` for a new cluster",
    )
    upgrade_channel: str | None = key(
        Choice(("none", "patch", "stable", "rapid", "node-image"), "channel"),
        "Which upgrades Azure does by itself.",
        default="`patch` for a new cluster",
    )
    local_accounts: bool | None = key(
        Flag(),
        "Whether the cluster has accounts of its own beside Entra's. The Machine Learning extension needs them.",
        default="`true` for a new cluster",
    )
    authorized_ranges: tuple[str, ...] | None = key(
        Items(RANGE, 200),
        "Ranges of addresses that may ask the API server. An emptied list leaves what is live.",
        default="what is live; everybody may ask a new one, and has to log in",
    )
    subnet: str | None = _subnet_key(
        "The subnet of the nodes. The cluster's identity needs the role Network Contributor on it. Azure fixes it at"
        " creation.",
        "a network that Azure makes",
    )
    network: ClusterNetwork | None = key(
        Section(ClusterNetwork),
        "The network of pods and services. Azure fixes it at creation.",
        default="Azure CNI in overlay mode",
    )
    system_pool: SystemPool | None = key(
        Section(SystemPool),
        "The node pool that the cluster is made with, and that carries what it runs itself.",
        default="one to three small machines",
    )
    pools: tuple[Pool, ...] = key(
        Items(Section(Pool), 99, "too-many-parts"),
        "More node pools, one item each. One that falls out of the list is deleted.",
        default="none",
        empty=(),
    )
    extension: Extension | None = key(
        Section(Extension, flag="install"),
        "The Machine Learning extension, which computes of kind `kubernetes` need: `true`, `false`, or a map.",
        default="installed where it is needed",
    )
