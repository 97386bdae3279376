"""What do the resource lists show, and when? By default what is there; with a lag, what was there some seconds ago.

Azure's lists of a group's or a subscription's resources come out of a cache: they lag behind writes and their ids
differ in letter case from what the services answer: a program must confirm with a GET. Both are
switches of the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast_sandbox.arm.store import Json, Resource

if TYPE_CHECKING:
    from holdfast_sandbox.arm.call import Plane

# What the list answers of a resource, besides id, name and type (Microsoft.Resources' GenericResourceExpanded).
_SHOWN = ("kind", "location", "managedBy", "sku", "identity", "plan", "zones", "tags")


@dataclass(frozen=True)
class Listing:
    """`lag` in seconds; `recase`: the group's name in the listed ids is in upper case, the provider's in lower case."""

    lag: float = 0.0
    recase: bool = False

    def note(self, plane: Plane, key: str) -> None:
        """Called before and after each change of a resource; keeps what a lagging list needs."""
        if self.lag <= 0:
            return
        resource = plane.store.get(key)
        shown = self._shown(plane, resource) if resource else None
        # The first note of a key, made before its change, holds for all the time before.
        plane.store.note_listing(key, plane.clock() if plane.store.listing_known(key) else 0.0, shown)

    def of(self, plane: Plane, subscription: str, group: str | None) -> list[Json]:
        """The listed resources of a subscription, or of a group in it, in the order of their ids."""
        rows: dict[str, Json | None] = {}
        for resource in plane.store.find(subscription=subscription, group=group):
            rows[resource.key] = self._shown(plane, resource)
        if self.lag > 0:
            root = f"/subscriptions/{subscription}/".lower()
            if group is not None:
                root += f"resourcegroups/{group}/".lower()
            rows.update(
                (key, row)
                for key, row in plane.store.listing_at(plane.clock() - self.lag).items()
                if key.startswith(root)
            )
        shown = [row for _, row in sorted(rows.items()) if row is not None]
        return [self._recased(row) for row in shown] if self.recase else shown

    def _shown(self, plane: Plane, resource: Resource) -> Json | None:
        kind = plane.registry.types.get(resource.type.lower())
        if kind is None or not kind.tracked:
            return None
        shown = {name: resource.body[name] for name in _SHOWN if resource.body.get(name) is not None}
        data = resource.body.get("systemData") or {}
        state = (resource.body.get("properties") or {}).get("provisioningState", "Succeeded")
        return {
            "id": resource.id,
            "name": resource.name,
            "type": resource.type,
            **shown,
            "createdTime": data.get("createdAt"),
            "changedTime": data.get("lastModifiedAt"),
            "provisioningState": state,
        }

    def _recased(self, row: Json) -> Json:
        parts = row["id"].split("/")
        parts[4] = parts[4].upper()
        if len(parts) > 6:
            parts[6] = parts[6].lower()
        return {**row, "id": "/".join(parts)}
