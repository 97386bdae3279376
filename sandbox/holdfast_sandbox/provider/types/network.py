"""Microsoft.Network: virtual networks, subnets, private endpoints and their zone groups (API 2024-05-01, as SDK 3.29).

The SDK's types reach from a subnet to load balancers and back. Here, what the sandbox refuses or answers by its id
alone is `any`: an id passes through it unchanged, and more than that nobody gets to see.
"""

from holdfast_sandbox.provider.schema import ResourceType, getter

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network"
_VERSION = "2024-05-01"

# Under `properties` of a subnet, be it a resource of its own or a part of a network.
_SUBNET = {
    "addressPrefix": "str",
    "addressPrefixes": "[str]",
    "defaultOutboundAccess": "bool",
    "delegations": "[Delegation]",
    "ipConfigurationProfiles": "[any] readonly",
    "ipConfigurations": "[any] readonly",
    "natGateway": "any",
    "networkSecurityGroup": "any",
    "privateEndpointNetworkPolicies": 'str default="Disabled"',
    "privateEndpoints": "[any] readonly",
    "privateLinkServiceNetworkPolicies": 'str default="Enabled"',
    "provisioningState": "str readonly",
    "purpose": "str readonly",
    "resourceNavigationLinks": "[any] readonly",
    "routeTable": "any",
    "serviceAssociationLinks": "[any] readonly",
    "serviceEndpoints": "[ServiceEndpointPropertiesFormat]",
}
_SUBNET_NOT_SERVED = {
    "applicationGatewayIPConfigurations": "[any]",
    "ipAllocations": "[any]",
    "ipamPoolPrefixAllocations": "[any]",
    "serviceEndpointPolicies": "[any]",
    "sharingScope": "str",
}
_SUBNET_PARTS = {
    "Delegation": {
        "actions": "[str] under=properties",
        "etag": "str",
        "id": "str",
        "name": "str",
        "provisioningState": "str readonly under=properties",
        "serviceName": "str under=properties",
        "type": "str",
    },
    "ServiceEndpointPropertiesFormat": {
        "locations": "[str]",
        "networkIdentifier": "SubResource",
        "provisioningState": "str",
        "service": "str",
    },
    "SubResource": {"id": "str"},
}


def _nested(flattened: dict[str, str]) -> dict[str, str]:
    return {name: f"{text} under=properties" for name, text in flattened.items()}


_OBJECTS = {
    "Subnet": {
        **_nested(_SUBNET),
        **_nested(_SUBNET_NOT_SERVED),
        **_nested(dict.fromkeys(("resourceNavigationLinks", "serviceAssociationLinks"), "[any]")),
        "provisioningState": "str under=properties",
        "etag": "str",
        "id": "str",
        "name": "str",
        "serviceGateway": "any writeonly under=properties",
        "type": "str",
    },
    **_SUBNET_PARTS,
}

VIRTUAL_NETWORK = ResourceType(
    "azure-native:network:VirtualNetwork",
    path=f"{_GROUP}/virtualNetworks/{{virtualNetworkName}}",
    api_version=_VERSION,
    root={
        "etag": "str readonly",
        "extendedLocation": "any readonly",
        "id": "str writeonly",
        "location": "str replace",
        "name": "str readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "addressSpace": "AddressSpace",
        "bgpCommunities": "any readonly",
        "ddosProtectionPlan": "any readonly",
        "dhcpOptions": "DhcpOptions",
        "enableDdosProtection": "bool default=false",
        "enableVmProtection": "bool default=false",
        "encryption": "any readonly",
        "flowLogs": "[any] readonly",
        "flowTimeoutInMinutes": "int",
        "ipAllocations": "[any] readonly",
        "privateEndpointVNetPolicies": "str",
        "provisioningState": "str readonly",
        "resourceGuid": "str readonly",
        "subnets": "[Subnet] sub",
        "virtualNetworkPeerings": "[any] readonly",
    },
    objects={
        **_OBJECTS,
        "AddressSpace": {"addressPrefixes": "[str]", "ipamPoolPrefixAllocations": "[any]"},
        "DhcpOptions": {"dnsServers": "[str]"},
    },
    put_lro=True,
    delete_lro=True,
    unsupported=(
        "bgpCommunities",
        "ddosProtectionPlan",
        "encryption",
        "extendedLocation",
        "ipAllocations",
        "virtualNetworkPeerings",
    ),
)

SUBNET = ResourceType(
    "azure-native:network:Subnet",
    path=f"{_GROUP}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
    api_version=_VERSION,
    root={"etag": "str readonly", "id": "str writeonly", "name": "str", "type": "str"},
    flattened={**_SUBNET, **{name: f"{text} readonly" for name, text in _SUBNET_NOT_SERVED.items()}},
    objects=_SUBNET_PARTS,
    put_lro=True,
    delete_lro=True,
    unsupported=tuple(sorted(_SUBNET_NOT_SERVED)),
)

PRIVATE_ENDPOINT = ResourceType(
    "azure-native:network:PrivateEndpoint",
    path=f"{_GROUP}/privateEndpoints/{{privateEndpointName}}",
    api_version=_VERSION,
    root={
        "etag": "str readonly",
        "extendedLocation": "any readonly",
        "id": "str writeonly",
        "location": "str",
        "name": "str readonly",
        "tags": "{str}",
        "type": "str readonly",
    },
    flattened={
        "applicationSecurityGroups": "[any] readonly",
        "customDnsConfigs": "[CustomDnsConfigPropertiesFormat]",
        "customNetworkInterfaceName": "str",
        "ipConfigurations": "[PrivateEndpointIPConfiguration]",
        "manualPrivateLinkServiceConnections": "[PrivateLinkServiceConnection]",
        "networkInterfaces": "[any] readonly",
        "privateLinkServiceConnections": "[PrivateLinkServiceConnection]",
        "provisioningState": "str readonly",
        "subnet": "Subnet replace",
    },
    objects={
        **_OBJECTS,
        "CustomDnsConfigPropertiesFormat": {"fqdn": "str", "ipAddresses": "[str]"},
        "PrivateEndpointIPConfiguration": {
            "etag": "str readonly",
            "groupId": "str under=properties",
            "memberName": "str under=properties",
            "name": "str",
            "privateIPAddress": "str under=properties",
            "type": "str readonly",
        },
        "PrivateLinkServiceConnection": {
            "etag": "str readonly",
            "groupIds": "[str] under=properties",
            "id": "str",
            "name": "str",
            "privateLinkServiceConnectionState": "PrivateLinkServiceConnectionState under=properties",
            "privateLinkServiceId": "str under=properties",
            "provisioningState": "str readonly under=properties",
            "requestMessage": "str under=properties",
            "type": "str readonly",
        },
        "PrivateLinkServiceConnectionState": {"actionsRequired": "str", "description": "str", "status": "str"},
    },
    put_lro=True,
    delete_lro=True,
    unsupported=("applicationSecurityGroups", "extendedLocation"),
)

ZONE_GROUP = ResourceType(
    "azure-native:network:PrivateDnsZoneGroup",
    path=f"{_GROUP}/privateEndpoints/{{privateEndpointName}}/privateDnsZoneGroups/{{privateDnsZoneGroupName}}",
    api_version=_VERSION,
    root={"etag": "str readonly", "id": "str writeonly", "name": "str"},
    flattened={"privateDnsZoneConfigs": "[PrivateDnsZoneConfig]", "provisioningState": "str readonly"},
    objects={
        "PrivateDnsZoneConfig": {
            "name": "str",
            "privateDnsZoneId": "str under=properties",
            "recordSets": "[RecordSet] readonly under=properties",
        },
        "RecordSet": {
            "fqdn": "str readonly",
            "ipAddresses": "[str] readonly",
            "provisioningState": "str readonly",
            "recordSetName": "str readonly",
            "recordType": "str readonly",
            "ttl": "int readonly",
        },
    },
    put_lro=True,
    delete_lro=True,
)

RESOURCES = {table.token: table for table in (VIRTUAL_NETWORK, SUBNET, PRIVATE_ENDPOINT, ZONE_GROUP)}
INVOKES = {
    table.token: table
    for table in (
        getter(VIRTUAL_NETWORK, "azure-native:network:getVirtualNetwork", expand="str wire=$expand"),
        getter(SUBNET, "azure-native:network:getSubnet", expand="str wire=$expand"),
        getter(PRIVATE_ENDPOINT, "azure-native:network:getPrivateEndpoint", expand="str wire=$expand"),
        getter(ZONE_GROUP, "azure-native:network:getPrivateDnsZoneGroup"),
    )
}
