"""What does a pasted log say? A file or standard input as text, whatever program wrote it."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

from holdfast.diagnose import Evidence
from holdfast.model.errors import Fault, HoldfastError

#: Bytes that are looked at of one log, from its end: what is wrong stands there.
MOST = 5_000_000

# PowerShell's `>` writes UTF-16.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_log(name: str) -> Evidence:
    """The text of a file, or of standard input for `-`.

    Raises HoldfastError: `logs-unreadable` where it can't be read or is no text, `logs-empty`.
    """
    source = "stdin" if name == "-" else name
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise HoldfastError([_unreadable(source, error.strerror or type(error).__name__)]) from None
    cut = max(0, len(raw) - MOST)
    text = _decoded(raw[cut:], raw[:4])
    if "\0" in text:
        raise HoldfastError([_unreadable(source, "it is no text")])
    if not text.strip():
        hint = "`holdfast logs build` and `holdfast logs service` print what there is to be read"
        raise HoldfastError([Fault("logs-empty", "there is no line in the log", (("read", source),), hint)])
    return Evidence(source, text, raw.count(b"\n", 0, cut) + 1)


def not_looked_at(evidence: Evidence) -> list[dict[str, str]]:
    """What was left out of a log, for `notRead`."""
    if evidence.first == 1:
        return []
    reason = f"lines 1 to {evidence.first - 1}: only the last {MOST:,} bytes are looked at"
    return [{"source": evidence.source, "reason": reason}]


def _decoded(raw: bytes, head: bytes) -> str:
    encoding = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")
    return raw.decode(encoding, "replace")


def _unreadable(source: str, said: str) -> Fault:
    hint = "name a file of text, or `-` for standard input"
    return Fault("logs-unreadable", "the log can't be read", (("read", source), ("said", said)), hint)
