"""Why did a replica crash? The code that Azure gives it, read off its exit and its log.

Codes: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "Common errors specific to
Kubernetes deployments". What the log shows are the exceptions of azureml-inference-server-http (server/user_script.py).
"""

from __future__ import annotations

import re

from holdfast_sandbox.containers.container import Container

_IMPORT = "UserScriptImportException"
_NO_FUNCTION = re.compile(r"UserScriptError: (User script at .* does not have a (?:init|run)\(\) function defined\.)")
_RAISED = "UserScriptException"
_ERROR = re.compile(r"[\w.]*(?:Error|Exception|Exit|Interrupt|Warning)\b.*|[\w.]+: .+")
_MISSING = re.compile(r"(?:ModuleNotFoundError|ImportError)\b")
_LINES = 12


def diagnose(container: Container) -> tuple[str, str]:
    """The code, and a message that ends in what the container said last."""
    state = container.previous or container.state
    log = (
        container.previous_log if container.previous_log.lines() and not _tells(container.log.text()) else container.log
    )
    text = log.text()
    if state.reason == "OOMKilled":
        return "PodOutOfMemory", f"The container was killed above its memory limit (exit code {state.exit_code})."
    missing = _NO_FUNCTION.search(text)
    if missing is not None:
        return "UserScriptFunctionNotFound", missing[1]
    cause = _cause(text)
    if _IMPORT in text and _MISSING.match(cause):
        return "UserScriptImportError", f"The scoring script could not be imported: {cause}"
    if _IMPORT not in text and _RAISED in text:
        return "UserScriptInitFailed", f"init() of the scoring script raised: {cause}"
    what = f"The container ended with exit code {state.exit_code}, again and again"
    if cause and _tells(text):
        return "DeploymentCrashLoopBackOff", f"{what}: {cause}"
    last = "\n".join(line for _, line in log.lines(_LINES))
    return "DeploymentCrashLoopBackOff", f"{what}. It said last:\n{last}"


def _tells(text: str) -> bool:
    return _IMPORT in text or _RAISED in text or "UserScriptError" in text


def _cause(text: str) -> str:
    """The first exception of the last chain: what the user's code raised; the server's own follow it."""
    lines = text.splitlines()
    ends = [number for number, line in enumerate(lines) if "The above exception was the direct cause" in line]
    for number in range((ends[0] if ends else len(lines)) - 1, -1, -1):
        if lines[number] and not lines[number].startswith((" ", "\t")) and _ERROR.match(lines[number]):
            return lines[number]
    return ""
