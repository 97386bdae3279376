"""Does a deployment need something that is not there?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, ResourceNotFound.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, Says, Symptom

SYMPTOM = Symptom(
    id="resource-not-found",
    title="a resource that is needed is not there",
    looks_like="ResourceNotFound or ResourceGroupNotFound, with the id of what was looked for.",
    cause="It was deleted, is in another group or subscription, or its name is written otherwise.",
    remedy="Correct the id, or make the resource again; what a stack lost is named by its next run.",
    commands=("az resource show --ids RESOURCE_ID", "pulumi preview"),
    source="https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
    says=(
        Says(
            (r"The Resource '(?P<resource>[^']+)' (?:under resource group '[^']+' )?was not found",), confidence=LIKELY
        ),
        Says((r"Resource group '[^']+' could not be found",), confidence=LIKELY),
    ),
    codes=("ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound"),
    yields=(
        "image-build-failed",
        "endpoint-not-found",
        "workspace-soft-deleted",
        "vault-soft-deleted",
        "namespace-not-found",
        "image-missing",
    ),
)
