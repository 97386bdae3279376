"""The main job of the README, each claim of which the story itself checks."""

from __future__ import annotations

import pytest

from holdfast_sandbox.rehearsal import Project
from holdfast_sandbox.rehearsal.story import Story

pytestmark = pytest.mark.engine


def test_every_step_of_the_story_holds(project: Project) -> None:
    """Provisioned, changed by strangers, wiped, repaired, without its state, deleted: nothing of anybody's is lost."""
    story = Story(project, project.checkout / "policies")
    proved = [deed() for _, deed in story.steps()]
    assert len(proved) == 10
