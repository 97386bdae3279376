"""The emulated Azure may not become less verified than it was."""

from __future__ import annotations

from pathlib import Path


def test_the_count_of_unverified_behaviours_only_falls(unverified: int) -> None:
    """More than on record: find a source. Fewer: write the lower number down, so that it stays one."""
    assert unverified == int((Path(__file__).parent / "unverified.txt").read_text())
