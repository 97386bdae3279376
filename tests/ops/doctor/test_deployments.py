"""Is what others deployed by template told: what failed of it, and what speaks an API version that ends?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.diagnose import diagnose
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.ops.doctor.answers import Unanswered
from holdfast.ops.doctor.deployments import list_deployments, look_at_api_versions, look_at_deployments
from holdfast.ops.service.stack import Stack

from ..conftest import FakeAzure

VAULT = "Microsoft.KeyVault/vaults"
NOW = datetime.now(UTC)
DELETED = "A vault with the same name already exists in deleted state. Recover or purge existing key vault."
REFUSED = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})


def _list(stack: Stack) -> str:
    return f"{resource_id(stack.wanted, Kind.GROUP)}/providers/Microsoft.Resources/deployments"


def deployed(
    azure: FakeAzure,
    stack: Stack,
    name: str,
    *,
    hours: float = 1,
    state: str = "Succeeded",
    makes: tuple[str, ...] = (),
    types: tuple[str, ...] = ("vaults",),
) -> str:
    """A deployment that ended so long ago; its id."""
    properties = {
        "provisioningState": state,
        "timestamp": (NOW - timedelta(hours=hours)).isoformat(),
        "outputResources": [{"id": id} for id in makes],
        "providers": [{"namespace": "Microsoft.KeyVault", "resourceTypes": [{"resourceType": one} for one in types]}],
    }
    return azure.put(f"{_list(stack)}/{name}", properties)


def failed(azure: FakeAzure, stack: Stack, name: str, message: Any, **more: Any) -> None:
    """One whose vault `kv` came to that status message."""
    id = deployed(azure, stack, name, state="Failed", **more)
    target = {"id": "/kv", "resourceType": VAULT, "resourceName": "kv"}
    azure.put(f"{id}/operations/1", {"provisioningState": "Succeeded"})
    azure.put(f"{id}/operations/2", {"provisioningState": "Failed", "statusMessage": message, "targetResource": target})


def template(azure: FakeAzure, id: str, resources: Any) -> None:
    azure.answers[f"{id}/exporttemplate".lower()] = Answer(200, {"template": {"resources": resources}})


@pytest.mark.parametrize(
    "message",
    [
        {"error": {"code": "ConflictError", "message": DELETED}},
        {
            "status": "Failed",
            "error": {
                "code": "X",
                "message": "see details",
                "details": [{"code": "ConflictError", "message": DELETED}],
            },
        },
        {
            "error": {
                "code": "Conflict",
                "message": json.dumps({"error": {"code": "ConflictError", "message": DELETED}}),
            }
        },
        json.dumps({"error": {"code": "ConflictError", "message": DELETED}}),
    ],
)
def test_the_innermost_error_of_a_failed_deployment_is_judged(azure: FakeAzure, stack: Stack, message: Any) -> None:
    """However deep Resource Manager has wrapped it."""
    failed(azure, stack, "nightly", message)
    (evidence,) = look_at_deployments(stack, list_deployments(stack))
    assert evidence.source == "deployment nightly"
    assert f'{VAULT} `kv`: Code="ConflictError" Message="{DELETED}"' in evidence.text
    assert [one.id for one in diagnose([evidence]).findings] == ["vault-soft-deleted"]


def test_a_text_that_is_no_error_is_kept_and_nothing_makes_nothing(azure: FakeAzure, stack: Stack) -> None:
    """Some services answer plain words."""
    failed(azure, stack, "nightly", "went\nwrong")
    assert 'Message="went wrong"' in look_at_deployments(stack, list_deployments(stack))[0].text
    failed(azure, stack, "nightly", None)
    assert look_at_deployments(stack, list_deployments(stack)) == []


def test_what_a_later_one_has_made_since_is_past(azure: FakeAzure, stack: Stack) -> None:
    """As is what failed before yesterday, and what went well."""
    failed(azure, stack, "nightly", {"error": {"code": "ConflictError", "message": DELETED}}, hours=2)
    deployed(azure, stack, "before", hours=3, makes=("/KV",))
    assert len(look_at_deployments(stack, list_deployments(stack))) == 1
    deployed(azure, stack, "after", hours=1, makes=("/KV",))
    assert look_at_deployments(stack, list_deployments(stack)) == []
    failed(azure, stack, "old", {"error": {"code": "ConflictError", "message": DELETED}}, hours=30)
    assert look_at_deployments(stack, list_deployments(stack)) == []


def test_a_template_with_an_old_version_of_a_vault_is_told(azure: FakeAzure, stack: Stack) -> None:
    """Of the outer template and of nested ones, in both forms; newer versions and other types are none."""
    vault = {"type": VAULT, "name": "kv-a", "apiVersion": "2023-07-01"}
    inner = {"name": "inner", "properties": {"template": {"resources": {"kv": {**vault, "name": "kv-b"}}}}}
    new, other = {**vault, "apiVersion": "2026-02-01"}, {"type": "Microsoft.Web/sites", "apiVersion": "2020-01-01"}
    child = {**new, "resources": [{"type": "accessPolicies", "apiVersion": "2019-09-01"}]}
    template(azure, deployed(azure, stack, "nightly"), [vault, inner, new, other, child])
    (evidence,) = look_at_api_versions(stack, list_deployments(stack))
    assert [line.split("`")[3] for line in evidence.text.splitlines()] == ["kv-a", "kv-b"]
    (finding,) = diagnose([evidence]).findings
    assert (finding.id, finding.evidence[0].source) == ("vault-api-retiring", "template deployments")
    assert "holdfast vault to-rbac kv-a --plan" in finding.fix


def test_only_templates_that_write_vaults_are_exported(azure: FakeAzure, stack: Stack) -> None:
    """Of what has no vault nothing is asked: its export is not even there."""
    deployed(azure, stack, "secrets", types=("vaults/secrets",))
    assert look_at_api_versions(stack, list_deployments(stack)) == []
    id = deployed(azure, stack, "nightly")
    template(azure, id, [{"type": VAULT, "name": "kv", "apiVersion": "2026-02-01"}])
    assert look_at_api_versions(stack, list_deployments(stack)) == []


def test_what_can_not_be_read_is_told(azure: FakeAzure, stack: Stack) -> None:
    """The list, the operations of one that failed, a template; a group that is not there has none."""
    failed(azure, stack, "nightly", {"error": {"code": "x", "message": "y"}})
    with pytest.raises(Unanswered, match="the template of deployment nightly: 404"):
        look_at_api_versions(stack, list_deployments(stack))
    azure.answers[f"{_list(stack)}/nightly/operations".lower()] = REFUSED
    with pytest.raises(Unanswered, match="403 AuthorizationFailed no"):
        look_at_deployments(stack, list_deployments(stack))
    azure.answers[_list(stack).lower()] = REFUSED
    for look in (look_at_deployments, look_at_api_versions):
        with pytest.raises(Unanswered, match="403"):
            look(stack, list_deployments(stack))
    azure.answers[_list(stack).lower()] = Answer(404, {"error": {"code": "ResourceGroupNotFound"}})
    assert (
        look_at_deployments(stack, list_deployments(stack)),
        look_at_api_versions(stack, list_deployments(stack)),
    ) == ([], [])
