"""The services that the sandbox speaks for: one folder each, found by itself.

How to add one. Make `services/<name>/` with an `__init__.py` (a docstring) and four files:

- `models.py`: validation, defaults and shapes. Pure: JSON in, JSON out.
- `exceptions.py`: the service's own refusals, as functions that return an `ArmError(status, code, message)` worded as
  Azure words them. The front door's (`ResourceNotFound`, `LocationRequired`, ...) are in `arm/exceptions.py`.
- `responses.py`: the handlers. Each takes a `Call` and gives an `Answer(status, body, headers)`; it runs in one
  transaction, which is committed before the answer is sent and undone when it raises. See `arm/call.py`; what is used
  most: `call.existing()` (404 by itself), `call.json()`, `call.params["vaultName"]`, `call.id` (the id to store on
  creation), `call.api_version`, `call.caller.oid`, `call.system_data(existing)`, `call.page(items)`,
  `call.plane.save(resource)`, `call.plane.remove(resource)`, `call.store.find(type, subscription=, group=, under=)`,
  `call.store.record(kind, key)`. For a tracked resource `arm/tracked.py` has `checked_location(call, body,
  existing)`, `checked_tags(body)`.
- `routes.py`: the table. `SERVICE = Service(namespace, types=[ResourceType(...)], routes=[Route(...)],
  completions={...}, hooks={...})`. A route names its `source` (the public document that its behaviour follows) or
  None: unverified. Paths start with the constants `GROUP` / `SUBSCRIPTION`, or with `/{scope}` for an extension
  resource (`call.params["scope"]`).

Before a handler runs, the front door (`arm/front_door.py`) has checked the token, the api-version (against the type's
list), the subscription, the group (unless `needs_group=False`), and faults; it adds the common headers, and logs the
request.

A long-running operation: `operation = call.plane.operations.start(call, "mlworkspace.created", seconds=40, target=id,
any=json)` and answer with `headers=operation.headers(call)` (`"async"`, `"location"` or both). The completion of that
name, given in `Service.completions`, is called with `(plane, operation)` when the operation is due, in a transaction
of its own, at the start of some later request. Set the resource's `provisioningState` before and after.
`operation.failure` is set when a fault wants the operation to fail: leave the resource `Failed` then. Without latency
an operation is due at once, done at the next request.

One service that changes another's resource (a workspace that grants itself a vault policy) calls a function of that
service's `responses.py`, never its handlers over HTTP. When a group is deleted, each resource's
`ResourceType.released(plane, resource)` is called (soft delete, ...); without it the resource is removed with all
under it.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from holdfast_sandbox.arm.routing import Service


def services() -> list[Service]:
    """Every folder here that has a `routes.py`, by name."""
    folders = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    modules = [f"{__name__}.{folder}.routes" for folder in folders]
    return [importlib.import_module(module).SERVICE for module in modules if importlib.util.find_spec(module)]
