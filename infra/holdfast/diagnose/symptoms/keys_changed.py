"""Does somebody hold a key that is not the key any more?

Two of them: the clients of a service that was deleted and made anew (Azure/MachineLearningNotebooks issue 1275), and the
workspace, which keeps a copy of its storage's and its registry's keys
(learn.microsoft.com/azure/machine-learning/how-to-change-storage-access-key).
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom
from holdfast.diagnose.vocabulary import ELSEWHERE, SCORING, route, status

SYMPTOM = Symptom(
    id="keys-changed",
    title="a key is no longer the key",
    looks_like=(
        "Clients of a service get 401 with a key that worked before; or the workspace is refused by its own storage or "
        "registry, and Azure asks to resync keys."
    ),
    cause="Keys were regenerated, or the service was deleted and made anew, which gives it others.",
    remedy="Hand the present keys to the clients, or let the workspace read its dependencies' keys anew.",
    commands=(
        "holdfast service keys {service}",
        "az ml workspace sync-keys --name WORKSPACE --resource-group RESOURCE_GROUP",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-change-storage-access-key",
    subcauses=(
        ("service", "the clients' key is an old one", "hand out the present keys of the service"),
        ("workspace", "the workspace's copy of a key is an old one", "let the workspace read the keys anew (sync-keys)"),
    ),
    says=(
        Says((r"(?:re-?sync|sync(?:hronize)?)[- ](?:the )?(?:workspace )?keys",), confidence=SURE, subcause="workspace"),
        Says(
            (r"(?:AuthenticationFailed|Server failed to authenticate the request|The MAC signature found|signature (?:did not match|not well formed)|InvalidAuthenticationInfo)",),
            near=(r"storage|blob|account ?key|datastore|core\.windows\.net",),
            within=6,
            subcause="workspace",
        ),
        Says(
            (r"(?:storage|account|registry|acr)\b.{0,60}\b(?:keys?|passwords?)\b.{0,60}(?:rotated|regenerated|changed|(?:is |are )?(?:no longer|not) valid|outdated|stale)",),
            subcause="workspace",
            none=(r"may be necessary",),
        ),
        Says(
            (r"(?:\bkeys?\b|token|credential).{0,60}(?:(?:is|are) (?:not|no longer) valid|(?<![.\w])invalid|was regenerated|were regenerated|does not match|has changed|have changed|expired|access_denied)",),
            near=(SCORING + r"|endpoint|service",),
            none=(r"vault|certificate|json|dict|AADSTS|oauth|parameter|column",),
            subcause="service",
        ),
        Says((route(401),), confidence=LIKELY, subcause="service", plain=True),
        Says((status(401), SCORING), none=(ELSEWHERE,), subcause="service"),
        Says((status(401),), near=(SCORING,), none=(ELSEWHERE + r"|azurecr|registry|oauth2/token",), unless=(r"azurecr\.io|oauth2/token|\bpull",), subcause="service", confidence=LIKELY),
        Says((r"key_auth_(?:access_denied|bad_header_forbidden)",), confidence=SURE, subcause="service"),
    ),
    yields=("vault-policy-wiped", "acr-admin-disabled"),
)  # fmt: skip
