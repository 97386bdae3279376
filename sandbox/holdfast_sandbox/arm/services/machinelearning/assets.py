"""What does Microsoft.MachineLearningServices answer about models, environments and codes? Handlers of one shape.

Registered at once: 201 for a new one, 200 for a change. A version makes its container where there is none (azure-ai-ml
puts versions and nothing else).
"""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.services.machinelearning import asset_models as models
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.services.machinelearning.asset_models import KINDS, Kind
from holdfast_sandbox.arm.services.machinelearning.computes import workspace_of
from holdfast_sandbox.arm.services.machinelearning.secrets import refuse_without_secrets
from holdfast_sandbox.arm.store import Json, Resource, Store

#: Every type of resource here.
TYPES = tuple(name for kind in KINDS for name in (kind.container, kind.version))
_VIEWS = {"activeonly": (False,), "archivedonly": (True,), "all": (False, True)}


def put_container(call: Call) -> Answer:
    kind, name = _kind(call), models.checked_name(call.name)
    workspace_of(call)
    given = models.wanted(call.json(), {})
    existing = call.store.get(call.id)
    container = existing or Resource(call.id, kind.container, name, call.subscription, call.group)
    properties = models.shown_container(given, existing.body["properties"] if existing else None)
    container.body = {"properties": properties, "systemData": call.system_data(existing)}
    call.plane.save(container)
    return Answer(200 if existing else 201, _shown_container(call.store, kind, container))


def get_container(call: Call) -> Answer:
    return Answer(200, _shown_container(call.store, _kind(call), call.existing()))


def list_containers(call: Call) -> Answer:
    kind, workspace = _kind(call), workspace_of(call)
    found = call.store.find(kind.container, under=workspace.id)
    return call.page([_shown_container(call.store, kind, one) for one in found if _in_view(call, one)])


def put_version(call: Call) -> Answer:
    """An existing one keeps what it was registered with.

    Paths: the text that azure-ai-ml waits for (`ASSET_PATH_ERROR` in its `_artifacts/_constants.py`); environments:
    github.com/Azure/azure-cli-extensions/issues/5440, and github.com/Azure/azure-sdk-for-python/pull/38590 for what of
    them changes.
    """
    kind = _kind(call)
    name, version = models.checked_name(call.params["name"]), call.params["version"]
    workspace = workspace_of(call)
    given = models.wanted(call.json(), kind.fields)
    existing = call.store.get(call.id)
    if existing is None:
        models.check_new(kind, given)
        if given.get("build"):
            refuse_without_secrets(call.store, workspace)
        _make_container(call, kind, name)
    elif models.first_change_of_what_is_fixed(kind, given, existing.body["properties"]):
        raise exceptions.asset_is_fixed(kind.called, name, version)
    asset = existing or Resource(call.id, kind.version, version, call.subscription, call.group)
    properties = models.shown_version(kind, given, existing.body["properties"] if existing else None)
    asset.body = {"properties": properties, "systemData": call.system_data(existing)}
    call.plane.save(asset)
    return Answer(200 if existing else 201, asset.answer())


def get_asset_version(call: Call) -> Answer:
    return Answer(200, call.existing().answer())


def list_versions(call: Call) -> Answer:
    """The newest first; `version`, `tags`, `properties`, `hash` and `listViewType` leave some out."""
    kind = _kind(call)
    workspace_of(call)
    container = call.store.get(call.id.rpartition("/versions")[0])
    if container is None:
        raise arm.resource_not_found(kind.container, call.params["name"], call.group)
    rows = [one for one in _versions(call.store, kind, container) if _in_view(call, one) and _asked_for(call, one)]
    if call.query.get("$orderby", "").lower() in ("createdtime asc", "createdat asc"):
        rows.reverse()
    return call.page([one.answer() for one in rows])


def delete_asset(call: Call) -> Answer:
    """200, or 204 where there was none; a container goes with its versions."""
    existing = call.store.get(call.id)
    if existing is None:
        return Answer(204)
    call.plane.remove(existing)
    return Answer(200)


def _kind(call: Call) -> Kind:
    return next(kind for kind in KINDS if call.route.type.name in (kind.container, kind.version))


def _make_container(call: Call, kind: Kind, name: str) -> None:
    where = call.id.rpartition("/versions/")[0]
    if call.store.get(where) is None:
        container = Resource(where, kind.container, name, call.subscription, call.group)
        container.body = {"properties": models.shown_container({}, None), "systemData": call.system_data(None)}
        call.plane.save(container)


def _versions(store: Store, kind: Kind, container: Resource) -> list[Resource]:
    """The newest first: latest is what was created last, not what was changed last (azure-ai-ml, `_get_latest`)."""
    found = store.find(kind.version, under=container.id)
    return sorted(found, key=lambda one: str(one.body["systemData"]["createdAt"]), reverse=True)


def _shown_container(store: Store, kind: Kind, container: Resource) -> Json:
    names = [one.name for one in _versions(store, kind, container)]
    numbers = {"latestVersion": names[0] if names else None, "nextVersion": models.next_version(names)}
    answer = container.answer()
    return {**answer, "properties": {**answer["properties"], **numbers, "provisioningState": "Succeeded"}}


def _in_view(call: Call, one: Resource) -> bool:
    asked = call.query.get("listviewtype", "ActiveOnly")
    if asked.lower() not in _VIEWS:
        raise exceptions.invalid("listViewType", f"'{asked}' is not one of ActiveOnly, ArchivedOnly, All.")
    return bool(one.body["properties"]["isArchived"]) in _VIEWS[asked.lower()]


def _asked_for(call: Call, one: Resource) -> bool:
    properties = one.body["properties"]
    if call.query.get("version") not in (None, one.name):
        return False
    if call.query.get("hash") not in (None, properties["properties"].get("hash_sha256")):
        return False
    if call.query.get("description") not in (None, properties["description"]):
        return False
    return all(
        models.matches(properties[name], models.pairs(call.query.get(name, ""))) for name in ("tags", "properties")
    )
