"""Does the scoring script define what the server calls?

Texts: azureml-inference-server-http (server/user_script.py); v1: the AttributeError of its app.py.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Raises, Says, Symptom

SYMPTOM = Symptom(
    id="script-function-missing",
    title="the scoring script lacks init() or run(data)",
    looks_like="`User script at ... does not have a run() function defined`, or a module without attribute `init`.",
    cause="The server imports the script and calls `init()` once and `run(data)` for each request; one is not there or can't be called so.",
    remedy="Define both at the top level of the script. `holdfast settings check` reads the script and says so before a deployment.",
    commands=("grep -nE '^(async )?def (init|run)' {script}", "holdfast settings check"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-userscriptfunctionnotfound",
    raises=(
        Raises(type=r"AttributeError", message=r"module '\S+' has no attribute '(?:init|run)'"),
        Raises(message=r"(?:script at (?P<script>\S+) )?does not have an? (?:init|run)\(\) function"),
        Raises(type=r"NameError", message=r"name '(?:init|run)' is not defined"),
        Raises(type=r"UserScriptError"),
        Raises(type=r"TypeError", message=r"^(?:init|run)\(\) (?:takes|missing|got an unexpected)"),
    ),
    says=(
        Says(
            (r"(?:has|with|contains) no (?:function|method|callable) (?:named )?[`'\"]?(?:init|run)\b",),
            confidence=SURE,
        ),
        Says(
            (
                r"(?:script at (?P<script>\S+) )?does(?: not|n't) (?:have|define|contain|implement) (?:an? )?(?:required )?(?:function (?:named )?)?[`'\"]?(?:init|run)\b",
            ),
            confidence=SURE,
        ),
        Says((r"module '\S+' has no attribute '(?:init|run)'",), confidence=SURE),
        Says(
            (
                r"(?:function|method) [`'\"]?(?:init|run)(?:\(\w*\))?[`'\"]? (?:is )?(?:not (?:found|defined)|missing|required)|(?:missing|no) (?:required )?(?:function )?[`'\"]?(?:init|run)\(\)",
            ),
            confidence=SURE,
        ),
        Says((r"run\(\) (?:cannot accept|needs to accept)",), confidence=SURE),
    ),
    codes=("UserScriptFunctionNotFound",),
    explains=("init-raised", "crash-502", "autoscale-503", "container-not-ready"),
)
