"""How are resources declared to azure-native? By its own names for what the plan's bodies hold.

A body is written as Azure's reference writes it; azure-native takes most of `properties` at the top, and calls a few
things otherwise. The inputs hold for a creation only. Afterwards every one of them is ignored (`options`): what the
settings omit stays what our state recorded, on adoption what was live, and a name in another letter case is no change.
So azure-native never sends a second PUT of what holds keys or data; what changes has a way of its own: `VaultSettings`,
`VaultGrants`, `ResourceTags`, `ResourceSettings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.model.bodies import Body, flat
from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How azure-native names a resource's address and inputs.

    `address` are the inputs that make its id: by name, the segment of the id that each holds (`resourceGroups`, the
    last one for an empty text, `EXTENDED` for the id of what it extends). `renamed` are inputs that are called
    otherwise than in Azure's reference. `nested` says that `properties` is an input of its own, under that name;
    `constant` are inputs that are the same for all. `outputs` are what is used of Azure's answers beyond the inputs.
    """

    address: Mapping[str, str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    nested: str = ""
    constant: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


#: Stands for all of an id before its last `/providers/`.
EXTENDED = "/"

_IN_GROUP = {"resourceGroupName": "resourceGroups"}

KIND_BLUEPRINTS: dict[Kind, Blueprint] = {
    Kind.GROUP: Blueprint({"resourceGroupName": ""}),
    Kind.VAULT: Blueprint({"vaultName": "", **_IN_GROUP}),
    Kind.STORAGE: Blueprint(
        {"accountName": "", **_IN_GROUP},
        renamed={"supportsHttpsTrafficOnly": "enableHttpsTrafficOnly", "networkAcls": "networkRuleSet"},
    ),
    Kind.LOGS: Blueprint({"workspaceName": "", **_IN_GROUP}),
    Kind.INSIGHTS: Blueprint(
        {"resourceName": "", **_IN_GROUP},
        renamed={"Application_Type": "applicationType", "WorkspaceResourceId": "workspaceResourceId"},
    ),
    Kind.REGISTRY: Blueprint({"registryName": "", **_IN_GROUP}, outputs=("loginServer",)),
    Kind.CLUSTER: Blueprint({"resourceName": "", **_IN_GROUP}, outputs=("identityProfile",)),
    Kind.WORKSPACE: Blueprint({"workspaceName": "", **_IN_GROUP}),
}

_IN_WORKSPACE = {**_IN_GROUP, "workspaceName": "workspaces"}

SORT_BLUEPRINTS: dict[Sort, Blueprint] = {
    Sort.IDENTITY: Blueprint({"resourceName": "", **_IN_GROUP}, outputs=("principalId",)),
    Sort.CONTAINER: Blueprint({"containerGroupName": "", **_IN_GROUP}),
    Sort.ENDPOINT: Blueprint({"privateEndpointName": "", **_IN_GROUP}),
    Sort.ZONES: Blueprint(
        {"privateDnsZoneGroupName": "", "privateEndpointName": "privateEndpoints", **_IN_GROUP},
    ),
    Sort.DIAGNOSTICS: Blueprint({"name": "", "resourceUri": EXTENDED}),
    Sort.BLOB_DIAGNOSTICS: Blueprint({"name": "", "resourceUri": EXTENDED}),
    Sort.LOCK: Blueprint({"lockName": "", "scope": EXTENDED}),
    Sort.POOL: Blueprint({"agentPoolName": "", "resourceName": "managedClusters", **_IN_GROUP}),
    Sort.EXTENSION: Blueprint(
        {"extensionName": "", "clusterName": "managedClusters", **_IN_GROUP},
        constant={"clusterRp": "Microsoft.ContainerService", "clusterResourceName": "managedClusters"},
    ),
    Sort.COMPUTE: Blueprint({"computeName": "", **_IN_WORKSPACE}, nested="properties"),
    Sort.DATASTORE: Blueprint({"name": "", **_IN_WORKSPACE}, nested="properties"),
    Sort.SERVING: Blueprint({"endpointName": "", **_IN_WORKSPACE}, nested="properties"),
}


def inputs_of(blueprint: Blueprint, id: str, body: Body) -> dict[str, Any]:
    """The inputs of a new resource, by azure-native's names."""
    parts = id.split("/")
    by_segment = {name.lower(): value for name, value in zip(parts[1::2], parts[2::2], strict=False)}
    by_segment[EXTENDED] = id.rpartition("/providers/")[0]
    address = {
        name: by_segment[segment.lower()] if segment else parts[-1] for name, segment in blueprint.address.items()
    }
    whole = body.creation
    if blueprint.nested:
        whole = {name if name != "properties" else blueprint.nested: value for name, value in whole.items()}
    else:
        whole = flat(whole)
    identity = whole.get("identity", {})
    if "userAssignedIdentities" in identity:
        # azure-native takes the ids as a list, and makes Azure's map of them.
        whole["identity"] = {**identity, "userAssignedIdentities": [*identity["userAssignedIdentities"]]}
    return {blueprint.renamed.get(name, name): value for name, value in whole.items()} | {
        **blueprint.constant,
        **address,
    }
