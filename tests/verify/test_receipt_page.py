"""Does docs/receipt.md show what a receipt really is?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from holdfast.model.decision import Keep
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.operations import Timing, Watched
from holdfast.model.origin import Commit, Origin
from holdfast.model.plan import Note, VaultPlan
from holdfast.model.wanted import Authorization
from holdfast.verify import build

PAGE = (Path(__file__).parents[2] / "docs" / "receipt.md").read_text(encoding="utf-8")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "receipt.schema.json").read_text(encoding="utf-8"))
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
Make = Callable[..., Any]


def first_column(heading: str) -> list[str]:
    """The words in the first column of the table that begins with `heading`."""
    table = PAGE.split(f"| {heading} | ", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    return [word for row in rows for word in re.findall(r"`(.+?)`", row)]


def test_the_example_is_a_receipt_that_the_code_makes(wanted: Make, plan: Make, entries: Make) -> None:
    """Key by key and value by value, but for the time."""
    settings = replace(wanted(), subscription="SUB")
    a, d = entries("a: get list"), entries("d: get")
    run = plan(wanted=a, missing=a, dropped=tuple(replace(entry, tenant="TENANT") for entry in d))
    run = replace(
        run,
        decisions={Kind.VAULT: Keep("in-state", resource_id(settings, Kind.VAULT))},
        vault=VaultPlan(Authorization.ACCESS_POLICIES),
        notes=(Note("grant-lost", f"{a[0].principal} lost secrets: get, list since the last run: it is put back"),),
    )
    last = build(settings, run, (), entries("a: get list; b: get; d: get")).to_json()
    origin = Origin(EXAMPLES[0]["identity"], Commit(EXAMPLES[0]["commit"]["id"], False), EXAMPLES[0]["versions"])
    grants = "pulumi-python:dynamic/holdfast:VaultGrants"
    timing = Timing(
        "2026-01-31T11:59:54.120+00:00",
        5.8712,
        {"login": 0.41, "read": 0.822, "decide": 0.826},
        (
            Watched("vault-grants", grants, 0.957, 1.304, ("environment", "vault")),
            Watched("vault", "azure-native:keyvault:Vault", 0.941, 0.012),
        ),
    )
    receipt = build(settings, run, d, (*a, *d), (*a, *d), last, origin=origin, timing=timing).to_json()
    assert {"time": "2026-01-31T12:00:00+00:00", **receipt} == EXAMPLES[0]


def test_the_example_is_of_the_published_shape(valid: Callable[[Any], None]) -> None:
    """docs/receipt.schema.json takes it, and is a schema itself."""
    Draft202012Validator.check_schema(SCHEMA)
    valid(EXAMPLES[0])


@pytest.mark.parametrize(
    "change",
    [{"schema": 1}, {"time": "today"}, {"secret": "x"}, {"commit": {"id": "main", "dirty": False}}, {"lost": [{}]}],
    ids=str,
)
def test_what_is_no_receipt_is_refused(change: dict[str, Any]) -> None:
    """The schema is no formality: another version, a field that nobody knows, a name for a hash."""
    assert not Draft202012Validator(SCHEMA).is_valid({**EXAMPLES[0], **change})


def test_the_schema_and_the_page_have_the_same_fields_and_words() -> None:
    """Whoever adds a field or a word adds it to both."""
    assert set(SCHEMA["properties"]) == set(SCHEMA["required"]) == set(EXAMPLES[0])
    properties = SCHEMA["properties"]
    writes = properties["writes"]["items"]["properties"]["write"]["enum"]
    assert set(first_column("`write`")) == set(writes)
    assert set(first_column("`state`")) == set(properties["policies"]["items"]["properties"]["state"]["enum"])


def test_the_page_explains_every_field_and_every_state() -> None:
    """The fields are the receipt's; the words are the ones that the receipts of the cases use."""
    assert set(first_column("field")) == set(EXAMPLES[0])
    cases = Path(__file__).with_name("receipts.yaml").read_text(encoding="utf-8")
    said = re.findall(r": ([a-z-]+) (ours|theirs|workspace|dropped)\b", cases)
    assert {state for state, _ in said} == set(first_column("`state`"))
    for _, whose in said:
        assert f"`{whose}`" in PAGE


def test_the_newest_shape_is_the_one_on_the_page() -> None:
    """The two examples: a receipt and an incident."""
    assert [set(example) >= {"time"} for example in EXAMPLES] == [True, True]
    assert set(EXAMPLES[1]) == {"gone", "incident", "putBack", "time", "vault", "write"}
