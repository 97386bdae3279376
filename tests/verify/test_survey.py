"""Is a vault described as it is, and nobody called an orphan whom the directory was not asked about?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.directory import Directory, Principal
from holdfast.verify.survey import authorization_of, survey

TENANT = "t"
CONTROL = "learn.microsoft.com/azure/key-vault/general/access-control-default"


def directory(known: str = "", asked: str = "", tenant: str = TENANT) -> Directory:
    return Directory({who: Principal(who, "user", who) for who in known}, frozenset({*known, *asked}), tenant)


def policies(*principals: str) -> list[dict[str, Any]]:
    return [{"objectId": who, "tenantId": TENANT, "permissions": {"secrets": ["get"]}} for who in principals]


@pytest.mark.source(CONTROL)
@pytest.mark.parametrize(
    ("properties", "model", "risk"),
    [
        ({"enableRbacAuthorization": True}, "rbac", "none"),
        ({"enableRbacAuthorization": False}, "access-policies", "write-it"),
        ({"enableRbacAuthorization": None}, "access-policies", "by-default"),
        ({}, "access-policies", "by-default"),
    ],
)
def test_a_vault_that_says_nothing_takes_access_policies(properties: Any, model: str, risk: str) -> None:
    """It is of an old version, and keeps them; what makes it anew would not."""
    found = survey(properties, Directory(), ())
    assert (found.authorization, found.risk) == (model, risk)
    assert authorization_of(properties) == model


def test_an_orphan_is_whom_the_directory_of_that_tenant_does_not_know() -> None:
    """Letter case counts not; who was not asked about is not known, and so is everybody of another tenant."""
    properties = {"tenantId": TENANT, "accessPolicies": policies("A", "b", "c")}
    found = survey(properties, directory("a", "b"))
    assert (found.orphans, found.untold, found.entries) == (("b",), 1, 3)
    moved = survey(properties, directory("a", "bc", tenant="another"))
    assert (moved.orphans, moved.untold) == ((), 2)


def test_of_an_rbac_vault_the_roles_count() -> None:
    """Not the policies, which it ignores; and where the roles could not be read, nobody knows."""
    properties = {"tenantId": TENANT, "enableRbacAuthorization": True, "accessPolicies": policies("a")}
    found = survey(properties, directory("", "ar"), ["R", "r"])
    assert (found.orphans, found.untold, found.entries) == (("r",), 0, 1)
    unread = survey(properties, directory("", "ar"), None)
    assert (unread.orphans, unread.untold) == ((), 1)


@pytest.mark.source("learn.microsoft.com/rest/api/keyvault/keyvault/vaults/get")
@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({}, "all networks"),
        ({"publicNetworkAccess": "Enabled"}, "all networks"),
        ({"publicNetworkAccess": "enabled", "networkAcls": {"defaultAction": "Allow"}}, "all networks"),
        ({"networkAcls": {"defaultAction": "Deny"}}, "selected networks"),
        ({"publicNetworkAccess": "Disabled", "networkAcls": {"defaultAction": "Allow"}}, "disabled"),
    ],
)
def test_public_access_is_what_both_settings_make_of_it(properties: Any, said: str) -> None:
    """What is left out is open, as Azure has it."""
    assert survey(properties, Directory()).public == said


def test_how_it_is_kept_is_told_and_what_is_not_said_is_not_made_up() -> None:
    """An old vault may name no days."""
    kept = survey({"softDeleteRetentionInDays": 7, "enablePurgeProtection": True}, Directory())
    assert (kept.retention_days, kept.purge_protection) == (7, True)
    silent = survey({"softDeleteRetentionInDays": None}, Directory())
    assert (silent.retention_days, silent.purge_protection) == (None, False)
