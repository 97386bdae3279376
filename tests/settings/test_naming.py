"""Names: always good for their kind, always the same, and never without their hash."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.kinds import Kind
from holdfast.settings.keys import Bad
from holdfast.settings.naming import RULES, check_name, default_name, pattern_name, short_hash

KINDS = [kind for kind in Kind if kind is not Kind.GROUP]
#: What Pulumi takes as the name of a project and of a stack.
PULUMI_NAMES = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=100)
HASHES = st.text("0123456789abcdef", min_size=6, max_size=6)


def values(project: str, stack: str, hash: str, **own: str) -> dict[str, str]:
    built_in = {"prefix": project, "stack": stack, "project": project, "location": "westeurope", "hash": hash}
    return built_in | own


@given(st.sampled_from(KINDS), PULUMI_NAMES, PULUMI_NAMES, HASHES)
def test_a_default_name_is_always_good(kind: Kind, project: str, stack: str, hash: str) -> None:
    """Whatever project and stack are called, Azure takes the name, and the hash survives the cut."""
    name = default_name(kind, values(project, stack, hash))
    assert check_name(kind, name) == name
    assert name.endswith(hash)
    assert RULES[kind].short in name
    assert name == default_name(kind, values(project, stack, hash))


@given(st.sampled_from(KINDS), PULUMI_NAMES, PULUMI_NAMES, HASHES, st.text(max_size=300))
def test_a_pattern_with_a_hash_always_fits(kind: Kind, project: str, stack: str, hash: str, team: str) -> None:
    """Values are cut, longest first, and lose what the kind does not take; kind and hash stay whole."""
    known = values(project, stack, hash, team=team)
    name = pattern_name(kind, "{kind}-{team}-{stack}-{hash}-{prefix}", known, literal=False)
    assert check_name(kind, name) == name
    assert name.startswith(RULES[kind].short)
    assert hash in name


@given(st.sampled_from(KINDS), st.text(max_size=60), PULUMI_NAMES, st.booleans())
def test_any_pattern_gives_a_good_name_or_a_verdict(kind: Kind, pattern: str, stack: str, literal: bool) -> None:
    """No text of a user's makes the program fall over, or a name that Azure would refuse."""
    try:
        name = pattern_name(kind, pattern, values("holdfast", stack, "abc123"), literal=literal)
    except Bad as bad:
        said = bad.fault
    else:
        said = "good" if check_name(kind, name) == name else "changed"
    assert said in ("good", "invalid-name", "unknown-placeholder")


@given(st.sampled_from(list(Kind)), st.text(max_size=300))
def test_a_checked_name_keeps_the_kinds_length(kind: Kind, name: str) -> None:
    """The rule and the length that names are cut to say the same."""
    try:
        length = len(check_name(kind, name))
    except Bad:
        length = 0
    assert length <= RULES[kind].longest


@pytest.mark.parametrize(
    ("kind", "length", "good"),
    [
        (Kind.GROUP, 90, True),
        (Kind.GROUP, 91, False),
        (Kind.VAULT, 2, False),
        (Kind.VAULT, 3, True),
        (Kind.VAULT, 24, True),
        (Kind.VAULT, 25, False),
        (Kind.STORAGE, 2, False),
        (Kind.STORAGE, 3, True),
        (Kind.STORAGE, 24, True),
        (Kind.STORAGE, 25, False),
        (Kind.LOGS, 3, False),
        (Kind.LOGS, 4, True),
        (Kind.LOGS, 63, True),
        (Kind.LOGS, 64, False),
        (Kind.INSIGHTS, 1, True),
        (Kind.INSIGHTS, 255, True),
        (Kind.INSIGHTS, 256, False),
        (Kind.WORKSPACE, 2, False),
        (Kind.WORKSPACE, 3, True),
        (Kind.WORKSPACE, 33, True),
        (Kind.WORKSPACE, 34, False),
    ],
)
def test_each_kinds_length_is_azures(kind: Kind, length: int, good: bool) -> None:
    """The bounds of "Naming rules and restrictions for Azure resources", one step to either side."""
    if good:
        assert check_name(kind, "a" * length)
    else:
        with pytest.raises(Bad):
            check_name(kind, "a" * length)


def test_the_hash_tells_places_apart_and_nothing_else() -> None:
    """Subscription, group, project, stack: each changes it; the letter case of Azure's two does not."""
    here = ("5a4db0c5-5b5c-4000-8000-00000000000b", "rg", "holdfast", "dev")
    others = [tuple("other" if at == place else part for at, part in enumerate(here)) for place in range(4)]
    assert len({short_hash(*place) for place in [here, *others]}) == 5
    assert short_hash(here[0].upper(), "RG", *here[2:]) == short_hash(*here)


def test_the_default_names_are_these(load: Any) -> None:
    """Frozen: another default would be another vault for every stack that relies on it."""
    wanted = load({"resourceGroup": "rg-ml-sandbox", "prefix": "ml"}, stack="sandbox")
    assert {str(kind): resource.name for kind, resource in wanted.resources.items()} == {
        "group": "rg-ml-sandbox",
        "vault": "ml-kv-sandbox-6af3ac",
        "storage": "mlstsandbox6af3ac",
        "logs": "ml-log-sandbox-6af3ac",
        "insights": "ml-appi-sandbox-6af3ac",
        "registry": "mlcrsandbox6af3ac",
        "workspace": "ml-mlw-sandbox-6af3ac",
    }


def test_a_pattern_names_every_kind(load: Any) -> None:
    """One pattern for all, another for one kind, a name of its own for a third: the nearest wins."""
    names = {"pattern": "{kind}-{team}-{env}", "values": {"team": "ml", "env": "prod"}, "storage": "st{team}{env}data"}
    wanted = load({"resourceGroup": "rg", "names": names, "logs": {"name": "log-other"}})
    assert {str(kind): (resource.name, resource.key) for kind, resource in wanted.resources.items()} == {
        "group": ("rg", "resourceGroup"),
        "vault": ("kv-ml-prod", "names.pattern"),
        "storage": ("stmlproddata", "names.storage"),
        "logs": ("log-other", "logs.name"),
        "insights": ("appi-ml-prod", "names.pattern"),
        "registry": ("crmlprod", "names.pattern"),
        "workspace": ("mlw-ml-prod", "names.pattern"),
    }


def test_one_long_value_is_cut_before_a_short_one() -> None:
    """What is long loses most, so that both stay readable."""
    known = values("a-very-long-project-name", "dev", "abc123")
    assert default_name(Kind.VAULT, known) == "a-very-lon-kv-dev-abc123"
