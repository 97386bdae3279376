"""What does Microsoft.Resources answer? Handlers for groups, lists, tags, subscriptions, providers and operations."""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.identity import SUBSCRIPTION_ID
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.routing import GROUP, REGIONS
from holdfast_sandbox.arm.services.resources import exceptions, models
from holdfast_sandbox.arm.services.resources.deployments import forget_group
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_tags

GROUP_TYPE = "Microsoft.Resources/resourceGroups"
DELETE_SECONDS = 20  # an almost empty group typically takes that long


# -- subscriptions, tenants, locations, providers --------------------------------------------------------------------


def list_subscriptions(call: Call) -> Answer:
    return Answer(200, {"value": [models.subscription()], "count": {"type": "Total", "value": 1}})


def get_subscription(call: Call) -> Answer:
    return Answer(200, models.subscription())


def list_tenants(call: Call) -> Answer:
    return Answer(200, {"value": [models.tenant()]})


def list_locations(call: Call) -> Answer:
    return Answer(200, {"value": [models.location(name, display) for name, display in REGIONS.items()]})


def list_providers(call: Call) -> Answer:
    spaces = sorted(call.plane.registry.namespaces.values())
    return Answer(200, {"value": [_provider(call, namespace) for namespace in spaces]})


def get_provider(call: Call) -> Answer:
    namespace = call.plane.registry.namespaces.get(call.params["namespace"].lower())
    if namespace is None:
        raise exceptions.provider_not_found(call.params["namespace"])
    return Answer(200, _provider(call, namespace))


def _provider(call: Call, namespace: str) -> Json:
    kinds = [kind for kind in call.plane.registry.types.values() if kind.namespace == namespace]
    return models.provider(namespace, kinds)


# -- groups ----------------------------------------------------------------------------------------------------------


def put_group(call: Call) -> Answer:
    name = models.checked_group_name(call.group)
    existing = call.store.get(call.id)
    if existing is not None and existing.body["properties"]["provisioningState"] == "Deleting":
        raise arm.resource_group_being_deleted(name)
    body = models.group_body(call.json(), existing.body if existing else None, name)
    group = existing or Resource(call.id, GROUP_TYPE, name, call.subscription, "")
    group.body = body
    call.plane.save(group)
    return Answer(200 if existing else 201, group.answer())


def patch_group(call: Call) -> Answer:
    group, body = _group(call), call.json()
    if body.get("name", group.name).lower() != group.name.lower():
        raise arm.invalid_request_content("the name of a resource group cannot be changed")
    if body.get("tags") is not None:
        group.body["tags"] = checked_tags(body)
    call.plane.save(group)
    return Answer(200, group.answer())


def get_group(call: Call) -> Answer:
    return Answer(200, _group(call).answer())


def head_group(call: Call) -> Answer:
    return Answer(204 if call.store.get(call.id) else 404)


def list_groups(call: Call) -> Answer:
    keep = models.list_filter(call.query.get("$filter"))
    rows = [group.answer() for group in call.store.find(GROUP_TYPE, subscription=call.subscription)]
    return call.page([row for row in rows if keep(row)])


def delete_group(call: Call) -> Answer:
    group = _group(call)
    under_way = call.plane.operations.under_way(call.plane, group.id)
    if under_way is None:
        group.body["properties"]["provisioningState"] = "Deleting"
        call.plane.save(group)
        under_way = call.plane.operations.start(call, "resources.delete-group", seconds=DELETE_SECONDS, target=group.id)
    return Answer(202, None, under_way.headers(call, "location"))


def group_deleted(plane: Plane, operation: Operation) -> None:
    """Completes a group's deletion: every resource in it is released as its service does it, then the group goes."""
    group = plane.store.get(operation.target)
    if group is None:
        return
    if operation.failure is not None:
        group.body["properties"]["provisioningState"] = "Succeeded"
        plane.save(group)
        return
    for resource in plane.store.find(subscription=group.subscription, group=group.name):
        # One that went with its parent is not released twice.
        if plane.store.get(resource.id) is None:
            continue
        kind = plane.registry.types.get(resource.type.lower())
        if kind is not None and kind.released is not None:
            kind.released(plane, resource)
        elif kind is None or kind.tracked:
            plane.remove(resource)
    forget_group(plane, group.id)
    plane.remove(group)


def _group(call: Call) -> Resource:
    group = call.store.get(GROUP.format(subscriptionId=call.subscription, resourceGroupName=call.group))
    if group is None:
        raise arm.resource_group_not_found(call.group)
    return group


# -- lists of resources ----------------------------------------------------------------------------------------------


def list_resources(call: Call) -> Answer:
    """The group's, or the subscription's; created/changed times and the state only when `$expand` asks for them."""
    keep = models.list_filter(call.query.get("$filter"))
    expand = {part.strip().lower() for part in call.query.get("$expand", "").split(",")}
    rows = []
    for row in call.plane.listing.of(call.plane, call.subscription, call.group or None):
        if not keep(row):
            continue
        optional = ("createdTime", "changedTime", "provisioningState")
        rows.append({k: v for k, v in row.items() if k not in optional or k.lower() in expand})
    return call.page(rows)


# -- tags at any scope -----------------------------------------------------------------------------------------------


def get_tags(call: Call) -> Answer:
    return Answer(200, _tags(call, _tag_holder(call).tags))


def put_tags(call: Call) -> Answer:
    holder = _tag_holder(call)
    return _retag(call, holder, checked_tags(_tags_given(call.json())))


def patch_tags(call: Call) -> Answer:
    holder, body = _tag_holder(call), call.json()
    given = checked_tags(_tags_given(body))
    after = models.patched_tags(holder.tags, body.get("operation"), given)
    return _retag(call, holder, checked_tags({"tags": after}))


def delete_tags(call: Call) -> Answer:
    holder = _tag_holder(call)
    _retag(call, holder, {})
    return Answer(200)


def _tags_given(body: Json) -> Json:
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise arm.invalid_request_content("properties.tags is required")
    return properties


def _retag(call: Call, holder: Resource, tags: dict[str, str]) -> Answer:
    holder.body["tags"] = tags
    call.plane.save(holder)
    return Answer(200, _tags(call, tags))


def _tag_holder(call: Call) -> Resource:
    scope = call.params["scope"]
    found = call.store.get(scope)
    if found is not None:
        return found
    segments = scope.strip("/").split("/")
    if len(segments) == 2 and segments[0].lower() == "subscriptions":
        if segments[1].lower() != SUBSCRIPTION_ID:
            raise arm.subscription_not_found(segments[1])
        # A subscription's own tags need a place; no other handler finds a resource of this type.
        return Resource(
            f"/subscriptions/{SUBSCRIPTION_ID}", "Microsoft.Resources/subscriptions", "", SUBSCRIPTION_ID, ""
        )
    if len(segments) == 4:
        raise arm.resource_group_not_found(segments[3])
    raise exceptions.scope_not_found(scope)


def _tags(call: Call, tags: dict[str, str]) -> Json:
    return {
        "id": f"{call.params['scope']}/providers/Microsoft.Resources/tags/default",
        "name": "default",
        "type": "Microsoft.Resources/tags",
        "properties": {"tags": tags},
    }


# -- long-running operations of all services -------------------------------------------------------------------------


def get_operation_status(call: Call) -> Answer:
    """What `Azure-AsyncOperation` points at."""
    operation = _operation(call)
    headers = {} if operation.ended is not None else {"Retry-After": str(operation.retry_after)}
    return Answer(200, operation.answer(), headers)


def get_operation_result(call: Call) -> Answer:
    """What `Location` points at: 202 while it runs, then what the resource has become."""
    operation = _operation(call)
    if operation.ended is None:
        return Answer(202, None, operation.headers(call, "location"))
    if operation.failure is not None:
        raise ArmError(409, operation.failure["code"], operation.failure["message"])
    target = call.store.get(operation.target)
    if target is None:
        return Answer(200)
    kind = call.plane.registry.types.get(target.type.lower())
    return Answer(200, kind.shown(call.plane, target) if kind is not None and kind.shown else target.answer())


def _operation(call: Call) -> Operation:
    operation = call.plane.operations.get(call.plane, call.params["operationId"])
    if operation is None:
        raise ArmError(404, "NotFound", f"The operation '{call.params['operationId']}' was not found.")
    return operation
