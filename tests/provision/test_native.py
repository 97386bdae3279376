"""Is what we declare without azure-native's classes what those classes would take?"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pulumi_azure_native as azure
import pytest
from pulumi import _types

from holdfast.decide.bodies import KIND_BODIES, PART_BODIES
from holdfast.model.bodies import Body, merged_body
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import part_id, resource_id
from holdfast.model.plan import Plan, VaultPlan
from holdfast.model.sorts import SORTS, Sort, Tagged
from holdfast.model.wanted import Authorization, Wanted, WantedPart, WantedResource
from holdfast.provision.native import plugin_version
from holdfast.provision.resources import KIND_BLUEPRINTS, SORT_BLUEPRINTS, inputs_of
from holdfast.provision.roles import ROLE_ASSIGNMENT
from holdfast.provision.vault import vault_inputs

#: Every setting that a kind or a part can have, so that every input that can ever be declared is looked at.
KIND_SETTINGS: dict[Kind, dict[str, Any]] = {
    Kind.STORAGE: {"closed": True},
    Kind.REGISTRY: {"sku": "Premium", "admin": False, "publicAccess": False, "retentionDays": 7, "closed": True},
    Kind.CLUSTER: {
        "identity": {"user": {"name": "id-train"}},
        "kubeletIdentity": {"name": "id-train"},
        "version": "1.34",
        "tier": "standard",
        "upgradeChannel": "stable",
        "localAccounts": True,
        "authorizedRanges": ["203.0.113.0/24"],
        "subnet": "/subnet",
        "network": {
            "plugin": "azure",
            "mode": "overlay",
            "policy": "cilium",
            "podCidr": "10.244.0.0/16",
            "serviceCidr": "10.1.0.0/16",
            "dnsServiceIp": "10.1.0.10",
            "outbound": "userDefinedRouting",
        },
        "systemPool": {"name": "first", "size": "S", "min": 1, "max": 2, "zones": [1], "maxPods": 50},
    },
    Kind.WORKSPACE: {
        "identity": {"user": {"name": "id-train"}},
        "publicAccess": False,
        "managedNetwork": "approvedOutbound",
        "highBusinessImpact": True,
        "description": "d",
        "friendlyName": "f",
        "imageBuildCompute": "cpu",
        "v1LegacyMode": False,
        "systemDatastoresAuthMode": "identity",
    },
}
PARTS = [
    WantedPart(
        Sort.POOL,
        "gpu",
        "cluster",
        {
            "mode": "User",
            "size": "S",
            "min": 0,
            "max": 1,
            "labels": {"a": "b"},
            "taints": ["a=b:NoSchedule"],
            "maxPods": 50,
            "subnet": "/subnet",
            "zones": [1],
            "spot": True,
        },
    ),
    WantedPart(Sort.EXTENSION, "azureml", "cluster", {"training": True, "inference": True, "router": "nodePort"}),
    WantedPart(
        Sort.COMPUTE,
        "aks",
        "workspace",
        {
            "kind": "kubernetes",
            "namespace": "team",
            "defaultInstanceType": "small",
            "instanceTypes": [{"name": "small", "cpu": "1", "memory": "1Gi", "gpu": 1, "nodeSelector": {"a": "b"}}],
        },
    ),
    WantedPart(Sort.IDENTITY, "id-train", "group"),
    WantedPart(Sort.LOCK, "holdfast-prod-vault", "vault", {"target": "vault", "level": "CanNotDelete"}),
    WantedPart(Sort.COMPUTE, "cpu", "workspace", {"kind": "cluster", "size": "S", "min": 0, "max": 1}),
    WantedPart(
        Sort.CONTAINER,
        "score",
        "group",
        {
            "image": "image:1",
            "cpu": 0.5,
            "memory": 1,
            "ports": [80],
            "command": ["run"],
            "env": {"A": "b"},
            "secureEnv": {"C": "key"},
            "restart": "Always",
            "os": "Linux",
            "dnsLabel": "label",
            "subnet": "/subnet",
            "liveness": {"path": "/", "initialDelay": 1, "period": 1, "timeout": 1, "failures": 1},
            "readiness": {"command": ["true"]},
        },
    ),
    WantedPart(Sort.DATASTORE, "blobs", "workspace", {"kind": "blob", "container": "c", "description": "d"}),
    WantedPart(Sort.DATASTORE, "files", "workspace", {"kind": "file", "share": "s", "serviceIdentity": "none"}),
    WantedPart(Sort.DATASTORE, "lake", "workspace", {"kind": "dataLake", "filesystem": "f", "account": "stlake"}),
    WantedPart(Sort.COMPUTE, "mine", "workspace", {"kind": "instance", "size": "S", "idleMinutes": 5}),
    WantedPart(Sort.ENDPOINT, "pe-kv", "group", {"target": "vault", "way": "vault", "subnet": "/subnet"}),
    WantedPart(Sort.ZONES, "pe-kv", "endpoint-pe-kv", {"target": "vault", "zones": ["/zones/privatelink.a.b"]}),
    WantedPart(Sort.DIAGNOSTICS, "p-s-vault", "vault", {"target": "vault", "logs": "all", "metrics": True}),
    WantedPart(Sort.BLOB_DIAGNOSTICS, "p-s-st", "storage", {"target": "storage", "logs": "audit", "metrics": True}),
]

#: Inputs that azure-native takes as they are, for their shape hangs on a word in them.
UNION = {
    Sort.COMPUTE: lambda record: getattr(azure.machinelearningservices, f"{record['computeType']}Args"),
    Sort.DATASTORE: lambda record: getattr(azure.machinelearningservices, f"{record['datastoreType']}DatastoreArgs"),
}


def environment() -> Wanted:
    resources = {one: WantedResource(one, f"name{one}") for one in Kind}
    return Wanted("p", "s", "f", "sub", "westeurope", "rg", resources, settings=KIND_SETTINGS, parts=tuple(PARTS))


def kind_inputs(kind: Kind) -> dict[str, Any]:
    wanted = environment()
    inputs = inputs_of(KIND_BLUEPRINTS[kind], resource_id(wanted, kind), KIND_BODIES[kind](wanted))
    if kind is Kind.VAULT:
        settings = {"publicNetworkAccess": "Disabled", "enablePurgeProtection": True, "softDeleteRetentionInDays": 90}
        inputs["properties"] = vault_inputs(Plan({}, VaultPlan(Authorization.RBAC, settings)), "tenant")
    return {**inputs, "location": "westeurope", "tags": {}}


def part_inputs(part: WantedPart) -> dict[str, Any]:
    wanted, row = environment(), SORTS[part.sort]
    body = PART_BODIES[part.sort](wanted, part)
    tags = {Tagged.ROOT: {"tags": {}}, Tagged.PROPERTIES: {"properties": {"tags": {}}}, Tagged.NOWHERE: {}}
    head = {**tags[row.tagged], **({"location": "westeurope"} if row.located else {})}
    whole = Body(body.explicit, merged_body(head, body.secure))
    return inputs_of(SORT_BLUEPRINTS[part.sort], part_id(wanted, part), whole)


def sdk_class(token: str) -> type:
    """The arguments of the class that registers with that token."""
    _, module, name = token.split(":")
    found = getattr(azure, module)
    arguments: type = getattr(found, f"{name}Args", None) or getattr(found, f"{name}InitArgs")
    return arguments


def names(arguments: type) -> dict[str, Any]:
    """What a class of arguments takes: the type of each, by its Pulumi name."""
    types = _types.input_type_types(arguments)
    named = _types.input_type_py_to_pulumi_names(arguments)
    return {pulumi: types.get(pulumi, types.get(python)) for python, pulumi in named.items()}


def unknown(arguments: type, record: dict[str, Any], path: str = "") -> Iterator[str]:
    """The paths in a record that its class does not take."""
    taken = names(arguments)
    for key, value in record.items():
        where = f"{path}.{key}".lstrip(".")
        if key not in taken:
            yield where
            continue
        for item in _items(key, value):
            inner = next((one for one in _inner_classes(taken[key])), None)
            if isinstance(item, dict) and inner is not None:
                yield from unknown(inner, item, where)


#: Inputs that are maps of records by names of Azure's.
MAPS = ("identityProfile", "instanceTypes")


def _items(key: str, value: Any) -> list[Any]:
    if key in MAPS:
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _inner_classes(hint: Any) -> Iterator[type]:
    """The classes of arguments within a type hint; none where there are several (a union by a word)."""
    pending, found = [hint], set()
    while pending:
        one = pending.pop()
        if isinstance(one, type) and _types.is_input_type(one):
            found.add(one)
        pending += getattr(one, "__args__", ())
    if len(found) == 1:
        yield from found


@pytest.mark.parametrize("kind", list(Kind))
def test_every_input_of_a_kind_is_one_of_the_sdks_class(kind: Kind) -> None:
    """By Pulumi's name, at the top and in every record within."""
    assert not list(unknown(sdk_class(KINDS[kind].token), kind_inputs(kind)))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.logical)
def test_every_input_of_a_part_is_one_of_the_sdks_class(part: WantedPart) -> None:
    """As those of a kind; what is a union by a word is looked at by that word's class."""
    inputs = part_inputs(part)
    assert not list(unknown(sdk_class(SORTS[part.sort].token), inputs))
    if part.sort in UNION:
        record = inputs["properties"]
        assert not list(unknown(UNION[part.sort](record), record))


def test_a_wrong_name_is_found() -> None:
    """The comparison can fail: at the top, and in a record within a list."""
    wrong = {"nonsense": 1, "agentPoolProfiles": [{"name": "a", "vmSizes": "b"}], "sku": {"tiers": "Free"}}
    found = set(unknown(sdk_class(KINDS[Kind.CLUSTER].token), wrong))
    assert found == {"nonsense", "agentPoolProfiles.vmSizes", "sku.tiers"}


def test_a_role_assignment_is_the_sdks_too() -> None:
    """Its four inputs are the class's; `principalType` is left out on purpose."""
    taken = set(names(azure.authorization.RoleAssignmentArgs))
    assert {"roleAssignmentName", "scope", "principalId", "roleDefinitionId", "principalType"} <= taken
    assert ROLE_ASSIGNMENT == "azure-native:authorization:RoleAssignment"


@pytest.mark.parametrize("row", [*KINDS.values(), *SORTS.values()], ids=lambda row: row.token.rsplit(":", 1)[-1])
def test_every_api_version_is_the_one_that_the_sdk_writes_with(row: Any) -> None:
    """What is read is what was written: the version that the class's own text names."""
    name = row.token.rsplit(":", 1)[-1]
    assert f"REST API version {row.api_version}." in inspect.getsource(sdk_resource(row.token)), name


def sdk_resource(token: str) -> type:
    _, module, name = token.split(":")
    found: type = getattr(getattr(azure, module), name)
    return found


def test_the_plugin_is_the_one_of_the_sdk() -> None:
    """Another version would be a second provider."""
    assert plugin_version() == azure._utilities.get_version()
