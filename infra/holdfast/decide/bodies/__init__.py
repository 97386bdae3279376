"""What is each resource made with, and what of it do the settings ask for? One module a subject, pure.

A body is written as Azure's reference writes it, so that it can be compared with what Azure answers. It holds ids as
texts: every name is known beforehand, so is every id. What is to be there first is said by `Body.needs`.
"""

from __future__ import annotations

from collections.abc import Callable

from holdfast.decide.bodies.cluster import cluster_body
from holdfast.decide.bodies.computes import compute_body
from holdfast.decide.bodies.containers import container_body
from holdfast.decide.bodies.datastores import datastore_body
from holdfast.decide.bodies.diagnostics import diagnostics_body
from holdfast.decide.bodies.extension import extension_body
from holdfast.decide.bodies.identities import identity_part_body
from holdfast.decide.bodies.locks import lock_body
from holdfast.decide.bodies.logs import insights_body, logs_body
from holdfast.decide.bodies.network import endpoint_body, zones_body
from holdfast.decide.bodies.online_endpoints import online_endpoint_body
from holdfast.decide.bodies.pools import pool_body
from holdfast.decide.bodies.registry import registry_body
from holdfast.decide.bodies.storage import storage_body
from holdfast.decide.bodies.workspace import workspace_body
from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted, WantedPart


def no_body(_wanted: Wanted) -> Body:
    """A group is its location and its tags; the vault's body comes with its plan (`decide.vault`)."""
    return Body()


KIND_BODIES: dict[Kind, Callable[[Wanted], Body]] = {
    Kind.GROUP: no_body,
    Kind.VAULT: no_body,
    Kind.STORAGE: storage_body,
    Kind.LOGS: logs_body,
    Kind.INSIGHTS: insights_body,
    Kind.REGISTRY: registry_body,
    Kind.CLUSTER: cluster_body,
    Kind.WORKSPACE: workspace_body,
}

PART_BODIES: dict[Sort, Callable[[Wanted, WantedPart], Body]] = {
    Sort.IDENTITY: identity_part_body,
    Sort.LOCK: lock_body,
    Sort.POOL: pool_body,
    Sort.EXTENSION: extension_body,
    Sort.COMPUTE: compute_body,
    Sort.DATASTORE: datastore_body,
    Sort.SERVING: online_endpoint_body,
    Sort.CONTAINER: container_body,
    Sort.ENDPOINT: endpoint_body,
    Sort.ZONES: zones_body,
    Sort.DIAGNOSTICS: diagnostics_body,
    Sort.BLOB_DIAGNOSTICS: diagnostics_body,
}
