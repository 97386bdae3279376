"""Which private DNS zones do private endpoints need, by the names that Azure gave them?

Source: "Azure Private Endpoint private DNS zone values" (learn.microsoft.com/azure/private-link/private-endpoint-dns),
a table a cloud.
"""

from __future__ import annotations

from collections.abc import Mapping

#: By cloud (as the provider's `environment` names it) and by what an endpoint leads to, its group id.
ZONES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "public": {
        "vault": ("privatelink.vaultcore.azure.net",),
        "blob": ("privatelink.blob.core.windows.net",),
        "file": ("privatelink.file.core.windows.net",),
        "registry": ("privatelink.azurecr.io",),
        "amlworkspace": ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"),
    },
    "usgovernment": {
        "vault": ("privatelink.vaultcore.usgovcloudapi.net",),
        "blob": ("privatelink.blob.core.usgovcloudapi.net",),
        "file": ("privatelink.file.core.usgovcloudapi.net",),
        "registry": ("privatelink.azurecr.us",),
        "amlworkspace": ("privatelink.api.ml.azure.us", "privatelink.notebooks.usgovcloudapi.net"),
    },
    "china": {
        "vault": ("privatelink.vaultcore.azure.cn",),
        "blob": ("privatelink.blob.core.chinacloudapi.cn",),
        "file": ("privatelink.file.core.chinacloudapi.cn",),
        "registry": ("privatelink.azurecr.cn",),
        "amlworkspace": ("privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn"),
    },
}


def zone_ids(cloud: str, zone_group: str, leads_to: str) -> list[str]:
    """The ids of the zones for one endpoint; `zone_group` is the id of the resource group that holds them all.

    A cloud that is not in the table has the public one's names, as the sandbox does.
    """
    names = ZONES.get(cloud.lower(), ZONES["public"])[leads_to]
    return [f"{zone_group.rstrip('/')}/providers/Microsoft.Network/privateDnsZones/{name}" for name in names]
