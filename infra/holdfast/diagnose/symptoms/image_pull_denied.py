"""May whoever starts the container pull its image?

Texts: containerd's and Docker's (Azure/AKS issue 4459, Azure/acr issue 231), ACI's (Azure/azure-sdk-for-python issue
16731), Azure ML's (Azure/azureml-examples issue 3463); codes: learn.microsoft.com/azure/machine-learning/
how-to-troubleshoot-online-endpoints.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import GUESS, LIKELY, SURE, Says, Symptom
from holdfast.diagnose.vocabulary import DENIED, PULL

SYMPTOM = Symptom(
    id="image-pull-denied",
    title="the registry does not let the image be pulled",
    looks_like="Pods wait in ImagePullBackOff, a container group is refused with `InaccessibleImage`; the registry answers 401 or 403.",
    cause=(
        "The identity that pulls (the kubelet's on AKS, the container group's on ACI, the endpoint's or the workspace's) "
        "holds no AcrPull on the registry, or received it a moment ago and it does not hold yet."
    ),
    remedy=(
        "Grant AcrPull to the identity that pulls, wait a minute or two, and start the service anew. What a stack's "
        "settings ask for, `pulumi refresh` and then `pulumi up` grant again."
    ),
    commands=(
        "az aks check-acr --resource-group RESOURCE_GROUP --name CLUSTER --acr {registry}.azurecr.io",
        'az role assignment create --role AcrPull --assignee-object-id {principal} --scope "$(az acr show --name {registry} --query id --output tsv)"',
        "holdfast service restart {service}",
    ),
    source="https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/cannot-pull-image-from-acr-to-aks-cluster",
    says=(
        Says(
            (r"identity (?P<principal>[\w-]+) .{0,80}lacks AcrPull on registry `(?P<registry>[\w-]+)`",),
            confidence=SURE,
        ),
        Says(
            (r"\b\d+/\d+\s+(?:ImagePullBackOff|ErrImagePull)\b|Back-?off pulling image",), confidence=GUESS, plain=True
        ),
        Says(
            (DENIED, PULL),
            none=(r"\bvault\b|Vault:|manifest unknown|Failed to push",),
            unless=(r"manifest unknown|\bkey ?vault\b",),
            within=0,
            confidence=SURE,
        ),
        Says(
            (r"(?P<registry>[\w-]+)\.azurecr\.io", DENIED),
            none=(r"manifest unknown|push",),
            unless=(r"admin user is disabled",),
            within=2,
            confidence=SURE,
        ),
        Says(
            (
                r"unauthorized: authentication required|no basic auth credentials|denied: (?:requested access|retrieving permissions|access forbidden)",
            ),
            near=(r"pull|image|registry|azurecr|manifest",),
            confidence=SURE,
        ),
        Says((r"(?:image|container) .{0,160}is not accessible\b.{0,60}(?:registry|credential)",), confidence=SURE),
        Says(
            (r"(?:could not|cannot|unable to|failed to) (?:authenticate|pull)\b.{0,80}(?:registry|acr|image)",),
            near=(DENIED + r"|authenticate|credential",),
            none=(r"manifest unknown|not found",),
            confidence=LIKELY,
        ),
        Says(
            (
                r"lacks?\b.{0,40}AcrPull|AcrPull\b.{0,60}(?:not (?:assigned|granted)|missing)|(?:does not have|without)\b.{0,40}(?:AcrPull|pull permission)",
            ),
            confidence=SURE,
        ),
        Says(
            (
                r"imagepullsecrets?\b.{0,80}(?:not found|invalid|unable to retrieve)|unable to retrieve some image pull secrets",
            ),
            confidence=LIKELY,
        ),
    ),
    codes=("InaccessibleImage", "ACRTokenExchangeFailed", "ACRSecretError"),
    guesses=("ImagePullLoopBackOff", "ImagePullBackOff", "ErrImagePull"),
    explains=("container-not-ready", "autoscale-503", "init-raised"),
    yields=(
        "vault-policy-wiped",
        "acr-admin-disabled",
        "image-build-failed",
        "image-missing",
        "registry-unreachable",
        "throttled-429",
    ),
    resolved=r"\bpulled \S+\.azurecr\.io|Successfully pulled image|Reason:\s*Pulled\b|\bStarted container\b|image pulled successfully",
)
