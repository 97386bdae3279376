"""Is the endpoint of a deployment there?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, EndpointNotFound.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, Says, Symptom

SYMPTOM = Symptom(
    id="endpoint-not-found",
    title="the endpoint of the deployment is not there",
    looks_like="A deployment ends with EndpointNotFound; or `az ml` finds no online endpoint of that name.",
    cause="The deployment came before its endpoint, the endpoint was deleted, or the name is another workspace's.",
    remedy="Make the endpoint first; `pulumi up` does both in order.",
    commands=(
        "az ml online-endpoint list --workspace-name WORKSPACE --resource-group RESOURCE_GROUP --output table",
        "pulumi up",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-endpointnotfound",
    says=(
        Says(
            (
                r"(?:online )?endpoint [\\'\"`]*[\w-]+[\\'\"`]* (?:was |is )?(?:not found|does not exist|could not be found)",
            ),
            confidence=LIKELY,
        ),
    ),
    codes=("EndpointNotFound",),
)
