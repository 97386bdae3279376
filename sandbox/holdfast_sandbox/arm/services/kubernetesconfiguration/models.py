"""What does an extension look like, and with which settings does the machine learning one not install? No state.

Shapes: the specification's examples (2025-03-01) and a recorded life (azure-cli-extensions, k8s-extension's tests).
Settings: learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension, "Review extension
configuration settings", and azure-cli-extensions' AzureMLKubernetes.py, whose words the reasons are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.kubernetesconfiguration import exceptions
from holdfast_sandbox.arm.store import Json

EXTENSION = "Microsoft.KubernetesConfiguration/extensions"
MACHINE_LEARNING = "microsoft.azureml.kubernetes"
# What an extension gets that is not pinned to a version.
VERSION = "1.1.85"

_NAME = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9._-]{0,251}[a-zA-Z0-9])?")
_ROUTERS = ("loadbalancer", "nodeport", "clusterip")
_MIN_NODES = 3  # for three replicas of the inference router


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise exceptions.invalid("extensionName", f"'{name}' is not the name of an extension.")
    return name


def checked_type(given: object, before: str | None) -> str:
    """In lower case, as Azure answers it."""
    wanted = str(given or before or "").lower()
    if before is not None and wanted != before:
        raise exceptions.extension_type_is_fixed(before, wanted)
    if wanted != MACHINE_LEARNING:
        raise exceptions.extension_type_not_served(given)
    return wanted


def checked_properties(given: Json, before: Json | None, secrets: Mapping[str, str]) -> tuple[Json, dict[str, str]]:
    """What is answered of an extension after a write, and its protected settings.

    `before` (a PATCH): what the body leaves out stays, settings are merged by their names.
    """
    kept = before or {}
    settings = _settings(given, "configurationSettings")
    protected = _settings(given, "configurationProtectedSettings")
    if before is not None:
        settings = {**kept["configurationSettings"], **settings}
        protected = {**secrets, **protected}
    upgrade = given.get("autoUpgradeMinorVersion", kept.get("autoUpgradeMinorVersion", True))
    if not isinstance(upgrade, bool):
        raise invalid_request_content("properties.autoUpgradeMinorVersion must be true or false")
    version = given.get("version") or (None if upgrade else kept.get("version"))
    if given.get("version") and upgrade:
        raise exceptions.pinned_and_upgraded()
    shown: Json = {
        "autoUpgradeMinorVersion": upgrade,
        "releaseTrain": given.get("releaseTrain") or kept.get("releaseTrain") or "Stable",
        "version": version,
        "scope": _scope(given.get("scope") or kept.get("scope")),
        "configurationSettings": settings,
        # The names only (the az CLI's output shows them so).
        "configurationProtectedSettings": dict.fromkeys(protected, ""),
        "statuses": [],
        "isSystemExtension": False,
        "customLocationSettings": None,
        "packageUri": None,
        "errorInfo": None,
    }
    return shown, protected


def why_not_installed(scope: Json, settings: Mapping[str, str], nodes: int, *, legacy: bool) -> str | None:
    """The first reason for which the machine learning extension does not install; None when it does.

    `nodes`: the workers of the cluster; `legacy`: the cluster is attached the v1 way.
    """
    if "namespace" in scope:
        return "Invalid scope 'namespace'.  This extension can be installed only at 'cluster' scope."
    inference = _on(settings, "enableInference")
    if not inference and not _on(settings, "enableTraining"):
        return (
            "Please create Microsoft.AzureML.Kubernetes extension instance either for Machine Learning training or "
            "inference by specifying '--configuration-settings enableTraining=true' or '--configuration-settings "
            "enableInference=true'"
        )
    if not inference:
        return None
    if settings.get("inferenceRouterServiceType", "").lower() not in _ROUTERS:
        return "inferenceRouterServiceType is required when enableInference=True: loadBalancer, nodePort or clusterIP."
    if not _on(settings, "allowInsecureConnections"):
        if not (settings.get("sslSecret") or (settings.get("sslCertPemFile") and settings.get("sslKeyPemFile"))):
            return (
                "Provide ssl certificate and key. Otherwise explicitly allow insecure connection by specifying "
                "'--configuration-settings allowInsecureConnections=true'"
            )
        if not settings.get("sslCname"):
            return "sslCname is required when allowInsecureConnections=False."
    if legacy:
        # github.com/Azure/AML-Kubernetes/issues/293, spelled so.
        return "Status: Failed Name: inferencev1 ErrorCode: E45005 ErrorMessage: Azureml Fe deployment confict"
    available = settings.get("inferenceRouterHA", settings.get("inferenceLoadBalancerHA", "true"))
    if available.lower() != "false" and nodes < _MIN_NODES:
        # github.com/Azure/AML-Kubernetes/issues/271
        return "Status: Failed Name: clusterresource ErrorCode: E40002 ErrorMessage: Insufficient healthy node"
    return None


def workers(pools: Iterable[Json]) -> int:
    """How many nodes a cluster's pools have, or may grow to."""
    return sum(int(pool["maxCount"] if pool["enableAutoScaling"] else pool["count"]) for pool in pools)


def _scope(given: Any) -> Json:
    """Cluster or namespace, not both; by default the cluster, in the namespace `azureml`."""
    if given is None:
        return {"cluster": {"releaseNamespace": "azureml"}}
    cluster, namespace = given.get("cluster"), given.get("namespace")
    if (cluster is None) == (namespace is None):
        raise exceptions.invalid("scope", "The scope is either the cluster or a namespace.")
    if namespace is not None:
        return {"namespace": namespace}
    return {"cluster": {"releaseNamespace": cluster.get("releaseNamespace") or "azureml"}}


def _settings(given: Json, name: str) -> dict[str, str]:
    settings = given.get(name) or {}
    if not isinstance(settings, dict) or not all(isinstance(value, str) for value in settings.values()):
        raise invalid_request_content(f"properties.{name} must be an object of strings")
    return dict(settings)


def _on(settings: Mapping[str, str], name: str) -> bool:
    return settings.get(name, "").lower() == "true"
