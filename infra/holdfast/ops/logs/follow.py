"""What is new in a log that Azure gives whole each time? It keeps the end of a log, and drops from the beginning."""

from __future__ import annotations

#: How much of the end of what was seen has to be found again, in characters, before anything is taken for new.
ANCHOR = 2000


def news(seen: str, now: str) -> str:
    """The part of `now` that follows `seen`. All of it where nothing of `seen` is left in it: after a restart, or where
    more was written between two looks than Azure keeps."""
    if now.startswith(seen):
        return now[len(seen) :]
    anchor = seen[-ANCHOR:]
    at = now.rfind(anchor)
    if at >= 0:
        return now[at + len(anchor) :]
    # The beginning was dropped, and with it a part of the anchor: the longest end of `seen` that `now` starts with.
    for length in range(len(anchor) - 1, 0, -1):
        if now.startswith(anchor[-length:]):
            return now[length:]
    return now
