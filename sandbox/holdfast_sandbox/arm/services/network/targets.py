"""What can a private endpoint lead to? Per type of target: its group ids, the members of each with their names in DNS.

Group ids and zones: learn.microsoft.com/azure/private-link/private-endpoint-dns; the registry's two members and the
workspace's three: container-registry-private-link and machine-learning/how-to-custom-dns. Hosts are those that the
target itself shows, so that they lie under `.invalid`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from holdfast_sandbox.arm.services.network import exceptions
from holdfast_sandbox.arm.store import Json, Resource


@dataclass(frozen=True)
class Name:
    """A host: `fqdn` as clients ask for it, `record` in a zone whose name holds `zone`."""

    fqdn: str
    record: str
    zone: str


@dataclass(frozen=True)
class Member:
    """One address of a private endpoint and the hosts that it answers for."""

    name: str
    names: Sequence[Name]


@dataclass(frozen=True)
class Target:
    """A type that endpoints may lead to. `zones`: the public cloud's, by group id."""

    type: str
    groups: Callable[[Resource], Mapping[str, Sequence[Member]]]
    zones: Mapping[str, Sequence[str]]
    versions: Sequence[str] = ()


def _vault(target: Resource) -> Mapping[str, Sequence[Member]]:
    host = urlsplit(target.body["properties"]["vaultUri"]).netloc
    return {"vault": [Member("default", [Name(host, target.name.lower(), "vaultcore")])]}


def _storage(target: Resource) -> Mapping[str, Sequence[Member]]:
    groups: dict[str, Sequence[Member]] = {}
    properties = target.body["properties"]
    for part, uri in properties["primaryEndpoints"].items():
        groups[part] = [Member(part, [Name(urlsplit(uri).netloc, target.name, f".{part}.")])]
    for part, uri in (properties.get("secondaryEndpoints") or {}).items():
        name = Name(urlsplit(uri).netloc, f"{target.name}-secondary", f".{part}.")
        groups[f"{part}_secondary"] = [Member(f"{part}_secondary", [name])]
    return groups


def _registry(target: Resource) -> Mapping[str, Sequence[Member]]:
    name, place = target.name.lower(), target.location
    host: str = target.body["properties"]["loginServer"]
    data = Name(f"{name}.{place}.data.{host.partition('.')[2]}", f"{name}.{place}.data", "azurecr")
    return {
        "registry": [
            Member(f"registry_data_{place}", [data]),
            Member("registry", [Name(host, name, "azurecr")]),
        ]
    }


def _workspace(target: Resource) -> Mapping[str, Sequence[Member]]:
    properties, place = target.body["properties"], target.location
    workspace = properties["workspaceId"]
    domain = urlsplit(properties["discoveryUrl"]).netloc.partition(".")[2]
    host: str = properties["notebookInfo"]["fqdn"]
    first, _, rest = host.partition(".")
    return {
        "amlworkspace": [
            Member(
                "default",
                [
                    Name(f"{workspace}.workspace.{place}.{domain}", f"{workspace}.workspace.{place}", ".api."),
                    Name(
                        f"{workspace}.workspace.{place}.cert.{domain}", f"{workspace}.workspace.{place}.cert", ".api."
                    ),
                ],
            ),
            Member("notebook", [Name(f"{first}.{place}.{rest}", f"{first}.{place}", ".notebooks.")]),
            Member(
                "inference",
                [Name(f"*.{workspace}.inference.{place}.{domain}", f"*.{workspace}.inference.{place}", ".api.")],
            ),
        ]
    }


_PARTS = ("blob", "file", "queue", "table", "web", "dfs")
TARGETS: Mapping[str, Target] = {
    target.type.lower(): target
    for target in (
        Target("Microsoft.KeyVault/vaults", _vault, {"vault": ["privatelink.vaultcore.azure.net"]}),
        Target(
            "Microsoft.Storage/storageAccounts",
            _storage,
            {
                group: [f"privatelink.{part}.core.windows.net"]
                for part in _PARTS
                for group in (part, f"{part}_secondary")
            },
        ),
        Target("Microsoft.ContainerRegistry/registries", _registry, {"registry": ["privatelink.azurecr.io"]}),
        Target(
            "Microsoft.MachineLearningServices/workspaces",
            _workspace,
            {"amlworkspace": ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"]},
        ),
    )
}


def type_of(target_id: str) -> Target:
    """The kind of target that an id names; refused when the sandbox serves no private endpoints to it."""
    tail = target_id.rpartition("/providers/")[2].split("/")
    found = TARGETS.get("/".join(tail[:2]).lower()) if len(tail) == 3 else None
    if found is None:
        raise exceptions.not_served(f"privateLinkServiceId: {target_id}")
    return found


def members(target: Resource, group: str) -> Sequence[Member]:
    """The members of a group id, letter case as given; refused as the target's service does (azurerm#11778)."""
    kind = type_of(target.id)
    groups = kind.groups(target)
    found = next((name for name in groups if name.lower() == group.lower()), None)
    if found is None:
        raise exceptions.target_refused(
            400, "IncorrectPrivateLinkServiceConnectionGroupId", kind.type, f"Invalid groupId '{group}'"
        )
    return groups[found]


def link_resources(target: Resource) -> list[Json]:
    """What `privateLinkResources` answers."""
    kind = type_of(target.id)
    return [
        {
            "id": f"{target.id}/privateLinkResources/{group}",
            "name": group,
            "type": f"{kind.type}/privateLinkResources",
            "properties": {
                "groupId": group,
                "requiredMembers": [member.name for member in found],
                "requiredZoneNames": list(kind.zones[group]),
            },
        }
        for group, found in kind.groups(target).items()
    ]
