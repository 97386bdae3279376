"""How much of a node is there for pods? Less than its size of virtual machine has: AKS keeps some for itself.

Sources: "Node resource reservations in AKS" (learn.microsoft.com/azure/aks/node-resource-reservations), for Kubernetes
1.29 and later; sizes after learn.microsoft.com/azure/virtual-machines/sizes. A size that is not listed is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The size of the system pool's machines where none is set.
SYSTEM_SIZE = "Standard_D4s_v3"

#: Cores and GiB of memory.
SIZES: dict[str, tuple[int, int]] = {
    "standard_b2s": (2, 4),
    "standard_b2ms": (2, 8),
    "standard_b4ms": (4, 16),
    "standard_b8ms": (8, 32),
    "standard_ds2_v2": (2, 7),
    "standard_ds3_v2": (4, 14),
    "standard_ds4_v2": (8, 28),
    "standard_ds5_v2": (16, 56),
    **{f"standard_d{cores}{kind}": (cores, 4 * cores) for cores in (2, 4, 8, 16, 32) for kind in ("s_v3", "s_v4")},
    **{
        f"standard_d{cores}{kind}": (cores, 4 * cores)
        for cores in (2, 4, 8, 16, 32, 64)
        for kind in ("s_v5", "ds_v5", "as_v5", "ads_v5", "s_v6", "ds_v6", "as_v6", "ads_v6")
    },
    **{f"standard_e{cores}{kind}": (cores, 8 * cores) for cores in (2, 4, 8, 16) for kind in ("s_v3", "s_v4", "s_v5")},
    **{f"standard_f{cores}s_v2": (cores, 2 * cores) for cores in (2, 4, 8, 16, 32)},
    "standard_nc4as_t4_v3": (4, 28),
    "standard_nc8as_t4_v3": (8, 56),
    "standard_nc16as_t4_v3": (16, 110),
    "standard_nc6s_v3": (6, 112),
    "standard_nc12s_v3": (12, 224),
    "standard_nc24s_v3": (24, 448),
    "standard_nc24ads_a100_v4": (24, 220),
}

#: Thousandths of a core that are kept, by cores.
_KEPT_CPU = ((1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740))
_MIB, _GIB = 1024**2, 1024**3
#: Bytes that have to stay free, or pods are evicted.
_EVICTION = 100 * _MIB

#: Pods on a node at the most where nothing is said, by network plugin and mode. Source: "Configure maximum pods per
#: node" (Microsoft Learn, AKS).
_MAX_PODS = {("azure", "flat"): 30, ("kubenet", None): 110}
_MAX_PODS_ELSE = 250


def usual_max_pods(plugin: str | None, mode: str | None) -> int:
    """Pods on a node at the most, where neither cluster nor pool says."""
    plugin = plugin or "azure"
    return _MAX_PODS.get((plugin, mode if plugin == "azure" else None), _MAX_PODS_ELSE)


@dataclass(frozen=True, slots=True)
class Room:
    """What pods may ask for together: thousandths of a core, and bytes."""

    millicores: int
    memory: int

    def holds(self, cores: float, gigabytes: float) -> bool:
        """Whether one pod of that size fits. A GB is 10**9 bytes, as it is to a container group."""
        return cores * 1000 <= self.millicores and gigabytes * 1e9 <= self.memory


def allocatable(size: str, max_pods: int) -> Room | None:
    """What a node of that size leaves for pods; `None` where the size is not known here."""
    found = SIZES.get(size.lower())
    if found is None:
        return None
    cores, gib = found
    kept = next((kept for most, kept in _KEPT_CPU if cores <= most), _KEPT_CPU[-1][1])
    reserved = min(20 * _MIB * max_pods + 50 * _MIB, gib * _GIB // 4)
    return Room(cores * 1000 - kept, gib * _GIB - reserved - _EVICTION)
