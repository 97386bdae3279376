"""Which built-in roles does the sandbox know? Those that an environment for machine learning needs, by their real ids.

Ids and names are those of learn.microsoft.com/azure/role-based-access-control/built-in-roles. The permissions are that
page's for the general, the Key Vault and the registry roles; for the others they are cut down to what tells them apart:
whether a container group may pull an image is all that is decided by them. The descriptions are our own.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast_sandbox.arm.services.authorization.roles import (
    clusters,
    general,
    machine_learning,
    platform,
    registries,
    storage,
    vaults,
)
from holdfast_sandbox.arm.services.authorization.roles.model import BuiltInRole

_ROLES = (
    *clusters.ROLES,
    *general.ROLES,
    *vaults.ROLES,
    *storage.ROLES,
    *machine_learning.ROLES,
    *registries.ROLES,
    *platform.ROLES,
)

BUILT_IN: Mapping[str, BuiltInRole] = {role.id: role for role in _ROLES}
ID_BY_NAME: Mapping[str, str] = {role.name: role.id for role in _ROLES}

__all__ = ["BUILT_IN", "ID_BY_NAME", "BuiltInRole"]
