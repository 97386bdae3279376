"""Did the model's container answer a managed endpoint with something other than 200?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "HTTP status codes".
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom
from holdfast.diagnose.vocabulary import ELSEWHERE, SCORING, route, status

SYMPTOM = Symptom(
    id="model-424",
    title="the model's container answered with an error (424)",
    looks_like="A managed endpoint answers 424 Failed Dependency; `ms-azureml-model-error-statuscode` is what the container said.",
    cause="The endpoint is well; the container was not reached, or answered otherwise than with 200. 500 there is an exception in `run()`.",
    remedy="Read the header `ms-azureml-model-error-reason` and the container's log.",
    commands=(
        "az ml online-deployment get-logs --name DEPLOYMENT --endpoint-name ENDPOINT --lines 200",
        "holdfast service invoke {service} --data REQUEST.json --raw",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#http-status-codes",
    says=(
        Says((r"ms-azureml-model-error-(?:statuscode|reason)",), confidence=SURE, plain=True),
        Says(
            (r"\b424\b.{0,40}failed.?dependency|failed.?dependency.{0,40}\b424\b|\b424\b.{0,20}model error",),
            confidence=SURE,
        ),
        Says((route(424),), plain=True, confidence=SURE),
        Says((status(424),), none=(ELSEWHERE,), confidence=LIKELY, near=(SCORING + r"|model|endpoint",)),
    ),
    codes=("ModelError",),
)
