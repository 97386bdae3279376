"""Which addresses does a subnet have, and which are free? Arithmetic with CIDR prefixes; no state.

Azure keeps the first four addresses and the last one of each subnet for itself, and /29 is the smallest
(learn.microsoft.com/azure/virtual-network/virtual-networks-faq).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from holdfast_sandbox.arm.services.network import exceptions

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"
SMALLEST = 29
_KEPT_AT_START = 4


def parsed(prefix: Any, resource_id: str) -> Network:
    """The prefix as a network; `InvalidAddressPrefixFormat`, or `InvalidCIDRNotation` with host bits set."""
    if not isinstance(prefix, str) or "/" not in prefix:
        raise exceptions.bad_prefix(prefix, resource_id)
    try:
        return ipaddress.ip_network(prefix)
    except ValueError:
        try:
            right = str(ipaddress.ip_network(prefix, strict=False))
        except ValueError:
            raise exceptions.bad_prefix(prefix, resource_id) from None
        raise exceptions.bad_notation(prefix, resource_id, right) from None


def lies_in(inner: Network, spaces: Iterable[Network]) -> bool:
    return any(_within(inner, space) for space in spaces)


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


def free(prefix: str, taken: Iterable[str], wanted: int) -> Sequence[str]:
    """The first `wanted` addresses of the prefix that are not taken; fewer when there are not as many."""
    network, used = ipaddress.ip_network(prefix), set(taken)
    found: list[str] = []
    for index in range(_KEPT_AT_START, network.num_addresses - 1):
        address = str(network[index])
        if address not in used:
            found.append(address)
        if len(found) == wanted:
            break
    return found


def holds(prefix: str, address: str) -> bool:
    """Whether it is an address of the prefix that Azure hands out."""
    try:
        network, own = ipaddress.ip_network(prefix), ipaddress.ip_address(address)
    except ValueError:
        return False
    return own in network and _KEPT_AT_START <= int(own) - int(network.network_address) < network.num_addresses - 1
