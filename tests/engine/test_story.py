"""The main job of the README, each claim of which the story itself checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast_sandbox.rehearsal import Project
from holdfast_sandbox.rehearsal.story import EXAMPLE, Story

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_every_step_of_the_story_holds(make_project: Callable[..., Project], settings: dict[str, Any]) -> None:
    """Provisioned, changed by strangers, wiped, repaired, without its state, deleted: nothing of anybody's is lost. And
    the services of the stack predict."""
    stack = yaml.safe_load((CHECKOUT / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
    environment = stack["config"]["holdfast:environment"]
    # Names of compute instances are taken in a whole region, and other tests of this sandbox have the stack's own.
    next(compute for compute in environment["computes"] if compute.get("kind") == "instance")["name"] = "storyteller"
    project = make_project({**environment, "resourceGroup": settings["resourceGroup"]})
    project.bring(EXAMPLE)
    story = Story(project, project.checkout / "policies")
    proved = [deed() for _, deed in story.steps()]
    assert len(proved) == 12
