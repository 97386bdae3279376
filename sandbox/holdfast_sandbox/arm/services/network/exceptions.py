"""What does Microsoft.Network refuse, and in which words?"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def invalid_name(name: str) -> ArmError:
    return ArmError(
        400,
        "InvalidResourceName",
        f"Resource name {name} is invalid. The name can be up to 80 characters long. It must begin with a word "
        "character, and it must end with a word character or with '_'. The name may contain word characters or '.', "
        "'-', '_'.",
    )


def invalid_format(reason: str) -> ArmError:
    return ArmError(400, "InvalidRequestFormat", f"Cannot parse the request. {reason}")


def not_served(name: str) -> ArmError:
    return ArmError(
        400, "PropertyNotServed", f"The sandbox does not serve the property '{name}'.", note="property-not-served"
    )


def bad_prefix(prefix: object, resource_id: str) -> ArmError:
    return ArmError(
        400,
        "InvalidAddressPrefixFormat",
        f"Address prefix {prefix} of resource {resource_id} is not formatted correctly. It should follow CIDR "
        "notation, for example 10.0.0.0/24.",
    )


def bad_notation(prefix: str, resource_id: str, right: str) -> ArmError:
    return ArmError(
        400,
        "InvalidCIDRNotation",
        f"The address prefix {prefix} in resource {resource_id} has an invalid CIDR notation. For the given prefix "
        f"length, the address prefix should be {right}.",
    )


def invalid_subnet(subnet: str, network: str) -> ArmError:
    """azure-powershell, TestNetworkingErrors; azure-cli's network commands match on the code."""
    return ArmError(400, "NetcfgInvalidSubnet", f"Subnet '{subnet}' is not valid in virtual network '{network}'.")


def overlap(subnet: str, other: str) -> ArmError:
    return ArmError(
        400,
        "NetcfgSubnetRangesOverlap",
        f"Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing subnet "
        f"'{other}'.",
    )


def spaces_overlap(one: str, other: str) -> ArmError:
    return invalid_format(f"The address prefixes {one} and {other} of the address space overlap.")


def subnet_in_use(name: str, user: str) -> ArmError:
    """Quoted in terraform-provider-azurerm, orchestrated_virtual_machine_scale_set_resource.go."""
    return ArmError(
        400,
        "InUseSubnetCannotBeDeleted",
        f"Subnet {name} is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the "
        "resources within the subnet. See aka.ms/deletesubnet.",
    )


def prefix_in_use(name: str, prefix: str) -> ArmError:
    return ArmError(
        400,
        "InUsePrefixCannotBeDeleted",
        f"IpPrefix {prefix} on Subnet {name} has active allocations and cannot be deleted.",
    )


def subnet_full(subnet: str, needed: int, free: int) -> ArmError:
    return ArmError(
        400,
        "SubnetIsFull",
        f"Subnet {subnet} with address prefix has not enough capacity for {needed} IP addresses; {free} are free.",
    )


def not_referenced(missing: str, by: str) -> ArmError:
    """learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found names the code."""
    return ArmError(
        400,
        "InvalidResourceReference",
        f"Resource {missing} referenced by resource {by} was not found. Please make sure that the referenced resource "
        "exists, and that both resources are in the same region.",
    )


def missing_group_id(connection: str) -> ArmError:
    """azure-cli#15136."""
    return ArmError(
        400,
        "MissingParameterOnPrivateLinkServiceConnection",
        f"Private link service connection {connection} is missing required parameter 'group Id'.",
    )


def only_one_group_id(connection: str, groups: list[str], target: str) -> ArmError:
    """DFE-Digital/terraform-azurerm-container-apps-hosting#352."""
    return ArmError(
        400,
        "OnlyOneGroupIdPermitted",
        f"Private link service connection {connection} has the following group Ids: {', '.join(groups)}. Only one "
        f"group Id is permitted when connecting to a first-party resource ({target}).",
    )


def target_refused(status: int, code: str, type_name: str, message: str) -> ArmError:
    """What the target's own service answered, as Network passes it on (azurerm#11778, azurerm#17478)."""
    return ArmError(status, code, f"Call to {type_name} failed. Error message: {message}")


def subnet_delegated(endpoint: str, subnet: str) -> ArmError:
    """learn.microsoft.com/azure/private-link/troubleshoot-private-endpoint-connectivity names the code."""
    return ArmError(
        400,
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        f"Private endpoint {endpoint} cannot be created as subnet {subnet} is delegated.",
    )


def zone_groups_full(endpoint: str) -> ArmError:
    return ArmError(
        400,
        "PrivateDnsZoneGroupLimitReached",
        f"Private endpoint {endpoint} has a private DNS zone group already; it can have one.",
    )
