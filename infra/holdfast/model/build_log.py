"""Which line of a build's log says why it failed? The one that a person would be looking for, out of thousands.

pip, conda and uv say it in different words, and what runs the build adds its own: that a command ended with 1 is true
of every failure and explains none.
"""

from __future__ import annotations

import re

from holdfast.model.assets import IMAGE_ARGUMENT

#: What only says that something failed before.
_WRAPPERS = re.compile(
    r"returned a non-zero code|failed to run step|exit (status|code)|^Run ID:|did not complete successfully"
    r"|^Step \d|^\s*$|^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\s|^\[notice\]|^WARNING|run log|^-+$"
    r"|^Removing intermediate container",
    re.IGNORECASE,
)
_CAUSES = (
    # What says what is missing or contradicts what.
    re.compile(
        r"no matching distribution found|because .+(depends on|not available|was not found)|is incompatible"
        r"|because (.+ )?there (is|are) no versions? of"
        r"|PackagesNotFoundError|ResolvePackageNotFound|UnsatisfiableError|nothing provides|conflict",
        re.IGNORECASE,
    ),
    # uv's last word, which on a narrow terminal is a line of its own: no cause where one is named before.
    re.compile(r"requirements are unsatisfiable", re.IGNORECASE),
    re.compile(r"\berror\b|\bfatal\b|traceback|no such file|not found|permission denied|unauthorized", re.IGNORECASE),
)
_STEP = re.compile(r"^((?:Step|STEP) \d+(/\d+)? ?: .*|#\d+ \[.*)$", re.MULTILINE)
_NAMED = re.compile(rf"ARG {IMAGE_ARGUMENT}=(\S+)")
_SIGNED = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']*\bsig=[^\s\"']*")


def failing_line(log: str) -> str:
    """The line that tells why; the last one with a cause in it, else the last that is nobody's summing up; empty for an
    empty log. Of conda's lists of what is missing, the first item stands behind it."""
    lines = [line.strip() for line in without_signatures(log).splitlines()]
    told = [(index, line) for index, line in enumerate(lines) if line and not _WRAPPERS.search(line)]
    for cause in _CAUSES:
        found = [(index, line) for index, line in told if cause.search(line)]
        if found:
            index, line = found[-1]
            return f"{line} {_item_behind(lines, index)}".strip()[:500]
    return told[-1][1][:500] if told else ""


def steps(log: str) -> list[str]:
    """The steps that a build has begun, as its log names them."""
    return [found[0].strip() for found in _STEP.finditer(without_signatures(log))]


def image_in(log: str) -> str:
    """The image (`repository:tag`) that a log is about: its first step repeats the argument of our Dockerfiles. Empty
    for a Dockerfile of somebody else's, and for a log that has not come so far."""
    found = _NAMED.search(log)
    return found[1] if found else ""


def without_signatures(text: str) -> str:
    """Addresses without what opens them."""
    return _SIGNED.sub(r"\1", text)


def said_lines(text: str) -> list[str]:
    """The lines of a container's log that say something, fit to be shown and kept."""
    return [line.rstrip() for line in without_signatures(text).splitlines() if line.strip()]


def _item_behind(lines: list[str], index: int) -> str:
    if not lines[index].endswith(":"):
        return ""
    return next((line for line in lines[index + 1 : index + 4] if line.startswith("- ")), "")
