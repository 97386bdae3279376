"""Does the page do in a browser what is claimed of it: offline, light and dark, narrow and wide, by the keyboard?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from holdfast.ops.report import command
from holdfast.ops.report.command import report
from holdfast.ops.report.now import Findings

from .chromium import Chromium, Page
from .conftest import OURS, VAULT, receipt, row, week

pytestmark = pytest.mark.slow

Keep = Callable[..., list[Path]]

HOSTILE = '"><script>document.title="owned"</script><img src=x onerror=document.title="owned">\u202e'
FINDING = {
    "id": "vault-policy-wiped",
    "title": "the Key Vault refuses an identity",
    "cause": "A template was deployed again.",
    "subcause": None,
    "evidence": [{"source": "s", "line": 1, "where": "log:1", "text": f"refused {HOSTILE}"}],
    "frame": {"file": "score.py", "line": 7, "function": "run"},
    "fix": ["holdfast vault restore kv-ml"],
    "confidence": 0.95,
    "explainedBy": None,
}
FOUND = {
    "verdict": "the Key Vault refuses an identity",
    "findings": [FINDING],
    "notRead": [{"source": "log", "reason": "403"}],
}


@pytest.fixture
def page(keep: Keep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """The page of the last of some receipts; with what the doctor would say."""

    def make(*bodies: dict[str, Any], doctor: bool = True) -> Path:
        keep(*bodies)
        monkeypatch.setattr(command, "ask_doctor", lambda *_: Findings("2026-01-05T00:00:00+00:00", FOUND))
        options = ["--doctor" if doctor else "--no-doctor", "--ids", "--output", "page.html"]
        done = CliRunner().invoke(report, options, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return tmp_path / "page.html"

    return make


@pytest.fixture(params=["light", "dark"])
def seen(page: Callable[..., Path], chromium: Chromium, request: pytest.FixtureRequest) -> Page:
    """The page of a week, as somebody sees it who likes it that way, and without motion to wait for."""
    return chromium.page(page(*week()), prefers_color_scheme=request.param, prefers_reduced_motion="reduce")


def focus(page: Page) -> dict[str, Any]:
    """What has the focus: where it is in the page, and its outline."""
    found = page.evaluate(
        """(() => {
          const at = document.activeElement, box = at.getBoundingClientRect();
          return {tag: at.tagName, text: at.textContent.trim(), label: at.getAttribute("aria-label"),
            key: at.dataset?.key, href: at.getAttribute("href"), top: box.top, bottom: box.bottom, left: box.left,
            outline: getComputedStyle(at).outlineStyle,
            stroke: at.querySelector?.("rect") ? getComputedStyle(at.querySelector("rect")).strokeWidth : ""};
        })()"""
    )
    return dict(found)


def test_nothing_is_asked_of_anybody_and_nothing_is_forbidden(seen: Page) -> None:
    """One request, for the file itself; the page's own style and script are in force; its policy stops all others."""
    assert len(seen.requests) == 1
    assert seen.requests[0].startswith("file:///")
    assert seen.errors == []
    assert seen.evaluate("getComputedStyle(document.querySelector('.facts')).display") == "grid"
    assert seen.evaluate("document.getElementById('tools').hidden") is False
    seen.evaluate(
        """new Promise((done) => {
          const image = new Image(); image.onerror = done; image.src = "https://127.0.0.1:1/x";
          const script = document.createElement("script"); script.textContent = "document.title = 'owned'";
          document.body.append(script, image);
        }).then(() => fetch("https://127.0.0.1:1/y").catch(() => 0))"""
    )
    assert seen.evaluate("document.title") == "holdfast/prod, 2026-01-04 12:00:00 UTC"
    refused = [text for text in seen.errors if "Content Security Policy" in text]
    assert [any(word in text for text in refused) for word in ("127.0.0.1:1/x", "127.0.0.1:1/y", "inline script")] == [
        True
    ] * 3


def test_axe_finds_no_barrier_and_nothing_is_wider_than_the_window(seen: Page) -> None:
    """At the width of a telephone, of a window and of a wide screen, everything unfolded; contrast included."""
    seen.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for width in (320, 400, 1280, 2560):
        seen.resize(width)
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.axe() == []


def test_the_two_schemes_differ_and_each_is_told_to_the_browser(page: Callable[..., Path], chromium: Chromium) -> None:
    """Light ground, dark ground; on paper always the light one, with what was folded."""
    file = page(*week())
    ground = "getComputedStyle(document.body).backgroundColor"
    assert chromium.page(file, prefers_color_scheme="light").evaluate(ground) == "rgb(255, 255, 255)"
    assert chromium.page(file, prefers_color_scheme="dark").evaluate(ground) == "rgb(20, 22, 26)"
    printed = chromium.page(file, prefers_color_scheme="dark", media="print")
    assert printed.evaluate(ground) == "rgb(255, 255, 255)"
    assert printed.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    printed.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    printed.resize(794)  # A4, at 96 dots an inch
    assert printed.evaluate("document.documentElement.scrollWidth") <= 794
    printed.evaluate("dispatchEvent(new Event('afterprint'))")
    assert printed.evaluate("document.querySelectorAll('details:not([open])').length") > 0


def test_nothing_moves_for_whoever_wants_no_motion(page: Callable[..., Path], chromium: Chromium) -> None:
    """A jump is a jump."""
    file = page(*week())
    scroll = "getComputedStyle(document.documentElement).scrollBehavior"
    assert chromium.page(file, prefers_reduced_motion="no-preference").evaluate(scroll) == "smooth"
    assert chromium.page(file, prefers_reduced_motion="reduce").evaluate(scroll) == "auto"


def test_tab_goes_once_into_the_graph_and_once_into_the_timeline(seen: Page) -> None:
    """In the order of the page, each stop seen; first of all the way past the navigation."""
    seen.press("Tab")
    assert focus(seen)["href"] == "#main"
    stops = []
    for _ in range(60):
        seen.press("Tab")
        at = focus(seen)
        if at["tag"] == "BODY":
            break
        assert at["outline"] != "none" or at["stroke"] == "4px", at
        assert at["bottom"] > 0, at
        assert at["top"] < 900, at
        stops.append(at)
    assert [at["href"] for at in stops[:6]] == ["#doctor", "#resources", "#timeline", "#access", "#doctor", "#run"]
    assert len([at for at in stops if at.get("key")]) == 1
    rows = seen.evaluate("[...document.querySelectorAll('.timeline tbody a')].map((one) => one.textContent)")
    behind = [at["text"] for at in stops if at["tag"] == "A" and at["top"] and at["text"] in rows]
    assert len(behind) == 7 + 1, "the seven of the path, and one of the timeline"
    assert next(at["text"] for at in stops if at["tag"] == "SUMMARY") == "All 15 resources, as a list"
    assert "40 principals" in [at["text"] for at in stops if at["tag"] == "SUMMARY"]


def test_arrows_go_along_the_lines_of_the_graph(seen: Page) -> None:
    """Right to what needs it, left to what it needs, up and down in the column; what is near it is marked."""
    seen.evaluate("document.querySelector('svg.graph a[data-label=group]').focus()")

    def at() -> str:
        return str(seen.evaluate("document.activeElement.dataset.label"))

    seen.press("ArrowRight")
    after = at()
    assert after in ("vault", "registry")
    seen.press("ArrowRight")
    assert at() == "workspace"
    assert seen.evaluate("document.getElementById('picked').textContent").startswith("workspace: Workspace, created")
    assert seen.axe() == []
    near = seen.evaluate("[...document.querySelectorAll('.node.near')].map((one) => one.parentNode.dataset.label)")
    assert set(near) == {"workspace", "vault", "registry", "vault-grants", "model-wine-000", "model-wine-001"}
    seen.press("ArrowLeft")
    assert at() in ("vault", "registry")
    seen.press("Home")
    first = at()
    seen.press("ArrowDown")
    assert at() != first
    seen.press("ArrowUp")
    assert at() == first
    seen.press("ArrowUp")
    assert at() == first
    seen.press("End")
    assert at().startswith("service-wine")
    seen.press("ArrowRight")
    assert at().startswith("service-wine")


def test_enter_leads_from_the_graph_into_the_list(seen: Page) -> None:
    """Which unfolds, also where the filter hid the row."""
    seen.evaluate("document.getElementById('folded').open = true")
    seen.evaluate("document.querySelector('input[type=search]').focus()")
    seen.write("nothing like it")
    assert seen.evaluate("document.getElementById('said').textContent") == "0 of 15 resources"
    seen.evaluate("document.getElementById('folded').open = false")
    seen.evaluate("document.querySelector('svg.graph a[data-label=workspace]').focus()")
    seen.press("Enter")
    assert seen.evaluate("document.getElementById('folded').open") is True
    target = "document.querySelector(':target')"
    assert seen.evaluate(f"{target}.querySelector('th').textContent") == "workspace"
    assert seen.evaluate(f"{target}.hidden") is False


def test_the_list_is_filtered_by_words_and_by_what_changed(seen: Page) -> None:
    """And Escape shows all of it again; how many are seen is told to who does not see."""
    said = "document.getElementById('said').textContent"
    seen.evaluate("document.getElementById('folded').open = true")
    seen.evaluate("document.querySelector('input[type=search]').focus()")
    seen.write("wine servicei")
    assert seen.evaluate(said) == "2 of 15 resources"
    seen.press("Escape")
    assert seen.evaluate(said) == "15 of 15 resources"
    seen.evaluate("document.querySelector('input[type=checkbox]').click()")
    assert seen.evaluate(said) == "13 of 15 resources"
    assert seen.evaluate("document.getElementById('said').getAttribute('role')") == "status"


def test_arrows_go_through_the_timeline_and_along_the_critical_path(seen: Page) -> None:
    """Up and down row by row, left and right along the path."""
    seen.evaluate("document.querySelector('.timeline tbody a').focus()")
    walked = [focus(seen)["text"]]
    for _ in range(6):
        seen.press("ArrowRight")
        walked.append(focus(seen)["text"])
    path = seen.evaluate("[...document.querySelectorAll('ol.path a')].map((one) => one.textContent)")
    assert walked == path
    assert len(path) == 7
    seen.press("ArrowLeft")
    assert focus(seen)["text"] == path[-2]
    seen.press("Home")
    seen.press("ArrowDown")
    rows = seen.evaluate("[...document.querySelectorAll('.timeline tbody a')].map((one) => one.textContent)")
    assert focus(seen)["text"] == rows[1]
    seen.press("End")
    seen.press("ArrowDown")
    assert focus(seen)["text"] == rows[-1]
    seen.press("ArrowUp")
    assert focus(seen)["text"] == rows[-2]


def test_a_bar_is_as_long_as_its_operation_and_begins_when_it_did(seen: Page) -> None:
    """Measured on the screen."""
    body = week()[3]
    whole = body["duration"]["seconds"]
    boxes = seen.evaluate(
        """Object.fromEntries([...document.querySelectorAll('.timeline tbody tr')].map((row) => {
          const [all, bar] = ['svg', '.bar'].map((one) => row.querySelector(one).getBoundingClientRect());
          const name = row.querySelector('a')?.textContent || '';
          return [name, [(bar.left - all.left) / all.width, bar.width / all.width]];
        }))"""
    )
    for one in body["operations"]:
        start, share = boxes[one["name"]]
        assert start == pytest.approx(one["start"] / whole, abs=0.003), one
        assert share == pytest.approx(one["seconds"] / whole, abs=0.004), one


def test_all_of_it_can_be_read_and_followed_without_a_script(page: Callable[..., Path], chromium: Chromium) -> None:
    """Folded parts unfold by themselves, every node is a link, and no control stands there that does nothing."""
    seen = chromium.page(page(*week()), script=False)
    tree = seen.call("Accessibility.getFullAXTree")["nodes"]
    names = [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in tree if not one["ignored"]]
    roles = [role for role, _ in names]
    assert {"banner", "navigation", "main", "contentinfo"} <= set(roles)
    assert roles.count("navigation") == roles.count("main") == roles.count("banner") == 1
    assert ("heading", "Access") in names
    assert any(role == "link" and name.startswith("workspace created, 2.0 s") for role, name in names)
    assert not [name for role, name in names if role in ("searchbox", "checkbox")]
    assert ("columnheader", "Took") in names
    assert ("rowheader", "workspace critical path") in names


def test_hostile_names_are_text(page: Callable[..., Path], chromium: Chromium) -> None:
    """Of resources, principals, stacks' reasons, notes, evidence; no character turns the text around."""
    body = receipt(
        "02 12:00:00",
        row(HOSTILE, {}, {"secrets": [HOSTILE]}, "added", HOSTILE),
        row(OURS, {}, {"secrets": ["get"]}, "added", "ours"),
        writes=[{"write": "grant", "id": HOSTILE, "says": HOSTILE, "principal": HOSTILE}],
        notes=[{"id": HOSTILE, "message": HOSTILE}],
        identity=HOSTILE,
        versions={HOSTILE: HOSTILE},
        commit={"id": HOSTILE, "dirty": True},
        project=HOSTILE,
    )
    name, other = f"a{HOSTILE}", "</svg></style></title>"
    for one in body["operations"]:
        one["name"] = one["name"].replace("workspace", name).replace("vault", other)
        one["needs"] = [need.replace("workspace", name).replace("vault", other) for need in one["needs"]]
        one["type"] = f"x:{HOSTILE}"
        one["operation"] = one["operation"] if one["operation"] != "update" else HOSTILE
    body["decisions"] = [dict.fromkeys(("name", "kind", "type", "decision", "reason", "id"), HOSTILE)]
    seen = chromium.page(page(body), prefers_color_scheme="light")
    assert "owned" not in seen.evaluate("document.title").partition("<script>")[0]
    assert seen.evaluate("document.querySelectorAll('img, script').length") == 1
    assert seen.evaluate("document.querySelectorAll('[onerror], [onclick], [style]').length") == 0
    assert (len(seen.requests), seen.errors) == (1, [])
    text = seen.evaluate("document.documentElement.textContent")
    assert text.count(HOSTILE.replace("\u202e", "\ufffd")) > 10
    assert "\u202e" not in text
    assert seen.evaluate("document.documentElement.scrollWidth") <= 1280
    assert seen.axe() == []


def test_a_hundred_services_are_legible(page: Callable[..., Path], chromium: Chromium) -> None:
    """Groups in the graph, a timeline of what counts, and by a group to its members in the list."""
    seen = chromium.page(page(receipt("02 12:00:00", row(OURS, {}, {"secrets": ["get"]}), services=100), doctor=False))
    assert seen.evaluate("document.querySelectorAll('svg.graph a').length") == 10
    height = seen.evaluate("document.querySelector('svg.graph').getBoundingClientRect().height")
    assert height < 900
    assert seen.evaluate("document.querySelectorAll('.timeline tbody tr').length") <= 3 + 40 + 7
    assert "of them, none longer than" in seen.evaluate("document.querySelector('.timeline caption').textContent")
    seen.evaluate("document.querySelector('svg.graph a[data-type=ServiceImage]').focus()")
    seen.press("Enter")
    assert seen.evaluate("document.getElementById('said').textContent") == "100 of 407 resources"
    assert seen.axe() == []


def test_a_receipt_of_an_old_shape_says_what_it_has_not(page: Callable[..., Path], chromium: Chromium) -> None:
    """A list of what was decided, and in the place of graph and timeline a sentence."""
    body = receipt("02 12:00:00", row(OURS, {}, {"secrets": ["get"]})) | {"schema": 1}
    for key in ("operations", "duration", "identity", "commit", "versions", "writes"):
        del body[key]
    seen = chromium.page(page(json.loads(json.dumps(body)), doctor=False))
    text = seen.evaluate("document.body.innerText")
    assert "There is no timeline: the receipt is of a version that noted no times." in text
    assert "There is no graph" in text
    assert "The doctor was not asked." in text
    assert VAULT in text
    assert seen.evaluate("document.querySelectorAll('#list tbody tr').length") == 2
    assert (seen.errors, seen.axe()) == ([], [])
