"""What do secrets and keys answer through Resource Manager? Names, versions and attributes, never a value.

The vault's own host (the data plane) is not served: Resource Manager can create and read, not delete. A secret's
value is kept in the resource's private part, which no answer shows.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from holdfast_sandbox.arm import exceptions as arm
from holdfast_sandbox.arm.call import Answer, Call
from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.keyvault import exceptions, models
from holdfast_sandbox.arm.services.keyvault.responses import VAULT, VAULT_TYPE
from holdfast_sandbox.arm.store import Json, Resource
from holdfast_sandbox.arm.tracked import checked_tags

SECRET_TYPE, KEY_TYPE = f"{VAULT_TYPE}/secrets", f"{VAULT_TYPE}/keys"
MAX_VALUE = 25_600  # bytes; learn.microsoft.com/azure/key-vault/secrets/about-secrets

_NAME = re.compile(r"[a-zA-Z0-9-]{1,127}")
_KEY_TYPES = ("EC", "EC-HSM", "RSA", "RSA-HSM")
_CURVES = ("P-256", "P-384", "P-521", "P-256K")
_SIZES = (2048, 3072, 4096)
_OPERATIONS = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "release")


# -- secrets -----------------------------------------------------------------------------------------------------------


def put_secret(call: Call) -> Answer:
    """A new secret, or a new version of it."""
    vault = _vault(call)
    name = _checked_name(call.params["secretName"], "secretName")
    body = call.json()
    properties = models.properties_of(body)
    value = properties.get("value")
    if value is None:
        raise exceptions.not_specified("value")
    existing = call.store.get(call.id)
    secret = existing or Resource(call.id, SECRET_TYPE, name, vault.subscription, vault.group)
    attributes = _attributes(call, properties.get("attributes"), existing)
    uri = f"{vault.body['properties']['vaultUri']}secrets/{name}"
    secret.private["value"] = _checked_value(value)
    secret.body = {
        "location": vault.location,
        "tags": checked_tags(body),
        "properties": {
            "attributes": attributes,
            **_content_type(properties),
            "secretUri": uri,
            "secretUriWithVersion": f"{uri}/{uuid.uuid4().hex}",
        },
    }
    call.plane.save(secret)
    return Answer(200 if existing else 201, secret.answer())


def patch_secret(call: Call) -> Answer:
    """What it carries changes; a value makes a new version."""
    _vault(call)
    secret, body = _object(call), call.json()
    given = models.properties_of({"properties": body.get("properties") or {}})
    stored = secret.body["properties"]
    if "value" in given:
        secret.private["value"] = _checked_value(given["value"])
        stored["secretUriWithVersion"] = f"{stored['secretUri']}/{uuid.uuid4().hex}"
    stored |= _content_type(given)
    stored["attributes"] = _attributes(call, {**stored["attributes"], **(given.get("attributes") or {})}, secret)
    if body.get("tags") is not None:
        secret.body["tags"] = checked_tags(body)
    call.plane.save(secret)
    return Answer(200, secret.answer())


# -- keys --------------------------------------------------------------------------------------------------------------


def put_key(call: Call) -> Answer:
    """The first version of a new key; an existing key is answered as it is, nothing is written (REST reference)."""
    vault = _vault(call)
    name = _checked_name(call.params["keyName"], "keyName")
    body = call.json()
    given = models.properties_of(body)
    properties = _key_properties(given, premium=vault.body["properties"]["sku"]["name"] == "premium")
    existing = call.store.get(call.id)
    if existing is not None:
        return Answer(200, existing.answer())
    key = Resource(call.id, KEY_TYPE, name, vault.subscription, vault.group)
    uri = f"{vault.body['properties']['vaultUri']}keys/{name}"
    version = uuid.uuid4().hex
    attributes = _attributes(call, given.get("attributes"), None)
    level = "Recoverable" if vault.body["properties"].get("enablePurgeProtection") else "Recoverable+Purgeable"
    attributes |= {"exportable": bool((given.get("attributes") or {}).get("exportable", False)), "recoveryLevel": level}
    key.body = {
        "location": vault.location,
        "tags": checked_tags(body),
        "properties": {
            "attributes": attributes,
            **properties,
            "keyUri": uri,
            "keyUriWithVersion": f"{uri}/{version}",
        },
    }
    key.private["version"] = version
    call.plane.save(key)
    return Answer(200, key.answer())


def get_key_version(call: Call) -> Answer:
    key = _object_at(call, f"{VAULT}/keys/{{keyName}}".format(**call.params))
    if call.params["keyVersion"] != key.private["version"]:
        raise arm.resource_not_found(f"{KEY_TYPE}/versions", call.full_name(), call.group)
    return Answer(200, _version(key))


def list_key_versions(call: Call) -> Answer:
    return call.page([_version(_object_at(call, f"{VAULT}/keys/{{keyName}}".format(**call.params)))])


def _version(key: Resource) -> Json:
    version = key.private["version"]
    return {**key.answer(), "id": f"{key.id}/versions/{version}", "name": version, "type": f"{KEY_TYPE}/versions"}


def _key_properties(given: Json, *, premium: bool) -> Json:
    kind = given.get("kty")
    if kind is None:
        raise exceptions.not_specified("kty")
    if kind not in _KEY_TYPES or (kind.endswith("-HSM") and not premium):
        raise exceptions.invalid_value("kty")
    properties: Json = {"kty": kind}
    if kind.startswith("RSA"):
        properties["keySize"] = given.get("keySize", 2048)
        if properties["keySize"] not in _SIZES:
            raise exceptions.invalid_value("keySize")
    else:
        properties["curveName"] = given.get("curveName", "P-256")
        if properties["curveName"] not in _CURVES:
            raise exceptions.invalid_value("curveName")
    operations = given.get("keyOps")
    if operations is None:
        operations = list(_OPERATIONS[:6]) if kind.startswith("RSA") else ["sign", "verify"]
    if not isinstance(operations, list) or any(operation not in _OPERATIONS for operation in operations):
        raise exceptions.invalid_value("keyOps")
    properties["keyOps"] = operations
    for member in ("rotationPolicy", "release_policy"):
        if member in given:
            properties[member] = given[member]
    return properties


# -- both --------------------------------------------------------------------------------------------------------------


def get_object(call: Call) -> Answer:
    return Answer(200, _object(call).answer())


def list_secrets(call: Call) -> Answer:
    return _list(call, SECRET_TYPE)


def list_keys(call: Call) -> Answer:
    return _list(call, KEY_TYPE)


def _list(call: Call, kind: str) -> Answer:
    return call.page([found.answer() for found in call.store.find(kind, under=_vault(call).id)])


def _object(call: Call) -> Resource:
    return _object_at(call, call.id)


def _object_at(call: Call, object_id: str) -> Resource:
    _vault(call)
    found = call.store.get(object_id)
    if found is None:
        raise arm.resource_not_found(call.route.type.name, call.full_name(), call.group)
    return found


def _vault(call: Call) -> Resource:
    vault_id = VAULT.format(**call.params)
    vault = call.store.get(vault_id)
    if vault is None:
        if call.method == "PUT":
            raise arm.parent_not_found(call.route.type.name, call.full_name(), vault_id)
        raise arm.resource_not_found(VAULT_TYPE, call.params["vaultName"], call.group)
    return vault


def _checked_name(name: str, parameter: str) -> str:
    if not _NAME.fullmatch(name):
        raise exceptions.invalid_value(parameter)
    return name


def _checked_value(value: Any) -> str:
    if not isinstance(value, str):
        raise invalid_request_content("properties.value must be a string")
    if len(value.encode()) > MAX_VALUE:
        raise exceptions.invalid_value("value")
    return value


def _content_type(properties: Json) -> Json:
    content = properties.get("contentType")
    if content is None:
        return {}
    if not isinstance(content, str) or len(content) > 255:
        raise exceptions.invalid_value("contentType")
    return {"contentType": content}


def _attributes(call: Call, given: Any, existing: Resource | None) -> Json:
    if given is not None and not isinstance(given, dict):
        raise invalid_request_content("properties.attributes must be an object")
    given = given or {}
    now = int(call.plane.clock())
    before = existing.body["properties"]["attributes"] if existing else {}
    attributes: Json = {"enabled": given.get("enabled", True)}
    if not isinstance(attributes["enabled"], bool):
        raise invalid_request_content("properties.attributes.enabled must be a boolean")
    for member in ("nbf", "exp"):
        if given.get(member) is not None:
            if isinstance(given[member], bool) or not isinstance(given[member], int):
                raise invalid_request_content(f"properties.attributes.{member} must be a number of seconds")
            attributes[member] = given[member]
    return {**attributes, "created": before.get("created", now), "updated": now}
