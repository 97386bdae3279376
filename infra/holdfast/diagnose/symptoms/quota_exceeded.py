"""Does a subscription, a region or a service have no more of something to give?

Source of the texts: learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-resource-quota;
`OutOfQuota`: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="quota-exceeded",
    title="a quota is used up",
    looks_like="A deployment or a node pool is refused: the cores, endpoints or role assignments asked for exceed a quota.",
    cause="What was asked for and what is in use together exceed what the subscription may have in this region.",
    remedy="Give something back, ask for less or for another machine size, or have the quota raised.",
    commands=(
        "az vm list-usage --location {location} --output table",
        "az ml compute list-usage --location {location} --output table",
        "az quota request list --scope /subscriptions/SUBSCRIPTION/providers/Microsoft.Compute/locations/{location}",
    ),
    source="https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-resource-quota",
    says=(
        Says((r"(?:exceed\w*|beyond|above|over)\b.{0,60}\bquotas?\b",), none=(r"kubernetes unschedulable|exceeded quota: \w",), confidence=SURE),
        Says((r"\bquotas?\b.{0,40}(?:exceed\w*|exhausted|used up|reached|insufficient|not enough|has been hit)",), none=(r"kubernetes unschedulable",), confidence=SURE),
        Says((r"(?:insufficient|not enough|no(?:t any)? (?:more|remaining)|lack of)\b.{0,40}\b(?:quota|vCPUs?|cores?\b.{0,30}(?:quota|family|subscription|region))",), none=(r"nodes are available",), confidence=LIKELY),
        Says((r"(?:Current Limit|Maximum allowed): ?\d+.{0,80}(?:Additional (?:Required|requested)|Current (?:Usage|in use))",), confidence=SURE),
        Says((r"Location: (?P<location>\w+)",), near=(r"quota",), confidence=LIKELY),
        Says((r"(?:not have enough|does not have|no available|insufficient)\b.{0,40}\bcapacity\b|(?:SkuNotAvailable|AllocationFailed|ZonalAllocationFailed|OverconstrainedAllocationRequest)",), none=(r"disk|volume|queue",)),
        Says((r"RoleAssignmentLimitExceeded|number of role assignments.{0,60}(?:limit|exceed)",), confidence=SURE),
        Says((r"ContainerGroupQuotaReached|resource type '\S+' container group quota|(?:max(?:imum)?|limit)\b.{0,40}(?:online )?endpoints?\b.{0,40}(?:reached|exceeded)",), confidence=SURE),
    ),
    codes=(
        "OutOfQuota", "QuotaExceeded", "OutOfCapacity", "ErrCode_InsufficientVCPUQuota", "InsufficientVCPUQuota",
        "StandardSkuQuotaExceeded", "MaxOnDemandCoresReached", "ContainerGroupQuotaReached",
    ),
    explains=("pod-unschedulable", "autoscale-503"),
    yields=("pod-unschedulable",),
)  # fmt: skip
