"""Was one cluster attached twice?

Source: MicrosoftDocs/azure-docs issue 41778: the second attachment of a cluster fails, and the first is broken by it.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

_CLUSTER = r"(?:\baks\b|cluster|managedClusters?|kubernetes|compute(?: ?target)?)"

SYMPTOM = Symptom(
    id="aks-attached-twice",
    title="the AKS cluster is attached twice",
    looks_like="An attachment is refused: the cluster, or its namespace, is attached already; services of the first one begin to fail.",
    cause="A v1 attachment installs its front end into the cluster. A second one writes over it, and both are broken.",
    remedy="Detach both, and attach the cluster once as `kind: kubernetes`, which several workspaces may use by namespaces of their own.",
    commands=(
        "az ml compute list --workspace-name WORKSPACE --resource-group RESOURCE_GROUP --output table",
        "az ml compute detach --name COMPUTE --workspace-name WORKSPACE --resource-group RESOURCE_GROUP",
        "pulumi up",
    ),
    source="https://github.com/MicrosoftDocs/azure-docs/issues/41778",
    says=(
        # The extension finds the front end of a v1 attachment (Azure/AML-Kubernetes issue 293).
        Says((r"\bE45005\b|azureml[- ]fe deployment conf\w*",), confidence=SURE),
        Says((r"(?:duplicate|second|repeated) attach\w*",), near=(_CLUSTER,), none=(r"volume|disk",)),
        Says(
            (
                r"(?:two|both|several|multiple) compute\w*\b.{0,80}same (?:AKS )?(?:cluster|managed ?cluster|resource ?id)",
            )
        ),
        Says(
            (
                _CLUSTER,
                r"(?:attached (?:to (?:this|the|another|that) \w+ )?already|(?:is |was |been |has been )?already (?:been )?(?:attached|registered|in use by|used by|associated with))",
            ),
            none=(r"identity|disk|role|volume|nothing to do|skipping|using existing|reusing",),
            confidence=SURE,
        ),
        Says(
            (
                _CLUSTER,
                r"attach\w*",
                r"(?:more than once|twice|second time|two (?:computes?|workspaces?)|another (?:workspace|compute|attachment)|multiple (?:workspaces?|times|computes?)|same (?:cluster|namespace))",
            ),
            none=(r"volume|disk|is supported|supports|may be|can be",),
            confidence=LIKELY,
        ),
        Says(
            (
                r"another (?:compute|attachment)\b.{0,60}(?:uses|has|claims|with) the same\b.{0,40}(?:cluster|namespace|resource id)",
            ),
            confidence=SURE,
        ),
    ),
    codes=("attached-twice", "ComputeAlreadyAttached", "ClusterAlreadyAttached"),
    explains=("scoring-fe-unhealthy", "keys-changed", "crash-502"),
)
