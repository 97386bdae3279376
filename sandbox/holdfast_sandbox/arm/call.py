"""What does a handler get and give? A `Call` (the request, checked so far) and an `Answer`; `Plane` is what outlives
both.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from holdfast_sandbox.arm import exceptions
from holdfast_sandbox.arm.auth import Caller
from holdfast_sandbox.arm.latency import Latency
from holdfast_sandbox.arm.listing import Listing
from holdfast_sandbox.arm.operations import Operations
from holdfast_sandbox.arm.request_log import RequestLog
from holdfast_sandbox.arm.routing import Registry, Route
from holdfast_sandbox.arm.store import Json, Resource, Store
from holdfast_sandbox.blobs.plane import DataPlane
from holdfast_sandbox.builds.runner import Builds
from holdfast_sandbox.containers import Runtime
from holdfast_sandbox.scoring import FrontEnd


@dataclass
class Plane:
    """The control plane as a whole: what handlers, completions of operations and released resources work on."""

    store: Store
    registry: Registry
    latency: Latency
    operations: Operations
    listing: Listing
    clock: Callable[[], float] = time.time
    # What a principal may do at a scope, where the server asks for rights: None where everybody may do everything.
    permissions: Callable[[str, str], list[Json]] | None = None
    # The storage accounts' blobs; None where there is no server that could listen for them.
    blobs: DataPlane | None = None
    # What runs containers; None where nobody can (a plane without a server).
    containers: Runtime | None = None
    # The builds of images; None as well.
    builds: Builds | None = None
    scoring: FrontEnd | None = None
    # Carries out another request for the caller of a call: method, path, api-version, body; set by the front door.
    within: Callable[[Call, str, str, str, Json], Answer] | None = None
    # What was asked so far; None where nobody writes it down.
    requests: RequestLog | None = None
    autoscale: float = 1.0  # what the autoscaler's polling intervals are multiplied with

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def save(self, resource: Resource) -> None:
        """Stores the resource, and tells the (possibly lagging) lists."""
        self.listing.note(self, resource.key)
        self.store.save(resource)
        self.listing.note(self, resource.key)

    def remove(self, resource: Resource) -> None:
        """Removes the resource and everything under it, and tells the lists."""
        self.listing.note(self, resource.key)
        self.store.remove(resource.id)
        self.listing.note(self, resource.key)


@dataclass
class Answer:
    """A status, a JSON body (None: empty) and headers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One request to one route. `params` are the template's, in the request's letter case; `query` keys are lower
    case.
    """

    plane: Plane
    route: Route
    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    api_version: str
    headers: dict[str, str]
    content: bytes
    caller: Caller
    base_url: str
    fail_operation: str | None = None
    hold_operation: float = 0.0

    @property
    def store(self) -> Store:
        return self.plane.store

    @property
    def subscription(self) -> str:
        return self.params.get("subscriptionId", "")

    @property
    def group(self) -> str:
        return self.params.get("resourceGroupName", "")

    @property
    def id(self) -> str:
        """The path in the template's letter case with the request's own names: the id of a resource made by this
        call.
        """
        text = self.route.path
        for name, value in self.params.items():
            text = text.replace("/{scope}" if name == "scope" else f"{{{name}}}", value)
        return text

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rstrip("/").rpartition("/")[2]

    def json(self) -> Json:
        """The body, which must be a JSON object; `InvalidRequestContent` otherwise."""
        try:
            body = json.loads(self.content)
        except ValueError as error:
            reason = str(error) if self.content.strip() else "the request has no body"
            raise exceptions.invalid_request_content(reason) from None
        if not isinstance(body, dict):
            raise exceptions.invalid_request_content(f"an object is expected, not {type(body).__name__}")
        return body

    def existing(self) -> Resource:
        """The resource that the path names; 404 `ResourceNotFound` when there is none."""
        resource = self.store.get(self.id)
        if resource is None:
            raise exceptions.resource_not_found(self.route.type.name, self.full_name(), self.group)
        return resource

    def full_name(self) -> str:
        """`kv/secret`: the names after the provider, parents first."""
        tail = re.split("/providers/", self.id, flags=re.IGNORECASE)[-1]
        return "/".join(tail.strip("/").split("/")[2::2])

    def system_data(self, existing: Resource | None) -> Json:
        """`systemData` for a resource that this call makes or changes."""
        now = self.plane.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        kind = "Application" if self.caller.is_application else "User"
        before = (existing.body.get("systemData") if existing else None) or {}
        return {
            "createdBy": before.get("createdBy", self.caller.appid),
            "createdByType": before.get("createdByType", kind),
            "createdAt": before.get("createdAt", now),
            "lastModifiedBy": self.caller.appid,
            "lastModifiedByType": kind,
            "lastModifiedAt": now,
        }

    def page(self, items: list[Json], *, default: int = 1000) -> Answer:
        """A list answer: `$top` (at most `default`) items from `$skiptoken` on, `nextLink` while there are more."""
        try:
            top = int(self.query.get("$top", default))
            start = int(self.query.get("$skiptoken", 0))
        except ValueError:
            raise exceptions.ArmError(
                400, "InvalidQueryParameterValue", "The value of '$top' or '$skiptoken' is not valid."
            ) from None
        if top < 1:
            raise exceptions.ArmError(
                400, "InvalidQueryParameterValue", f"The value '{top}' of the query parameter '$top' is not valid."
            )
        top = min(top, default)
        body: Json = {"value": items[start : start + top]}
        if start + top < len(items):
            query = {k: v for k, v in self.query.items() if k != "$skiptoken"}
            query["$skiptoken"] = str(start + top)
            body["nextLink"] = f"{self.base_url}{self.path}?{urlencode(query)}"
        return Answer(200, body)
