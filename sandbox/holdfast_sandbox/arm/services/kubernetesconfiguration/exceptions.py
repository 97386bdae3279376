"""What does Microsoft.KubernetesConfiguration refuse, beyond the front door's own errors?

A request that makes sense is accepted; what is wrong with the extension's settings comes out when it is installed, as
`ExtensionOperationFailed` (github.com/hashicorp/terraform-provider-azurerm/issues/24547 quotes one).
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def invalid(target: str, message: str) -> ArmError:
    """A value that can't be right; our words."""
    return ArmError(400, "BadRequest", message, target=target)


def cluster_type_not_served(cluster_type: str) -> ArmError:
    return ArmError(
        400,
        "BadRequest",
        f"The sandbox has no extensions on '{cluster_type}': Microsoft.ContainerService/managedClusters are served.",
        note="unknown-cluster-type",
    )


def extension_type_not_served(extension_type: object) -> ArmError:
    return ArmError(
        400,
        "BadRequest",
        f"The sandbox has no extensions of the type '{extension_type}': Microsoft.AzureML.Kubernetes is served.",
        target="extensionType",
        note="unknown-extension-type",
    )


def extension_type_is_fixed(before: str, wanted: str) -> ArmError:
    return invalid("extensionType", f"The type of an extension can't be changed from '{before}' to '{wanted}'.")


def installed_already(other: str) -> ArmError:
    return invalid("extensionType", f"An extension of this type is installed on the cluster already: '{other}'.")


def pinned_and_upgraded() -> ArmError:
    """azure-cli-extensions, src/k8s-extension/azext_k8s_extension/custom.py."""
    return invalid("version", "To pin to specific version, auto-upgrade-minor-version must be set to 'false'.")


def cluster_not_usable(name: str, why: str) -> ArmError:
    return ArmError(409, "Conflict", f"The cluster '{name}' takes no extension now: {why}.")


def operation_failed(reason: str, doing: str) -> ArmError:
    """How an installation ends in which helm met `reason`; `doing` is Create or Update."""
    inner = (
        "Helm installation failed : Unable to create/update Kubernetes resources for the extension : Recommendation "
        "Please check that there are no policies blocking the resource creation/update for the extension. : "
        f"InnerError [{reason}]"
    )
    return ArmError(
        400,
        "ExtensionOperationFailed",
        f"The extension operation failed with the following error:  Error: [ InnerError: [{inner}]] occurred while "
        f"doing the operation : [{doing}] on the config, For general troubleshooting visit: "
        "https://aka.ms/k8s-extensions-TSG, For more application specific troubleshooting visit: Troubleshooting: "
        "https://aka.ms/arcmltsg.",
    )
