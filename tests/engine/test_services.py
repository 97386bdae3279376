"""Services under the real engine: registered, built, and passed over where nothing changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Outcome, Project

pytestmark = [pytest.mark.engine, pytest.mark.slow]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/wine"
WINE = {
    "name": "wine",
    "model": "wine/model",
    "code": "wine/code",
    "environment": "wine/requirements.txt",
    "target": "aci",
    "auth": "none",
}


@pytest.fixture
def serving(settings: dict[str, Any], make_project: Callable[..., Project]) -> Project:
    """A project with the example in it, whose environment needs nothing but the server."""
    project = make_project({**settings, "services": [WINE]})
    shutil.copytree(EXAMPLE, project.folder / "wine")
    (project.folder / "wine/requirements.txt").write_text("azureml-inference-server-http==1.5.1\n", encoding="utf-8")
    return project


def writes(outcome: Outcome, *marks: str) -> list[str]:
    """Method and the end of the path of every write that one of the marks is in."""
    found = [(write.method, write.path.partition("?")[0].lower()) for write in outcome.writes]
    return [f"{method} {path.rpartition('/providers/')[2]}" for method, path in found if any(m in path for m in marks)]


STEPS = ("/models/", "/environments/", "/schedulerun", "/listbuildsourceuploadurl")


def test_a_service_is_made_once(serving: Project) -> None:
    """X."""
    done = serving.up()
    print(done.text)
    print(writes(done, *STEPS))
    again = serving.up()
    print(again.text)
    assert (again.operations, again.writes) == ({}, [])
    print(json.dumps(serving.state())[:3000])
    raise AssertionError
