"""Does the model take longer than a request may?

Sources: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "HTTP status codes" (504 on
Kubernetes after 5 s by default, 408 on managed endpoints); azureml-inference-server-http (`Scoring timeout`).
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Raises, Says, Symptom
from holdfast.diagnose.vocabulary import ELSEWHERE, SCORING, route, status

SYMPTOM = Symptom(
    id="timeout-504",
    title="scoring takes longer than its timeout (504, 408)",
    looks_like="Clients get 504 (Kubernetes) or 408 (managed); the log says `Scoring timeout after N ms`, or a worker was timed out.",
    cause="`run()` takes longer than the request's timeout: 5 seconds by default on Kubernetes, 60 in the container of v1.",
    remedy="Raise the service's `timeout`, or make `run()` faster: load the model in `init()`, leave out calls to others.",
    commands=(
        "holdfast logs service {service} --follow",
        "holdfast settings check  # after timeout: 60",
        "holdfast service deploy {service}",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#http-status-codes",
    raises=(
        Raises(
            type=r"(?:\w+\.)?TimeoutException|UserScriptTimeout\w*|Timeout(?:Error)?",
            message=r"allocated time|Scoring|score",
            phase=("run", "init", "import", ""),
        ),
    ),
    says=(
        Says((r"timed out|time-?out", SCORING, r"\b(?:504|408)\b"), none=(ELSEWHERE,)),
        Says(
            (
                r"scoring (?:request )?(?:timeout (?:after|of \S+ (?:was )?(?:exceeded|reached)|exceeded|reached|expired)|timed out)",
            ),
            confidence=SURE,
        ),
        Says((r"failed to finish execution within the allocated time",), confidence=SURE),
        Says(
            (r"did not answer within \d+(?:\.\d+)? seconds|RequestTimeout",),
            near=(SCORING + r"|model",),
            none=(ELSEWHERE,),
        ),
        Says((r"upstream request timeout",), confidence=SURE),
        Says((r"\bWORKER TIMEOUT \(pid",), confidence=LIKELY),
        Says((route(504),), plain=True),
        Says((route(408),), plain=True),
        Says((status(504) + "|" + status(408), SCORING), none=(ELSEWHERE,), plain=True),
        Says(
            (status(504) + "|" + status(408) + r"|gateway time-?out",),
            near=(SCORING,),
            none=(ELSEWHERE,),
            unless=(r"Model Management Service|modelmanagement",),
            within=3,
        ),
        Says(
            (r"/score\b", r"Client\.Timeout exceeded|(?:read|request|response)\b.{0,20}timed? ?out"), none=(ELSEWHERE,)
        ),
    ),
    yields=("autoscale-503",),
    resolved=r"(?:attempt|try|retry|retried)\b.{0,60}\b(?:succeeded|successful|ok\b|200\b)",
)
