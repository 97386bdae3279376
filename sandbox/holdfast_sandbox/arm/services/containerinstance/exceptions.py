"""What does Microsoft.ContainerInstance refuse, beyond the front door's own errors?

Texts are quoted from public threads, named under each; where a thread shows the text and not the code, or neither,
the docstring says so and the rest is ours.
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def not_served(what: str) -> ArmError:
    """A property or an action that would be a lie if it were taken and ignored. Code and words are ours."""
    return ArmError(
        400,
        "NotServedBySandbox",
        f"The sandbox does not serve {what} of container groups.",
        target=what,
        note="unknown-property",
    )


def invalid_name(kind: str, name: object) -> ArmError:
    """The rule: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules. Our code and words."""
    return ArmError(
        400,
        f"Invalid{kind.title().replace(' ', '')}Name",
        f"The {kind} name '{name}' is invalid. It can contain 1 to 63 lowercase letters, numbers and hyphens; it "
        "cannot start or end with a hyphen.",
    )


def invalid(code: str, message: str) -> ArmError:
    """What cannot be right, where no public thread shows Azure's own words."""
    return ArmError(400, code, message)


def invalid_os_type() -> ArmError:
    """MicrosoftLearning/mslearn-azure-developer#67, with this very `<null>` although the group has a name."""
    return ArmError(
        400,
        "InvalidOsType",
        "The 'osType' for container group '<null>' is invalid. The value must be one of 'Windows,Linux'.",
    )


def requests_not_specified(container: str, group: str) -> ArmError:
    """MicrosoftLearning/mslearn-azure-developer#67."""
    return ArmError(
        400,
        "ResourceRequestsNotSpecified",
        f"The resource requests are not specified in container '{container}' of contain group '{group}'. Both memory "
        "and CPU requests are required since API version '2017-07-01-preview'.",
    )


def request_not_specified(which: str, container: str, group: str) -> ArmError:
    """virtual-kubelet/virtual-kubelet#50; `which`: MemoryInGB or Cpu."""
    return ArmError(
        400,
        "ResourceSomeRequestsNotSpecified",
        f"The '{which}' request is not specified in 'Microsoft.Azure.CloudConsole.Providers.Common.Entities."
        f"ComputeResources' in container '{container}' of contain group '{group}'. It is required since API version "
        "'2017-07-01-preview'.",
    )


def limit_below_request(requirement: str, which: str, container: str, group: str) -> ArmError:
    """docker-archive/compose-cli#357; `requirement`: the resources as JSON."""
    return ArmError(
        400,
        "ResourceLimitsLessThanRequests",
        f"The resource requirement '{requirement}' in container '{container}' of contain group '{group}' is invalid. "
        f"The '{which}' limit value must be greater than or equal to the request value.",
    )


def limit_above_total(which: str, limit: str, container: str, total: str, group: str) -> ArmError:
    """docker-archive/compose-cli#743, virtual-kubelet/azure-aci#149."""
    return ArmError(
        400,
        "ContainerLimitGreaterThanContainerGroupTotalRequest",
        f"The '{which}' limit '{limit}' in container '{container}' is greater than the total request '{total}' of "
        f"container group '{group}'.",
    )


def resource_not_available(location: str, cpu: str, memory: str, os_type: str, network: bool) -> ArmError:
    """virtual-kubelet/virtual-kubelet#592 (code and status); MicrosoftDocs/azure-docs#24776: the sum counts."""
    where = " virtual network" if network else ""
    return ArmError(
        409,
        "ServiceUnavailable",
        f"The requested resource is not available in the location '{location}' at this moment. Please retry with a "
        f"different resource request or in another location. Resource requested: '{cpu}' CPU '{memory}' GB memory "
        f"'{os_type}' OS{where}",
    )


def quota_reached(quota: str, location: str, limit: int, usage: str, requested: str) -> ArmError:
    """MicrosoftDocs/azure-docs#51738; code and status: azurerm's answer for a GPU quota, quoted in public notes."""
    return ArmError(
        400,
        "ContainerGroupQuotaReached",
        f"Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota '{quota}' exceeded in "
        f"region '{location}'. Limit: '{limit}', Usage: '{usage}' Requested: '{requested}'.",
    )


def invalid_update(group: str) -> ArmError:
    """MicrosoftDocs/azure-docs#37604 and #38067."""
    return _invalid_update(group, "os type, restart policy, network profile, CPU, memory or GPU resources")


def invalid_restart_policy_update(group: str, old: str, new: str) -> ArmError:
    """MicrosoftDocs/azure-docs#31168: the service names the values by now."""
    return _invalid_update(group, f'RestartPolicy (old "{old}", new "{new}")')


def _invalid_update(group: str, what: str) -> ArmError:
    return ArmError(
        400,
        "InvalidContainerGroupUpdate",
        f"The updates on container group '{group}' are invalid. If you are going to update the {what} for a container "
        "group, you must delete it first and then create a new one.",
    )


def transitioning(group: str) -> ArmError:
    """learn.microsoft.com/troubleshoot/azure/azure-container-instances (container group in a transitioning state)."""
    return ArmError(
        409,
        "ContainerGroupTransitioning",
        f"The container group '{group}' is still transitioning, please retry later.",
    )


def stopped(name: str, group: str) -> ArmError:
    """Azure/azure-cli#8136 shows the text; status and code are ours."""
    return ArmError(409, "ContainerGroupStopped", f"Container Group '{name}' in resource group '{group}' is stopped")


def missing_ports(group: str) -> ArmError:
    """hashicorp/terraform-provider-azurerm#1697."""
    return ArmError(
        400, "MissingIpAddressPorts", f"The ports in the 'ipAddress' of container group '{group}' cannot be empty."
    )


def private_address_without_network(group: str) -> ArmError:
    """aztfmod/terraform-azurerm-caf#1145; it says network profile, also where subnets are meant by now."""
    return ArmError(
        400,
        "PrivateIPAddressNotSupported",
        f"IP Address type in container group '{group}' is invalid. Private IP address is only supported when network "
        "profile is defined.",
    )


def public_address_with_network() -> ArmError:
    """hashicorp/terraform-provider-azurerm#19579 shows the text; the code is ours."""
    return ArmError(400, "PublicIPAddressNotSupported", "IP Address type can't be public when network profile is set.")


def invalid_label(label: object, group: str) -> ArmError:
    """derekbekoe/vscode-spot#38 shows the text; the code is ours."""
    return ArmError(
        400,
        "InvalidDnsNameLabel",
        f"The DNS name label '{label}' in container group '{group}' is invalid. It can contain only lowercase letters, "
        "numbers and hyphens. The first character must be a letter. The last character must be a letter or number. The "
        "value must be between 5 and 63 characters long.",
    )


def label_taken(label: str, group: str) -> ArmError:
    """As public course notes quote `az container create`; shahiddev/docker-k8s-workshop#2 has the text too."""
    return ArmError(
        400,
        "DnsNameLabelAlreadyTaken",
        f"The DNS name label '{label}' in container group '{group}' is not available. Try using a different label.",
    )


def invalid_registry_server(server: object, group: str) -> ArmError:
    """Azure/aci-deploy#16 shows the text; the code is ours."""
    return ArmError(
        400,
        "InvalidImageRegistryServer",
        f"The server '{server}' in the 'imageRegistryCredentials' of container group '{group}' is invalid. It should "
        "be a valid host name without protocol.",
    )


def registry_identity_not_found(group: str) -> ArmError:
    """MicrosoftDocs/azure-docs#117644."""
    return ArmError(
        400,
        "InvalidImageRegistryIdentity",
        f"The identity in the 'imageRegistryCredentials' of container group '{group}' not found in container group "
        "identity list",
    )


def inaccessible_image(image: str, group: str) -> ArmError:
    """Azure/azure-sdk-for-net#36227."""
    return ArmError(
        400,
        "InaccessibleImage",
        f"The image '{image}' in container group '{group}' is not accessible. Please check the image and registry "
        "credential.",
    )


def missing_delegation(group: str) -> ArmError:
    """Azure/dev-box-images#8."""
    return ArmError(
        400,
        "SubnetMissingRequiredDelegation",
        f"Subnet missing required delegation 'Microsoft.ContainerInstance' for container group '{group}'.",
    )
