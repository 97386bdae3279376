"""Did a deployment get the secrets that its variables refer to?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, SecretsInjectionError.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import Says, Symptom

SYMPTOM = Symptom(
    id="secrets-injection-failed",
    title="the deployment's secrets could not be read",
    looks_like="A deployment ends with SecretsInjectionError.",
    cause="The endpoint's identity may not read the workspace's connections or the vault, or a reference names a secret that is not there.",
    remedy="Grant the endpoint's identity the role, or correct the reference; a new role takes minutes to hold.",
    commands=(
        "az ml online-endpoint show --name ENDPOINT --query identity.principal_id",
        "az role assignment create --role 'Azure Machine Learning Workspace Connection Secrets Reader' --assignee-object-id PRINCIPAL --scope WORKSPACE_ID",
        "holdfast vault show {vault}",
    ),
    applies="holdfast service restart {service}",
    source="https://learn.microsoft.com/azure/machine-learning/concept-secret-injection",
    says=(
        Says(
            (
                r"(?:secrets?)\b.{0,40}(?:retrieval|injection)\b.{0,60}(?:fail|error|denied)|failed to (?:inject|retrieve) (?:the )?secrets?",
            )
        ),
    ),
    codes=("SecretsInjectionError",),
    explains=("container-not-ready", "init-raised"),
    yields=("vault-policy-wiped", "vault-role-missing"),
)
