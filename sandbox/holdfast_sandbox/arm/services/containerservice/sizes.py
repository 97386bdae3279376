"""Which virtual machines may be nodes, and how many of their cores are left?

A choice of Azure's sizes that are common for clusters, with cores, memory and the local disk that an ephemeral OS disk
may use, after learn.microsoft.com/azure/virtual-machines/sizes. Sizes with fewer than two cores are no nodes
(learn.microsoft.com/azure/aks/quotas-skus-regions). The quota is one number a region for all clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast_sandbox.arm.services.containerservice import exceptions

# Cores a region; what an ordinary subscription gets varies, enterprise ones start here.
QUOTA = 350


@dataclass(frozen=True)
class Size:
    """`cores`, `memory` in GiB, `ephemeral`: GiB that an ephemeral OS disk may take (0: none)."""

    cores: int
    memory: int
    ephemeral: int = 0


SIZES: dict[str, Size] = {
    "Standard_B2s": Size(2, 4),
    "Standard_B2ms": Size(2, 8),
    "Standard_B4ms": Size(4, 16),
    "Standard_B8ms": Size(8, 32),
    "Standard_D2s_v3": Size(2, 8, 50),
    "Standard_D4s_v3": Size(4, 16, 100),
    "Standard_D8s_v3": Size(8, 32, 200),
    "Standard_D16s_v3": Size(16, 64, 400),
    "Standard_D2s_v4": Size(2, 8),
    "Standard_D4s_v4": Size(4, 16),
    "Standard_D8s_v4": Size(8, 32),
    "Standard_D2s_v5": Size(2, 8),
    "Standard_D4s_v5": Size(4, 16),
    "Standard_D8s_v5": Size(8, 32),
    "Standard_D16s_v5": Size(16, 64),
    "Standard_D32s_v5": Size(32, 128),
    "Standard_D2ds_v5": Size(2, 8, 75),
    "Standard_D4ds_v5": Size(4, 16, 150),
    "Standard_D8ds_v5": Size(8, 32, 300),
    "Standard_D16ds_v5": Size(16, 64, 600),
    "Standard_D2as_v5": Size(2, 8),
    "Standard_D4as_v5": Size(4, 16),
    "Standard_D8as_v5": Size(8, 32),
    "Standard_D2s_v6": Size(2, 8),
    "Standard_D4s_v6": Size(4, 16),
    "Standard_D8s_v6": Size(8, 32),
    "Standard_DS2_v2": Size(2, 7, 86),
    "Standard_DS3_v2": Size(4, 14, 172),
    "Standard_DS4_v2": Size(8, 28, 344),
    "Standard_E2s_v5": Size(2, 16),
    "Standard_E4s_v5": Size(4, 32),
    "Standard_E8s_v5": Size(8, 64),
    "Standard_F2s_v2": Size(2, 4, 32),
    "Standard_F4s_v2": Size(4, 8, 64),
    "Standard_F8s_v2": Size(8, 16, 128),
    "Standard_F16s_v2": Size(16, 32, 256),
    "Standard_NC4as_T4_v3": Size(4, 28, 176),
    "Standard_NC8as_T4_v3": Size(8, 56, 352),
    "Standard_NC6s_v3": Size(6, 112, 736),
    "Standard_NC24ads_A100_v4": Size(24, 220, 64),
}
SIZES_BY_KEY = {name.lower(): size for name, size in SIZES.items()}


def size_of(name: str, location: str) -> Size:
    """The size of that name in any letter case."""
    size = SIZES_BY_KEY.get(name.lower())
    if size is None:
        raise exceptions.vm_size_not_allowed(name, location, sorted(SIZES_BY_KEY))
    return size


def default_os_disk(size: Size) -> int:
    """GiB by the number of cores (learn.microsoft.com/azure/aks/concepts-storage, "OS disk sizing")."""
    return next(disk for cores, disk in ((7, 128), (15, 256), (63, 512), (1 << 20, 1024)) if size.cores <= cores)


def check_quota(location: str, used: int, requested: int) -> None:
    """`used` and `requested` in cores."""
    if requested > 0 and used + requested > QUOTA:
        raise exceptions.insufficient_quota(location, max(QUOTA - used, 0), requested)
