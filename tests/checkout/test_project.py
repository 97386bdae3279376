"""Where is the project that is worked in?"""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast import checkout


def test_the_projects_folder_is_the_nearest_with_a_pulumi_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths of the settings start there, wherever in it a command is called."""
    (tmp_path / "p/a/b").mkdir(parents=True)
    (tmp_path / "p/Pulumi.yaml").touch()
    monkeypatch.chdir(tmp_path / "p/a/b")
    assert checkout.project_folder() == tmp_path / "p"
    (tmp_path / "p/Pulumi.yaml").unlink()
    assert checkout.project_folder() == tmp_path / "p/a/b"
