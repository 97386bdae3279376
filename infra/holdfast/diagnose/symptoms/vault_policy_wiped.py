"""Did the workspace lose its access to the Key Vault? What a template's redeploy does to it, and the failure that this
project exists for.

Source of the 500 and of its cause: MicrosoftDocs/azure-docs issue 24385; the texts of the vault's own 403 are Key
Vault's (learn.microsoft.com/azure/key-vault/general/rest-error-codes).
"""

from __future__ import annotations

from holdfast.diagnose.symptom import GUESS, LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="vault-policy-wiped",
    title="the Key Vault refuses an identity that needs it: its access policy is gone",
    looks_like=(
        "Image builds, registrations or attachments end with 500 `An internal server error occurred`, or a log has Key "
        "Vault's own 403: an identity has no secrets permission, or was found on no access policy."
    ),
    cause=(
        "A PUT of the vault with its own list of access policies, most often a template that was deployed again, took "
        "away every entry that it does not list; the one that Azure gave to the workspace's identity when the workspace "
        "was made among them. Azure gives it no second time."
    ),
    remedy="Give back what the last receipt shows, and keep the vault out of whatever deploys the template.",
    commands=(
        "holdfast vault verify {vault}",
        "holdfast vault restore {vault} --dry-run",
        "holdfast vault restore {vault}",
    ),
    applies="holdfast vault restore {vault}",
    source="https://github.com/MicrosoftDocs/azure-docs/issues/24385",
    says=(
        Says(
            (
                r"does(?: not|n't) have (?:the )?(?:secrets?|keys?|certificates?)\b.{0,40}permissions?.{0,40}"
                r"(?:key ?)?vault(?: '(?P<vault>[\w-]+))?",
            ),
            confidence=SURE,
        ),
        Says(
            (r"(?:vault `(?P<vault>[\w-]+)`.{0,200})?(?:was )?not found (?:on|in) any access polic(?:y|ies)",),
            confidence=SURE,
        ),
        Says((r"\bVault: (?P<vault>[\w-]+);location",), near=(r"access polic|AccessDenied|permission",), unless=(r"ForbiddenByRbac|DeniedWithNoValidRBAC",), confidence=SURE),
        Says(
            (r"(?:vault\.azure\.net|key ?vault|\bkv-[\w-]+)", r"(?:forbidden|access ?denied|\b403\b|lacks?\b.{0,30}permission|no access polic)"),
            none=(r"ForbiddenByRbac|ForbiddenByFirewall|ForbiddenByConnection|public network|firewall|client address|AuthorizationFailed|management\.azure\.com|roleAssignments|by policy",),
            unless=(r"ForbiddenByRbac|DeniedWithNoValidRBAC|ForbiddenByFirewall|ForbiddenByConnection|Public network access is disabled",),
        ),
        # The build's 500 names no cause. Of all that is known to make one, this is what people find.
        Says(
            (r"internal server error occurred\W.{0,40}(?:try again|contact support)",),
            near=(
                r"image|environment|model ?management|package|docker|\bbuild|attach|compute|MachineLearningServices"
                r"|workspace",
            ),
            within=12,
            confidence=LIKELY,
        ),
        Says((r"internal server error occurred\W.{0,20}try again\W.{0,40}contact support",), confidence=GUESS),
        Says(
            (r"(?:vault `(?P<vault>[\w-]+)`.{0,40})?access polic(?:y|ies)", r"(?:workspace|identity|principal|\boid\b)", r"(?:\bgone\b|lost|removed|wiped|lacks?\b|is missing|no longer (?:in|on|has)|not (?:in|on) the)"),
            none=(r"none missing|nothing",),
        ),
    ),
    explains=(
        "image-build-failed",
        "service-internal-error",
        "secrets-injection-failed",
        "init-raised",
        "run-raised",
        "image-pull-denied",
        "keys-changed",
    ),
    yields=("vault-role-missing",),
)  # fmt: skip
