"""Does the container run, and its probes do not answer in time?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, ResourceNotReady.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import GUESS, LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="container-not-ready",
    title="the container does not become ready",
    looks_like="Liveness or readiness probes fail, the container is killed and started anew; or a deployment ends with ResourceNotReady.",
    cause="`init()` takes longer than the probes wait, the container listens on another port or route, or it crashes.",
    remedy="Give the probes a longer initial delay; look at the container's log for how far it comes.",
    commands=(
        "holdfast service show {service}",
        "holdfast logs service {service}",
        "holdfast service deploy {service}  # after probes: {{liveness: {{initialDelay: 600}}}}",
    ),
    applies="holdfast service restart {service}",
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-resourcenotready",
    says=(
        Says(
            (
                r"(?:liveness|readiness|startup) probe (?:has )?(?:failed|errored)|failed (?:liveness|readiness|startup) probe",
            ),
            unless=(r"\bReady:\s+True",),
            within=60,
            confidence=LIKELY,
            plain=True,
        ),
        Says((r"phase\W{1,4}probe\b",), confidence=SURE),
        Says((r"deployment `[^`]+` of service `(?P<service>[^`]+)` is in the state Failed",), confidence=GUESS),
        Says(
            (r"service creation is taking longer than our normal time|deployment operation polling has TimedOut",),
            confidence=GUESS,
        ),
        Says(
            (
                r"(?:container|pod)\b.{0,60}(?:has crashed or terminated|not become ready|did not become ready|is not ready after)",
            ),
            confidence=GUESS,
        ),
    ),
    guesses=("ResourceNotReady", "DeploymentTimedOut", "service-not-started"),
    explains=("autoscale-503",),
    yields=(
        "init-raised",
        "model-path-missing",
        "script-import-error",
        "script-function-missing",
        "pod-out-of-memory",
        "image-pull-denied",
        "image-missing",
        "pod-unschedulable",
    ),
    resolved=r"(?:liveness|readiness) probe succeeded|Ready\s+True|now healthy|is ready$"
    # A row of `kubectl get pods`, but none of what the cluster itself runs.
    r"|^\s*(?:pod/)?(?!azureml-|kube-|coredns)[\w.-]+\s+(?P<all>[1-9]\d?)/(?P=all)\s+Running\b",
)
