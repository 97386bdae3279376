"""Services under the real engine: registered, built, started, and passed over where nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from holdfast_sandbox.rehearsal import Outcome, Project

pytestmark = [pytest.mark.engine, pytest.mark.slow]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/wine"
SCRIPT = """\
import json, os
from pathlib import Path

factor = None


def init():
    global factor
    factor = json.loads((Path(os.environ["AZUREML_MODEL_DIR"]) / "model/factor.json").read_text())["factor"]


def run(data):
    return {"answer": json.loads(data)["number"] * factor}
"""
SERVICE = {
    "name": "times",
    "model": "model",
    "code": "code",
    "environment": "requirements.txt",
    "target": "aci",
    "auth": "none",
    "probes": {"readiness": {"period": 1, "timeout": 1}},
}


@pytest.fixture
def serving(settings: dict[str, Any], make_project: Callable[..., Project]) -> Project:
    """A project with a service that multiplies, and that needs nothing but the inference server."""
    project = make_project({**settings, "services": [SERVICE]})
    write(project, "model/factor.json", '{"factor": 6}')
    write(project, "code/score.py", SCRIPT)
    write(project, "requirements.txt", "azureml-inference-server-http==1.5.1\n")
    return project


def write(project: Project, path: str, text: str) -> None:
    place: Path = project.folder / path
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")


def steps(outcome: Outcome) -> list[str]:
    """What a run wrote of services, sorted: `model`, `build`, `environment`, `image` and `group`."""
    words = {
        "/models/": "model",
        "/schedulerun": "build",
        "/environments/holdfast-environments/": "environment",
        "/environments/": "image",
        "/containergroups/": "group",
    }
    paths = [write.path.partition("?")[0].lower() for write in outcome.writes]
    return sorted(next((word for mark, word in words.items() if mark in path), path) for path in paths)


def uri(project: Project, name: str = "times") -> str:
    outputs = json.loads(project.pulumi("stack", "output", "--json", "--stack", project.stack, expect=0).text)
    return str(outputs["services"][name]["scoringUri"])


def ask(project: Project, number: int, name: str = "times") -> Any:
    return requests.post(uri(project, name), json={"number": number}, timeout=10).json()


def test_a_service_lives_through_its_changes(serving: Project) -> None:
    """Every change costs its own steps and no other, on another machine as well."""
    project = serving
    said = project.preview()
    assert not said.writes
    assert "model-upload: model `times:" in said.text
    assert "image-build: environment `holdfast-environments:" in said.text
    project.up()
    assert ask(project, 7) == {"answer": 42}

    again = project.up()
    assert (again.operations, again.writes) == ({}, [])
    asked = [read.path.lower() for read in again.reads]
    assert not [path for path in asked if "/models/" in path or "/environments/" in path or "/runs" in path]

    write(project, "code/score.py", SCRIPT.replace("* factor", "* factor + 1"))
    changed = project.up()
    assert steps(changed) == ["build", "group", "image"]
    assert ask(project, 7) == {"answer": 43}

    write(project, "model/factor.json", '{"factor": 10}')
    assert steps(project.up()) == ["build", "group", "image", "model"]
    assert ask(project, 7) == {"answer": 71}

    # A rollback: what was built is there.
    write(project, "code/score.py", SCRIPT)
    write(project, "model/factor.json", '{"factor": 6}')
    assert steps(project.up()) == ["group"]
    assert ask(project, 7) == {"answer": 42}

    project.lose_state()
    adopted = project.up()
    assert adopted.writes == []
    assert "image-build" not in adopted.text
    assert adopted.text.count("step-done-already") >= 3

    project.change(lambda environment: environment.pop("services"))
    dropped = project.up()
    assert [(write.method, "/containergroups/" in write.path.lower()) for write in dropped.writes].count(
        ("DELETE", True)
    ) == 1
    assert not [write for write in dropped.writes if "/models/" in write.path or "/environments/" in write.path]
    assert "sig=" not in json.dumps(project.state())


def test_what_fails_says_where_and_the_next_run_goes_on(serving: Project) -> None:
    """A dependency that nobody has fails in the resolver's own words; a script that raises, with its traceback."""
    project = serving
    write(project, "requirements.txt", "azureml-inference-server-http==1.5.1\nno-such-thing-as-this==1.0\n")
    failed = project.up(expect=255)
    assert "image-build-failed" in failed.text
    (line,) = {row.strip() for row in failed.text.splitlines() if row.strip().startswith("line:")}
    assert "no-such-thing-as-this" in line
    assert "holdfast logs build holdfast-environments:" in failed.text
    assert "/rawtext.log" in failed.text or "log:" in failed.text
    assert "sig=" not in failed.text + json.dumps(project.state())

    write(project, "requirements.txt", "azureml-inference-server-http==1.5.1\n")
    write(project, "code/score.py", SCRIPT.replace("    global factor", "    raise RuntimeError('no factor today')"))
    raised = project.up(expect=255)
    # The model was registered by the run before.
    assert "model" not in steps(raised)
    assert "service-not-started" in raised.text
    assert "phase `init`" in raised.text
    assert "RuntimeError: no factor today" in raised.text

    write(project, "code/score.py", SCRIPT)
    mended = project.up()
    assert steps(mended) == ["build", "group", "image"]
    assert ask(project, 2) == {"answer": 12}


def test_each_step_can_be_targeted(serving: Project) -> None:
    """The image alone, with what it stands on; what runs is left for later. A bad script is refused before anything."""
    project = serving
    write(project, "code/score.py", "def init(): pass\n")
    refused = project.up(expect=255)
    assert "script-invalid" in refused.text
    assert refused.writes == []
    write(project, "code/score.py", SCRIPT)
    urn = f"urn:pulumi:{project.stack}::holdfast::holdfast:azure:Environment$pulumi-python:dynamic/holdfast:"
    project.change(lambda environment: environment.pop("services"))
    project.up()
    project.change(lambda environment: environment.update(services=[SERVICE]))
    model = project.up("--target", f"{urn}ServiceModel::model-times")
    assert steps(model) == ["model"]
    # Everything that the image needs comes along where it is not there.
    rest = project.up()
    assert [step for step in steps(rest) if step in ("model", "build", "environment", "image")] == [
        "build",
        "build",
        "environment",
        "image",
    ]

    # A second service of the model that is registered: it comes out of the workspace's storage.
    version = next(
        one["outputs"]["version"] for one in project.state() if one["urn"].endswith("ServiceModel::model-times")
    )
    again = SERVICE | {"name": "again", "model": f"azureml:times:{version}", "secureEnv": {"KEY": "apiKey"}}
    missing = again | {"name": "missing", "model": "azureml:times:nobody-made"}
    project.change(lambda environment: environment.update(services=[SERVICE, again, missing]))
    refused = project.up(expect=255)
    assert "model-not-registered" in refused.text
    assert refused.writes == []
    project.environ["PULUMI_CONFIG_PASSPHRASE"] = ""
    project.pulumi("config", "set", "--secret", "holdfast:apiKey", "s3cr3t-1", "--stack", project.stack, expect=0)
    project.change(lambda environment: environment.update(services=[SERVICE, again]))
    second = project.up()
    assert [step for step in steps(second) if step in ("model", "build", "environment", "image", "group")] == [
        "build",
        "group",
        "image",
    ]
    assert ask(project, 5, "again") == {"answer": 30}
    assert "s3cr3t-1" not in json.dumps(project.state())
    assert project.up().writes == []


def test_an_image_that_was_built_and_not_registered_is_not_built_again(serving: Project) -> None:
    """A run that dies after the build leaves a run in the registry, which the next one finds."""
    project = serving
    project.azure.fault("PUT .*/environments/times/versions/", status=403, times=1)
    failed = project.up(expect=255)
    assert "not-registered" in failed.text
    assert steps(failed).count("build") == 2
    again = project.up()
    assert "is of an earlier run of ours" in again.text
    assert "build" not in steps(again)
    assert ask(project, 3) == {"answer": 18}
