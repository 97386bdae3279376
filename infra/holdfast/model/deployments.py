"""What does Azure run a service of target `aks` with? The body of its deployment, from the settings alone.

Source of the shapes and defaults: azure-rest-api-specs, machinelearningservices 2025-12-01, KubernetesOnlineDeployment;
"CLI (v2) Azure Arc-enabled Kubernetes online deployment YAML schema" (Microsoft Learn).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.model.services import WantedService

#: The tag of an endpoint whose last roll-out failed: what runs there is not what any state has on record.
UNFINISHED = "holdfast-unfinished"
#: Seconds that a scoring may take, and that a request waits for a replica, where nothing is said.
TIMEOUT, QUEUE_WAIT = 5, 0.5
#: Replicas and the share of busy ones, in percent, where neither `replicas` nor `autoscale` is said.
AUTOSCALE = {"min": 1, "max": 10, "target": 70}
#: A probe: a model may take minutes to load.
PROBE = {"initialDelay": 10, "period": 10, "timeout": 2, "failures": 30}


def main_deployment(names: Iterable[str], traffic: Mapping[str, Any]) -> str:
    """The deployment that has the most of an endpoint's traffic, the first of several; empty where there is none.
    Azure does not mind the letter case of names."""
    shares = {name.lower(): int(share) for name, share in traffic.items()}
    return max(names, key=lambda name: shares.get(name.lower(), 0), default="")


def deployment_body(service: WantedService, environment: str) -> dict[str, Any]:
    """`sku` and `properties`, for the registered environment (its id) whose image holds model and code."""
    settings = service.settings
    timeout, workers = settings.get("timeout") or TIMEOUT, settings.get("maxConcurrentRequests") or 1
    cpu, memory = f"{round(settings['cpu'] * 1000)}m", f"{round(settings['memory'] * 1000)}M"
    probes = settings.get("probes") or {}
    variables = {"SCORING_TIMEOUT_MS": str(timeout * 1000)}
    if workers > 1:
        variables["WORKER_COUNT"] = str(workers)
    replicas = settings.get("replicas")
    return {
        "sku": {"name": "Default", "capacity": replicas or _scale(settings)["min"]},
        "properties": {
            "endpointComputeType": "Kubernetes",
            "environmentId": environment,
            "environmentVariables": {**variables, **(settings.get("env") or {})},
            "containerResourceRequirements": {
                "containerResourceRequests": {"cpu": cpu, "memory": memory},
                "containerResourceLimits": {"cpu": cpu, "memory": memory},
            },
            "scaleSettings": {"scaleType": "Default"} if replicas else _target_utilization(settings),
            "requestSettings": {
                "maxConcurrentRequestsPerInstance": workers,
                "maxQueueWait": f"PT{QUEUE_WAIT:g}S",
                "requestTimeout": f"PT{timeout}S",
            },
            "livenessProbe": _probe(probes.get("liveness") or {}),
            "readinessProbe": _probe(probes.get("readiness") or {}),
        },
    }


def _scale(settings: Mapping[str, Any]) -> dict[str, int]:
    return {**AUTOSCALE, **(settings.get("autoscale") or {})}


def _target_utilization(settings: Mapping[str, Any]) -> dict[str, Any]:
    scale = _scale(settings)
    return {
        "scaleType": "TargetUtilization",
        "minInstances": scale["min"],
        "maxInstances": scale["max"],
        "targetUtilizationPercentage": scale["target"],
        "pollingInterval": "PT1S",
    }


def _probe(given: Mapping[str, Any]) -> dict[str, Any]:
    told = {**PROBE, **given}
    return {
        "initialDelay": f"PT{told['initialDelay']}S",
        "period": f"PT{told['period']}S",
        "timeout": f"PT{told['timeout']}S",
        "failureThreshold": told["failures"],
        "successThreshold": 1,
    }
