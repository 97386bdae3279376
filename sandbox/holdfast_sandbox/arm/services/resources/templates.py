"""What does a template ask for? Its resources in their order, with the parameters filled in.

Source of the form: learn.microsoft.com/azure/azure-resource-manager/templates/syntax. Of the template language only
`[parameters('NAME')]` is known here, as a whole value; every other expression is refused by name, and so are loops,
conditions, nested resources and languageVersion 2: a template that is carried out half would show what Azure does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from holdfast_sandbox.arm.routing import GROUP
from holdfast_sandbox.arm.services.resources import exceptions
from holdfast_sandbox.arm.store import Json

_PARAMETER = re.compile(r"\[parameters\('(?P<name>[^']+)'\)\]")
#: What stands beside a resource's body; the rest is sent as it is.
_ASIDE = ("type", "apiVersion", "name", "dependsOn", "comments")
_NOT_SERVED = ("copy", "condition", "resources", "scope", "subscriptionId", "resourceGroup")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource of a template; `path` is its id."""

    type: str
    name: str
    path: str
    api_version: str
    body: Json


def resources_of(properties: Json, subscription: str, group: str) -> list[Wanted]:
    """Of a deployment's `properties`. 400 `InvalidTemplate` where they can't be read."""
    if str(properties.get("mode") or "") != "Incremental":
        raise exceptions.template_not_served(f"the mode '{properties.get('mode')}'")
    template = properties.get("template")
    if not isinstance(template, dict):
        raise exceptions.template_not_served("a deployment without a template of its own (templateLink)")
    rows = template.get("resources")
    if not isinstance(rows, list):
        raise exceptions.invalid_template("the template has no list 'resources'")
    values = _parameters(template.get("parameters") or {}, properties.get("parameters") or {})
    where = GROUP.format(subscriptionId=subscription, resourceGroupName=group)
    return [_wanted(row, values, where) for row in rows]


def _parameters(declared: Json, given: Json) -> dict[str, Any]:
    found = {}
    for name, one in declared.items():
        value = given.get(name, one) if isinstance(one, dict) else None
        if not isinstance(value, dict) or not {"value", "defaultValue"} & set(value):
            raise exceptions.invalid_template(f"the value for the template parameter '{name}' is not provided")
        found[name.lower()] = value["value"] if "value" in value else value["defaultValue"]
    return found


def _wanted(row: Any, values: dict[str, Any], where: str) -> Wanted:
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("type", "apiVersion", "name")):
        raise exceptions.invalid_template("a resource needs 'type', 'apiVersion' and 'name'")
    for key in _NOT_SERVED:
        if key in row:
            raise exceptions.template_not_served(f"'{key}' of a resource")
    kind, name = str(row["type"]), str(_filled(row["name"], values))
    namespace, *types = kind.split("/")
    names = name.split("/")
    if len(types) != len(names):
        raise exceptions.invalid_template(
            f"the template resource '{name}' of type '{kind}' has incorrect segment lengths: a nested resource type "
            "must have identical number of segments as its resource name"
        )
    tail = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    body = {key: _filled(value, values) for key, value in row.items() if key not in _ASIDE}
    return Wanted(kind, name, f"{where}/providers/{namespace}/{tail}", str(row["apiVersion"]), body)


def _filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    if not isinstance(value, str) or not value.startswith("[") or value.startswith("[["):
        return value
    asked = _PARAMETER.fullmatch(value)
    if asked is None:
        raise exceptions.template_not_served(f"the expression '{value}'")
    if asked["name"].lower() not in values:
        raise exceptions.invalid_template(f"the template parameter '{asked['name']}' is not found")
    return values[asked["name"].lower()]
