"""Does a script find here what it finds in its image?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast.ops.local import layout
from holdfast.ops.local.layout import put_code, put_model, stamp
from holdfast.ops.local.plan import plan


def files(app: Path) -> list[str]:
    return sorted(path.relative_to(app).as_posix() for path in app.rglob("*") if path.is_file())


def test_the_layout_is_the_images(project: Path, tmp_path: Path) -> None:
    """The model below name and version, with its folder's name; the code without what is not uploaded."""
    made, app = plan("times", None, None, None), tmp_path / "app"
    models = put_model(made, app)
    assert put_code(made.code, app) == ["score.py"]
    version = models.name
    assert models == app / "azureml-models/times" / version
    assert files(app) == [f"azureml-models/times/{version}/model/factor.txt", "score.py"]
    # A file keeps its name, and nothing is left of the model before.
    other = put_model(plan("times", None, "times/model/factor.txt", None), app)
    assert files(app) == [f"azureml-models/times/{other.name}/factor.txt", "score.py"]
    assert other.name != version


def test_a_registered_model_keeps_its_name_and_version(project: Path, tmp_path: Path) -> None:
    """What `--model` stands for, not where it lies, is in the path."""
    text = (project / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    text = text.replace("model: times/model", "model: azureml:fraud:12")
    (project / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    models = put_model(plan("times", None, "times/model", None), tmp_path / "app")
    assert models == tmp_path / "app/azureml-models/fraud/12"
    assert files(models) == ["model/factor.txt"]


def test_changed_code_and_nothing_else_is_put_there(project: Path, tmp_path: Path) -> None:
    """What a script wrote and what Python compiled goes; an edit, a new file and a deleted one are told."""
    code, app = project / "times/code", tmp_path / "app"
    (app / "azureml-models/times/1").mkdir(parents=True)
    (app / "azureml-models/times/1/factor.txt").write_text("6")
    assert put_code(code, app) == ["score.py"]
    assert put_code(code, app) == []
    (app / "__pycache__").mkdir()
    (app / "__pycache__/score.pyc").write_text("")
    (app / "written.txt").write_text("by the script")
    (code / "inner").mkdir()
    (code / "inner/more.py").write_text("A = 1\n")
    (code / "score.py").write_text("# edited\n")
    assert put_code(code, app) == ["inner/more.py", "score.py", "written.txt"]
    assert files(app) == ["azureml-models/times/1/factor.txt", "inner/more.py", "score.py"]
    (code / "inner/more.py").unlink()
    assert put_code(code, app) == ["inner/more.py"]
    assert (app / "score.py").read_text() == "# edited\n"


def test_a_script_can_not_reach_the_projects_files(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small files are copies; one that is too large for that is the same file, under another name."""
    made, app = plan("times", None, None, None), tmp_path / "app"
    (put_model(made, app) / "model/factor.txt").write_text("0")
    assert (project / "times/model/factor.txt").read_text() == "6"
    monkeypatch.setattr(layout, "COPIED", 0)
    assert os.path.samefile(put_model(made, app) / "model/factor.txt", project / "times/model/factor.txt")


def test_a_save_is_seen(project: Path) -> None:
    """By what `--watch` compares: an edit, a new file; not what is left out of the image."""
    code = project / "times/code"
    before = stamp(code)
    (code / "notes.md").write_text("more notes")
    assert stamp(code) == before
    (code / "score.py").write_text("# edited\n")
    edited = stamp(code)
    assert edited != before
    (code / "new.py").write_text("")
    assert stamp(code).keys() - edited.keys() == {"new.py"}
