"""What makes an environment private, and does it go together? Endpoints, their zones, and whose firewalls are shut.

Everything follows from three keys: what gets an endpoint is fixed by the kinds, names are made from the targets' own.
What is named by its id is somebody's: it is among the parts so that `decide` can say that it is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WantedResource, WhenExists
from holdfast.settings.containers import SUBNET
from holdfast.settings.faults import Faults
from holdfast.settings.resources import is_there
from holdfast.settings.sections import Environment
from holdfast.settings.sections.network import Network
from holdfast.settings.zones import zone_ids

#: What each kind can be reached by, as Azure's group ids (learn.microsoft.com/azure/private-link/private-endpoint-dns).
REACHED_BY: Mapping[Kind, tuple[str, ...]] = {
    Kind.VAULT: ("vault",),
    Kind.STORAGE: ("blob", "file"),
    Kind.REGISTRY: ("registry",),
    Kind.WORKSPACE: ("amlworkspace",),
}
#: The word for zones that nobody here writes to.
BY_POLICY = "policy"

_GROUP_ID = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/?", re.IGNORECASE)


def find_network_faults(environment: Environment, faults: Faults) -> None:
    """Note ids that are none, and keys of other sections that say the contrary."""
    network = environment.network
    if network is None:
        return
    if network.subnet is not None and not SUBNET.fullmatch(network.subnet):
        faults.add("invalid-id", "network.subnet", "is no id of a subnet", value=network.subnet)
    dns = network.private_dns
    if dns is not None and dns != BY_POLICY and not _GROUP_ID.fullmatch(dns):
        faults.add(
            "invalid-id",
            "network.privateDns",
            "is no id of a resource group",
            value=dns,
            allowed="`policy`, or the id of the group that holds the `privatelink.*` zones",
            hint="leave out what stands behind the group's name" if "/privateDnsZones/" in dns else "",
        )
    if network.public_access is False:
        for kind in REACHED_BY:
            section = getattr(environment, kind)
            if section.id is None and getattr(section, "public_access", None):
                faults.add(
                    "setting-does-not-fit",
                    f"{kind}.publicAccess",
                    "says the contrary of `network.publicAccess`",
                    value=True,
                    allowed="`false`, or nothing",
                    also="network.publicAccess",
                )


def network_settings(environment: Environment) -> dict[Kind, Mapping[str, Any]]:
    """What `network` asks of each kind that is managed: `closed`, whether its firewall is to be shut."""
    network = environment.network
    if network is None:
        return {}
    return {
        kind: {"closed": network.public_access is False}
        for kind in REACHED_BY
        if kind is not Kind.VAULT and getattr(environment, kind).id is None and is_there(getattr(environment, kind))
    }


def closes_the_vault(environment: Environment) -> bool:
    """Whether `network` shuts the vault's firewall."""
    network = environment.network
    return network is not None and network.public_access is False and environment.vault.id is None


def want_endpoints(
    environment: Environment, resources: Mapping[Kind, WantedResource], cloud: str
) -> Iterator[WantedPart]:
    """An endpoint for each way to each kind, and its zone group unless a policy makes that."""
    network = environment.network
    if network is None or network.subnet is None or network.private_dns is None:
        return
    for kind, ways in REACHED_BY.items():
        for way in ways if kind in resources else ():
            endpoint = _endpoint(network, network.subnet, resources[kind], way)
            yield endpoint
            if network.private_dns != BY_POLICY:
                yield WantedPart(
                    Sort.ZONES,
                    endpoint.name,
                    endpoint.logical,
                    {"target": kind.value, "zones": zone_ids(cloud, network.private_dns, way)},
                    # It is within an endpoint of ours, and bears its name.
                    when_exists=WhenExists.ADOPT,
                    key="network.privateDns",
                )


def _endpoint(network: Network, subnet: str, target: WantedResource, way: str) -> WantedPart:
    """Named after its target: several environments may share a group."""
    return WantedPart(
        Sort.ENDPOINT,
        f"pe-{target.name}-{way}",
        Kind.GROUP.value,
        {"target": target.kind.value, "way": way, "subnet": subnet},
        when_exists=network.when_exists or WhenExists.REFUSE,
        key="network",
    )
