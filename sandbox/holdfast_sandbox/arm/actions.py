"""Which resource does an action act on? `POST .../storageAccounts/x/listKeys` acts on `.../storageAccounts/x`."""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions
from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.store import Resource


def acted_on(call: Call) -> Resource:
    """The resource before the path's last segment; 404 `ResourceNotFound` when there is none."""
    resource_id = call.id.rstrip("/").rpartition("/")[0]
    resource = call.store.get(resource_id)
    if resource is None:
        raise exceptions.resource_not_found(call.route.type.name, resource_id.rpartition("/")[2], call.group)
    return resource
