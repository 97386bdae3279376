"""Who wrote what? The subscription's activity log, from the sandbox's own request log.

Source: learn.microsoft.com/rest/api/monitor/activity-logs/list; the form of an event: learn.microsoft.com/azure/
azure-monitor/platform/activity-log-schema. Every PUT, PATCH, POST and DELETE is one event here, told with the answer;
Azure tells the begin and the end of a long-running one, some minutes after it happened.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.identity import SUBSCRIPTION_ID, TENANT_ID
from holdfast_sandbox.arm.rights import right_of, type_of
from holdfast_sandbox.arm.services.monitor import exceptions
from holdfast_sandbox.arm.services.monitor.filters import moment, terms
from holdfast_sandbox.arm.store import Json

_WRITES = ("PUT", "PATCH", "POST", "DELETE")
_GROUP = re.compile(r"/subscriptions/[^/]+/resourceGroups/(?P<group>[^/?]+)", re.IGNORECASE)
_EVENT = uuid.UUID("ac71f17e-0000-5000-8000-000000000000")
#: What a filter may name, beside the time.
_NAMED = ("resourcegroupname", "resourceuri", "resourceprovider")


def list_events(call: Call) -> Answer:
    """The newest first. A filter with the time that it begins at is required."""
    since, until, wanted = _filter(call.query.get("$filter", ""))
    assert call.plane.requests is not None
    events = []
    for line in reversed(call.plane.requests.since()):
        if line["method"] not in _WRITES or not _GROUP.match(line["path"]):
            continue
        if since <= line["answered"] <= until:
            event = _event(line)
            if _is_wanted(event, wanted):
                events.append(event)
    return call.page([_selected(event, call.query.get("$select", "")) for event in events])


def _filter(text: str) -> tuple[float, float, dict[str, str]]:
    since, until, wanted = None, float("inf"), dict[str, str]()
    for name, how, value in terms(text):
        if name.lower() == "eventtimestamp" and how == "ge":
            since = moment(value)
        elif name.lower() == "eventtimestamp" and how == "le":
            until = moment(value)
        elif name.lower() in _NAMED and how == "eq":
            wanted[name.lower()] = value.lower()
        else:
            raise exceptions.activity_not_served("a filter by", f"{name} {how}")
    if since is None:
        raise exceptions.malformed("The filter has no start time: eventTimestamp ge is required.")
    return since, until, wanted


def _event(line: Mapping[str, Any]) -> Json:
    path = str(line["path"]).partition("?")[0].rstrip("/")
    right = right_of(line["method"], path)
    group = _GROUP.match(path)
    provider, _, kind = type_of(right.scope).partition("/")
    good = line["status"] is not None and line["status"] < 400
    stamp = datetime.fromtimestamp(line["answered"], UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    number = str(uuid.uuid5(_EVENT, f"{line['n']} {line['answered']}"))
    return {
        "authorization": {"action": right.action, "scope": right.scope},
        "caller": line["caller"] or "",
        "channels": "Operation",
        "correlationId": number,
        "eventDataId": number,
        "eventName": _named("EndRequest"),
        "category": _named("Administrative"),
        "httpRequest": {"method": line["method"]},
        "id": f"{right.scope}/events/{number}",
        "level": "Informational" if good else "Error",
        "resourceGroupName": group["group"] if group is not None else "",
        "resourceProviderName": _named(provider or "Microsoft.Resources"),
        "resourceType": _named(f"{provider}/{kind}" if kind else "Microsoft.Resources/subscriptions/resourceGroups"),
        "resourceId": right.scope,
        "operationName": _named(right.action),
        "status": _named("Succeeded" if good else "Failed"),
        "subStatus": _named(str(line["status"] or "")),
        "eventTimestamp": stamp,
        "submissionTimestamp": stamp,
        "subscriptionId": SUBSCRIPTION_ID,
        "tenantId": TENANT_ID,
    }


def _is_wanted(event: Json, wanted: Mapping[str, str]) -> bool:
    has = {
        "resourcegroupname": str(event["resourceGroupName"]),
        "resourceuri": str(event["resourceId"]),
        "resourceprovider": str(event["resourceProviderName"]["value"]),
    }
    return all(has[name].lower() == value for name, value in wanted.items())


def _selected(event: Json, names: str) -> Json:
    """Of an event the properties that `$select` names, all where it names none."""
    kept = {name.strip().lower() for name in names.split(",") if name.strip()}
    return {name: value for name, value in event.items() if not kept or name.lower() in kept}


def _named(value: str) -> Json:
    return {"value": value, "localizedValue": value}
