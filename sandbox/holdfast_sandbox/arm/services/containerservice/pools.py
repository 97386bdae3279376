"""What does an agent pool look like? Validation, defaults, and what it keeps for life; no state.

The shape is that of learn.microsoft.com/rest/api/aks/agent-pools/create-or-update; the defaults are those that the
real provider's recorded cluster shows. An inline profile of a cluster is the same with its name in it, and is refused
under other names (`agentPoolProfile.count`, `properties.count`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast_sandbox.arm.services.containerservice import exceptions, sizes, versions
from holdfast_sandbox.arm.services.containerservice.values import chosen, refuse_what_is_not_served, same, typed
from holdfast_sandbox.arm.store import Json

NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
WINDOWS_NAME = 6  # learn.microsoft.com/azure/aks/use-system-pools, "Limitations"
MAX_COUNT = 1000
INLINE, OWN = "agentPoolProfile", "properties"

_LABEL = re.compile(r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_TAINT = re.compile(rf"{_LABEL.pattern}(=[A-Za-z0-9_.-]{{0,63}})?:(NoSchedule|PreferNoSchedule|NoExecute)")

_CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("System", "User"),
    "osType": ("Linux", "Windows"),
    "osSKU": ("Ubuntu", "Ubuntu2204", "Ubuntu2404", "AzureLinux", "AzureLinux3", "Windows2019", "Windows2022"),
    "osDiskType": ("Managed", "Ephemeral"),
    "kubeletDiskType": ("OS", "Temporary"),
    "scaleDownMode": ("Delete", "Deallocate"),
    "scaleSetPriority": ("Regular", "Spot"),
    "scaleSetEvictionPolicy": ("Delete", "Deallocate"),
    "type": ("VirtualMachineScaleSets",),
    "workloadRuntime": ("OCIContainer",),
}
_TEXTS = ("orchestratorVersion", "podSubnetID", "vmSize", "vnetSubnetID")
_SWITCHES = ("enableAutoScaling", "enableEncryptionAtHost", "enableFIPS", "enableNodePublicIP", "enableUltraSSD")
_NUMBERS = ("count", "maxCount", "maxPods", "minCount", "osDiskSizeGB")
_OBJECTS = ("kubeletConfig", "linuxOSConfig", "nodeLabels", "securityProfile", "tags", "upgradeSettings")
_LISTS = ("availabilityZones", "nodeTaints")
_NOT_SERVED = (
    *("capacityReservationGroupID", "creationData", "gatewayProfile", "gpuInstanceProfile", "gpuProfile"),
    *("hostGroupID", "localDNSProfile", "messageOfTheDay", "networkProfile", "nodePublicIPPrefixID"),
    *("podIPAllocationMode", "proximityPlacementGroupID", "virtualMachineNodesStatus", "virtualMachinesProfile"),
    "windowsProfile",
)
# What a PUT takes away by leaving it out; the rest stays.
_REPLACED = ("nodeLabels", "nodeTaints", "tags")
# The word in the refusal where it is not the property's own (Azure/azure-cli#29520).
FIXED = {
    "availabilityZones": "availabilityZones",
    "enableEncryptionAtHost": "enableEncryptionAtHost",
    "enableUltraSSD": "enableUltraSSD",
    "kubeletDiskType": "kubeletDiskType",
    "maxPods": "maxPods",
    "osDiskSizeGB": "osDiskSizeGB",
    "osDiskType": "osDiskType",
    "osSKU": "OSSKU",
    "osType": "osType",
    "podSubnetID": "podSubnetID",
    "scaleSetPriority": "scaleSetPriority",
    "type": "type",
    "vmSize": "vmSize",
    "vnetSubnetID": "vnetSubnetID",
}


@dataclass(frozen=True)
class Home:
    """What a pool takes from its cluster: place, version, and how many pods a node has by default."""

    location: str
    version: str
    max_pods: int


def checked_name(name: object, at: str) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise exceptions.invalid_parameter("agentPoolProfile.name" if at == INLINE else "agentPoolName")
    return name


def wanted(name: str, given: Json, before: Json | None, home: Home, at: str) -> Json:
    """The pool's settable properties after the write, with all defaults; `before`: what they were, None when new."""
    refuse_what_is_not_served(given, _NOT_SERVED, at)
    asked = _asked(given, at)
    if before is not None:
        _refuse_fixed(asked, before, at)
        pool = {key: value for key, value in before.items() if key not in _REPLACED} | asked
    else:
        pool = _new(name, asked, home, at)
    _check_power(given, before, at)
    _check_counts(pool, asked, before, at)
    _check_mode(pool, at)
    _check_labels(pool, at)
    pool["currentOrchestratorVersion"] = versions.checked_pool_version(
        asked.get("orchestratorVersion") or (before or {}).get("orchestratorVersion") or versions.minor(home.version),
        before["currentOrchestratorVersion"] if before else None,
        home.version,
    )
    pool.setdefault("orchestratorVersion", versions.minor(home.version))
    pool["nodeImageVersion"] = _image(pool)
    return pool


def cores(pool: Json) -> int:
    """What its nodes take of the quota."""
    return int(pool["count"]) * sizes.SIZES_BY_KEY[pool["vmSize"].lower()].cores


def _asked(given: Json, at: str) -> Json:
    asked = {
        **typed(given, _TEXTS, str, at),
        **typed(given, _SWITCHES, bool, at),
        **typed(given, _NUMBERS, int, at),
        **typed(given, _OBJECTS, dict, at),
        **typed(given, _LISTS, list, at),
        **chosen(given, _CHOICES, at),
    }
    if isinstance(given.get("spotMaxPrice"), int | float):
        asked["spotMaxPrice"] = given["spotMaxPrice"]
    # Zero and the empty text are how clients say "your default".
    return {name: value for name, value in asked.items() if value != "" and (name, value) != ("osDiskSizeGB", 0)}


def _new(name: str, asked: Json, home: Home, at: str) -> Json:
    if "vmSize" not in asked:
        raise exceptions.missing_parameter(f"{at}.vmSize")
    size = sizes.size_of(asked["vmSize"], home.location)
    os_type = asked.get("osType", "Linux")
    if os_type == "Windows" and len(name) > WINDOWS_NAME:
        raise exceptions.invalid_parameter("agentPoolProfile.name")
    sku = asked.get("osSKU", "Windows2022" if os_type == "Windows" else "Ubuntu")
    if sku.startswith("Windows") != (os_type == "Windows"):
        raise exceptions.invalid_parameter(f"{at}.osSKU")
    disk = asked.get("osDiskSizeGB", sizes.default_os_disk(size))
    fits = 0 < disk <= size.ephemeral
    if asked.get("osDiskType") == "Ephemeral" and not fits:
        raise exceptions.invalid_parameter(f"{at}.osDiskType")
    if not 30 <= disk <= 2048:
        raise exceptions.invalid_parameter(f"{at}.osDiskSizeGB")
    if not 10 <= asked.get("maxPods", home.max_pods) <= 250:
        raise exceptions.invalid_parameter(f"{at}.maxPods")
    return {
        "osDiskType": "Ephemeral" if fits else "Managed",
        "kubeletDiskType": "OS",
        "maxPods": home.max_pods,
        "type": "VirtualMachineScaleSets",
        "enableAutoScaling": False,
        "enableNodePublicIP": False,
        "enableFIPS": False,
        "mode": "User",
        "upgradeSettings": {"maxSurge": "10%"},
        **asked,
        "osDiskSizeGB": disk,
        "osType": os_type,
        "osSKU": sku,
        "powerState": {"code": "Running"},
    }


def _refuse_fixed(asked: Json, before: Json, at: str) -> None:
    for name, word in FIXED.items():
        if name in asked and not same(asked[name], before.get(name)) and (asked[name] or before.get(name)):
            where = INLINE if name == "osSKU" else at
            raise exceptions.property_change_not_allowed(f"{where}.{word}")


def _check_power(given: Json, before: Json | None, at: str) -> None:
    """A pool of its own that is stopped is not served; its state is the cluster's."""
    code = (given.get("powerState") or {}).get("code")
    if code is not None and code != ((before or {}).get("powerState") or {"code": "Running"})["code"]:
        raise exceptions.not_served(f"{at}.powerState")


def _check_counts(pool: Json, asked: Json, before: Json | None, at: str) -> None:
    """Bounds of the REST reference: 0 to 1000 nodes in user pools, 1 to 1000 in system pools."""
    least = 1 if pool["mode"] == "System" else 0
    scaling = pool["enableAutoScaling"]
    if scaling:
        for name in ("minCount", "maxCount"):
            if name not in pool:
                raise exceptions.missing_parameter(f"{at}.{name}")
        if not least <= pool["minCount"] <= MAX_COUNT:
            raise exceptions.invalid_parameter(f"{INLINE}.minCount")
        if not max(pool["minCount"], 1) <= pool["maxCount"] <= MAX_COUNT:
            raise exceptions.invalid_parameter(f"{INLINE}.maxCount")
    else:
        for name in ("minCount", "maxCount"):
            if name in asked:
                raise exceptions.invalid_parameter(f"{INLINE}.{name}")
            pool.pop(name, None)
    if "count" not in pool:
        if at == OWN:
            raise exceptions.missing_parameter("properties.count")
        pool["count"] = pool["minCount"] if scaling else 0
    if scaling and before is not None and before["enableAutoScaling"]:
        # The autoscaler's own number; a client's is the one it read some time ago.
        pool["count"] = min(max(before["count"], pool["minCount"]), pool["maxCount"])
    if not least <= pool["count"] <= MAX_COUNT:
        raise exceptions.count_out_of_range(pool["count"], least, MAX_COUNT)


def _check_mode(pool: Json, at: str) -> None:
    """System pools are Linux, and never on spot machines (learn.microsoft.com/azure/aks/use-system-pools, spot)."""
    if pool["mode"] == "System" and pool["osType"] != "Linux":
        raise exceptions.invalid_parameter(f"{at}.osType")
    if pool["mode"] == "System" and pool.get("scaleSetPriority") == "Spot":
        raise exceptions.invalid_parameter(f"{at}.scaleSetPriority")


def _check_labels(pool: Json, at: str) -> None:
    for key, value in (pool.get("nodeLabels") or {}).items():
        if not _LABEL.fullmatch(key) or not isinstance(value, str) or not _LABEL_VALUE.fullmatch(value):
            raise exceptions.invalid_parameter(f"{at}.nodeLabels")
        if key.partition("/")[0].endswith("kubernetes.azure.com"):
            raise exceptions.invalid_parameter(f"{at}.nodeLabels")
    for taint in pool.get("nodeTaints") or []:
        if not isinstance(taint, str) or not _TAINT.fullmatch(taint):
            raise exceptions.invalid_parameter(f"{at}.nodeTaints")


def _image(pool: Json) -> str:
    if pool["osType"] == "Windows":
        return "AKSWindows-2022-containerd-20348.4000.251001"
    linux = "AzureLinux-V3gen2" if pool["osSKU"].startswith("AzureLinux") else "Ubuntu-2204gen2containerd"
    return f"AKS{linux}-202510.01.0"
