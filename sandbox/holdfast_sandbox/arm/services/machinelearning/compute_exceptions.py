"""What does the service refuse about computes? Texts that public threads quote, the rest in our words.

Azure's codes for most of them are not recorded: `BadRequest` stands for all.
"""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.services.machinelearning.exceptions import bad_request


def name_invalid(name: str) -> ArmError:
    """github.com/MicrosoftDocs/pipelines-azureml/issues/19; the rule is the specification's pattern."""
    return bad_request(
        f"Compute name '{name}' is not available. Reason: Invalid. Message: A name for an Azure ML Compute Instance "
        "must be between 3 and 24 characters in length and must use only numbers, letters and minus symbol (-), must "
        "start with letters. Numbers cannot be the ending of the name if the previous character is a minus symbol (-). "
        "Please specify a different Azure ML Instance name"
    )


def name_taken(name: str) -> ArmError:
    """The Templates-For-Dynamics-365-Supply-Chain-Management-... repository's issue 4; unique in the region."""
    return bad_request(
        f"Compute name '{name}' is not available. Reason: AlreadyExists. Message: The specified name {name} is already "
        "in use and is therefore unavailable"
    )


def start_of_what_is_not_stopped(name: str) -> ArmError:
    """github.com/microsoft/vscode-tools-for-ai/issues/2096."""
    return ArmError(
        400,
        "StartComputeInstanceOnlyAllowedInStoppedState",
        f"Start Azure ML Compute Instance is only allowed when the instance {name} is in 'stopped' state",
    )


def kind_not_served(kind: object) -> ArmError:
    return ArmError(
        400,
        "BadRequest",
        f"The sandbox has no computes of the type '{kind}': AmlCompute, ComputeInstance and Kubernetes are served.",
        target="computeType",
        note="unknown-compute-type",
    )


def legacy_attachment() -> ArmError:
    """learn.microsoft.com/azure/machine-learning/v1/how-to-create-attach-kubernetes: the v1 way is legacy."""
    return ArmError(
        400,
        "BadRequest",
        "The sandbox attaches no cluster the legacy way (computeType AKS): a second attachment corrupts the first "
        "(github.com/MicrosoftDocs/azure-docs/issues/41778). Attach it as computeType Kubernetes.",
        target="computeType",
        note="legacy-aks-attachment",
    )


def kind_is_fixed(before: str, wanted: str) -> ArmError:
    return bad_request(f"The type of a compute can't be changed from '{before}' to '{wanted}'.")


def change_not_known(name: str) -> ArmError:
    """What Azure does with such a change in place is not recorded: no guess."""
    return ArmError(
        400,
        "BadRequest",
        f"The sandbox does not know what Azure does with a change of '{name}' in place: delete the compute, then make "
        "it anew.",
        target=name,
        note="unknown-compute-change",
    )


def only_for(kind: str, action: str) -> ArmError:
    return bad_request(f"'{action}' is for a compute of the type {kind}.")


def managed_network_excludes(what: str) -> ArmError:
    """learn.microsoft.com/azure/machine-learning/how-to-managed-network, "Limitations"; our words."""
    return bad_request(f"{what} is not supported in a workspace with a managed virtual network.")


def cluster_not_found(cluster_id: str) -> ArmError:
    """The first sentence is how-to-troubleshoot-kubernetes-compute's, word for word."""
    return bad_request(f"Cannot found Kubernetes cluster. '{cluster_id}' is not the id of one.")


def cluster_not_reachable() -> ArmError:
    """learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute."""
    return bad_request("The Kubernetes cluster is not reachable.")


def cluster_of_another_subscription() -> ArmError:
    """learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension, "Limitations"; our words."""
    return bad_request(
        "Attaching an AKS cluster across subscriptions is not supported: it must be in the workspace's subscription."
    )


def cluster_unfit(reason: str) -> ArmError:
    """learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension, "Limitations"; our words."""
    return bad_request(f"{reason} is not supported by Azure Machine Learning.")


def extension_not_installed(cluster_id: str) -> ArmError:
    """how-to-attach-kubernetes-to-workspace calls it the "extension not installed" error; our words around it."""
    return bad_request(
        f"Extension not installed: the cluster '{cluster_id}' has no extension of the type "
        "Microsoft.AzureML.Kubernetes that is in the state Succeeded."
    )


def role_check_failed() -> ArmError:
    """github.com/Azure/AML-Kubernetes/issues/279."""
    return bad_request("AKS role check failed for user assigned identity. Please check the role assignment.")


def already_attached(other: str, namespace: str) -> ArmError:
    """Several attachments are told apart by their namespaces (how-to-attach-kubernetes-to-workspace); our words."""
    return bad_request(
        f"The cluster is attached to this workspace already, as '{other}' with the namespace '{namespace}'."
    )
