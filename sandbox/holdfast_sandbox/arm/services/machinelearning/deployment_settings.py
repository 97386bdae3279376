"""What do a deployment's properties say about its replicas? Counts, resources, probes, queue and timeout.

Defaults: learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-kubernetes-online, and for probes the
specification's ProbeSettings.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast_sandbox.arm.services.machinelearning import endpoint_models as models
from holdfast_sandbox.arm.services.machinelearning import exceptions
from holdfast_sandbox.arm.services.machinelearning.durations import exact_seconds
from holdfast_sandbox.arm.services.machinelearning.quantities import Amount, quantity
from holdfast_sandbox.arm.store import Json
from holdfast_sandbox.containers import Probe
from holdfast_sandbox.scoring import Settings
from holdfast_sandbox.scoring.scaling import Limits

#: What the SDKs fill in where nothing is chosen; on Kubernetes it means the compute's default.
ANY_TYPE = "Standard_F4s_v2"


@dataclass(frozen=True, slots=True)
class Resources:
    """`asked` is what the scheduler reserves, `limit` the memory at which a replica is killed (None: no limit)."""

    asked: Amount
    limit: float | None
    selector: dict[str, str]


def seconds(given: object, target: str, default: float) -> float:
    """Seconds of an ISO 8601 duration, fractions included."""
    if given is None:
        return default
    found = exact_seconds(given)
    if found is None:
        raise exceptions.invalid(target, f"'{given}' is no ISO 8601 duration.")
    return found


def settings(properties: Json, sku: Json, *, managed: bool) -> Settings:
    """How requests are queued, how long they may take, how many replicas there are."""
    asked = properties.get("requestSettings") or {}
    return Settings(
        limits=_limits(properties.get("scaleSettings") or {}, sku),
        per_replica=_count(asked.get("maxConcurrentRequestsPerInstance"), "maxConcurrentRequestsPerInstance", 1),
        queue_wait=seconds(asked.get("maxQueueWait"), "requestSettings.maxQueueWait", 0.5),
        timeout=seconds(asked.get("requestTimeout"), "requestSettings.requestTimeout", 5.0),
        managed=managed,
    )


def _limits(scale: Json, sku: Json) -> Limits:
    kind = str(scale.get("scaleType") or "Default")
    if kind.lower() == "default":
        return Limits(sku["capacity"], sku["capacity"])
    if kind.lower() != "targetutilization":
        raise exceptions.invalid("scaleSettings.scaleType", f"'{kind}' is neither Default nor TargetUtilization.")
    least = _count(scale.get("minInstances"), "minInstances", 1)
    most = _count(scale.get("maxInstances"), "maxInstances", 1)
    if least > most:
        raise models.unacceptable(
            "InvalidDeploymentSpec",
            f"The minimum instance count {least} is above the maximum instance count {most}.",
        )
    target = _count(scale.get("targetUtilizationPercentage"), "targetUtilizationPercentage", 70)
    if target > 100:
        raise exceptions.invalid("scaleSettings.targetUtilizationPercentage", "A percentage is at most 100.")
    interval = seconds(scale.get("pollingInterval"), "scaleSettings.pollingInterval", 1.0)
    return Limits(least, most, target / 100, max(interval, 0.05))


def probe(given: Json | None, path: str, port: int) -> Probe:
    asked, where = given or {}, "probe"
    return Probe(
        path=path,
        port=port,
        initial_delay=seconds(asked.get("initialDelay"), f"{where}.initialDelay", 10.0),
        period=max(seconds(asked.get("period"), f"{where}.period", 10.0), 0.1),
        timeout=seconds(asked.get("timeout"), f"{where}.timeout", 2.0),
        failures=_count(asked.get("failureThreshold"), "failureThreshold", 30),
        successes=_count(asked.get("successThreshold"), "successThreshold", 1),
    )


def resources(properties: Json, compute: Json) -> Resources:
    """What a replica asks for: its own requirements over those of its instance type."""
    kind = _instance_type(properties.get("instanceType"), compute)
    given = properties.get("containerResourceRequirements") or {}
    base = kind.get("resources") or {}
    asked = {**(base.get("requests") or {}), **_there(given.get("containerResourceRequests"))}
    limits = {**(base.get("limits") or {}), **_there(given.get("containerResourceLimits"))}
    for name in ("cpu", "memory"):
        need, limit = _amount(asked.get(name), name), _amount(limits.get(name), name)
        if need is not None and limit is not None and need > limit:
            raise models.unacceptable(
                "BadArgument", f"The request of {name} ({asked[name]}) is greater than its limit ({limits[name]})."
            )
    return Resources(
        Amount(_amount(asked.get("cpu"), "cpu") or 0.0, _amount(asked.get("memory"), "memory") or 0.0),
        _amount(limits.get("memory"), "memory"),
        {str(name): str(value) for name, value in (kind.get("nodeSelector") or {}).items()},
    )


def _instance_type(name: object, compute: Json) -> Json:
    types: Json = compute.get("instanceTypes") or {}
    chosen = compute.get("defaultInstanceType") if name in (None, "", ANY_TYPE) and name not in types else name
    if chosen not in types:
        raise exceptions.invalid("instanceType", f"The compute has no instance type '{chosen}'.")
    return dict(types[chosen])


def _there(given: Json | None) -> Json:
    return {name: value for name, value in (given or {}).items() if value not in (None, "")}


def _amount(given: object, name: str) -> float | None:
    if given is None:
        return None
    found = quantity(given)
    if found is None:
        raise exceptions.invalid(f"containerResourceRequirements.{name}", f"'{given}' is no quantity of {name}.")
    return found


def _count(given: object, name: str, default: int) -> int:
    if given is None:
        return default
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise exceptions.invalid(name, f"'{name}' must be a whole number above zero, not '{given}'.")
    return given
