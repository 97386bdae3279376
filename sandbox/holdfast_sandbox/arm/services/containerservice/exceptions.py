"""What does Microsoft.ContainerService refuse, beyond the front door's own errors?

The service answers its errors flat, `{"code", "details", "message", "subcode"}`, without the `error` around them that
the front door has (terraform's output of any refused cluster shows it, e.g. apecloud/kubeblocks#10136). Texts that a
public issue quotes are the real ones and name it; the others follow their form.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError

_NAMING = "Please see https://aka.ms/aks-naming-rules for more details."
_VERSIONS = "Please see https://aka.ms/aks-supported-k8s-ver for version details."
_SUPPORTED = (
    "Please use [az aks get-versions] command to get the supported version list in this region. For more information, "
    "please check https://aka.ms/supported-version-list"
)


class ClusterError(ArmError):
    """An error in the service's own, flat shape."""

    def body(self) -> dict[str, Any]:
        flat = {"code": self.code, "details": None, "message": self.message, "subcode": ""}
        return flat if self.target is None else {**flat, "target": self.target}


def bad_request(message: str, target: str | None = None) -> ArmError:
    return ClusterError(400, "BadRequest", message, target=target)


def invalid_parameter(name: str) -> ArmError:
    """github.com/Azure/azure-cli/pull/22442 (`agentPoolProfile.count`)."""
    return ClusterError(400, "InvalidParameter", f"The value of parameter {name} is invalid. {_NAMING}", target=name)


def missing_parameter(name: str) -> ArmError:
    """github.com/pulumi/pulumi-azure-native/issues/2943 (`properties.count`)."""
    return ClusterError(400, "InvalidParameter", f"Required parameter {name} is missing (null).", target=name)


def count_out_of_range(count: int, least: int, most: int) -> ArmError:
    """github.com/kubernetes-sigs/cluster-api-provider-azure/issues/5947."""
    return ClusterError(
        400,
        "InvalidParameter",
        f"agentPoolProfile.count was {count}. It must be greater or equal to minCount:{least} and less than or equal "
        f"to maxCount:{most}.",
        target="agentPoolProfile.count",
    )


def not_served(name: str) -> ArmError:
    """What Azure has and the sandbox does not: to leave it out in silence would be a lie."""
    return ArmError(
        400,
        "BadRequest",
        f"The property '{name}' with this value is not served by the sandbox.",
        target=name,
        note="unknown-property",
    )


def property_change_not_allowed(name: str) -> ArmError:
    """github.com/pulumi/pulumi-azure-native/issues/959, github.com/Azure/AKS/issues/695."""
    return ClusterError(400, "PropertyChangeNotAllowed", f"Changing property '{name}' is not allowed.", target=name)


def new_pool_in_cluster() -> ArmError:
    """github.com/pulumi/pulumi-azure-native/issues/579."""
    return bad_request(
        "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed "
        "cluster operations. For agent pool specific change, please use per agent pool operations: "
        "https://aka.ms/agent-pool-rest-api",
        "agentPoolProfiles",
    )


def no_system_pool() -> ArmError:
    """github.com/hashicorp/terraform-provider-azurerm: default_node_pool quotes it."""
    return ClusterError(400, "MustDefineAtLeastOneSystemPool", "Must define at least one system pool.")


def last_system_pool(alone: bool) -> ArmError:
    """github.com/kubernetes-sigs/cluster-api-provider-azure/issues/1355; `alone`: pulumi-azure-native/issues/1575."""
    what = "agent pool" if alone else "system agent pool"
    return ClusterError(400, "OperationNotAllowed", f"There has to be at least one {what}.")


def operation_in_progress(verb: str, what: str, operation_id: str, started: str) -> ArmError:
    """github.com/Azure/azure-cli-extensions/pull/9855; `what`: `managed cluster` or `agent pool`."""
    return ClusterError(
        409,
        "OperationNotAllowed",
        f"Operation is not allowed because there's an in progress {verb} {what} operation (operation ID: "
        f"{operation_id}) on the {what} started on UTC {started}. Please wait for it to finish before starting a new "
        "operation. You can also use 'az aks operation-abort ...' to abort the ongoing operation.",
    )


def overlapping_write() -> ArmError:
    """Two requests at the same moment; github.com/Azure/terraform-azurerm-aks/issues/604."""
    return ClusterError(409, "EtagMismatch", "Operation is not allowed: Another operation is in progress")


def power_state(provisioning: str, power: str, doing: str) -> ArmError:
    """github.com/MicrosoftDocs/azure-docs/issues/85161 (`stopping`)."""
    return bad_request(
        f"managed cluster is in Provisioning State({provisioning}) and Power State({power}), {doing} cannot be "
        "performed"
    )


def vm_size_not_allowed(size: str, location: str, allowed: Iterable[str]) -> ArmError:
    """github.com/hashicorp-education/learn-terraform-provision-aks-cluster/issues/15."""
    return bad_request(
        f"The VM size of {size} is not allowed in your subscription in location '{location}'. The available VM sizes "
        f"are '{','.join(allowed)}'. For more details, please visit https://aka.ms/aks/quotas-skus-regions"
    )


def insufficient_quota(location: str, left: int, requested: int) -> ArmError:
    """learn.microsoft.com/answers/questions/2088453."""
    return ClusterError(
        400,
        "ErrCode_InsufficientVCPUQuota",
        f"Insufficient regional vcpu quota left for location {location}. left regional vcpu quota {left}, requested "
        f"quota {requested}. If you want to increase the quota, please follow this instruction: "
        "https://learn.microsoft.com/en-us/azure/quotas/view-quotas. Surge nodes would also consume vcpu quota, please "
        "consider use smaller maxSurge or use maxUnavailable to proceed upgrade without surge nodes, details: "
        "aka.ms/aks/maxUnavailable.",
    )


def version_not_supported(name: str, version: str) -> ArmError:
    """github.com/pulumi/pulumi-azure-native/pull/3550; the code: apecloud/kubeblocks#10136."""
    return ClusterError(
        400,
        "K8sVersionNotSupported",
        f"Managed cluster {name} is on version {version} which is not supported in this region. {_SUPPORTED}",
    )


def version_for_lts_only(name: str, version: str) -> ArmError:
    """github.com/apecloud/kubeblocks/pull/10136."""
    return ClusterError(
        400,
        "K8sVersionNotSupported",
        f"Managed cluster {name} is on version {version}, which is only available for Long-Term Support (LTS). If you "
        "intend to onboard to LTS, please ensure the cluster is in Premium tier and LTS support plan (see "
        f"https://aka.ms/aks/enable-lts). Otherwise, use {_SUPPORTED.removeprefix('Please use ')}",
    )


def pool_version_not_supported(version: str) -> ArmError:
    """github.com/dspace-group/simphera-reference-architecture-azure/issues/29."""
    return ClusterError(
        400, "AgentPoolK8sVersionNotSupported", f"Version {version} is not supported in this region. {_SUPPORTED}"
    )


def version_change_not_allowed(before: str, after: str, upgrades: Iterable[str], down: bool) -> ArmError:
    """github.com/rancher/dashboard/issues/11884 (up), github.com/rancher/rancher/issues/24071 (down)."""
    word = "Downgrading" if down else "Upgrading"
    return ClusterError(
        400,
        "OperationNotAllowed",
        f"{word} Kubernetes version {before} to {after} is not allowed. Available upgrades: [{' '.join(upgrades)}]. "
        f"{_VERSIONS}",
    )


def pool_version_change_not_allowed(before: str, after: str) -> ArmError:
    """github.com/kubernetes-sigs/cluster-api-provider-azure/issues/1883 (which cuts its end)."""
    return ClusterError(
        400,
        "AgentPoolUpgradeVersionNotAllowed",
        f"Upgrade agent pool version from {before} to {after} is not allowed, you can only upgrade one minor version "
        "at a time. Please use [az aks get-upgrades] command to get the supported upgrade versions.",
    )


def pool_newer_than_cluster(pool: str, cluster: str) -> ArmError:
    """github.com/rancher/rancher/issues/33426."""
    minors = [version.split(".")[1] for version in (pool, cluster)]
    why = (
        f"Minor version of node pool version {minors[0]} is bigger than control plane version {minors[1]}"
        if minors[0] != minors[1]
        else "The patch version of the node pool is bigger than that of the control plane"
    )
    return ClusterError(
        400,
        "NodePoolMcVersionIncompatible",
        f"Node pool version {pool} and control plane version {cluster} are incompatible. {why}. For more information, "
        "please check https://aka.ms/version-skew-policy",
    )


def static_credential_not_allowed() -> ArmError:
    """github.com/hashicorp/terraform-provider-azurerm/pull/15489."""
    return bad_request(
        "Getting static credential is not allowed because this cluster is set to disable local accounts."
    )


def kubelet_needs_user_assigned_identity() -> ArmError:
    """The code is Azure's; learn.microsoft.com/azure/aks/use-managed-identity names the rule."""
    return ClusterError(
        400,
        "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
        "Custom kubelet identity is only supported on a cluster with a user-assigned managed identity.",
    )


def kubelet_identity_not_permitted() -> ArmError:
    """learn.microsoft.com/azure/aks/use-managed-identity, "Add role assignment"."""
    return ClusterError(
        400,
        "CustomKubeletIdentityMissingPermissionError",
        "The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' role to assign "
        "kubelet identity. You can run 'az role assignment create --assignee <control-plane-identity-principal-id> "
        "--role 'Managed Identity Operator' --scope <kubelet-identity-resource-id>' to grant the permission. See "
        "https://learn.microsoft.com/en-us/azure/aks/use-managed-identity#add-role-assignment",
    )


def linked_invalid_id(given: object, path: str) -> ArmError:
    """The front door's; github.com/hashicorp/terraform-provider-azurerm/issues/1166."""
    return ArmError(
        400,
        "LinkedInvalidPropertyId",
        f"Property id '{given}' at path '{path}' is invalid. Expect fully qualified resource Id that start with "
        "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
    )


def subnet_not_found(subnet: str, vnet: str, group: str, subscription: str) -> ArmError:
    """github.com/sassoftware/viya4-iac-azure/issues/163."""
    return ClusterError(
        400,
        "SubnetNotFound",
        f"Could not find subnet {subnet} in vnet {vnet} from resource group {group} of subscription {subscription}.",
    )


def oidc_issuer_stays() -> ArmError:
    """learn.microsoft.com/azure/aks/use-oidc-issuer: it can't be disabled again."""
    return ClusterError(400, "OIDCIssuerFeatureCannotBeDisabled", "The OIDC issuer feature cannot be disabled.")


def bad_etag_headers(reason: str) -> ArmError:
    return bad_request(reason)


def precondition_failed(message: str) -> ArmError:
    return ClusterError(412, "PreconditionFailed", message)
