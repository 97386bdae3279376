"""What a simulation looks like, in a terminal, on a page and as a picture."""

from __future__ import annotations

import builtins
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from holdfast.model.errors import HoldfastError
from holdfast.model.sizing import Outcome, Sample, Scale
from holdfast.ops.size.chart import bars, chart
from holdfast.ops.size.drawing import Bar, Line, draw, percent, span
from holdfast.ops.size.plot import page, write_plot

#: Ten seconds: a load of 10 a second but for a spike of 100, half of which is refused; 2 replicas, then 7.
SAMPLES = tuple(
    Sample(float(at), 1.0, 100 if at == 5 else 10, 50 if at == 5 else 0, 2.0 if at < 6 else 7.0) for at in range(10)
)
OUTCOME = Outcome(Scale(2, 7, 70), 190, 50, 40.0, 7, SAMPLES)


def test_columns_are_as_high_as_their_values() -> None:
    """In eighths of a line; what is not zero shows at least a trace."""
    assert bars([0, 1, 4, 8], 1) == [" ▁▄█"]
    assert bars([0, 0.001, 8, 16], 2) == ["   █", " ▁██"]
    assert bars([0, 0], 1) == ["  "]


def test_the_chart_has_load_503s_and_replicas_below_each_other() -> None:
    """The spike stands above its 503s; the highest value behind each row, the time below."""
    lines = chart(OUTCOME)
    assert [line.split()[0] for line in lines] == [
        "requests/s",
        "█",
        "▂▂▂▂▂█▂▂▂▂",
        "503s/s",
        "replicas",
        "▅▅▅▅▅▅████",
        "0",
    ]
    assert [line.rsplit(maxsplit=1)[1] for line in (lines[0], lines[3], lines[4])] == ["100", "50", "7"]
    assert lines[0].index("█") == lines[3].index("█") == 12 + 5
    assert lines[-1].endswith("10 s")
    quiet = chart(Outcome(Scale(2, 7, 70), 10, 0, 40.0, 7, SAMPLES[:5]))
    assert not [line for line in quiet if "503" in line]


def test_many_samples_are_put_together() -> None:
    """Five columns of ten samples: sums of requests, means of replicas."""
    lines = chart(OUTCOME, columns=5)
    assert lines[0].rstrip().endswith("  55")
    assert len(lines[-1]) == 12 + 5


def test_the_drawing_shows_every_sample_in_its_place() -> None:
    """Heights are in proportion, the refused stand on top of the served, lines are at round numbers."""
    drawing = draw(OUTCOME, "wine")
    assert "50 of 190 requests (26.3 %) get a 503" in drawing.says
    served = [one for one in drawing.shapes if isinstance(one, Bar) and one.role == "load"]
    (refused,) = [one for one in drawing.shapes if isinstance(one, Bar) and one.role == "refused"]
    assert (len(served), served[5].height) == (10, pytest.approx(served[0].height * 5))
    assert refused.height == pytest.approx(served[5].height)
    assert refused.y + refused.height == pytest.approx(served[5].y)
    (replicas,) = [one for one in drawing.shapes if isinstance(one, Line) and one.role == "replicas"]
    assert len({y for _, y in replicas.points}) == 2
    says = [one.says for one in drawing.shapes if hasattr(one, "says")]
    assert says[says.index("0") : says.index("0") + 6] == ["0", "20", "40", "60", "80", "100"]
    assert {"0 s", "2.5 s", "10 s"} <= set(says)


def test_the_page_is_whole_and_loads_nothing() -> None:
    """Well-formed, no script, no address but none; every shape is in it, and a text for who can't see it."""
    text = page(draw(OUTCOME, "<wine> & co"))
    svg = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    assert len(list(svg)) == len(draw(OUTCOME, "x").shapes)
    assert svg.attrib["aria-label"].startswith("<wine> & co: 50 of 190")
    assert "<wine>" not in text
    assert not re.search(r"https?://|<script|url\(", text)
    assert "prefers-color-scheme:dark" in text


def test_the_picture_has_the_spike_in_red(tmp_path: Path) -> None:
    """A PNG that somebody else's reader takes."""
    path = tmp_path / "load.PNG"
    write_plot(path, draw(OUTCOME, "wine"))
    with Image.open(path) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20) or ()}
        assert (image.format, image.size) == ("PNG", (1920, 1120))
    assert {(0xC6, 0x28, 0x28), (0x4C, 0x78, 0xA8), (0x2E, 0x7D, 0x32)} <= colours


def test_without_pillow_a_picture_is_refused_and_a_page_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "PIL":
            raise ModuleNotFoundError("No module named 'PIL'", name="PIL")
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(HoldfastError, match="plot-needs-pillow"):
        write_plot(tmp_path / "load.png", draw(OUTCOME, "wine"))
    write_plot(tmp_path / "load.html", draw(OUTCOME, "wine"))
    assert (tmp_path / "load.html").read_text().startswith("<!doctype html>")


def test_a_file_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    """By id."""
    with pytest.raises(HoldfastError, match="plot-not-written"):
        write_plot(tmp_path / "nowhere/load.html", draw(OUTCOME, "wine"))


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.0007, "0.07 %"), (0.0421, "4.2 %"), (1.0, "100.0 %"), (0.00999, "1 %")]
)
def test_shares_as_people_write_them(share: float, text: str) -> None:
    """Two digits below one percent."""
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(45, "45 s"), (150, "2.5 min"), (3600, "60 min"), (7200, "2 h"), (9000, "2 h 30 min")]
)
def test_times_as_people_say_them(seconds: float, text: str) -> None:
    """Whole hours without minutes."""
    assert span(seconds) == text
