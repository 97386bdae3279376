"""What do online endpoints and deployments look like? Validation, defaults and shapes; no state.

The specification's OnlineEndpoint, KubernetesOnlineDeployment, ... (2025-12-01). Names:
learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints. What a request settles about replicas,
probes and timing is read out of the properties in deployment_settings.py.
"""

from __future__ import annotations

import re
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError, invalid_request_content
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.store import Json

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{2,31}")
_AUTH = ("Key", "AMLToken", "AADToken")
KUBERNETES, MANAGED = "Kubernetes", "Managed"
_ENDPOINT = ("description", "properties", "compute", "publicNetworkAccess", "mirrorTraffic")
_DEPLOYMENT = (
    *("appInsightsEnabled", "codeConfiguration", "containerResourceRequirements", "dataCollector", "description"),
    *("egressPublicNetworkAccess", "environmentId", "environmentVariables", "instanceType", "livenessProbe", "model"),
    *("modelMountPath", "properties", "readinessProbe", "requestSettings", "scaleSettings", "startupProbe"),
)
_OBJECTS = ("codeConfiguration", "containerResourceRequirements", "livenessProbe", "readinessProbe", "requestSettings")


def checked_name(kind: str, name: str) -> str:
    """3 to 32 letters, digits and hyphens, a letter first."""
    if not NAME.fullmatch(name):
        raise exceptions.invalid(
            "name",
            f"The {kind} name '{name}' is invalid: a letter, then letters, digits and hyphens, 3 to 32 in all.",
        )
    return name


def properties_of(body: Json) -> Json:
    given = body.get("properties")
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    return given


def endpoint(given: Json, kind: str) -> Json:
    """The endpoint's properties as they are answered, without what the service adds."""
    auth = next((one for one in _AUTH if one.lower() == str(given.get("authMode")).lower()), None)
    if auth is None:
        raise exceptions.invalid("authMode", f"'{given.get('authMode')}' is not one of {', '.join(_AUTH)}.")
    if auth == "AADToken":
        raise not_served("authMode", "the authMode AADToken")
    if kind == KUBERNETES and not given.get("compute"):
        raise exceptions.invalid("compute", "A Kubernetes online endpoint needs its compute.")
    made = {name: given[name] for name in _ENDPOINT if given.get(name) is not None}
    return {"description": None, "properties": {}, "publicNetworkAccess": "Enabled", **made, "authMode": auth}


def traffic(given: Any, known: set[str]) -> dict[str, int]:
    """Percentages by deployment, in all 0 or 100 (how-to-safely-rollout-online-endpoints)."""
    shares = given or {}
    good = isinstance(shares, dict) and all(
        isinstance(share, int) and not isinstance(share, bool) and 0 <= share <= 100 for share in shares.values()
    )
    if not good:
        raise exceptions.invalid("traffic", "The traffic must be whole percentages from 0 to 100 by deployment.")
    if sum(shares.values()) not in (0, 100):
        raise exceptions.invalid("traffic", f"The traffic sums to {sum(shares.values())}; it must be 0 or 100.")
    missing = sorted(set(shares) - known)
    if missing:
        raise exceptions.invalid("traffic", f"The endpoint has no deployment '{missing[0]}' that could take traffic.")
    return dict(shares)


def deployment(given: Json, kind: str) -> Json:
    """The deployment's properties as they are answered, defaults filled in."""
    asked = str(given.get("endpointComputeType"))
    if asked.lower() != kind.lower():
        raise exceptions.invalid(
            "endpointComputeType", f"The endpoint is of the type {kind}, the deployment of the type '{asked}'."
        )
    for name in _OBJECTS:
        if given.get(name) is not None and not isinstance(given[name], dict):
            raise exceptions.invalid(name, f"'{name}' must be an object.")
    variables = given.get("environmentVariables") or {}
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise exceptions.invalid("environmentVariables", "The environment variables must be texts by name.")
    made = {name: given[name] for name in _DEPLOYMENT if given.get(name) is not None}
    if not made.get("environmentId"):
        raise exceptions.invalid("environmentId", "The deployment needs an environment.")
    if "codeConfiguration" in made and not made["codeConfiguration"].get("scoringScript"):
        raise exceptions.invalid("codeConfiguration.scoringScript", "The code configuration needs a scoring script.")
    defaults: Json = {
        "appInsightsEnabled": False,
        "description": None,
        "egressPublicNetworkAccess": "Enabled",
        "environmentVariables": {},
        "properties": {},
        "scaleSettings": {"scaleType": "Default"},
    }
    return {**defaults, **made, "endpointComputeType": kind}


def checked_sku(body: Json, before: Json | None) -> Json:
    """Its capacity is the number of instances of the scale type Default."""
    sku = body.get("sku") or before or {"name": "Default", "capacity": 1}
    capacity = sku.get("capacity", 1)
    if isinstance(capacity, bool) or not isinstance(capacity, int) or capacity < 1:
        raise unacceptable("InvalidDeploymentSpec", f"The instance count '{capacity}' is not valid.")
    return {"name": "Default", **sku, "capacity": capacity}


def unacceptable(code: str, message: str) -> ArmError:
    """What keeps a deployment from beginning, in the envelope that how-to-troubleshoot-online-endpoints shows ("ERROR:
    KubernetesUnaccessible"); the codes are that page's.
    """
    return ArmError(400, "BadRequest", "The request is invalid.", details=[{"code": code, "message": message}])


def ended(code: str, message: str) -> ArmError:
    """What a deployment's operation ends in: the code itself (github.com/Azure/AML-Kubernetes/issues/249 shows one)."""
    return ArmError(400, code, message)


def not_served(target: str, what: str) -> ArmError:
    message = f"The sandbox does not serve {what} of online endpoints."
    return ArmError(400, "BadRequest", message, target=target, note="unknown-property")
