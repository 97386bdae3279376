"""Is the workspace's name held by a workspace that was deleted?

Source: learn.microsoft.com/azure/machine-learning/concept-soft-delete; the texts: Azure/ResourceModules issue 3596,
Azure/azure-cli issue 33756.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="workspace-soft-deleted",
    title="a soft-deleted Machine Learning workspace holds the name",
    looks_like="A deployment ends with `Soft-deleted workspace exists. Please purge or recover it`.",
    cause="A deleted workspace is kept for 14 days with its name, its models and its runs; a new one can't take the name.",
    remedy="Recover it: models, endpoints and runs come back. `pulumi up` does so by itself where Azure shows it.",
    commands=(
        "pulumi up",
        "az ml workspace list --resource-group RESOURCE_GROUP --output table",
        "az ml workspace delete --name {workspace} --resource-group RESOURCE_GROUP --permanently-delete  # ends it for good",
    ),
    applies="pulumi up",
    source="https://learn.microsoft.com/azure/machine-learning/concept-soft-delete",
    says=(
        Says((r"provisioning_?state\W{1,4}SoftDeleted",), near=(r"workspace",), within=12, confidence=SURE, plain=True),
        Says(
            (r"workspace", r"soft[- ]?delet\w*", r"(?:purge|recover|exists|conflict|already|same name|cannot|in use)"),
            none=(r"log analytics|OperationalInsights|recovered",),
            unless=(r"OperationalInsights|Log Analytics",),
            confidence=SURE,
        ),
        Says(
            (r"workspace(?:[ \"'`]+(?P<workspace>[\w-]+)[ \"'`])?.{0,80}(?:in (?:a )?(?:soft[- ]?)?deleted state|pending (?:purge|permanent deletion)|recently deleted|deleted but (?:still )?recoverable)",),
            unless=(r"OperationalInsights|Log Analytics",),
            none=(r"not unique",),
            confidence=SURE,
        ),
        Says((r"aka\.ms/wsoftdelete",), confidence=SURE),
    ),
)  # fmt: skip
