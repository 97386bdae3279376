"""Which keys are there for the resources that an environment has one of?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.model.kinds import Kind
from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Choice, Flag, Number, Text, Words, key
from holdfast.settings.sections.identities import ChosenIdentity, identity_key
from holdfast.settings.sections.named import DATA, enabled_key, id_key, lock_key, name_key, when_exists_key


@dataclass(frozen=True, slots=True)
class Group:
    """`resourceGroup`."""

    name: str | None = name_key(Kind.GROUP)
    id: str | None = id_key(Kind.GROUP)
    when_exists: WhenExists | None = when_exists_key(
        Kind.GROUP, WhenExists.REFER, "A group is often another team's, so it is only used unless told otherwise."
    )
    lock: str | None = lock_key(Kind.GROUP)
    bare: bool = False  #: Written as a text, the name.


@dataclass(frozen=True, slots=True)
class Names:
    """`names`. A bare text is its `pattern`."""

    pattern: str | None = key(
        Text("a pattern such as `{kind}-{team}-{env}`"),
        "The pattern of every name that is not set otherwise. Characters that a kind does not take become a hyphen, and"
        " are left out of the storage account's name.",
        default="`{prefix}-{kind}-{stack}-{hash}`",
    )
    vault: str | None = key(Text("a pattern"), "The Key Vault's pattern, for example `kv-{team}-{env}`.")
    storage: str | None = key(Text("a pattern"), "The storage account's pattern, for example `st{team}{env}{hash}`.")
    logs: str | None = key(Text("a pattern"), "The Log Analytics workspace's pattern.")
    insights: str | None = key(Text("a pattern"), "The Application Insights component's pattern.")
    registry: str | None = key(Text("a pattern"), "The container registry's pattern, for example `cr{team}{env}`.")
    cluster: str | None = key(Text("a pattern"), "The AKS cluster's pattern.")
    workspace: str | None = key(Text("a pattern"), "The Machine Learning workspace's pattern.")
    values: Mapping[str, str] = key(
        Words(),
        "Placeholders of your own, for example `{team: ml, env: prod}`. Not taken from `tags`: whoever corrects a tag"
        " must not rename a vault by it.",
        make=dict,
    )
    bare: bool = False  #: Written as a text, the pattern.


@dataclass(frozen=True, slots=True)
class Storage:
    """`storage`."""

    name: str | None = name_key(Kind.STORAGE)
    id: str | None = id_key(Kind.STORAGE)
    when_exists: WhenExists | None = when_exists_key(Kind.STORAGE, WhenExists.REFUSE, DATA)
    lock: str | None = lock_key(Kind.STORAGE)


@dataclass(frozen=True, slots=True)
class Logs:
    """`logs`."""

    name: str | None = name_key(Kind.LOGS)
    id: str | None = id_key(Kind.LOGS)
    enabled: bool | None = enabled_key(Kind.LOGS)
    when_exists: WhenExists | None = when_exists_key(Kind.LOGS, WhenExists.REFUSE, DATA)
    bare: bool = False  #: Written as a truth.


@dataclass(frozen=True, slots=True)
class Insights:
    """`insights`."""

    name: str | None = name_key(Kind.INSIGHTS)
    id: str | None = id_key(Kind.INSIGHTS)
    enabled: bool | None = enabled_key(Kind.INSIGHTS)
    when_exists: WhenExists | None = when_exists_key(Kind.INSIGHTS, WhenExists.REFUSE, DATA)
    bare: bool = False  #: Written as a truth.


@dataclass(frozen=True, slots=True)
class Registry:
    """`registry`."""

    name: str | None = name_key(Kind.REGISTRY)
    id: str | None = id_key(Kind.REGISTRY)
    enabled: bool | None = enabled_key(Kind.REGISTRY)
    when_exists: WhenExists | None = when_exists_key(Kind.REGISTRY, WhenExists.REFUSE, DATA)
    lock: str | None = lock_key(Kind.REGISTRY)
    sku: str | None = key(
        Choice(("Basic", "Standard", "Premium"), "tier"),
        "Its tier. Private endpoints and retention are for `Premium` alone.",
        default="`Standard` for a new one",
    )
    admin: bool | None = key(
        Flag(),
        "Whether it has an admin user, whose password would be everybody's. Without one, images are pulled by the"
        " identities that are given the role AcrPull.",
        default="`false` for a new one",
    )
    public_access: bool | None = key(
        Flag(),
        "Whether it answers from the internet. Only a `Premium` one can be closed.",
        default="what is live; `true` for a new one",
    )
    retention_days: int | None = key(
        Number(0, 365),
        "Days after which an image without a tag is deleted, in a `Premium` registry.",
        default="nothing is deleted",
    )
    bare: bool = False  #: Written as a truth.


@dataclass(frozen=True, slots=True)
class Workspace:
    """`workspace`."""

    name: str | None = name_key(Kind.WORKSPACE)
    id: str | None = id_key(Kind.WORKSPACE)
    when_exists: WhenExists | None = when_exists_key(Kind.WORKSPACE, WhenExists.REFUSE, DATA)
    lock: str | None = lock_key(Kind.WORKSPACE)
    identity: ChosenIdentity | None = identity_key(
        "The workspace's identity: `system`, made by Azure with it, or `{user: NAME}`, one of `identities`: it is then"
        " given the roles and the access to the vault that Azure gives to no user-assigned one. Fixed at creation."
    )
    public_access: bool | None = key(
        Flag(),
        "Whether it answers from the internet, or from private endpoints alone.",
        default="what is live; Azure's own default for a new one, which is `true`",
    )
    managed_network: str | None = key(
        Choice(("disabled", "internetOutbound", "approvedOutbound")),
        "The network that Azure keeps for its computes: none, one that reaches the internet, or one that reaches what"
        " is approved. Once there it stays, and a workspace with computes gets none.",
        default="what is live; none for a new one",
    )
    high_business_impact: bool | None = key(
        Flag(),
        "Whether it holds sensitive data: Azure then collects less about it and encrypts more. Fixed at creation.",
        default="`false` for a new one",
    )
    description: str | None = key(Text(), "What people read about it.")
    friendly_name: str | None = key(Text(), "The name that the studio shows.", default="its name, for a new one")
    image_build_compute: str | None = key(
        Text("a name of `computes`, or `none`", example="cpu"),
        "The compute cluster of `computes` that images are built on, where the registry can't build them itself: behind"
        " private endpoints. It is set after the cluster is made, in the same run. `none` ends it.",
        default="what is live; none for a new one",
    )
    v1_legacy_mode: bool | None = key(
        Flag(), "Whether the API of version 2 is switched off.", default="what is live; `false` for a new one"
    )
    system_datastores_auth_mode: str | None = key(
        Choice(("identity", "accessKey")),
        "How the datastores that Azure makes with it log in to the storage account: by whoever asks (`identity`), or by"
        " the account's key, which then lies in the vault.",
        default="what is live; Azure's own default for a new one, which is `accessKey`",
    )
