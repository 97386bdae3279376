"""Which resources can an environment have many of, and what must be true of each sort?

One row a sort, as `kinds` has one a kind. A part belongs to a kind (a compute to the workspace) or to another part, and
its id is its parent's with a path behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from holdfast.model.kinds import Kind


class Sort(StrEnum):
    """A sort of part; with the part's name behind it, the value is a logical name in the state. In the order in which
    one may need the other."""

    IDENTITY = "identity"
    POOL = "pool"
    EXTENSION = "extension"
    COMPUTE = "compute"
    DATASTORE = "datastore"
    SERVING = "online-endpoint"
    CONTAINER = "container"
    ENDPOINT = "endpoint"
    ZONES = "zones"
    DIAGNOSTICS = "diagnostics"
    BLOB_DIAGNOSTICS = "blob-diagnostics"
    LOCK = "lock"


class Tagged(StrEnum):
    """Where a sort keeps its tags, if it has any."""

    ROOT = "root"
    PROPERTIES = "properties"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class SortFacts:
    """What is fixed about a sort.

    `path` is what stands between the parent's id and the name; the parents' lists answer at the same path. `token` is
    the Pulumi type, `api_version` what is read and written with. `tagged` says where its tags are. `whole_put` says
    that Azure changes one by a PUT of the whole body alone. `fixed` are paths (`properties.vmSize`, `[]` for every item
    of a list) that Azure does not change in place: a change is refused. `by_engine` says that azure-native writes
    changes, from the settings alone, and that a change of something fixed is a replacement: the part holds nothing, and
    what it was made with (secrets) Azure does not answer back. `actions` are paths that Azure changes by a POST alone:
    the action of each, whose body is the last name of the path. `listed` says that a parent's are read by one list.
    `anywhere` says that azure-native writes it by its parent's whole id, in another subscription too.
    `sole` is a property and a value: of those that have it, a parent takes one, whatever its name.
    `of_part` says that it belongs to another part; `parent` is then the kind that this one is in.
    """

    path: str
    token: str
    noun: str
    api_version: str
    parent: Kind
    tagged: Tagged = Tagged.NOWHERE
    located: bool = False
    whole_put: bool = True
    fixed: tuple[str, ...] = ()
    by_engine: bool = False
    actions: Mapping[str, str] = field(default_factory=dict)
    listed: bool = True
    anywhere: bool = False
    sole: tuple[str, str] | None = None
    of_part: bool = False

    @property
    def child(self) -> bool:
        """Whether it is nothing without its parent: a group's resources are something of their own."""
        return self.of_part or self.parent is not Kind.GROUP


SORTS: dict[Sort, SortFacts] = {
    Sort.IDENTITY: SortFacts(
        "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/",
        "azure-native:managedidentity:UserAssignedIdentity",
        "User-assigned identity",
        "2023-01-31",
        Kind.GROUP,
        Tagged.ROOT,
        located=True,
    ),
    Sort.POOL: SortFacts(
        "/agentPools/",
        "azure-native:containerservice:AgentPool",
        "Node pool",
        "2025-09-01",
        Kind.CLUSTER,
        Tagged.PROPERTIES,
        # What the service answers `PropertyChangeNotAllowed` to (github.com/Azure/azure-cli/issues/29520).
        fixed=(
            "properties.vmSize",
            "properties.osType",
            "properties.vnetSubnetID",
            "properties.maxPods",
            "properties.availabilityZones",
            "properties.scaleSetPriority",
        ),
    ),
    Sort.EXTENSION: SortFacts(
        "/providers/Microsoft.KubernetesConfiguration/extensions/",
        "azure-native:kubernetesconfiguration:Extension",
        "Cluster extension",
        "2023-05-01",
        Kind.CLUSTER,
        whole_put=False,
        fixed=("properties.extensionType", "properties.scope"),
        sole=("extensionType", "Microsoft.AzureML.Kubernetes"),
    ),
    Sort.COMPUTE: SortFacts(
        "/computes/",
        "azure-native:machinelearningservices:Compute",
        "Compute",
        "2025-12-01",
        Kind.WORKSPACE,
        Tagged.ROOT,
        located=True,
        fixed=(
            "properties.computeType",
            "properties.resourceId",
            "properties.properties.vmSize",
            "properties.properties.subnet",
            "properties.properties.namespace",
        ),
        # A PUT changes nothing of an instance that is there (github.com/Azure/bicep/issues/17617).
        actions={"properties.properties.idleTimeBeforeShutdown": "updateIdleShutdownSetting"},
    ),
    Sort.DATASTORE: SortFacts(
        "/datastores/",
        "azure-native:machinelearningservices:Datastore",
        "Datastore",
        "2025-12-01",
        Kind.WORKSPACE,
        Tagged.PROPERTIES,
        # What data are known by would mean other data (azurerm makes a new one for another place).
        fixed=(
            "properties.datastoreType",
            "properties.accountName",
            "properties.containerName",
            "properties.fileShareName",
            "properties.filesystem",
        ),
    ),
    Sort.SERVING: SortFacts(
        "/onlineEndpoints/",
        "azure-native:machinelearningservices:OnlineEndpoint",
        "Online endpoint",
        "2025-12-01",
        Kind.WORKSPACE,
        Tagged.ROOT,
        located=True,
        fixed=("properties.compute",),
    ),
    Sort.CONTAINER: SortFacts(
        "/providers/Microsoft.ContainerInstance/containerGroups/",
        "azure-native:containerinstance:ContainerGroup",
        "Container group",
        "2024-05-01-preview",
        Kind.GROUP,
        Tagged.ROOT,
        located=True,
        by_engine=True,
        # learn.microsoft.com/azure/container-instances/container-instances-update, "Properties that require container
        # delete"
        fixed=(
            "properties.osType",
            "properties.restartPolicy",
            "properties.containers[].properties.resources",
            "properties.subnetIds",
            "properties.ipAddress",
        ),
    ),
    Sort.ENDPOINT: SortFacts(
        "/providers/Microsoft.Network/privateEndpoints/",
        "azure-native:network:PrivateEndpoint",
        "Private endpoint",
        "2024-05-01",
        Kind.GROUP,
        Tagged.ROOT,
        located=True,
        # Where it stands and what it leads to are for life (github.com/pulumi/pulumi-azure-native/issues/3883).
        fixed=("properties.subnet", "properties.privateLinkServiceConnections"),
    ),
    Sort.ZONES: SortFacts(
        "/privateDnsZoneGroups/",
        "azure-native:network:PrivateDnsZoneGroup",
        "Private DNS zone group",
        "2024-05-01",
        Kind.GROUP,
        of_part=True,
    ),
    # The parent is whatever reports: the vault is one of them.
    Sort.DIAGNOSTICS: SortFacts(
        "/providers/Microsoft.Insights/diagnosticSettings/",
        "azure-native:monitor:DiagnosticSetting",
        "Diagnostic setting",
        "2021-05-01-preview",
        Kind.VAULT,
        anywhere=True,
    ),
    # A storage account reports nothing but metrics: its services have the logs.
    Sort.BLOB_DIAGNOSTICS: SortFacts(
        "/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/",
        "azure-native:monitor:DiagnosticSetting",
        "Diagnostic setting",
        "2021-05-01-preview",
        Kind.STORAGE,
        anywhere=True,
    ),
    Sort.LOCK: SortFacts(
        "/providers/Microsoft.Authorization/locks/",
        "azure-native:authorization:ManagementLockByScope",
        "Lock",
        "2020-05-01",
        Kind.VAULT,
        anywhere=True,
    ),
}
