"""Did `init()` of the scoring script raise? What a crash loop most often is.

Texts: azureml-inference-server-http (server/aml_blueprint.py, server/user_script.py); v1:
Azure/MachineLearningNotebooks issue 100; v2 codes: learn.microsoft.com/azure/machine-learning/
how-to-troubleshoot-online-endpoints.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import GUESS, SURE, Raises, Says, Symptom

SYMPTOM = Symptom(
    id="init-raised",
    title="init() of the scoring script raised",
    looks_like="The container starts and ends, again and again (CrashLoopBackOff); its log has a traceback through `init`.",
    cause="Whatever the exception says. Azure shows it as a crash of the container, and starts it anew until it gives up.",
    remedy="Mend the line in the evidence. The model and the image stay, so only the script is deployed anew.",
    commands=(
        "holdfast logs service {service} --previous",
        "holdfast service show {service}",
        "holdfast service deploy {service}",
    ),
    applies="holdfast service restart {service}",
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-userscriptinitfailed",
    raises=(Raises(phase=("init",), confidence=SURE),),
    says=(
        Says(
            (
                r"user'?s? ?'?s? init (?:function )?(?:has )?(?:failed|raised)|init\(\) (?:of .{0,40})?(?:raised|failed|threw)|(?:exception|error) (?:in|from|during|inside) (?:the )?(?:user'?s? )?`?init(?:\(\w*\)|` )",
            ),
            none=(r"most often|may be",),
            confidence=SURE,
        ),
        Says(
            (r"container (?:application )?crashed\b.{0,80}init\(\)|errors in your scoring file's init\(\)",),
            confidence=GUESS,
        ),
        Says(
            (r"Back-?off restarting failed container|\b\d+/\d+\s+(?:CrashLoopBackOff|Error)\s+\d+",),
            confidence=GUESS,
            plain=True,
        ),
        Says((r"(?:stuck|is|are|went|in) (?:in )?(?:a )?CrashLoopBackOff|CrashLoopBackOff: ",), confidence=GUESS),
        Says((r"phase\W{1,4}init\b.{0,20}the process ended",), confidence=GUESS),
        Says((r"Worker failed to boot|HaltServer.{0,40}Worker failed to boot",), confidence=GUESS),
    ),
    codes=("UserScriptInitFailed",),
    guesses=("CrashLoopBackOff", "DeploymentCrashLoopBackOff", "KubernetesCrashLoopBackOff", "AciDeploymentFailed"),
    explains=("crash-502", "autoscale-503", "container-not-ready", "model-424"),
    yields=(
        "model-path-missing",
        "script-import-error",
        "script-function-missing",
        "pod-out-of-memory",
        "image-pull-denied",
        "run-raised",
        "pod-unschedulable",
        "vault-policy-wiped",
        "vault-role-missing",
        "secrets-injection-failed",
        "container-not-ready",
        "keys-changed",
        "quota-exceeded",
        "scoring-fe-unhealthy",
        "image-build-failed",
    ),
    resolved=r"init (?:function )?has completed successfully|init\(\) (?:completed|finished|succeeded)|service `\S+` answers, so it is ready",
)
