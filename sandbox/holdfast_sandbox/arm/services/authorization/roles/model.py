"""What is a built-in role?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BuiltInRole:
    """A built-in role: its GUID, its name, and its four lists of permissions."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


# What most roles for one service may do besides.
USUAL = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
)
