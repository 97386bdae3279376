"""Microsoft.Network's private DNS: zones and their links to virtual networks (API 2024-06-01, as SDK 3.29)."""

from holdfast_sandbox.provider.schema import ResourceType, getter
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

_ZONE = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network"
    "/privateDnsZones/{privateZoneName}"
)
_TRACKED = {
    "etag": "str readonly",
    "location": "str",
    "name": "str readonly",
    "systemData": "SystemData readonly",
    "tags": "{str}",
    "type": "str readonly",
}

PRIVATE_ZONE = ResourceType(
    "azure-native:privatedns:PrivateZone",
    path=_ZONE,
    api_version="2024-06-01",
    parameters={"resourceGroupName": GROUP_NAME},
    root=_TRACKED,
    flattened={
        "internalId": "str readonly",
        "maxNumberOfRecordSets": "num readonly",
        "maxNumberOfVirtualNetworkLinks": "num readonly",
        "maxNumberOfVirtualNetworkLinksWithRegistration": "num readonly",
        "numberOfRecordSets": "num readonly",
        "numberOfVirtualNetworkLinks": "num readonly",
        "numberOfVirtualNetworkLinksWithRegistration": "num readonly",
        "provisioningState": "str readonly",
    },
    objects={"SystemData": SYSTEM_DATA},
    put_lro=True,
    delete_lro=True,
)

VIRTUAL_NETWORK_LINK = ResourceType(
    "azure-native:privatedns:VirtualNetworkLink",
    path=f"{_ZONE}/virtualNetworkLinks/{{virtualNetworkLinkName}}",
    api_version="2024-06-01",
    parameters={"resourceGroupName": GROUP_NAME},
    root=_TRACKED,
    flattened={
        "provisioningState": "str readonly",
        "registrationEnabled": "bool",
        "resolutionPolicy": "str",
        "virtualNetwork": "SubResource",
        "virtualNetworkLinkState": "str readonly",
    },
    objects={"SubResource": {"id": "str"}, "SystemData": SYSTEM_DATA},
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {table.token: table for table in (PRIVATE_ZONE, VIRTUAL_NETWORK_LINK)}
INVOKES = {
    table.token: table
    for table in (
        getter(PRIVATE_ZONE, "azure-native:privatedns:getPrivateZone"),
        getter(VIRTUAL_NETWORK_LINK, "azure-native:privatedns:getVirtualNetworkLink"),
    )
}
