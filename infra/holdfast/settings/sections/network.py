"""Which keys are there under `network` and `diagnostics`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from dataclasses import dataclass

from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Choice, Flag, Text, key


@dataclass(frozen=True, slots=True)
class Network:
    """`network`."""

    public_access: bool | None = key(
        Flag(),
        "`false` shuts the firewalls of vault, storage, registry and workspace, each after its endpoint is there."
        " `true` makes the endpoints and leaves the firewalls as they are.",
        required=True,
    )
    subnet: str | None = key(
        Text(
            "an id of a subnet",
            example="/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers"
            "/Microsoft.Network/virtualNetworks/NETWORK/subnets/NAME",
        ),
        "The subnet that the private endpoints stand in, in the stack's location, of any group or subscription. Azure"
        " fixes it at creation.",
        required=True,
    )
    private_dns: str | None = key(
        Text(
            "`policy`, or the id of a resource group",
            example="/subscriptions/SUBSCRIPTION/resourceGroups/GROUP",
        ),
        "The id of the resource group that holds the `privatelink.*` zones, all of them under their own names: every"
        " endpoint gets a zone group in them. Or `policy`, where an Azure Policy of the landing zone makes the zone"
        " groups: then none is made here.",
        required=True,
    )
    when_exists: WhenExists | None = key(
        Choice((WhenExists.ADOPT, WhenExists.REFUSE), make=WhenExists),
        "What to do with a private endpoint of the name that one gets here, which no stack claims: `adopt` manages it"
        " from now on, `refuse` ends the run before anything is written.",
        default=str(WhenExists.REFUSE),
    )


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """`diagnostics`. A bare truth is its `enabled`."""

    enabled: bool | None = key(Flag(), "Whether diagnostic settings are made.", default="`true` in a map")
    logs: str | None = key(
        Choice(("audit", "all"), "group of logs"),
        "`audit`: who did what. `all`: everything that the resource can tell, which a busy cluster makes dear.",
        default="`audit`",
    )
    metrics: bool | None = key(
        Flag(), "Whether metrics are sent as well. Azure Monitor keeps them for 93 days anyhow.", default="`true`"
    )
    bare: bool = False  #: Written as a truth.
