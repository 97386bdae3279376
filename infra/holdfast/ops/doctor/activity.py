"""Who wrote something lately? By the subscription's activity log, which Azure keeps for ninety days.

Source: learn.microsoft.com/rest/api/monitor/activity-logs/list. An event may take some minutes until it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from holdfast.arm import ArmClient
from holdfast.ops.doctor.answers import Unanswered, said

VERSION = "2015-04-01"
_FIELDS = "caller,eventTimestamp,operationName,resourceId,status,httpRequest"


@dataclass(frozen=True, slots=True)
class Event:
    """That `caller` (an object id, or a name) did `operation`, as Azure names rights, to a resource. `method` is the
    request's, in capitals; empty where Azure does not tell it."""

    caller: str
    operation: str
    at: datetime
    method: str


def events(client: ArmClient, subscription: str, resource_id: str, since: datetime) -> list[Event]:
    """What succeeded, the newest first, of the very resource. Raises Unanswered."""
    begin = since.astimezone(UTC) if since.tzinfo else since.replace(tzinfo=UTC)
    wanted = f"eventTimestamp ge '{begin:%Y-%m-%dT%H:%M:%SZ}' and resourceUri eq '{resource_id}'"
    query = urlencode({"$filter": wanted, "$select": _FIELDS}, quote_via=quote)
    path = f"/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values?{query}"
    found = []
    for page in client.pages(path, VERSION):
        if not page.readable:
            raise Unanswered(said(page.unreadable()))
        found += [_event(row) for row in page.body.get("value") or () if _name(row, "status") == "Succeeded"]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _event(row: Mapping[str, Any]) -> Event:
    method = str((row.get("httpRequest") or {}).get("method") or "").upper()
    at = datetime.fromisoformat(str(row.get("eventTimestamp")))
    return Event(str(row.get("caller") or "somebody"), _name(row, "operationName"), at, method)


def _name(row: Mapping[str, Any], key: str) -> str:
    """The invariant name of a localizable string."""
    value = row.get(key)
    return str(value.get("value") or "") if isinstance(value, Mapping) else ""
