"""Locks of the settings: what they become, and which would be in our own way."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort

GROUP = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/g"
USED = {"id": f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-one", "lock": "cannotDelete"}


def test_a_lock_is_a_part_of_what_it_locks(load: Any) -> None:
    """Its name says whose it is; it is no setting of the resource."""
    lock = {"lock": "cannotDelete"}
    wanted = load(
        {
            "resourceGroup": {"name": "rg", **lock},
            "vault": lock,
            "storage": lock,
            "registry": {"lock": "readOnly"},
            "workspace": lock,
        }
    )
    parts = {part.parent: part for part in wanted.parts}
    assert set(parts) == {"group", "vault", "storage", "registry", "workspace"}
    assert {part.sort for part in wanted.parts} == {Sort.LOCK}
    assert parts["vault"].name == "holdfast-dev-vault"
    assert [parts[name].settings["level"] for name in ("vault", "registry")] == ["CanNotDelete", "ReadOnly"]
    assert not wanted.settings.get(Kind.STORAGE)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"resourceGroup": {"name": "rg", "lock": "readOnly"}}, ("lock-in-our-way", "resourceGroup.lock")),
        ({"resourceGroup": "rg", "vault": {"lock": "readOnly"}}, ("lock-in-our-way", "vault.lock")),
        ({"resourceGroup": "rg", "storage": {"lock": "readOnly"}}, ("lock-in-our-way", "storage.lock")),
        ({"resourceGroup": "rg", "workspace": {"lock": "readOnly"}}, ("lock-in-our-way", "workspace.lock")),
        (
            {"resourceGroup": "rg", "vault": USED},
            ("setting-does-not-fit", "vault.lock"),
        ),
        ({"resourceGroup": "rg", "vault": {"lock": "delete"}}, ("settings-invalid-value", "vault.lock")),
    ],
)
def test_a_lock_that_can_not_be_is_told(load: Any, environment: Any, told: tuple[str, str]) -> None:
    """With its key."""
    with pytest.raises(HoldfastError) as caught:
        load(environment)
    assert [(fault.id, dict(fault.evidence)["key"]) for fault in caught.value.faults] == [told]
