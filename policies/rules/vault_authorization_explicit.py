"""Does a vault say which permission model it has? The default flips with the API version.

Source: `enableRbacAuthorization` is false by default before Key Vault's API 2026-02-01 and true from it on
("Prepare for Key Vault API version 2026-02-01 and later", Microsoft Learn), so an upgrade would switch a silent vault.
"""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, Severity

from .resources import is_vault


def check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    """One violation for a vault without the property; whether its value is known yet does not matter."""
    # `in` would look at the value, and an unknown one can't be looked at before the update.
    if is_vault(args) and "enableRbacAuthorization" not in list(args.props.get("properties") or {}):
        report_violation(
            f"`{args.name}` does not say `enableRbacAuthorization`: its permission model would follow the default of"
            " whatever API version sends it next.",
            args.urn,
        )


vault_authorization_explicit = ResourceValidationPolicy(
    name="vault-authorization-explicit",
    description="A Key Vault says `enableRbacAuthorization` in so many words.",
    enforcement_level=EnforcementLevel.MANDATORY,
    severity=Severity.HIGH,
    remediation_steps="Write `enableRbacAuthorization: false` for access policies, `true` for roles.",
    url="https://learn.microsoft.com/azure/key-vault/general/access-control-default",
    validate=check,
)
