"""Which resource types and functions does the stand-in serve? One module per service, loaded when a token of it is
first used.

A new type is a `ResourceType` in its service's `RESOURCES` (and a `getter` / `lister` in `INVOKES`); a new service is
a module here and its name in `SERVICES`. `tests/sandbox/provider/test_tables.py` compares every table with the SDK's
classes.
"""

from __future__ import annotations

import importlib
from typing import Any

from holdfast_sandbox.provider.schema import Invoke, ResourceType

SERVICES = (
    "applicationinsights",
    "authorization",
    "containerinstance",
    "containerregistry",
    "containerservice",
    "keyvault",
    "kubernetesconfiguration",
    "machinelearningservices",
    "managedidentity",
    "monitor",
    "network",
    "operationalinsights",
    "privatedns",
    "resources",
    "storage",
)


class NotServedError(Exception):
    """A token that no table has; the message names it."""

    def __init__(self, token: str) -> None:
        why = "issue: not built yet"
        if token.count(":") == 2 and "/v" in token.split(":")[1]:
            why = "API-version modules are not part of azure-native 3.x"
        super().__init__(f"{token} is not served by the sandbox's stand-in provider ({why})")


def resource_type(token: str) -> ResourceType:
    """The table of a resource type, e.g. `azure-native:keyvault:Vault`; NotServedError for any other token."""
    found: ResourceType | None = _tables(token, "RESOURCES").get(token)
    if found is None:
        raise NotServedError(token)
    return found


def invoke(token: str) -> Invoke:
    """The table of a function, e.g. `azure-native:keyvault:getVault`; NotServedError for any other token."""
    found: Invoke | None = _tables(token, "INVOKES").get(token)
    if found is None:
        raise NotServedError(token)
    return found


def all_resources() -> dict[str, ResourceType]:
    """Every table, by token."""
    return {token: table for service in SERVICES for token, table in _module(service, "RESOURCES").items()}


def all_invokes() -> dict[str, Invoke]:
    """Every function, by token."""
    return {token: table for service in SERVICES for token, table in _module(service, "INVOKES").items()}


def _tables(token: str, what: str) -> dict[str, Any]:
    parts = token.split(":")
    return _module(parts[1], what) if len(parts) == 3 and parts[0] == "azure-native" and parts[1] in SERVICES else {}


def _module(service: str, what: str) -> dict[str, Any]:
    tables: dict[str, Any] = getattr(importlib.import_module(f"{__name__}.{service}"), what)
    return tables
