"""Does a vault that counts roles refuse an identity that only ever had an access policy?

Source of the texts: learn.microsoft.com/azure/key-vault/general/rbac-guide; of the changed default:
learn.microsoft.com/azure/key-vault/general/access-control-default.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="vault-role-missing",
    title="an RBAC vault refuses an identity that holds no role on it",
    looks_like="Key Vault answers 403 with `ForbiddenByRbac`, or `DeniedWithNoValidRBAC` and no assignment.",
    cause=(
        "The vault counts role assignments, and the caller has none. Access policies are kept there and ignored. A vault "
        "made with API version 2026-02-01 or later is such a vault unless its template says otherwise."
    ),
    remedy="Grant the role, or set the vault's permission model back to what its users were given.",
    commands=(
        "holdfast vault show {vault}",
        "az role assignment create --role '{role}' --assignee-object-id {oid} --scope VAULT_ID",
        "holdfast vault to-rbac {vault} --plan",
    ),
    source="https://learn.microsoft.com/azure/key-vault/general/access-control-default",
    says=(
        Says(
            (
                r"vault `(?P<vault>[\w-]+)` goes by Azure RBAC, and identity (?P<oid>[\w-]+) .{0,80}"
                r"lacks the role `(?P<role>[\w -]+)`",
            ),
            confidence=SURE,
        ),
        Says((r"ForbiddenByRbac|DeniedWithNoValidRBAC",), confidence=SURE),
        Says(
            (r"not authori[sz]ed to perform action on resource",),
            near=(r"Microsoft\.KeyVault/vaults/(?:secrets|keys|certificates)|vault\.azure\.net",),
            confidence=SURE,
        ),
        Says((r"\bVault: (?P<vault>[\w-]+);location",), near=(r"DeniedWithNoValidRBAC|ForbiddenByRbac",)),
        Says((r"\boid=(?P<oid>[\w-]+)",), near=(r"DeniedWithNoValidRBAC|ForbiddenByRbac",)),
        Says(
            (
                r"access polic(?:y|ies)",
                r"(?:ignored|have no effect|not (?:used|evaluated|counted)|do not count)",
                r"RBAC",
            ),
        ),
    ),
    explains=("image-build-failed", "secrets-injection-failed", "init-raised", "service-internal-error"),
)
