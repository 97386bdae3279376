"""Is what is measured of `holdfast report` what it is called?"""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.runtime import settings

from benchmarks import report


def test_a_run_is_watched_whole_and_the_sdk_is_as_before() -> None:
    """The watch sees each resource, and nobody changed any; afterwards the SDK has its own monitor back."""
    before = settings.get_monitor
    rows = report.operations(2)
    assert len(rows) == 9 + 5 * 2
    assert isinstance(report.watched(rows), float)
    assert settings.get_monitor is before


@pytest.mark.slow
def test_the_page_that_is_timed_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its resources, and with principals that came and went."""
    monkeypatch.setattr(report, "RUNS", 3)
    monkeypatch.setattr(report, "PRINCIPALS", 10)
    report.leave(tmp_path, report.operations(2))
    assert report.page(tmp_path) > 0
    text = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "container-1" in text
    assert "not by Holdfast" in text
