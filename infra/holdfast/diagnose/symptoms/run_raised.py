"""Did `run()` of the scoring script raise?

Source: azureml-inference-server-http (server/routes.py): 500 with `x-ms-run-function-failed: True`.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Raises, Says, Symptom

SYMPTOM = Symptom(
    id="run-raised",
    title="run() of the scoring script raised",
    looks_like="Requests get 500 (502 from a Kubernetes endpoint, 424 from a managed one); the log has a traceback through `run`.",
    cause="What the exception says: most often a request of another shape than the model was made for.",
    remedy="Send the request again and look at the log; mend the line in the evidence, or the request.",
    commands=(
        "holdfast service invoke {service} --data REQUEST.json",
        "holdfast logs service {service} --follow",
        "holdfast service deploy {service}",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http",
    raises=(Raises(phase=("run",), confidence=SURE),),
    says=(
        Says((r"x-ms-run-function-failed\W{1,4}true",), confidence=SURE, plain=True),
        Says(
            (
                r"run\(\) (?:of .{0,40})?(?:raised|failed|threw)|(?:exception|error) (?:in|from|during|inside) (?:the )?(?:user'?s? )?`?run(?:\(\w*\)|` )|user'?s? run function (?:failed|raised)",
            ),
            confidence=SURE,
        ),
    ),
    explains=("crash-502", "model-424"),
    yields=(
        "model-path-missing",
        "script-import-error",
        "pod-out-of-memory",
        "timeout-504",
        "vault-policy-wiped",
        "vault-role-missing",
    ),
)
