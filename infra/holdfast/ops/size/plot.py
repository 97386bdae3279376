"""How does a drawing become a file? A page with the chart in it, or a picture.

The page needs nothing to be made and nothing to be shown: one file, no script, light and dark by the reader's own
setting. A picture needs somebody who draws letters: Pillow, 7 MB, brings a typeface of its own (extra `plot`).
Matplotlib would draw both, for 60 MB with all that it needs, in the set-up of everybody who checks this project out.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.size.drawing import HEIGHT, WIDTH, Bar, Drawing, Line, Text

#: What a file's name may end in.
SUFFIXES = (".html", ".png")

#: Colours by role: on a light ground, on a dark one.
_COLOURS = {
    "ground": ("#ffffff", "#16181c"),
    "title": ("#16181c", "#f2f3f5"),
    "note": ("#4a4f57", "#b6bcc6"),
    "axis": ("#4a4f57", "#b6bcc6"),
    "grid": ("#dfe2e7", "#32363d"),
    "load": ("#4c78a8", "#6f9fd4"),
    "refused": ("#c62828", "#ff6b63"),
    "replicas": ("#2e7d32", "#6fcf76"),
}
_SIZES = {"title": 18, "note": 13, "axis": 12}


def write_plot(path: Path, drawing: Drawing) -> None:
    """Write the file, by its suffix. Raises HoldfastError: `plot-needs-pillow`, `plot-not-written`."""
    try:
        if path.suffix.lower() == ".html":
            path.write_text(page(drawing), encoding="utf-8")
        else:
            _picture(path, drawing)
    except OSError as error:
        evidence = (("file", str(path)), ("said", error.strerror or str(error)))
        raise HoldfastError([Fault("plot-not-written", f"{path} can't be written", evidence)]) from None


def page(drawing: Drawing) -> str:
    """The page, complete."""
    light, dark = ("".join(f".{role}{{{_style(role, pair[at])}}}" for role, pair in _COLOURS.items()) for at in (0, 1))
    sizes = "".join(f".{role}{{font-size:{size}px}}" for role, size in _SIZES.items())
    shapes = "\n".join(_svg(shape) for shape in drawing.shapes)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{escape(drawing.title)}</title>
<style>
body{{margin:0;background:{_COLOURS["ground"][0]};font-family:system-ui,sans-serif}}
svg{{display:block;margin:auto;width:100%;max-width:{WIDTH * 1.25:g}px}}
{sizes}.title{{font-weight:600}}
{light}
@media (prefers-color-scheme:dark){{body{{background:{_COLOURS["ground"][1]}}}{dark}}}
</style>
<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{drawing.title}: {drawing.says}")}">
{shapes}
</svg>
</html>
"""


def _style(role: str, colour: str) -> str:
    return f"stroke:{colour};fill:none" if role in ("grid", "replicas") else f"fill:{colour}"


def _svg(shape: Text | Bar | Line) -> str:
    if isinstance(shape, Text):
        anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
        return f'<text class="{shape.role}" x="{shape.x:.1f}" y="{shape.y:.1f}"{anchor}>{escape(shape.says)}</text>'
    if isinstance(shape, Bar):
        size = f'width="{shape.width:.2f}" height="{shape.height:.2f}"'
        return f'<rect class="{shape.role}" x="{shape.x:.2f}" y="{shape.y:.2f}" {size}/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
    width = 2 if shape.role == "replicas" else 1
    return f'<polyline class="{shape.role}" stroke-width="{width}" points="{points}"/>'


def _picture(path: Path, drawing: Drawing) -> None:
    """The light one, at twice the size, for screens with small pixels."""
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ModuleNotFoundError:
        what, hint = f"{path.name} needs Pillow", "pip install 'holdfast[plot]', or `--plot FILE.html`"
        raise HoldfastError([Fault("plot-needs-pillow", what, (("file", str(path)),), hint)]) from None
    size = 2
    image = Image.new("RGB", (WIDTH * size, HEIGHT * size), _COLOURS["ground"][0])
    canvas = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        colour = _COLOURS[shape.role][0]
        if isinstance(shape, Text):
            font = ImageFont.load_default(_SIZES[shape.role] * size)
            anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
            canvas.text((shape.x * size, shape.y * size), shape.says, colour, font, anchor)
        elif isinstance(shape, Bar):
            right, bottom = shape.x + shape.width, shape.y + shape.height
            canvas.rectangle([round(edge * size) for edge in (shape.x, shape.y, right, bottom)], colour)
        else:
            points = [(x * size, y * size) for x, y in shape.points]
            canvas.line(points, colour, 2 * size if shape.role == "replicas" else 1)
    image.save(path, "PNG")
