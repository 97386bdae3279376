"""Can a vault of production be purged? Demanded there, advised elsewhere: two policies, because a policy has one level.

Production is a stack named by the policy's setting `stacks`. Source of the rule: "Azure Key Vault soft-delete overview"
(Microsoft Learn): without purge protection whoever may purge can destroy every secret for good, at once.
"""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, Severity

from .production import SCHEMA, is_production
from .resources import SETTINGS_TYPE, is_frozen, is_vault


def demand(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    """One violation for an unprotected vault of a production stack."""
    if is_production(args):
        _check(args, report_violation)


def advise(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    """One violation for an unprotected vault of any other stack."""
    if not is_production(args):
        _check(args, report_violation)


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type == SETTINGS_TYPE:
        settings, key = args.props.get("wanted") or {}, "vault.purgeProtection"
    elif is_vault(args) and not is_frozen(args):
        # The inputs of a frozen vault tell how it was made, not how it is: its `VaultSettings` does.
        settings, key = args.props.get("properties") or {}, "enablePurgeProtection"
    else:
        return
    if settings.get("enablePurgeProtection") is not True:
        report_violation(
            f"`{args.name}` leaves the Key Vault without purge protection: whoever may purge can destroy its secrets."
            f" Set `{key}: true`.",
            args.urn,
        )


vault_purge_protection = ResourceValidationPolicy(
    name="vault-purge-protection",
    description="A Key Vault of a production stack has purge protection.",
    enforcement_level=EnforcementLevel.MANDATORY,
    severity=Severity.HIGH,
    config_schema=SCHEMA,
    remediation_steps="Set `vault.purgeProtection: true` in the stack file. Azure never takes it off again.",
    url="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
    validate=demand,
)

vault_purge_protection_advice = ResourceValidationPolicy(
    name="vault-purge-protection-advice",
    description="A Key Vault has purge protection in every stack.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.LOW,
    config_schema=SCHEMA,
    remediation_steps="Set `vault.purgeProtection: true` in the stack file, unless the vault is to be purged some day.",
    url="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
    validate=advise,
)
