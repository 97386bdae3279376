"""What does Azure Monitor answer about diagnostic settings?

They are records, not resources under their scope: Azure keeps the settings of a resource that was deleted, and the
next one of that name finds them again (learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings).
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.authorization.scopes import scope_of
from holdfast_sandbox.arm.services.monitor import exceptions, models
from holdfast_sandbox.arm.services.monitor.categories import BY_TYPE, Categories
from holdfast_sandbox.arm.store import Json

SETTING = "Microsoft.Insights/diagnosticSettings"
MOST = 5
_KIND = "monitor.setting"
# The services of a storage account are there with it; the account says which it has.
_STORAGE_SERVICE = re.compile(r"(?P<account>.+)/(?P<service>blob|file|queue|table)Services/default", re.IGNORECASE)


def put_setting(call: Call) -> Answer:
    """Creates or replaces a setting. One that collects nothing is answered like any other, but is not there
    afterwards: the service does that (azurerm: "the API 'creates' but 404's on Read").
    """
    scope, known = _target(call)
    properties = models.checked_properties(call.json(), known)
    for name in models.SINKS:
        if properties[name] and call.store.get(properties[name]) is None:
            raise exceptions.sink_not_found(properties[name])
    name, others = call.params["name"], _settings(call, scope)
    existing = others.pop(name.lower(), None)
    if existing is None and len(others) >= MOST:
        raise exceptions.too_many()
    wanted = set(models.collected(properties, known))
    for other in others.values():
        for sink, category in models.collected(other["properties"], known):
            if (sink, category) in wanted:
                raise exceptions.sink_in_use(_spelled_sink(properties, sink), other["name"], category)
    setting: Json = {
        "id": f"{scope}/providers/{SETTING}/{name}",
        "type": SETTING,
        "name": name,
        "location": None,
        "kind": None,
        "tags": None,
        "properties": properties,
        "identity": None,
    }
    if models.collects_anything(properties):
        call.store.save_record(_KIND, setting["id"], setting)
    else:
        call.store.remove_record(_KIND, setting["id"])
    return Answer(200, setting)


def get_setting(call: Call) -> Answer:
    scope, _ = _target(call)
    found = _settings(call, scope).get(call.params["name"].lower())
    if found is None:
        raise exceptions.setting_not_found(call.params["name"])
    return Answer(200, found)


def delete_setting(call: Call) -> Answer:
    """200, or 204 when there was none."""
    scope, _ = _target(call)
    found = _settings(call, scope).get(call.params["name"].lower())
    if found is None:
        return Answer(204)
    call.store.remove_record(_KIND, found["id"])
    return Answer(200)


def list_settings(call: Call) -> Answer:
    scope, _ = _target(call)
    return Answer(200, {"value": list(_settings(call, scope).values())})


def list_categories(call: Call) -> Answer:
    return Answer(200, {"value": _categories(call)})


def get_category(call: Call) -> Answer:
    found = next((one for one in _categories(call) if one["name"].lower() == call.params["name"].lower()), None)
    if found is None:
        raise exceptions.category_not_found(call.params["name"])
    return Answer(200, found)


def _categories(call: Call) -> list[Json]:
    scope, known = _target(call)
    kinds = (("Metrics", known.metrics), ("Logs", known.logs))
    return [models.category(name, kind, known, scope) for kind, names in kinds for name in names]


def _target(call: Call) -> tuple[str, Categories]:
    """The resource's id and what it can report; 404 when it is not there, 400 when it reports nothing."""
    given = call.params["scope"].rstrip("/")
    part = _STORAGE_SERVICE.fullmatch(given)
    found = call.store.get(scope_of(call.store, part["account"] if part else given).path)
    if found is None:
        raise exceptions.type_not_supported("microsoft.resources/subscriptions")
    if part is None:
        known = BY_TYPE.get(found.type.lower())
        if known is None:
            raise exceptions.type_not_supported(found.type)
        return found.id, known
    service = part["service"].lower()
    type_name = f"{found.type}/{service}services".lower()
    if type_name not in BY_TYPE or service not in found.body["properties"]["primaryEndpoints"]:
        raise exceptions.type_not_supported(type_name)
    return f"{found.id}/{service}Services/default", BY_TYPE[type_name]


def _settings(call: Call, scope: str) -> dict[str, Json]:
    """The resource's settings by their names in lower case."""
    prefix = f"{scope}/providers/{SETTING}/".lower()
    return {
        key.removeprefix(prefix): setting
        for key, setting in call.store.records(_KIND).items()
        if key.startswith(prefix)
    }


def _spelled_sink(properties: Json, sink: str) -> str:
    """The sink as this request spells it."""
    return next(str(properties[name]) for name in models.SINKS if str(properties[name]).lower() == sink)
