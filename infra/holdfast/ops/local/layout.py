"""Where does a script find its files here? As in its image: code at AML_APP_ROOT, model below AZUREML_MODEL_DIR.

What `.amlignore` leaves out of the image is not here either, so that a script that needs it fails on this machine and
not in Azure. The code is a copy, and what the script writes beside it is gone with the next start; a model's files are
linked, because there may be gigabytes of them.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from holdfast.content import content_files
from holdfast.ops.local.plan import Plan

#: Bytes up to which a model's file is copied: then nothing that the script does to it reaches the project's.
COPIED = 64 * 2**20
_MODELS = "azureml-models"


def put_model(plan: Plan, app: Path) -> Path:
    """The model, below `app` as in an image, and nothing else of an earlier one; gives what AZUREML_MODEL_DIR names."""
    shutil.rmtree(app / _MODELS, ignore_errors=True)
    models = app / plan.models
    for path, file in content_files(plan.model.parent, plan.model.name, named=True):
        target = models / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _put(file, target)
    return models


def put_code(code: Path, app: Path) -> list[str]:
    """The code as it is now, and nothing else beside the model. Gives the paths that changed, sorted."""
    wanted = dict(content_files(code.parent, code.name, named=False))
    changed = []
    for path in sorted(there for there in _files(app) if there not in wanted):
        (app / path).unlink()
        if "__pycache__" not in path:
            changed.append(path)
    for path, file in wanted.items():
        target, now = app / path, file.read_bytes()
        if target.is_file() and target.read_bytes() == now:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(now)
        changed.append(path)
    return sorted(changed)


def stamp(code: Path) -> dict[str, tuple[int, int]]:
    """What tells that a file of the code changed: time and size by path."""
    found = {}
    for path, file in content_files(code.parent, code.name, named=False):
        about = file.stat()
        found[path] = (about.st_mtime_ns, about.st_size)
    return found


def _put(file: Path, target: Path) -> None:
    if file.stat().st_size > COPIED:
        with suppress(OSError):  # another disk
            os.link(file.resolve(), target)
            return
    shutil.copyfile(file, target)


def _files(app: Path) -> list[str]:
    found = []
    for folder, folders, names in os.walk(app):
        inner = Path(folder).relative_to(app)
        if inner == Path():
            folders[:] = [name for name in folders if name != _MODELS]
        found += [(inner / name).as_posix() for name in names]
    return found
