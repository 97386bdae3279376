"""May a firewall let this subnet in? What Microsoft.Network tells the services whose network rules name subnets.

The subnet must be there and have the service's endpoint. Only rules that a write adds are looked at: one that is there
already stays, also when its subnet went meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast_sandbox.arm.store import Json, Store


@dataclass(frozen=True)
class Refusal:
    """What Microsoft.Network answers, which each service wraps in words of its own."""

    code: str
    message: str


def refusal(store: Store, rules: Iterable[Json], known: Iterable[Json], service: str) -> Refusal | None:
    """The first reason against a rule (`{"id": subnet}`) that is not among the known ones; `service` as in
    `Microsoft.Storage`.
    """
    before = {str(rule["id"]).lower() for rule in known}
    for rule in rules:
        if str(rule["id"]).lower() not in before:
            found = _against(store, rule, service)
            if found is not None:
                return found
    return None


def _against(store: Store, rule: Json, service: str) -> Refusal | None:
    subnet_id = str(rule["id"])
    network_id, _, name = subnet_id.rpartition("/subnets/")
    if store.get(network_id) is None:
        # azure-cli#18112
        network = network_id.rpartition("/")[2]
        return Refusal(
            "ParentResourceNotFound",
            f"Can not perform requested operation on nested resource. Parent resource '{network}' not found.",
        )
    subnet = store.get(subnet_id)
    if subnet is None:
        return Refusal("NotFound", f"Resource {subnet_id} not found.")
    endpoints = subnet.body["properties"].get("serviceEndpoints") or []
    if rule.get("ignoreMissingVnetServiceEndpoint") or any(one["service"].startswith(service) for one in endpoints):
        return None
    return Refusal(
        "SubnetsHaveNoServiceEndpointsConfigured",
        f"Subnets {name} of virtual network {network_id} do not have ServiceEndpoints for {service} resources "
        f"configured. Add {service} to subnet's ServiceEndpoints collection before trying to ACL {service} resources "
        "to these subnets..",
    )
