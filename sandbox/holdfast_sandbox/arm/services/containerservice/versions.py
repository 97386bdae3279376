"""Which Kubernetes versions are there, and which may follow which?

A fixed list in the shape of Azure's: two minor versions behind the newest, the default one behind it, an older one for
long-term support only (learn.microsoft.com/azure/aks/supported-kubernetes-versions). Upgrades go one minor version at
a time, downgrades not at all (same page, FAQ).
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.containerservice import exceptions
from holdfast_sandbox.arm.store import Json

OFFICIAL, LTS = "KubernetesOfficial", "AKSLongTermSupport"
_PATCHES: dict[str, tuple[str, ...]] = {
    "1.32": ("1.32.10", "1.32.11"),
    "1.33": ("1.33.6", "1.33.7"),
    "1.34": ("1.34.2", "1.34.3"),
    "1.35": ("1.35.0", "1.35.1"),
}
DEFAULT = "1.34"
_LTS_ONLY = "1.32"
ALL = tuple(patch for patches in _PATCHES.values() for patch in patches)


def resolved(version: str) -> str | None:
    """`1.34` -> its newest patch, `1.34.2` as it is; None when it is not in the list."""
    if version in _PATCHES:
        return _PATCHES[version][-1]
    return version if version in ALL else None


def long_term_only(version: str) -> bool:
    return minor(version) == _LTS_ONLY


def minor(version: str) -> str:
    """`1.34.2` -> `1.34`."""
    return ".".join(version.split(".")[:2])


def upgrades(current: str) -> tuple[str, ...]:
    """What may follow a patch version: later patches, and the next minor version."""
    minors = list(_PATCHES)
    at = minors.index(minor(current))
    reachable = minors[at : at + 2]
    return tuple(patch for name in reachable for patch in _PATCHES[name] if _order(patch) > _order(current))


def checked_cluster_version(name: str, wanted: str, current: str | None, plan: str, tier: str) -> str:
    """The patch version that a cluster will run. An alias of the minor version it runs already changes nothing."""
    if current is not None and wanted == minor(current):
        return current
    target = resolved(wanted)
    if target is None:
        raise exceptions.version_not_supported(name, wanted)
    if target == current:
        return current
    if current is not None and target not in upgrades(current):
        down = _order(target) < _order(current)
        raise exceptions.version_change_not_allowed(current, target, upgrades(current), down)
    if long_term_only(target) and not (plan == LTS and tier == "Premium"):
        raise exceptions.version_for_lts_only(name, target)
    return target


def checked_pool_version(wanted: str, current: str | None, cluster: str) -> str:
    """The patch version that a pool will run; never newer than the control plane's."""
    if current is not None and wanted == minor(current):
        return current
    target = cluster if wanted == minor(cluster) else resolved(wanted)
    if target is None:
        raise exceptions.pool_version_not_supported(wanted)
    if _order(target) > _order(cluster):
        raise exceptions.pool_newer_than_cluster(target, cluster)
    if current is not None and target != current and target not in upgrades(current):
        raise exceptions.pool_version_change_not_allowed(current, target)
    return target


def listed() -> Json:
    """What `locations/{location}/kubernetesVersions` answers."""
    values: list[Json] = []
    for name, patches in _PATCHES.items():
        plans = [LTS] if name == _LTS_ONLY else [OFFICIAL, LTS]
        value: Json = {
            "version": name,
            "capabilities": {"supportPlan": plans},
            "patchVersions": {patch: {"upgrades": list(upgrades(patch))} for patch in patches},
        }
        values.append({**value, "isDefault": True} if name == DEFAULT else value)
    return {"values": values}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
