"""Is it production? A stack that the setting `stacks` of a rule names; asked by several rules."""

from __future__ import annotations

from pulumi_policy import PolicyConfigSchema, ResourceValidationArgs

from .resources import stack_of

PRODUCTION = ("prod", "production")

SCHEMA = PolicyConfigSchema(
    properties={
        "stacks": {
            "type": "array",
            "items": {"type": "string"},
            "default": list(PRODUCTION),
            "description": "The stacks that are production.",
        }
    }
)


def is_production(args: ResourceValidationArgs) -> bool:
    """Whether the resource's stack is one of them."""
    return stack_of(args) in args.get_config().get("stacks", PRODUCTION)
