"""Are there more requests than somebody takes?

Sources: learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling (Resource Manager),
learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "HTTP status codes" (endpoints).
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom
from holdfast.diagnose.vocabulary import status

SYMPTOM = Symptom(
    id="throttled-429",
    title="requests are throttled (429)",
    looks_like="429 Too Many Requests, from Resource Manager, from a registry, or from a managed endpoint.",
    cause=(
        "More requests came in a while than the subscription may send, or than a managed endpoint has room for: twice "
        "`max_concurrent_requests_per_instance` on each instance."
    ),
    remedy="Wait as long as Retry-After says and send fewer at once; give a busy endpoint more instances.",
    commands=(
        "az monitor activity-log list --status Failed --offset 1h --query \"[?httpRequest].caller\" --output tsv | sort | uniq -c",
        "az ml online-deployment update --name DEPLOYMENT --endpoint-name ENDPOINT --set instance_count=N",
    ),
    source="https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling",
    subcauses=(
        ("resource-manager", "Resource Manager throttles the subscription", "send fewer requests at once, and wait for Retry-After"),
        ("endpoint", "an endpoint has more requests under way than it takes", "more instances, or more requests an instance"),
        ("registry", "a registry limits pulls", "log in to it, or import the base image into your own registry"),
    ),
    says=(
        Says((r"\b(?:SubscriptionRequestsThrottled|ResourceRequestsThrottled|ResourceCollectionRequestsThrottled|TenantRequestsThrottled|OperationThrottled)\b",), confidence=SURE, subcause="resource-manager"),
        Says((r"number of (?:\w+ )?requests for .{0,120}exceeded the .{0,20}limit",), confidence=SURE, subcause="resource-manager"),
        Says((r"toomanyrequests:|pull rate limit",), confidence=SURE, subcause="registry"),
        Says((r"too many (?:pending )?requests",), none=(r"\(overloaded\)",), confidence=SURE),
        Says((r"(?:being|is|was|were|been) throttled|request(?:s)? (?:is|are|was|were) rate.?limited|rate limit (?:is )?(?:exceeded|reached)|throttling error",), confidence=LIKELY),
        Says((status(429),),
            near=(r"error|fail|reject|too many|exceed|retry|https?://|HTTP|scoring of service",),
            within=2, none=(r"retrying in \d|waiting \d",), confidence=LIKELY),
        Says((r"\"(?:POST|GET|PUT) [^\"]*\" 429\b",), plain=True, confidence=LIKELY),
        Says((r"(?:2 \*|twice) max_?concurrent", r"exceed|reject"), subcause="endpoint"),
    ),
    codes=("TooManyRequests", "SubscriptionRequestsThrottled", "TooManyPendingRequests", "RateLimited", "RateLimitExceeded"),
    explains=("image-build-failed", "image-pull-denied"),
    resolved=r"(?:attempt|try|retry|retried)\b.{0,60}\b(?:succeeded|successful|ok\b|200\b|201\b|202\b)|(?:succeeded|successful)\b.{0,40}\b(?:retry|retries|attempts?)",
)  # fmt: skip
