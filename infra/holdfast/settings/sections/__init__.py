"""Which keys are there under `holdfast:environment`, and what does each one do? Declarations only, a module each."""

from holdfast.settings.sections.cluster import Cluster
from holdfast.settings.sections.environment import Environment
from holdfast.settings.sections.kinds import Group, Insights, Logs, Names, Registry, Storage, Workspace
from holdfast.settings.sections.named import example_id
from holdfast.settings.sections.vault import Grant, Vault

__all__ = [
    "Cluster",
    "Environment",
    "Grant",
    "Group",
    "Insights",
    "Logs",
    "Names",
    "Registry",
    "Storage",
    "Vault",
    "Workspace",
    "example_id",
]
