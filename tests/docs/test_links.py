"""Does every link of the docs lead somewhere, without asking the network?"""

from __future__ import annotations

import re
from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def _anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and GitLab make them."""
    prose = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", prose, re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-"))
    return found


def test_links_within_the_project_resolve(pages: dict[Path, str]) -> None:
    """A link to a file names one that is there, and its anchor is a heading of that page."""
    links = [(page, link) for page, text in pages.items() for link in LINK.findall(text)]
    inner = [(page, link) for page, link in links if not re.match(r"[a-z]+:", link)]
    assert len(inner) > 20
    broken = []
    for page, link in inner:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in _anchors(target.read_text(encoding="utf-8"))):
            broken.append(f"{page.name}: {link}")
    assert not broken


def test_links_stay_in_the_checkout(pages: dict[Path, str], root: Path) -> None:
    """A relative link never leads out of the checkout: it would work on one machine only."""
    for page, text in pages.items():
        for link in LINK.findall(text):
            if not re.match(r"[a-z]+:|#", link):
                assert (page.parent / link.partition("#")[0]).resolve().is_relative_to(root), f"{page.name}: {link}"


def test_every_page_of_docs_can_be_reached_from_the_readme(pages: dict[Path, str], root: Path) -> None:
    """Nothing under docs/ is a page that no other page links to."""
    reached, ahead = set(), [root / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or page not in pages:
            continue
        reached.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(pages[page]) if not re.match(r"[a-z]+:|#", link)]
        ahead += [(page.parent / link).resolve() for link in links]
    assert not {page for page in pages if page.is_relative_to(root / "docs")} - reached
