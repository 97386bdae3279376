"""What is still under way? Long-running operations, kept in the store, so that they outlive the server.

An operation is a record with a moment at which it is due and the name of the completion that finishes it (see
`Service.completions`). Due operations are carried out at the beginning of the next request, whatever it asks for:
nothing runs in the background, a restart resumes by itself, and without latency an operation is done at its first
poll.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from holdfast_sandbox.arm.exceptions import ArmError, internal_server_error
from holdfast_sandbox.arm.store import Json

if TYPE_CHECKING:
    from holdfast_sandbox.arm.call import Call, Plane

log = logging.getLogger("holdfast.sandbox")

# Two kinds of records, so that the look for what is due never reads what is long finished.
_OPEN, _ENDED = "operation.open", "operation.ended"
_NEVER = 1e18


@dataclass
class Operation:
    """One operation. `failure`: it ends (or has ended) in this error; `target`: the id of its resource."""

    id: str
    completion: str
    subscription: str
    namespace: str
    location: str
    target: str
    started: float
    due: float
    retry_after: int
    api_version: str
    payload: Json = field(default_factory=dict)
    status: str = "InProgress"
    failure: Json | None = None
    ended: float | None = None

    def path(self, kind: str) -> str:
        """Where it is polled; `kind` is `operationStatuses` (async style) or `operationResults` (location style)."""
        where = f"/subscriptions/{self.subscription}"
        if self.namespace.lower() == "microsoft.resources":
            return f"{where}/{kind.lower()}/{self.id}"
        return f"{where}/providers/{self.namespace}/locations/{self.location or 'global'}/{kind}/{self.id}"

    def headers(self, call: Call, *styles: str) -> dict[str, str]:
        """The polling headers of an answer: `async` (Azure-AsyncOperation), `location` (Location), both by default."""
        headers = {"Retry-After": str(self.retry_after)}
        query = f"?api-version={call.api_version}"
        if "async" in styles or not styles:
            headers["Azure-AsyncOperation"] = call.base_url + self.path("operationStatuses") + query
        if "location" in styles or not styles:
            headers["Location"] = call.base_url + self.path("operationResults") + query
        return headers

    def answer(self) -> Json:
        """What `Azure-AsyncOperation` answers."""
        body: Json = {
            "id": self.path("operationStatuses"),
            "name": self.id,
            "status": self.status,
            "startTime": _stamp(self.started),
        }
        if self.ended is not None:
            body["endTime"] = _stamp(self.ended)
        if self.status == "Failed" and self.failure is not None:
            body["error"] = self.failure
        return body


class Operations:
    """Starts, finds and finishes operations."""

    def start(self, call: Call, completion: str, *, seconds: float, target: str, **payload: object) -> Operation:
        """A new operation that typically takes `seconds`; `completion` is called with it when it is due."""
        plane = call.plane
        now = plane.clock()
        known = plane.store.get(target)
        operation = Operation(
            id=str(uuid.uuid4()),
            completion=completion,
            subscription=call.subscription,
            namespace=call.route.type.namespace,
            location=call.params.get("location") or (known.location if known else ""),
            target=target,
            started=now,
            due=now + plane.latency.seconds(seconds) + call.hold_operation,
            retry_after=plane.latency.retry_after(min(seconds, 10)),
            api_version=call.api_version,
            payload=dict(payload),
        )
        if call.fail_operation is not None:
            code = call.fail_operation
            operation.failure = {"code": code, "message": f"The operation failed with '{code}'."}
        self._save(plane, operation)
        return operation

    def get(self, plane: Plane, operation_id: str) -> Operation | None:
        data = plane.store.record(_OPEN, operation_id) or plane.store.record(_ENDED, operation_id)
        return Operation(**data) if data else None

    def under_way(self, plane: Plane, target: str) -> Operation | None:
        """The unfinished operation about a resource, if any."""
        for data in plane.store.records(_OPEN).values():
            if data["target"].lower() == target.lower():
                return Operation(**data)
        return None

    def hold(self, plane: Plane, operation: Operation) -> None:
        """Lets the operation end by `conclude` alone: it waits for something that is no matter of time."""
        operation.due = _NEVER
        self._save(plane, operation)

    def conclude(self, plane: Plane, operation_id: str, failure: Json | None) -> None:
        """Lets a held operation end now, in that error or well; nothing where it has ended already."""
        data = plane.store.record(_OPEN, operation_id)
        if data is not None:
            operation = Operation(**data)
            operation.due, operation.failure = plane.clock(), failure
            self._save(plane, operation)

    def settle(self, plane: Plane) -> None:
        """Carries out what is due. A completion that raises an ArmError is undone and the operation fails with it."""
        now = plane.clock()
        due = [Operation(**data) for data in plane.store.records(_OPEN).values() if data["due"] <= now]
        for operation in sorted(due, key=lambda item: item.due):
            try:
                with plane.store.savepoint():
                    plane.registry.completions[operation.completion](plane, operation)
            except ArmError as error:
                operation.failure = error.error()
            except Exception:
                # Ours, not Azure's: told once and ended, or every later request would meet it again.
                log.exception("the operation %s of %s failed", operation.completion, operation.target)
                operation.failure = internal_server_error().error()
            operation.status = "Failed" if operation.failure else "Succeeded"
            operation.ended = now
            plane.store.remove_record(_OPEN, operation.id)
            self._save(plane, operation)

    def _save(self, plane: Plane, operation: Operation) -> None:
        kind = _OPEN if operation.status == "InProgress" else _ENDED
        plane.store.save_record(kind, operation.id, asdict(operation))


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
