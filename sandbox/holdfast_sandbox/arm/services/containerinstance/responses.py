"""What does Microsoft.ContainerInstance answer? Handlers for container groups and their containers.

Groups are provisioned as the service does it. Those whose images the sandbox has built run as processes (`running`),
the others are modelled (`states`) and have no log; `exec` and `attach` are refused for all.
"""

from __future__ import annotations

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.actions import acted_on
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.managed_identity import checked_identity
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.routing import normal_location
from holdfast_sandbox.arm.services.containerinstance import (
    exceptions,
    locations,
    models,
    network,
    pulls,
    running,
    states,
)
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_location, checked_tags
from holdfast_sandbox.containers.log import stamp

GROUP_TYPE = running.GROUP_TYPE
DEPLOY_SECONDS, START_SECONDS = 25, 20
_SUBNET = "Microsoft.Network/virtualNetworks/subnets"


def put_group(call: Call) -> Answer:
    """Creates (201) or updates (200) a group; either is deployed later, and an update restarts its containers."""
    name, body = models.checked_name(call.name), call.json()
    existing = call.store.get(call.id)
    location = checked_location(call, body, existing)
    if existing is not None:
        _refuse_while_transitioning(call, existing)
    zones, wanted = models.checked_zones(body), models.wanted_properties(name, body)
    if existing is not None:
        before = existing.private["wanted"]
        models.refuse_fixed(name, wanted, before, zones, existing.body.get("zones") or [])
    models.refuse_too_large(wanted, location)
    prefix = _subnet_prefix(call, name, wanted)
    identity = _spelled(checked_identity(call, body, (existing.body.get("identity") if existing else None)))
    pulls.check(call.store, name, wanted, identity)
    runs = running.can_run(call.plane, wanted)
    own = running.address_for(call.plane, existing) if runs else None
    properties = _deployed(call, wanted, existing, location, prefix, own)
    if existing is None or _is_stopped(existing):
        locations.refuse_beyond_quota(call, location, wanted)
    group = existing or Resource(call.id, GROUP_TYPE, name, call.subscription, call.group)
    group.body = {"location": location, "tags": checked_tags(body), "properties": properties}
    if zones:
        group.body["zones"] = zones
    if identity is not None:
        group.body["identity"] = identity
    group.private = {**group.private, "wanted": wanted, running.RUNS: runs, running.ADDRESS: own}
    if not runs:
        running.end(call.plane, group)
    call.plane.save(group)
    operation = _start(call, group, DEPLOY_SECONDS)
    return Answer(200 if existing else 201, group.answer(), operation.headers(call, "async"))


def _deployed(call: Call, wanted: Json, existing: Resource | None, location: str, prefix: str, own: str | None) -> Json:
    """The properties of a group whose deployment has just begun; `own`: its address on loopback, where it runs."""
    before = existing.body["properties"] if existing else None
    properties = models.without_secrets(wanted)
    if "ipAddress" in wanted:
        last = (before or {}).get("ipAddress")
        if last is not None and running.is_ours(last) != (own is not None):
            last = {key: value for key, value in last.items() if key != "ip"}  # it begins to run, or ceases to
        address = network.placed(wanted["ipAddress"], last, call.id, location, prefix)
        _refuse_taken(call, address)
        properties["ipAddress"] = address
        if own is not None:
            running.placed(properties, own)
    # A group that was stopped is deployed as new (container-instances-update).
    states.wait(properties, None if existing is None or _is_stopped(existing) else before)
    return {**properties, "isCreatedFromStandbyPool": False, "provisioningState": "Pending"}


def group_deployed(plane: Plane, operation: Operation) -> None:
    """Ends a creation, an update or a start."""
    group = plane.store.get(operation.target)
    if group is None:
        return
    properties = group.body["properties"]
    if operation.failure is not None:
        properties["provisioningState"] = "Failed"
    else:
        properties["provisioningState"] = "Succeeded"
        if group.private.get(running.RUNS):
            running.run(plane, group)
        else:
            states.run(properties, _now(plane))
    plane.save(group)


def patch_group(call: Call) -> Answer:
    """Changes the tags, and nothing else (Container Groups - Update)."""
    group, body = call.existing(), call.json()
    if body.get("properties") is not None:
        raise exceptions.not_served("a PATCH of the properties")
    if body.get("location") is not None and normal_location(body["location"]) != normal_location(group.location):
        raise arm.invalid_resource_location(group.name, group.group, group.location, str(body["location"]))
    if body.get("tags") is not None:
        group.body["tags"] = checked_tags(body)
    call.plane.save(group)
    return Answer(200, group.answer())


def get_group(call: Call) -> Answer:
    return Answer(200, running.refresh(call.plane, call.existing()).answer())


def list_groups(call: Call) -> Answer:
    """Without the instance views, which only a GET shows (Azure/azure-sdk-for-js#14176)."""
    found = call.store.find(GROUP_TYPE, subscription=call.subscription, group=call.group or None)
    return call.page([_listed(group.answer()) for group in found])


def delete_group(call: Call) -> Answer:
    """200 with the group that was, 204 when there was none."""
    group = call.store.get(call.id)
    if group is None:
        return Answer(204)
    _refuse_while_transitioning(call, group)
    running.refresh(call.plane, group)
    running.end(call.plane, group)
    call.plane.remove(group)
    return Answer(200, group.answer())


def stop_group(call: Call) -> Answer:
    group = _steady(call)
    if not _is_stopped(group):
        running.refresh(call.plane, group)
        running.stop(call.plane, group)
        states.stop(group.body["properties"], _now(call.plane))
        call.plane.save(group)
    return Answer(204)


def start_group(call: Call) -> Answer:
    """202 and a deployment anew; 204 when it runs already."""
    group = _steady(call)
    if not _is_stopped(group):
        return Answer(204)
    locations.refuse_beyond_quota(call, group.location, group.private["wanted"])
    pulls.check(call.store, group.name, group.private["wanted"], group.body.get("identity"))
    properties = group.body["properties"]
    properties["provisioningState"] = "Pending"
    states.wait(properties)
    call.plane.save(group)
    return Answer(202, None, _start(call, group, START_SECONDS).headers(call))


def restart_group(call: Call) -> Answer:
    group = _steady(call)
    if _is_stopped(group):
        raise exceptions.stopped(group.name, group.group)
    pulls.check(call.store, group.name, group.private["wanted"], group.body.get("identity"))
    if group.private.get(running.RUNS):
        running.restart(call.plane, group)
    else:
        states.restart(group.body["properties"], _now(call.plane))
    call.plane.save(group)
    return Answer(204)


def get_outbound_dependencies(call: Call) -> Answer:
    """Always an empty list, says the specification."""
    acted_on(call)
    return Answer(200, [])


def get_logs(call: Call) -> Answer:
    """What the container's current run has written; `tail` lines of it, with `timestamps` or without."""
    lines = _log(call, "logs")
    tail = call.query.get("tail")
    if tail is not None:
        if not tail.isdigit():
            raise arm.invalid_request_content(f"tail '{tail}' is no number of lines")
        lines = lines[-int(tail) :] if int(tail) else []
    stamped = call.query.get("timestamps", "").lower() == "true"
    return Answer(200, {"content": "".join(f"{at} {line}\n" if stamped else f"{line}\n" for at, line in lines)})


def execute(call: Call) -> Answer:
    """A web socket that answers nothing would be a lie."""
    _log(call, "exec")
    raise exceptions.not_served("exec (the sandbox has no terminal into a container)")


def attach(call: Call) -> Answer:
    _log(call, "attach")
    raise exceptions.not_served("attach (the sandbox has no terminal into a container)")


def _log(call: Call, action: str) -> list[tuple[str, str]]:
    """The log of the container that `.../containers/NAME/ACTION` names; 404 when there is no such container."""
    container = call.params["containerName"]
    where = call.id[: -len(f"/containers/{container}/{action}")]
    group = call.store.get(where)
    if group is None:
        raise arm.resource_not_found(GROUP_TYPE, call.params["containerGroupName"], call.group)
    lines = states.log_of(group, container)
    if lines is None:
        raise arm.resource_not_found(f"{GROUP_TYPE}/containers", f"{group.name}/{container}", call.group)
    pod = running.pod_of(call.plane, group)
    found = pod.container(container) if pod is not None else None
    if found is not None:
        return [(stamp(at), line) for at, line in found.log.lines()]
    return [(line["at"], line["line"]) for line in lines]


def _steady(call: Call) -> Resource:
    group = acted_on(call)
    _refuse_while_transitioning(call, group)
    return group


def _start(call: Call, group: Resource, seconds: float) -> Operation:
    operation = call.plane.operations.start(call, "containerinstance.deployed", seconds=seconds, target=group.id)
    operation.location = group.location  # only shown in the polling addresses
    return operation


def _refuse_while_transitioning(call: Call, group: Resource) -> None:
    if call.plane.operations.under_way(call.plane, group.id) is not None:
        raise exceptions.transitioning(group.name)


def _refuse_taken(call: Call, address: Json) -> None:
    """A name in a region belongs to one group."""
    for other in call.store.find(GROUP_TYPE):
        taken = (other.body["properties"].get("ipAddress") or {}).get("fqdn")
        if taken is not None and taken == address.get("fqdn") and other.key != call.id.lower():
            raise exceptions.label_taken(address["dnsNameLabel"], call.name)


def _subnet_prefix(call: Call, name: str, wanted: Json) -> str:
    """The addresses of the group's subnet, which must be there and be delegated to container groups.

    Where the sandbox serves no subnets, or the group has none: those of a network that is nobody's.
    """
    if _SUBNET.lower() not in call.plane.registry.types or not wanted["subnetIds"]:
        return "10.0.0.0/24"
    wanted_id = wanted["subnetIds"][0]["id"]
    subnet = call.store.get(wanted_id)
    if subnet is None:
        parts = wanted_id.strip("/").split("/")
        missing = arm.resource_not_found(_SUBNET, f"{parts[7]}/{parts[9]}", parts[3])
        raise arm.ArmError(400, missing.code, missing.message)
    properties = subnet.body["properties"]
    services = {str((one.get("properties") or {}).get("serviceName")) for one in properties.get("delegations") or []}
    if GROUP_TYPE.lower() not in {service.lower() for service in services}:
        raise exceptions.missing_delegation(name)
    return str(properties.get("addressPrefix") or properties["addressPrefixes"][0])


def _is_stopped(group: Resource) -> bool:
    return bool(group.body["properties"]["instanceView"]["state"] == "Stopped")


def _spelled(identity: Json | None) -> Json | None:
    """With the space that this service's ResourceIdentityType has."""
    return identity and {**identity, "type": identity["type"].replace(",", ", ")}


def _listed(answer: Json) -> Json:
    properties = {name: value for name, value in answer["properties"].items() if name != "instanceView"}
    for kind in ("containers", "initContainers"):
        if kind in properties:
            properties[kind] = [
                {**one, "properties": {k: v for k, v in one["properties"].items() if k != "instanceView"}}
                for one in properties[kind]
            ]
    return {**answer, "properties": properties}


def _now(plane: Plane) -> str:
    return plane.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
