"""Are the roles' GUIDs Azure's? Compared with the sandbox's own list, which was written from the same page apart."""

from __future__ import annotations

from holdfast.model.roles import ROLES
from holdfast_sandbox.arm.services.authorization.roles import ID_BY_NAME

#: Known to Azure, and of no use to anything that the sandbox serves.
NOT_SERVED = {"Key Vault Purge Operator"}


def test_every_role_has_azures_guid() -> None:
    """Name by name."""
    assert {name: guid for name, guid in ROLES.items() if name not in NOT_SERVED} == {
        name: ID_BY_NAME.get(name) for name in ROLES if name not in NOT_SERVED
    }


def test_no_guid_stands_for_two_roles() -> None:
    """A slip of a copied line."""
    assert len(set(ROLES.values())) == len(ROLES)
