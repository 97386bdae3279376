"""Which keys are there under `datastores`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from dataclasses import dataclass

from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Bad, Choice, Flag, Text, key
from holdfast.settings.sections.named import part_name_key, part_when_exists_key

#: Azure's other ways in, which hold a secret.
_WITH_SECRET = ("accountkey", "key", "sas", "serviceprincipal", "certificate")


def read_auth(text: str) -> str:
    """`identity`, or `Bad` with the reason."""
    if text == "identity":
        return text
    if text.lower() in _WITH_SECRET:
        raise Bad(
            "datastore-needs-identity",
            "is a way in by a secret, which would have to stand in the settings and the state",
            "identity",
            "give whoever reads it a role on the storage account, such as Storage Blob Data Reader",
        )
    raise Bad("settings-invalid-value", "is no way in that can be set", "identity")


@dataclass(frozen=True, slots=True)
class Datastore:
    """One item of `datastores`. `at` is where it stands, for messages."""

    name: str = part_name_key(
        # The specification's pattern without the hyphen, which the service refuses (github.com/MicrosoftDocs/azure-docs
        # issue 110869).
        "1 to 255 letters, digits and underscores, no underscore first",
        "^[A-Za-z0-9][A-Za-z0-9_]{0,254}$",
        "training",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    kind: str = key(
        Choice(("blob", "file", "dataLake"), "kind of datastore"),
        "What it stands on: a `container` of blobs, a file `share`, or a `filesystem` of a hierarchical account.",
        empty="blob",
        default="blob",
    )
    account: str | None = key(
        Text("a name of a storage account in the environment's group, or an id of any", example="stdata"),
        "The storage account, which is only used: its name, or its id in any group or subscription. Azure does not"
        " change it: the paths of data that is known by the datastore would mean other data.",
        default="the environment's `storage`",
    )
    container: str | None = key(
        Text("a name of a container", example="training"),
        "The container of a `blob` datastore. Whether it is there nobody checks, Azure included; whoever owns the"
        " account makes it. Azure does not change it.",
    )
    share: str | None = key(Text("a name of a file share"), "The share of a `file` datastore; as `container`.")
    filesystem: str | None = key(
        Text("a name of a filesystem"), "The filesystem of a `dataLake` datastore; as `container`."
    )
    auth: str = key(
        Text("identity", read=read_auth),
        "How data are reached: by the identity of whoever asks, without a secret in the workspace's vault. Nothing else"
        " can be set.",
        empty="identity",
        default="identity",
    )
    service_identity: str | None = key(
        Choice(("system", "user", "none")),
        "The identity that Azure's own services (the studio's previews) read with: the workspace's `system` one, its"
        " `user`-assigned one, or `none`.",
        default="the workspace's own identity, for a new one",
    )
    default: bool | None = key(
        Flag(),
        "`true` for the workspace's default datastore, at most one. `false` changes nothing: another one takes its"
        " place by its own `true`. Azure deletes no default datastore.",
        default="what is live",
    )
    description: str | None = key(Text(), "What people read about it.")
    at: str = ""
