"""Can the scoring script be imported?

Texts: azureml-inference-server-http (server/user_script.py, server/aml_blueprint.py) and Python's own.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Raises, Says, Symptom

SYMPTOM = Symptom(
    id="script-import-error",
    title="the scoring script can't be imported",
    looks_like="The server ends before `init()`: `No module named ...`, a syntax error, or `Failed to import user script`.",
    cause="The environment lacks a package that the script imports, the script has an error, or it is not in the image.",
    remedy="Add the package to the environment's file, or mend the script; a package's name on an index may differ from its module's.",
    commands=("holdfast logs service {service}", "holdfast settings check", "holdfast service deploy {service}"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-userscriptimporterror",
    subcauses=(
        ("module-missing", "the environment lacks a package", "add {module} to the environment's file"),
        ("syntax", "the script is no Python", "mend the line that the traceback names"),
        (
            "script-missing",
            "the script is not in the image",
            "look at `code.path` and `code.script`, and at its .amlignore",
        ),
    ),
    raises=(
        Raises(
            type=r"ModuleNotFoundError|ImportError",
            message=r"(?:No module named|cannot import name|lib\w+\.so|DLL load failed)[ '\"]*(?P<module>[\w.]*)",
            phase=("import", "init", "run"),
            subcause="module-missing",
        ),
        Raises(type=r"SyntaxError|IndentationError|TabError", phase=("import", "init"), subcause="syntax"),
        Raises(type=r"UserScriptImportException"),
        Raises(
            phase=("import",),
            none=r"has no attribute '(?:init|run)'|does not have a \w+\(\) function|MemoryError",
            confidence=LIKELY,
        ),
    ),
    says=(
        Says(
            (r"Failed to import user script|No score script found|entry[_ ]script \S+ does ?n[o']t exist",),
            confidence=SURE,
        ),
        Says(
            (r"ModuleNotFoundError: No module named '(?P<module>[\w.]+)'",),
            near=(r"score|azmlinfsrv|gunicorn|entry|worker|main\.py|inference|azureml|container",),
            within=8,
            subcause="module-missing",
        ),
        Says(
            (r"ImportError: (?:cannot import name|lib\w+\.so\S*: cannot open)",),
            near=(r"score|azmlinfsrv|gunicorn|worker|inference|azureml|container",),
            within=8,
            subcause="module-missing",
        ),
        Says(
            (r"(?:scoring|entry|user) script\b.{0,60}(?:could not|cannot|can't|failed to) be? ?(?:import|load)",),
            confidence=SURE,
        ),
    ),
    codes=("UserScriptImportError", "UserScriptImportException"),
    explains=("init-raised", "crash-502", "autoscale-503", "container-not-ready", "model-424"),
    yields=("script-function-missing", "model-path-missing", "vault-policy-wiped", "vault-role-missing"),
)
