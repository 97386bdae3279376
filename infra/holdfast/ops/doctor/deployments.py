"""What did others deploy by template into the stack's group: what of it failed, and what speaks a version that ends?

Two sources, because they need different rights: a list of deployments is read, a template is exported by an action.
Source of both: learn.microsoft.com/rest/api/resources/deployments, .../deployment-operations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.diagnose import Evidence, stated
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.ops.doctor.answers import Unanswered, listed, said
from holdfast.ops.service.stack import Stack

VERSION = "2024-03-01"
#: What failed longer ago is no news. Of the newest deployments so many are looked into; a group may hold 800.
BACK, MOST = timedelta(days=1), 20
#: Requests that are made at once.
AT_ONCE = 6
#: From this API version of Key Vault on none is to end; those before it do on 27 February 2027
#: (learn.microsoft.com/azure/key-vault/general/access-control-default).
STAYS = "2026-02-01"
_VAULT = KINDS[Kind.VAULT].arm_type


def list_deployments(stack: Stack) -> list[Mapping[str, Any]]:
    """The newest first. Raises Unanswered."""
    path = f"{resource_id(stack.wanted, Kind.GROUP)}/providers/Microsoft.Resources/deployments"
    return sorted(listed(stack.client, path, VERSION), key=_at, reverse=True)


def look_at_deployments(stack: Stack, rows: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    """The errors of those that failed within a day, of what no later one has made since. `rows`: the group's
    deployments, the newest first. Raises Unanswered."""
    since = datetime.now(UTC) - BACK
    failed = [row for row in rows if _properties(row).get("provisioningState") == "Failed" and _at(row) >= since]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="deployments") as pool:
        each = list(pool.map(lambda row: _failures(stack, row), failed[:MOST]))
    found = []
    for row, failures in zip(failed, each, strict=False):
        later = [other for other in rows if _at(other) > _at(row)]
        made = {id for other in later for id in _made(other)}
        lines = [line for target, line in failures if target not in made]
        if lines:
            found.append(Evidence(f"deployment {row['name']}", "\n".join(lines)))
    return found


def look_at_api_versions(stack: Stack, deployments: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    """A sentence for each Key Vault that a template writes with an API version that ends. Raises Unanswered."""
    rows = [row for row in deployments if _writes_vaults(row)]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="templates") as pool:
        templates = list(pool.map(lambda row: _template(stack, row), rows[:MOST]))
    lines = [
        stated.old_api(str(row["name"]), str(one.get("name") or "?"), str(one["apiVersion"]))
        for row, template in zip(rows, templates, strict=False)
        for one in _resources(template)
        if str(one.get("type") or "").lower() == _VAULT.lower() and str(one.get("apiVersion") or STAYS)[:10] < STAYS
    ]
    return [Evidence("template deployments", "\n".join(lines))] if lines else []


def _failures(stack: Stack, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(id of the resource in lower case, sentence) of each operation that failed. Raises Unanswered."""
    found = []
    for page in stack.client.pages(f"{row['id']}/operations", VERSION):
        if not page.readable:
            raise Unanswered(said(page.unreadable()))
        for one in page.body.get("value") or ():
            properties = _properties(one)
            if properties.get("provisioningState") != "Failed":
                continue
            target = properties.get("targetResource") or {}
            for code, message in _errors(properties.get("statusMessage")):
                line = stated.failed_deployment(
                    str(row["name"]),
                    f"{_at(row):%Y-%m-%d %H:%M} UTC",
                    str(target.get("resourceType") or "?"),
                    str(target.get("resourceName") or "?"),
                    code,
                    message,
                )
                found.append((str(target.get("id") or "").lower(), line))
    return found


def _errors(told: Any) -> Iterator[tuple[str, str]]:
    """Code and message of the innermost errors: one may hold others in `details`, or as JSON in its message."""
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            yield "", " ".join(told.split())
            return
    error = told.get("error", told) if isinstance(told, Mapping) else None
    if not isinstance(error, Mapping):
        return
    inner = [one for one in error.get("details") or () if isinstance(one, Mapping)]
    message = str(error.get("message") or "")
    if message.lstrip().startswith("{"):
        yield from _errors(message)
    elif not inner:
        yield str(error.get("code") or ""), " ".join(message.split())
    for one in inner:
        yield from _errors(one)


def _template(stack: Stack, row: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = stack.client.request("POST", f"{row['id']}/exportTemplate", VERSION)
    if not answer.readable:
        raise Unanswered(f"the template of deployment {row['name']}: {said(answer.unreadable())}")
    return dict(answer.body.get("template") or {})


def _resources(template: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All of a template, and of those that are deployed within it. A list, or a map by symbolic name."""
    rows = template.get("resources") or ()
    for row in rows.values() if isinstance(rows, Mapping) else rows:
        yield row
        yield from _resources(row)
        yield from _resources(_properties(row).get("template") or {})


def _writes_vaults(row: Mapping[str, Any]) -> bool:
    """By its list of types, which spares the export of most. A nested deployment is on the group's list itself."""
    namespace, _, kind = _VAULT.lower().partition("/")
    for provider in _properties(row).get("providers") or ():
        if str(provider.get("namespace") or "").lower() == namespace:
            types = provider.get("resourceTypes") or ()
            return any(str(one.get("resourceType") or "").lower() == kind for one in types)
    return False


def _made(row: Mapping[str, Any]) -> list[str]:
    return [str(one.get("id") or "").lower() for one in _properties(row).get("outputResources") or ()]


def _properties(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return row.get("properties") or {}


def _at(row: Mapping[str, Any]) -> datetime:
    text = str(_properties(row).get("timestamp") or "")
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)
