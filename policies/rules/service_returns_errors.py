"""Does a service of production return the text of its exceptions to whoever asks?

The program reads the scoring script and says in the inputs of the service's image where it does; this rule looks at no
file. Source of the rule: "Troubleshooting remote model deployment" (Microsoft Learn, v1): to return the exception's
message is for debugging.
"""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, Severity

from .production import SCHEMA, is_production

#: The dynamic resource that builds a service's image.
IMAGE_TYPE = "pulumi-python:dynamic/holdfast:ServiceImage"


def check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    """One violation for an image of a production stack whose script hands exceptions out."""
    if args.resource_type != IMAGE_TYPE or not is_production(args):
        return
    places = [str(one) for one in args.props.get("returnedErrors") or ()]
    if places:
        report_violation(
            f"`{args.name}` returns the text of its exceptions to clients ({', '.join(places)}): paths, versions and"
            " data go to strangers, and no monitor sees a failure. Log them and let them go, or answer in other words.",
            args.urn,
        )


service_returns_errors = ResourceValidationPolicy(
    name="service-returns-errors",
    description="A service of a production stack does not return the text of its exceptions.",
    enforcement_level=EnforcementLevel.MANDATORY,
    severity=Severity.MEDIUM,
    config_schema=SCHEMA,
    remediation_steps="In `run()`, raise what was caught, or log it and return a message without it.",
    url="https://learn.microsoft.com/azure/machine-learning/v1/how-to-troubleshoot-deployment",
    validate=check,
)
