"""Create, read, update, delete: which requests does an operation on a resource send, and what does the engine keep of
it?

After `defaultCreate`, `Read`, `defaultUpdate` and `Delete` of provider/pkg/provider/provider.go and
provider/pkg/provider/crud. Nothing is sent during a preview. States hold no `__inputs` (2.x did); `azureApiVersion`
is in them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from holdfast_sandbox.provider import shapes
from holdfast_sandbox.provider.client import AcceptedError, ArmClient, Limit
from holdfast_sandbox.provider.errors import AzureError, PartialFailureError, ProviderError
from holdfast_sandbox.provider.refresh import refreshed_inputs, unset_sub_resources
from holdfast_sandbox.provider.schema import Endpoint, ResourceType
from holdfast_sandbox.provider.values import UNKNOWN, Json

# Tells the user something that is no error.
Warn = Callable[[str], None]


@dataclass(frozen=True)
class Reading:
    """A resource as it is: its outputs, and the inputs that they stand for."""

    outputs: Json
    inputs: Json


class Lifecycle:
    """The operations on one resource type, for one account."""

    def __init__(
        self, table: ResourceType, client: ArmClient, subscription_id: str, warn: Warn, *, read_after_write: bool = True
    ) -> None:
        self.table = table
        self.client = client
        self.subscription_id = subscription_id
        self._warn = warn
        self._read_after_write = read_after_write

    def create(self, inputs: Json, limit: Limit) -> tuple[str, Json]:
        """GET (nothing may be there), PUT, poll, GET. The id is the answer's, verbatim."""
        resource_id = identifier(self.table, inputs, self.subscription_id)
        body = self.body(inputs)
        self.client.require_absent(resource_id, self.table.api_version, limit)
        for path in unset_sub_resources(self.table, body, wire=True):
            _put(body, path, [])
        answer = self.write(resource_id, body, limit, query_of(self.table, inputs))
        if isinstance(answer.get("id"), str):
            resource_id = answer["id"]
        return resource_id, self._after_write(resource_id, answer, "Create", limit)

    def update(self, inputs: Json, limit: Limit) -> Json:
        """A full PUT made from the inputs, then GET. Unset `sub` lists are read first and sent along."""
        resource_id = identifier(self.table, inputs, self.subscription_id)
        body = self.body(inputs)
        unset = unset_sub_resources(self.table, body, wire=True)
        if unset:
            try:
                live = self.client.get(resource_id, self.table.api_version, limit)
            except ProviderError as error:
                raise ProviderError(
                    f"failed maintaining unset sub-resource properties: reading cloud state: {error}"
                ) from None
            for path in unset:
                held = _at(live, path)
                if held is not None:
                    _put(body, path, held)
        answer = self.write(resource_id, body, limit, query_of(self.table, inputs))
        return self._after_write(resource_id, answer, "Update", limit)

    def read(self, resource_id: str, old_inputs: Json | None, old_state: Json, limit: Limit) -> Reading | None:
        """The resource, or None when it is gone. Without old inputs this is an import: they are projected from the
        body.
        """
        try:
            body = self.client.get(resource_id, self.table.api_version, limit)
        except AzureError as error:
            if error.status == 404:
                return None
            raise
        seen = self.outputs(body)
        if old_inputs is None:
            path_values = parse_identifier(resource_id, self.table.path)
            imported = shapes.imported_inputs(self.table.inputs, body, self.table.shapes)
            return Reading(seen, {**path_values, **imported})
        return Reading(seen, refreshed_inputs(self.table, old_inputs, old_state, seen))

    def delete(self, resource_id: str, inputs: Json, limit: Limit) -> None:
        """DELETE; what is gone already is a success. (`inputs` are for the types with a deletion of their own.)"""
        self.client.delete(resource_id, self.table.api_version, limit, long_running=self.table.delete_lro)

    # --- the steps ----------------------------------------------------------------------------------------------------

    def body(self, inputs: Json) -> Json:
        """The request body of a PUT."""
        return shapes.request_body(self.table.inputs, copy.deepcopy(inputs), self.table.shapes)

    def outputs(self, body: Json) -> Json:
        """The state that an answer stands for."""
        seen = shapes.outputs(self.table.outputs, body, self.table.shapes)
        if self.table.versioned:
            seen["azureApiVersion"] = self.table.api_version
        return seen

    def write(self, resource_id: str, body: Json, limit: Limit, query: Mapping[str, str] | None = None) -> Json:
        """PUT and wait; PartialFailureError when Azure took it and did not complete it."""
        version, long_running = self.table.api_version, self.table.put_lro
        try:
            return self.client.put(resource_id, version, body, limit, query, long_running=long_running)
        except AcceptedError as error:
            raise self._partial(resource_id, error.cause, limit) from error

    def _partial(self, resource_id: str, cause: ProviderError, limit: Limit) -> PartialFailureError:
        try:
            state = self.outputs(self.client.get(resource_id, self.table.api_version, limit))
        except ProviderError as failed:
            return PartialFailureError(f"resource created but read failed {failed}: {cause}", resource_id, None)
        return PartialFailureError(str(cause), resource_id, state)

    def _after_write(self, resource_id: str, answer: Json, operation: str, limit: Limit) -> Json:
        if self._read_after_write:
            try:
                answer = self.client.get(resource_id, self.table.api_version, limit)
            except ProviderError as error:
                self._warn(f"Failed to read resource after {operation}: {error}")
        return self.outputs(answer)


def preview(table: ResourceType, inputs: Json, old_state: Json) -> Json:
    """What a preview knows of the state: inputs, the name and location that cannot change, `UNKNOWN` for the rest."""
    seen = shapes.preview_outputs(table.outputs, inputs, table.shapes)
    if table.versioned:
        seen["azureApiVersion"] = table.api_version
    return {**seen, **{key: old_state[key] for key in ("name", "location") if key in old_state}}


def identifier(endpoint: Endpoint, values: Json, subscription_id: str) -> str:
    """The path with the program's values in it, percent-encoded, except a `scope`, which is a path itself."""
    path = endpoint.path
    for parameter in endpoint.path_parameters:
        value: Any = values
        for step in parameter.name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            continue
        if value is UNKNOWN or not isinstance(value, str):
            raise ProviderError(f"expected string value for path parameter '{parameter.name}', got {value!r}")
        text = value.strip("/") if parameter.name in _SUB_PATHS else quote(value, safe="$&+:=@")
        path = path.replace("{" + parameter.name + "}", text)
    return path.replace("{subscriptionId}", subscription_id)


def query_of(endpoint: Endpoint, values: Json) -> dict[str, str]:
    """What the program gives of the query parameters; a PUT carries them (provider/pkg/provider/crud, of PUT's
    parameters), a GET and a DELETE do not.
    """
    given = {prop.wire: values[prop.name] for prop in endpoint.query_parameters if prop.name in values}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


# Parameters that the specifications mark with x-ms-skip-url-encoding: they hold slashes.
_SUB_PATHS = frozenset({"scope", "resourceUri", "resourceId"})


def parse_identifier(resource_id: str, path: str) -> dict[str, str]:
    """The path parameters of an id, compared with the template regardless of case; ProviderError when it does not
    fit.
    """
    names: list[str] = []
    parts: list[str] = []
    for part in path.split("/"):
        if part.startswith("{") and part.endswith("}"):
            names.append(part[1:-1])
            parts.append("(.*?)")
        else:
            parts.append(re.escape(part))
    match = re.match("^" + "/".join(parts) + "$", resource_id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"failed to parse '{resource_id}' against the path '{path}'")
    found = dict(zip(names, match.groups(), strict=True))
    first = path.split("/")[1]
    if first.startswith("{"):
        # It holds a whole id (`/{scope}/providers/...`), whose slash the template has taken (pulumi-azure-native#4818).
        found[first[1:-1]] = "/" + found[first[1:-1]]
    found.pop("subscriptionId", None)
    return found


def _at(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    place: Any = values
    for step in path:
        place = place.get(step) if isinstance(place, dict) else None
    return place


def _put(values: Json, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        values = values.setdefault(step, {})
    values[path[-1]] = value
