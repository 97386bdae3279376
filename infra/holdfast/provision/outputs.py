"""What does a stack tell whoever uses it? Ids, names and addresses; nothing that opens a door by itself."""

from __future__ import annotations

from typing import Any

import pulumi

from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.services import WantedService
from holdfast.model.wanted import Wanted
from holdfast.provision.environment import Environment


def outputs(wanted: Wanted, facts: Facts, environment: Environment, tenant: str) -> dict[str, Any]:
    """By name, as docs/outputs.md lists them."""
    found: dict[str, Any] = {f"{kind}Id": resource for kind, resource in environment.ids.items()}
    found["names"] = {kind.value: resource.name for kind, resource in wanted.resources.items()}
    if environment.parts:
        found["parts"] = {logical: resource.id for logical, resource in environment.parts.items()}
    if Kind.REGISTRY in wanted.resources:
        found["loginServer"] = _login_server(facts, environment)
    if wanted.services:
        found["services"] = {service.name: _service(service, environment) for service in wanted.services}
    found["workspaceUrl"] = environment.ids[Kind.WORKSPACE].apply(
        lambda workspace: f"https://ml.azure.com/?wsid={workspace}&tid={tenant}"
    )
    if Kind.CLUSTER in wanted.resources:
        found["kubeconfigCommand"] = environment.ids[Kind.CLUSTER].apply(kubeconfig_command)
    found["receiptCommand"] = f"holdfast receipt show --project {wanted.project} --stack {wanted.stack}"
    return found


def _service(service: WantedService, environment: Environment) -> dict[str, Any]:
    running = environment.running.get(service.name)
    answers = {"image": running.image, "scoringUri": running.scoringUri} if running is not None else {}
    return {"target": service.target.value, **answers}


def kubeconfig_command(cluster: str) -> str:
    """What whoever may log in runs to get the cluster's access: no secret, and none in the state."""
    _, _, subscription, _, group, _, _, _, name = cluster.split("/")
    return f"az aks get-credentials --resource-group {group} --name {name} --subscription {subscription}"


def _login_server(facts: Facts, environment: Environment) -> pulumi.Input[str] | None:
    """As Azure answers it: its suffix is the cloud's, and since 2024 it may hold a hash."""
    made = environment.kinds.get(Kind.REGISTRY)
    if made is not None:
        return made.output("loginServer")
    found = facts.existing[Kind.REGISTRY]
    return str(found.properties.get("loginServer") or "") if isinstance(found, Live) else None
