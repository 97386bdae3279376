"""What does Microsoft.Resources answer about template deployments of a group?

A deployment PUTs each resource of its template, as its own caller and in the template's own API version, one after the
other; what fails ends it, and what came before stays (learn.microsoft.com/azure/azure-resource-manager/templates/
deployment-modes, Incremental). It stays on the list under its name until the next one of that name.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError, invalid_request_content
from holdfast_sandbox.arm.operations import Operation
from holdfast_sandbox.arm.services.resources import exceptions
from holdfast_sandbox.arm.services.resources.templates import Wanted, resources_of
from holdfast_sandbox.arm.store import Json

DEPLOYMENT = "Microsoft.Resources/deployments"
_KIND = "resources.deployment"
_STATE = re.compile(r"provisioningState eq '(?P<state>\w+)'", re.IGNORECASE)
_SECONDS = 10


def put_deployment(call: Call) -> Answer:
    """Accepted, and carried out at once: the operation tells how it ended."""
    properties = call.json().get("properties")
    if not isinstance(properties, dict):
        raise invalid_request_content("properties is required")
    wanted = resources_of(properties, call.subscription, call.group)
    operations = []
    for one in wanted:
        operations.append(_carried_out(call, one))
        if operations[-1]["provisioningState"] == "Failed":
            break
    failure = _failure(call, [row for row in operations if row["provisioningState"] == "Failed"])
    body = _body(call, properties, wanted, operations, failure)
    call.store.save_record(_KIND, call.id, {"body": body, "template": properties["template"], "operations": operations})
    operation = call.plane.operations.start(call, "resources.deployed", seconds=_SECONDS, target=call.id)
    if failure is not None:
        call.plane.operations.conclude(call.plane, operation.id, failure)
    begun = {**body, "properties": {**body["properties"], "provisioningState": "Accepted"}}
    begun["properties"].pop("error", None)
    return Answer(201, begun, operation.headers(call, "async"))


def deployed(plane: Plane, operation: Operation) -> None:
    """It was done when it was asked for."""


def get_deployment(call: Call) -> Answer:
    return Answer(200, _record(call)["body"])


def list_deployments(call: Call) -> Answer:
    """The newest first."""
    text = call.query.get("$filter", "")
    asked = _STATE.fullmatch(text.strip())
    if text and asked is None:
        raise exceptions.invalid_filter(text)
    prefix = f"{call.id.rstrip('/')}/".lower()
    rows = [one["body"] for key, one in call.store.records(_KIND).items() if key.lower().startswith(prefix)]
    kept = [
        row for row in rows if asked is None or row["properties"]["provisioningState"].lower() == asked["state"].lower()
    ]
    return call.page(sorted(kept, key=lambda row: str(row["properties"]["timestamp"]), reverse=True))


def delete_deployment(call: Call) -> Answer:
    """Its entry alone: what it made stays."""
    _record(call)
    call.store.remove_record(_KIND, call.id)
    return Answer(204)


def list_operations(call: Call) -> Answer:
    where = call.id.rpartition("/operations")[0]
    rows = [
        {"id": f"{where}/operations/{row['number']}", "operationId": row["number"], "properties": _shown(row)}
        for row in _record(call, where)["operations"]
    ]
    return call.page(rows)


def export_template(call: Call) -> Answer:
    return Answer(200, {"template": _record(call, call.id.rpartition("/exportTemplate")[0])["template"]})


def forget_group(plane: Plane, group: str) -> None:
    """A group is gone, with its deployments."""
    for key in plane.store.records(_KIND):
        if key.lower().startswith(f"{group}/providers/".lower()):
            plane.store.remove_record(_KIND, key)


def _record(call: Call, where: str = "") -> dict[str, Any]:
    found = call.store.record(_KIND, where or call.id)
    if found is None:
        raise exceptions.deployment_not_found((where or call.id).rpartition("/")[2])
    return found


def _carried_out(call: Call, wanted: Wanted) -> Json:
    """An operation of the deployment: the PUT of one resource and what came of it."""
    assert call.plane.within is not None
    row = {"number": uuid.uuid4().hex[:16].upper(), "timestamp": _now(call), "target": _target(wanted)}
    try:
        with call.store.savepoint():
            answer = call.plane.within(call, "PUT", wanted.path, wanted.api_version, wanted.body)
            call.plane.operations.settle(call.plane)
            if call.plane.operations.under_way(call.plane, wanted.path) is not None:
                raise exceptions.template_not_served(f"resources of type '{wanted.type}', which take their time")
    except ArmError as error:
        if error.note == exceptions.NOT_SERVED:
            raise
        reason = HTTPStatus(error.status).phrase.replace(" ", "")
        return {**row, "provisioningState": "Failed", "statusCode": reason, "error": error.error()}
    state = ((answer.body or {}).get("properties") or {}).get("provisioningState")
    made = call.store.get(wanted.path)
    if "Failed" in (state, (made.body.get("properties") or {}).get("provisioningState") if made else None):
        failed = exceptions.resource_deployment_failure().error()
        return {**row, "provisioningState": "Failed", "statusCode": "Conflict", "error": failed}
    reason = HTTPStatus(answer.status).phrase.replace(" ", "")
    return {**row, "provisioningState": "Succeeded", "statusCode": reason}


def _failure(call: Call, failed: list[Json]) -> Json | None:
    """In the error of a deployment each failed operation is a detail, its own error a text within."""
    if not failed:
        return None
    details = [
        {"code": row["statusCode"], "message": json.dumps({"status": "Failed", "error": row["error"]}, indent=2)}
        for row in failed
    ]
    return exceptions.deployment_failed(call.id, details).error()


def _body(call: Call, given: Json, wanted: list[Wanted], operations: list[Json], failure: Json | None) -> Json:
    good = [row["target"] for row in operations if row["provisioningState"] == "Succeeded"]
    namespaces = dict.fromkeys(one.type.partition("/")[0] for one in wanted)
    providers = [
        {
            "namespace": namespace,
            "resourceTypes": [
                {"resourceType": kind}
                for kind in dict.fromkeys(
                    one.type.partition("/")[2] for one in wanted if one.type.startswith(f"{namespace}/")
                )
            ],
        }
        for namespace in namespaces
    ]
    properties: Json = {
        "parameters": given.get("parameters") or {},
        "mode": "Incremental",
        "provisioningState": "Failed" if failure is not None else "Succeeded",
        "timestamp": _now(call),
        "duration": "PT1S",
        "correlationId": str(uuid.uuid4()),
        "providers": providers,
        "dependencies": [],
        "outputResources": [{"id": target["id"]} for target in good],
    }
    if failure is not None:
        properties["error"] = failure
    return {"id": call.id, "name": call.name, "type": DEPLOYMENT, "properties": properties}


def _shown(row: Json) -> Json:
    shown: Json = {
        "provisioningOperation": "Create",
        "provisioningState": row["provisioningState"],
        "timestamp": row["timestamp"],
        "duration": "PT1S",
        "statusCode": row["statusCode"],
        "targetResource": row["target"],
    }
    if "error" in row:
        shown["statusMessage"] = {"status": "Failed", "error": row["error"]}
    return shown


def _target(wanted: Wanted) -> Json:
    return {"id": wanted.path, "resourceType": wanted.type, "resourceName": wanted.name}


def _now(call: Call) -> str:
    return datetime.fromtimestamp(call.plane.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
