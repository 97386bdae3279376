"""What is each resource called? A name of the settings, a pattern of theirs, or the default: always the same.

Deterministic, because a name that changes is another resource: no random suffix, no clock, no counter. The hash keeps
apart two stacks whose names are cut to the same text; it is therefore never cut itself (docs/decisions, names).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.model.kinds import KINDS, Kind
from holdfast.settings.keys import Bad
from holdfast.settings.suggestions import did_you_mean

#: prefix + kind + stack + hash; the values are cut to fit, kind and hash are not.
DEFAULT_PATTERN = "{prefix}-{kind}-{stack}-{hash}"

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class NameRule:
    """What Azure takes as a kind's name. Source: "Naming rules and restrictions for Azure resources" (Microsoft Learn).

    `longest` in characters; `pattern` is the whole rule; `short` is what `{kind}` stands for.
    """

    short: str
    longest: int
    pattern: str
    says: str


RULES: dict[Kind, NameRule] = {
    Kind.GROUP: NameRule(
        "rg",
        90,
        r"[\w().-]{0,89}[\w()-]",
        "1 to 90 letters, digits, hyphens, underscores, parentheses and periods, not ending in a period",
    ),
    Kind.VAULT: NameRule(
        "kv",
        24,
        r"(?=.{3,24}$)[A-Za-z](?:-?[A-Za-z0-9])*",
        "3 to 24 letters, digits and hyphens; a letter first, no hyphen last, no two hyphens in a row",
    ),
    Kind.STORAGE: NameRule("st", 24, r"[a-z0-9]{3,24}", "3 to 24 lower-case letters and digits"),
    Kind.LOGS: NameRule(
        "log",
        63,
        r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
        "4 to 63 letters, digits and hyphens, no hyphen first or last",
    ),
    Kind.INSIGHTS: NameRule(
        "appi",
        255,
        r"[A-Za-z0-9_().-]{0,254}[A-Za-z0-9_()-]",
        "1 to 255 letters, digits, hyphens, underscores, parentheses and periods, not ending in a period",
    ),
    Kind.REGISTRY: NameRule("cr", 50, r"[A-Za-z0-9]{5,50}", "5 to 50 letters and digits"),
    Kind.CLUSTER: NameRule(
        "aks",
        63,
        r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?",
        "1 to 63 letters, digits, hyphens and underscores, a letter or digit first and last",
    ),
    Kind.WORKSPACE: NameRule(
        "mlw",
        33,
        r"[A-Za-z0-9][A-Za-z0-9_-]{2,32}",
        "3 to 33 letters, digits, hyphens and underscores, a letter or digit first",
    ),
}


def short_hash(subscription: str, group: str, project: str, stack: str) -> str:
    """Six hexadecimal digits that differ between any two places a stack can be in; Azure's part without letter case."""
    place = "/".join((subscription.lower(), group.lower(), project, stack))
    return hashlib.sha256(place.encode()).hexdigest()[:6]


def check_name(kind: Kind, name: str) -> str:
    """The name itself, or `Bad`."""
    rule = RULES[kind]
    if re.fullmatch(rule.pattern, name):
        return name
    length = f" (it has {len(name)} characters)" if len(name) > rule.longest else ""
    raise Bad("invalid-name", f"is no name for a {KINDS[kind].noun}{length}", rule.says, _nearest(kind, name))


def default_name(kind: Kind, values: Mapping[str, str]) -> str:
    """A name that Azure takes, whatever the project and the stack are called. `values` as for `pattern_name`."""
    if kind is Kind.VAULT:
        # A vault's name begins with a letter; where nothing of the prefix is left, with the kind's own.
        values = {**values, "prefix": values["prefix"].lstrip("0123456789-_.")}
    return pattern_name(kind, DEFAULT_PATTERN, values, literal=False)


def pattern_name(kind: Kind, pattern: str, values: Mapping[str, str], *, literal: bool) -> str:
    """The name that a pattern makes for a kind, or `Bad`.

    `values` holds every placeholder but `{kind}`. `literal`: the pattern is for this kind alone, so its own characters
    are meant as they are; else those that the kind does not take become a hyphen (none in a storage account's name).
    A pattern with `{hash}` is cut to the kind's length, longest value first; one without is never cut, because two
    stacks could then get one name.
    """
    rule = RULES[kind]
    known = {**values, "kind": rule.short}
    unknown = [name for name in _PLACEHOLDER.findall(pattern) if name not in known]
    if unknown or re.search(r"[{}]", _PLACEHOLDER.sub("", pattern)):
        raise _no_placeholder(unknown, known)
    clean = {name: _fit(kind, value) for name, value in known.items()}
    while True:
        name = _PLACEHOLDER.sub(lambda found: clean[found[1]], pattern)
        name = name if literal else _fit(kind, name)
        if len(name) <= rule.longest or "{hash}" not in pattern:
            break
        used = {one for one in _PLACEHOLDER.findall(pattern) if one not in ("kind", "hash")}
        longest = max(sorted(used), key=lambda one: len(clean[one]), default=None)
        if longest is None or not clean[longest]:
            break
        clean[longest] = clean[longest][:-1]
    try:
        return check_name(kind, name)
    except Bad as bad:
        hint = "shorten it, or put `{hash}` in: values are then cut to fit" if len(name) > rule.longest else ""
        raise Bad(bad.fault, f"makes `{name}`, which {bad.says}", bad.allowed, hint) from None


def _no_placeholder(unknown: list[str], known: Mapping[str, str]) -> Bad:
    allowed = ", ".join("{" + name + "}" for name in known)
    if not unknown:
        return Bad("unknown-placeholder", "has a brace without its partner", allowed)
    name = unknown[0]
    hint = did_you_mean(name, known)
    if not hint and name:
        hint = f"give it a value: `names: {{values: {{{name}: ...}}}}`"
    return Bad("unknown-placeholder", f"has an unknown placeholder {{{name}}}", allowed, hint)


def _fit(kind: Kind, text: str) -> str:
    """Without the characters that every rule of the kind refuses: what is left is letters, digits, single hyphens."""
    if kind is Kind.STORAGE:
        return re.sub("[^a-z0-9]", "", text.lower())
    if kind is Kind.REGISTRY:
        return re.sub("[^A-Za-z0-9]", "", text)
    return re.sub("[^A-Za-z0-9]+", "-", text).strip("-")


def _nearest(kind: Kind, name: str) -> str:
    fitted = _fit(kind, name)[: RULES[kind].longest].strip("-")
    return f"did you mean `{fitted}`?" if re.fullmatch(RULES[kind].pattern, fitted) else ""
