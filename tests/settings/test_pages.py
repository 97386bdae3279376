"""The generated files: the schema that editors complete from, and the page of every key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.model.permissions import ALLOWED
from holdfast.settings import read_file, schema
from holdfast.settings.json_schema import schema as build
from holdfast.settings.keys import Items, Section, keys_of, python, wire
from holdfast.settings.pages import render
from holdfast.settings.sections import Environment

ROOT = Path(__file__).parents[2]


def sections(section: type = Environment) -> Iterator[type]:
    yield section
    for key in keys_of(section).values():
        inner = key.spec.of if isinstance(key.spec, Items) else key.spec
        if isinstance(inner, Section):
            yield from sections(inner.make)


def environment() -> dict[str, Any]:
    node: dict[str, Any] = schema()["properties"]["config"]["properties"]["holdfast:environment"]
    return node


@pytest.mark.parametrize("path", sorted(render()))
def test_the_generated_files_are_up_to_date(path: str) -> None:
    """Whoever changes a key writes its page anew (`holdfast docs`)."""
    assert (ROOT / path).read_text(encoding="utf-8") == render()[path]


def test_the_schema_is_plain_json_of_one_draft() -> None:
    """It survives a round trip, so no enum or tuple of ours is left in it."""
    assert json.loads(json.dumps(build())) == build()
    assert build()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_key_is_in_the_schema_and_on_the_page() -> None:
    """Both come from the declarations, and none is left out."""
    page = render()["stacks/README.md"]
    text = json.dumps(build())
    for section in sections():
        for name, key in keys_of(section).items():
            assert key.doc
            assert f"| `{name}` |" in page
            assert f'"{name}": {{' in text


def test_the_schema_says_what_the_check_says() -> None:
    """Only one key must be there, nothing unknown may, and bounds and words are the same."""
    top = environment()
    assert (top["required"], top["additionalProperties"]) == (["resourceGroup"], False)
    vault = top["properties"]["vault"]
    assert vault["not"] == {"required": ["name", "id"]}
    retention = vault["properties"]["retentionDays"]
    assert (retention["type"], retention["minimum"], retention["maximum"]) == ("integer", 7, 90)
    grants = vault["properties"]["grants"]
    assert (grants["maxItems"], grants["items"]["required"]) == (1024, ["principal"])
    for kind, words in ALLOWED.items():
        assert words <= set(grants["items"]["properties"][kind]["items"]["enum"])
    assert [branch["type"] for branch in top["properties"]["resourceGroup"]["anyOf"]] == ["string", "object"]


@pytest.mark.parametrize("name", ["whenExists", "resourceGroup", "id", "neverRestore"])
def test_keys_and_fields_have_one_name_each(name: str) -> None:
    """camelCase in the file, snake_case in Python, there and back."""
    assert wire(python(name)) == name


@pytest.mark.parametrize("path", sorted((ROOT / "stacks").glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_our_own_stacks_are_good_and_point_to_the_schema(path: Path) -> None:
    """They are what people copy."""
    assert read_file(path).file.endswith(path.name)
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../docs/settings.schema.json\n")
