"""What is the Machine Learning extension of a cluster made with, and what of it do the settings ask for?

Its settings are texts, and it does not install without some that tell it where it is: the az CLI's own command adds
them. Sources: azure-rest-api-specs, kubernetesconfiguration 2023-05-01, Extension; Microsoft Learn, "Deploy the Azure
Machine Learning extension"; azure-cli-extensions, src/k8s-extension, AzureMLKubernetes.py.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.wanted import Wanted, WantedPart

EXTENSION_TYPE = "Microsoft.AzureML.Kubernetes"

_FLAGS = {
    "training": "enableTraining",
    "inference": "enableInference",
    "allowInsecure": "allowInsecureConnections",
    "highAvailability": "inferenceRouterHA",
}
_TEXTS = {"router": "inferenceRouterServiceType", "sslCname": "sslCname", "sslSecret": "sslSecret"}


def extension_body(wanted: Wanted, part: WantedPart) -> Body:
    """Training on and serving off unless it is asked for: a door that nobody ordered stays shut."""
    settings = part.settings
    asked = {name: str(settings[key]) for key, name in _FLAGS.items() if key in settings}
    asked |= {name: settings[key] for key, name in _TEXTS.items() if key in settings}
    if settings.get("internal"):
        asked["internalLoadBalancerProvider"] = "azure"
    explicit: dict[str, Any] = {"extensionType": EXTENSION_TYPE}
    if asked:
        explicit["configurationSettings"] = asked
    secure = {
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "autoUpgradeMinorVersion": True,
            "releaseTrain": "stable",
            "scope": {"cluster": {"releaseNamespace": "azureml"}},
            "configurationSettings": {**_place(wanted), "enableTraining": "True", "enableInference": "False"},
        },
    }
    return Body({"properties": explicit}, secure)


def _place(wanted: Wanted) -> dict[str, str]:
    """Where it is, and no services of Azure Arc: AKS needs none of them."""
    cluster, location = resource_id(wanted, Kind.CLUSTER), wanted.location
    return {
        "clusterId": cluster,
        "cluster_name": cluster,
        "cluster_name_friendly": wanted.resources[Kind.CLUSTER].name,
        "domain": f"{location}.cloudapp.azure.com",
        "location": location,
        "jobSchedulerLocation": location,
        "prometheus.prometheusSpec.externalLabels.cluster_name": cluster,
        "nginxIngress.enabled": "true",
        "relayserver.enabled": "false",
        "servicebus.enabled": "false",
    }
