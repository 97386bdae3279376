"""Does something speak to Key Vault in an API version that ends, or has ended?

Source: learn.microsoft.com/azure/key-vault/general/access-control-default; the announcement: Azure/azure-cli issue 34020.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="vault-api-retiring",
    title="a Key Vault API version that retires is in use",
    looks_like="A warning that control plane API versions before 2026-02-01 retire, or a refusal of such a version.",
    cause=(
        "Control plane API versions of Microsoft.KeyVault before 2026-02-01 end on 27 February 2027. From that version on "
        "a new vault counts roles unless `enableRbacAuthorization` says otherwise, so a template that is only given a new "
        "version makes vaults that ignore its access policies."
    ),
    remedy="Write `enableRbacAuthorization` out in whatever makes the vault, then raise the version.",
    commands=(
        "grep -rn 'Microsoft.KeyVault/vaults@\\|KeyVault/vaults' --include=*.bicep --include=*.json .",
        "holdfast vault scan --all-subscriptions",
        "holdfast vault to-rbac {vault} --plan",
    ),
    warns=True,
    source="https://learn.microsoft.com/azure/key-vault/general/access-control-default",
    says=(
        Says((r"writes Key Vault `(?P<vault>[^`]+)` with API version \S+, of those that end",), confidence=LIKELY),
        Says((r"vault `(?P<vault>[\w-]+)`: its permission model was never written out",), confidence=LIKELY),
        Says((r"Microsoft\.KeyVault/vaults@20(?:1\d|2[0-5])-\d\d-\d\d",), plain=True, confidence=LIKELY),
        Says((r"\"apiVersion\": *\"20(?:1\d|2[0-5])-\d\d-\d\d",), near=(r"\"type\": *\"Microsoft\.KeyVault/vaults\"",), within=2, plain=True, confidence=LIKELY),
        Says(
            (r"(?:key ?vault|\bvaults?\b)", r"(?:api|version)", r"(?:retir(?:e|es|ed|ing|ement)|deprecat|end of (?:life|support)|no longer (?:be )?(?:served|supported)|sunset)"),
            confidence=SURE,
            plain=True,
        ),
        Says(
            (r"(?:api[ -]?versions?)\b.{0,60}(?:retir(?:e|es|ed|ing|ement)|deprecat|no longer (?:be )?(?:served|supported))",),
            near=(r"key ?vault|Microsoft\.KeyVault",),
            plain=True,
        ),
        Says(
            (r"(?:No registered resource provider found|InvalidApiVersion|api-version .{0,40}(?:is invalid|not supported|not found))",),
            near=(r"key ?vault|type 'vaults'|Microsoft\.KeyVault",),
            confidence=LIKELY,
        ),
    ),
)  # fmt: skip
