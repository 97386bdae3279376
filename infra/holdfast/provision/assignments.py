"""What is declared for the roles of the environment's own identities?"""

from __future__ import annotations

import re
from typing import Any

import pulumi

from holdfast.model.kinds import Kind
from holdfast.model.names import role_definition_id
from holdfast.model.plan import AssignmentPlan
from holdfast.model.wanted import Wanted
from holdfast.provision.native import Native

_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def assignment_inputs(wanted: Wanted, one: AssignmentPlan, principal: pulumi.Input[str]) -> dict[str, Any]:
    """The inputs of a role assignment. A managed identity is said to be one: the directory may not know a new one yet,
    and Azure then takes our word."""
    inputs = {
        "roleAssignmentName": one.name,
        "scope": one.scope,
        "principalId": principal,
        "roleDefinitionId": role_definition_id(wanted.subscription, one.role),
    }
    return inputs if _GUID.fullmatch(one.subject) else {**inputs, "principalType": "ServicePrincipal"}


def principal_output(subject: str, resource: Native) -> pulumi.Output[str]:
    """The principal of a managed identity that this run makes: the workspace's own, the cluster's kubelet's, or a
    user-assigned one's."""
    if subject == Kind.WORKSPACE.value:
        return resource.output("identity").apply(lambda identity: (identity or {}).get("principalId"))
    if subject == Kind.CLUSTER.value:
        return resource.output("identityProfile").apply(lambda found: _kubelet(found or {}).get("objectId"))
    return resource.output("principalId")


def _kubelet(profile: dict[str, Any]) -> dict[str, Any]:
    return next((value for name, value in profile.items() if name.lower() == "kubeletidentity"), {})
