"""Which keys are there under `holdfast:environment`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.model.wanted import RoleAssignments
from holdfast.settings.keys import Choice, Flag, Items, Section, Text, Words, key
from holdfast.settings.sections.cluster import Cluster
from holdfast.settings.sections.computes import Compute
from holdfast.settings.sections.containers import ContainerGroup
from holdfast.settings.sections.datastores import Datastore
from holdfast.settings.sections.identities import Identity
from holdfast.settings.sections.kinds import Group, Insights, Logs, Names, Registry, Storage, Workspace
from holdfast.settings.sections.network import Diagnostics, Network
from holdfast.settings.sections.receipts import Receipts
from holdfast.settings.sections.services import Service
from holdfast.settings.sections.vault import Vault


@dataclass(frozen=True, slots=True)
class Environment:
    """All of `holdfast:environment`."""

    resource_group: Group | None = key(
        Section(Group, short="name"),
        "The group that everything is made in: its name, or a map. The only key that must be there.",
        required=True,
    )
    prefix: str | None = key(
        Text("1 to 20 letters, digits and hyphens, a letter first", pattern="^[A-Za-z][A-Za-z0-9-]{0,19}$"),
        "What the default names begin with.",
        default="the project's name",
    )
    names: Names = key(
        Section(Names, short="pattern"), "How names are made where none is set: a pattern, or a map.", empty=Names()
    )
    tags: Mapping[str, str] = key(
        Words(),
        "Tags on every resource that is managed, at most 48 (Azure's 50 less the two that say whose it is).",
        default="none",
        make=dict,
    )
    identities: tuple[Identity, ...] = key(
        Items(Section(Identity), 100, "too-many-parts"),
        "User-assigned identities, one item each, for `identity` elsewhere. One that falls out of the list is deleted.",
        default="none",
        empty=(),
    )
    network: Network | None = key(
        Section(Network),
        "Makes vault, storage, registry and workspace private: an endpoint for each in your subnet, their names in your"
        " private DNS zones, and their firewalls shut.",
        default="public networks, as each resource has it",
    )
    diagnostics: Diagnostics | None = key(
        Section(Diagnostics, flag="enabled"),
        "Diagnostic settings of vault, storage (blobs), registry, cluster and workspace to the logs workspace: `true`,"
        " or a map. Off unless it is written: what is ingested is paid, and Azure refuses a second setting beside one"
        " that an Azure Policy has made for the same logs and the same place.",
        default="`false`",
    )
    role_assignments: RoleAssignments | None = key(
        Choice(tuple(RoleAssignments), make=RoleAssignments),
        "`manage` assigns the roles that identities and the grants of an RBAC vault need. `expect` assigns none, for a"
        " login that may not: every preview names each missing one with the `az` command for whoever may.",
        default=str(RoleAssignments.MANAGE),
    )
    retain: bool | None = key(
        Flag(),
        "Whether vault, storage account, registry, workspace and group outlive `pulumi destroy`. `false` lets `destroy`"
        " delete them, softly where Azure can, and never purges; it counts from the `pulumi up` that ran with it on,"
        " also for what falls out of the settings. Not beside a `lock`.",
        default="`true`",
    )
    receipts: Receipts | None = key(
        Section(Receipts),
        "Where each run's receipt is kept besides this machine.",
        default="on this machine alone",
    )
    vault: Vault = key(Section(Vault), "The Key Vault, its settings and who may use it.", empty=Vault())
    storage: Storage = key(Section(Storage), "The workspace's storage account.", empty=Storage())
    logs: Logs = key(
        Section(Logs, flag="enabled"), "The Log Analytics workspace behind Application Insights.", empty=Logs()
    )
    insights: Insights = key(
        Section(Insights, flag="enabled"), "The workspace's Application Insights component.", empty=Insights()
    )
    registry: Registry = key(
        Section(Registry, flag="enabled"),
        "The container registry, which holds the images of environments and services.",
        empty=Registry(),
    )
    cluster: Cluster | None = key(
        Section(Cluster),
        "The AKS cluster, for models that are served there. None is made without this key.",
        default="no cluster",
    )
    workspace: Workspace = key(Section(Workspace), "The Machine Learning workspace.", empty=Workspace())
    computes: tuple[Compute, ...] = key(
        Items(Section(Compute), 200, "too-many-parts"),
        "The workspace's computes, one item each. One that falls out of the list is deleted.",
        default="none",
        empty=(),
    )
    datastores: tuple[Datastore, ...] = key(
        Items(Section(Datastore), 200, "too-many-parts"),
        "The workspace's datastores beside those that Azure makes with it, one item each. One that falls out of the"
        " list is forgotten by the workspace; the data stay.",
        default="none",
        empty=(),
    )
    container_groups: tuple[ContainerGroup, ...] = key(
        Items(Section(ContainerGroup), 100, "too-many-parts"),
        "Container groups (ACI), one item each, of one container. One that falls out of the list is deleted.",
        default="none",
        empty=(),
    )
    services: tuple[Service, ...] = key(
        Items(Section(Service), 100, "too-many-parts"),
        "Models that are served, one item each: registered, built into an image and started, each step only where"
        " something of it changed. What runs of one that falls out of the list is deleted; its models and images stay.",
        default="none",
        empty=(),
    )
