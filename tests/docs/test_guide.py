"""Does the guide keep its promise? A page for each system, each with what makes it happen and what names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.diagnose.symptoms import SYMPTOMS
from holdfast_sandbox.scenarios import NAMES

PAGES = sorted((Path(__file__).parents[2] / "docs/guide").glob("[1-9]-*.md"))
HEADS = ["What happens", "See it happen", "How the doctor sees it", "How to prevent it"]


def test_there_is_a_page_for_each_of_the_nine_systems() -> None:
    """And the index has them all."""
    assert [int(page.name[0]) for page in PAGES] == list(range(1, 10))
    index = (PAGES[0].parent / "README.md").read_text(encoding="utf-8")
    assert all(f"({page.name})" in index for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_each_page_shows_the_failure_and_who_names_it(page: Path) -> None:
    """Its scenarios are played by tests/sandbox/scenarios; its symptoms are the doctor's; its commands exist
    (test_commands)."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADS
    played = re.findall(r"^holdfast sandbox scenario (\S+)", text, re.MULTILINE)
    assert played
    assert set(played) <= set(NAMES)
    assert re.search(r"^holdfast doctor ", text, re.MULTILINE)
    named = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", text.partition("## How the doctor sees it")[2]))
    subcauses = {"dependency-missing", "dependency-conflict", "pull-denied", "disk-full"}
    assert named - subcauses <= {symptom.id for symptom in SYMPTOMS}
