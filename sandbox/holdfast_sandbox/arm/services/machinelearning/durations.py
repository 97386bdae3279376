"""How does Azure write a duration? ISO 8601 in its shortest form: `PT120S` comes back as `PT2M`.

So a recorded cluster shows it (azure-powershell, New-AzMLWorkspaceCompute.Recording.json): a program that compares
texts sees a change that is none.
"""

from __future__ import annotations

import re

_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_SECONDS = (86400, 3600, 60, 1)


def exact_seconds(text: object) -> float | None:
    """Seconds of a duration in days, hours, minutes and seconds, fractions included; None for anything else."""
    match = _ISO.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        return None
    return sum(float(count or 0) * size for count, size in zip(match.groups(), _SECONDS, strict=True))


def seconds_of(text: object) -> int | None:
    """Whole seconds of a duration without a fraction; None for anything else."""
    exact = exact_seconds(text)
    return None if exact is None or "." in str(text) else int(exact)


def text_of(seconds: int) -> str:
    """The shortest form: `PT2M` for 120, `P1D` for 86400, `PT0S` for nothing."""
    counts = []
    for size in _SECONDS:
        count, seconds = divmod(seconds, size)
        counts.append(count)
    days, *times = counts
    day = f"{days}D" if days else ""
    time = "".join(f"{count}{unit}" for count, unit in zip(times, "HMS", strict=True) if count)
    return f"P{day}" + (f"T{time}" if time else "") if day or time else "PT0S"
