"""Which rules are there, what does each demand, and what is one to do? The page docs/policies.md, from the rules.

`python -m policies.catalogue` prints it.
"""

from __future__ import annotations

import sys

from policies.rules import RULES
from pulumi_policy import ResourceValidationPolicy

PAGE = "docs/policies.md"

_INTRO = """\
# The policy pack

<!-- Generated from policies/rules: change it there, and run `make docs`. -->

`pulumi preview --policy-pack policies`, and `pulumi up` likewise, hold every resource against these rules before
anything is written. A mandatory rule ends the run, an advisory one is shown. What needs the live vault or the old
state can't be a policy: the program itself refuses it.
"""


def render() -> dict[str, str]:
    """The page by its path from the repository's root."""
    return {PAGE: "\n".join([_INTRO, *(_entry(rule) for rule in RULES)])}


def _entry(rule: ResourceValidationPolicy) -> str:
    level, severity = rule.enforcement_level, rule.severity
    lines = [f"## `{rule.name}`", "", rule.description, ""]
    lines.append(
        f"- level: {level.value if level else 'advisory'}; severity: {severity.name.lower() if severity else ''}"
    )
    if rule.config_schema is not None:
        for name, schema in rule.config_schema.properties.items():
            default = ", ".join(f"`{one}`" for one in schema.get("default", ()))
            lines.append(f"- setting `{name}`: {schema['description']} Default: {default}.")
    lines += [f"- what to do: {rule.remediation_steps}", f"- source: <{rule.url}>", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(render()[PAGE])
