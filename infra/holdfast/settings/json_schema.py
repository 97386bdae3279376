"""What do editors complete from? The declarations of `sections` as JSON Schema (draft 2020-12) of a whole stack file.

It says what a value may be, key by key; what keys say together (one name twice, roles on the wrong vault) only
`holdfast settings check` knows.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.kinds import Kind
from holdfast.settings.environment import KEY, LOCATION_KEY, SUBSCRIPTION_KEY
from holdfast.settings.keys import Amount, Choice, Flag, Items, Key, Number, Section, Shares, Spec, Text, Words, keys_of
from holdfast.settings.locations import LOCATIONS
from holdfast.settings.naming import RULES
from holdfast.settings.principals import GUID
from holdfast.settings.sections import Cluster, Environment, Group, Insights, Logs, Registry, Storage, Vault, Workspace

_KINDS = {
    Group: Kind.GROUP,
    Vault: Kind.VAULT,
    Storage: Kind.STORAGE,
    Logs: Kind.LOGS,
    Insights: Kind.INSIGHTS,
    Registry: Kind.REGISTRY,
    Cluster: Kind.CLUSTER,
    Workspace: Kind.WORKSPACE,
}


def schema() -> dict[str, Any]:
    """The schema; plain JSON types only."""
    config = {
        LOCATION_KEY: {
            "description": "Where everything is made. Pulumi's own key; `West Europe` is read as `westeurope` is.",
            "anyOf": [{"enum": list(LOCATIONS)}, {"type": "string"}],
        },
        SUBSCRIPTION_KEY: {
            "description": "The subscription. Pulumi's own key; a login for another one is refused.",
            "type": "string",
            "pattern": GUID,
        },
        KEY: _section(Environment),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of Holdfast",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "description": "The stack's configuration; keys of other Pulumi packages may stand here too.",
                "type": "object",
                "required": [KEY],
                "properties": config,
            },
            "encryptionsalt": {"type": "string", "description": "Written by Pulumi (passphrase secrets)."},
            "secretsprovider": {"type": "string", "description": "Written by Pulumi."},
            "encryptedkey": {"type": "string", "description": "Written by Pulumi."},
            "environment": {"description": "Pulumi ESC environments that the stack imports."},
        },
        "additionalProperties": False,
    }


def _section(section: type) -> dict[str, Any]:
    keys = keys_of(section)
    required = [name for name, one in keys.items() if one.required]
    written: dict[str, Any] = {
        "type": "object",
        "properties": {name: _key(section, name, one) for name, one in keys.items()},
        "additionalProperties": False,
    }
    if required:
        written["required"] = required
    if section in _KINDS:
        written["not"] = {"required": ["name", "id"]}
    return written


def _key(section: type, name: str, one: Key) -> dict[str, Any]:
    said = f"{one.doc} Default: {one.default}." if one.default else one.doc
    written = {"description": said} | _spec(one.spec)
    if name == "name" and section in _KINDS:
        rule = RULES[_KINDS[section]]
        written |= {"pattern": f"^{rule.pattern}$", "maxLength": rule.longest}
        written["description"] += f" {rule.says}."
    return written


def _spec(spec: Spec) -> dict[str, Any]:
    match spec:
        case Text():
            written: dict[str, Any] = {"type": "string", "minLength": 1}
            if spec.pattern:
                written["pattern"] = spec.pattern
            if spec.example:
                written["examples"] = [spec.example]
            return written
        case Choice():
            return {"enum": [str(word) for word in (*spec.words, *spec.also)]}
        case Number(least, most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case Amount(least, most):
            return {"type": "number", "minimum": least, "maximum": most}
        case Flag():
            return {"type": "boolean"}
        case Items(of, most):
            return {"type": "array", "items": _spec(of)} | ({"maxItems": most} if most else {})
        case Words():
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case Shares():
            return {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 100}}
        case Section(make, short, flag):
            whole = _section(make)
            if flag:
                return {"anyOf": [{"type": "boolean"}, whole]}
            return {"anyOf": [{"type": "string", "minLength": 1}, whole]} if short else whole
