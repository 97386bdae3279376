"""Does a resource bring its own list of access policies? An update would put that list in place of everyone's.

Source: the provider's update is a PUT made from the inputs, and a vault's PUT replaces `accessPolicies`
(azure-sdk-for-net#32872); `AccessPolicy` replaces or removes all that a principal holds (pulumi-azure-native#3586).
"""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, Severity

from .resources import is_access_policy, is_frozen, is_vault


def check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    """One violation for a vault with entries of its own, one for every `AccessPolicy`.

    A vault whose every input is ignored after its creation passes: an import leaves the entries that it found in such a
    one's inputs, and they are never sent. Ignoring the list alone is no help: every other change sends the stale list.
    """
    if is_access_policy(args):
        report_violation(
            f"`{args.name}` owns one principal's access policy: its update narrows what others gave to that principal,"
            " and its deletion takes it away. Grant it under `vault.grants` instead.",
            args.urn,
        )
    elif is_vault(args) and not is_frozen(args):
        # Counted, never looked into: an entry may hold what is not known before the update.
        entries = len((args.props.get("properties") or {}).get("accessPolicies") or ())
        if entries:
            report_violation(
                f"`{args.name}` carries its own list of access policies ({entries}): its next update takes away all"
                " others. Leave the list empty and grant under `vault.grants`.",
                args.urn,
            )


vault_inline_policies = ResourceValidationPolicy(
    name="vault-inline-policies",
    description="A Key Vault's access policies are never written as a list inside the vault, nor one resource each.",
    enforcement_level=EnforcementLevel.MANDATORY,
    severity=Severity.CRITICAL,
    remediation_steps="Move the entries to `vault.grants` in the stack file; they are then added, never replaced.",
    url="https://github.com/Azure/azure-sdk-for-net/issues/32872",
    validate=check,
)
