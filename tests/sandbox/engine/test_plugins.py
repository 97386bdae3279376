"""Do dynamic resources and policy packs work on this engine, in the project's own virtual environment?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engine

PROGRAM = """
    import json, os, sys
    import pulumi
    from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

    def mark(what, **facts):
        with open(os.environ["MARKS"] + "/calls", "a") as file:
            print(json.dumps({"what": what, "prefix": sys.prefix} | facts), file=file)

    class Notes(ResourceProvider):
        def create(self, props):
            mark("create", text=props["text"])
            return CreateResult("note-1", {"text": props["text"]})

        def diff(self, id, old, new):
            return DiffResult(changes=old["text"] != new["text"])

        def update(self, id, old, new):
            mark("update", text=new["text"], old=old["text"])
            return UpdateResult({"text": new["text"]})

        def delete(self, id, props):
            mark("delete", text=props["text"])

    class Note(Resource):
        text: pulumi.Output[str]

        def __init__(self, name, text):
            super().__init__(Notes(), name, {"text": text})

    wanted = pulumi.Config().get("text")
    if wanted:
        pulumi.export("text", Note("note", wanted).text)
"""

PACK = """
    from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

    def short(args, report):
        if args.resource_type.endswith("dynamic:Resource") and len(args.props.get("text", "")) > 10:
            report("a note has at most ten characters")

    PolicyPack("notes", policies=[
        ResourceValidationPolicy("short-notes", "Short notes.", short, enforcement_level=EnforcementLevel.MANDATORY),
    ])
"""


def calls(marks: Path) -> list[dict[str, str]]:
    """What the dynamic provider was asked to do, oldest first."""
    file = marks / "calls"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_dynamic_resource_is_created_updated_and_deleted(project: Any, marks: Path) -> None:
    """Each operation reaches the provider once, in the project's Python; an unchanged resource causes none."""
    project.write("__main__.py", PROGRAM)
    project.pulumi("config", "set", "text", "one")
    project.pulumi("up", "--yes", "--skip-preview")
    assert json.loads(project.pulumi("stack", "output", "--json")) == {"text": "one"}
    project.pulumi("up", "--yes", "--skip-preview")
    project.pulumi("config", "set", "text", "two")
    project.pulumi("up", "--yes", "--skip-preview")
    project.pulumi("config", "rm", "text")
    project.pulumi("up", "--yes", "--skip-preview")
    done = calls(marks)
    assert [call["what"] for call in done] == ["create", "update", "delete"]
    assert [call["text"] for call in done] == ["one", "two", "two"]
    assert {call["prefix"] for call in done} == {sys.prefix}


@pytest.mark.source("pulumi/pulumi#7061: the module's own script looks in the folder of `main:`")
def test_dynamic_resource_with_a_relative_virtualenv_and_a_main_folder(project: Any, marks: Path) -> None:
    """The provider finds the virtual environment beside Pulumi.yaml though the program is in a subfolder."""
    (project.folder / "env").symlink_to(sys.prefix)
    project.describe(main="infra", runtime={"name": "python", "options": {"virtualenv": "env"}})
    project.write("infra/__main__.py", PROGRAM)
    project.pulumi("config", "set", "text", "one")
    project.pulumi("up", "--yes", "--skip-preview")
    assert [call["prefix"] for call in calls(marks)] == [str(project.folder / "env")]


def test_policy_pack_stops_what_it_forbids(project: Any, marks: Path) -> None:
    """A mandatory policy fails the run before anything is created, naming the policy; what obeys it passes.

    The pack names its virtual environment relative to itself, as this project's own pack does.
    """
    (project.folder / "env").symlink_to(sys.prefix)
    project.write("__main__.py", PROGRAM)
    project.write("pack/PulumiPolicy.yaml", "runtime:\n  name: python\n  options:\n    virtualenv: ../env\n")
    project.write("pack/__main__.py", PACK)
    project.pulumi("config", "set", "text", "much too long a note")
    shown = project.pulumi("up", "--yes", "--policy-pack", "pack", code=255)
    assert "short-notes" in shown
    assert "at most ten characters" in shown
    assert calls(marks) == []
    project.pulumi("config", "set", "text", "short")
    project.pulumi("up", "--yes", "--policy-pack", "pack")
    assert [call["what"] for call in calls(marks)] == ["create"]


def test_failing_policy_pack_shows_its_error(project: Any) -> None:
    """A pack that does not start fails the run with the reason."""
    project.write("pack/PulumiPolicy.yaml", f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n")
    project.write("pack/__main__.py", "raise RuntimeError('the pack is broken')\n")
    assert "the pack is broken" in project.pulumi("preview", "--policy-pack", "pack", code=255)
