"""A project with small services, for which no environment is made."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

SCORE = '''"""Multiplies a number by the factor that its model is."""
import json
import os
from pathlib import Path


def init():
    global factor
    factor = int((Path(os.environ["AZUREML_MODEL_DIR"]) / "model" / "factor.txt").read_text())


def run(data):
    return {"answer": json.loads(data)["number"] * factor}
'''

TIMES: dict[str, Any] = {
    "name": "times",
    "model": "times/model",
    "code": "times/code",
    "environment": "times/requirements.txt",
    "target": "aci",
    "auth": "none",
    "env": {"COLOUR": "red"},
}


def write_stack(folder: Path, *services: dict[str, Any]) -> None:
    """The stack file `Pulumi.dev.yaml` with these services."""
    environment = {"resourceGroup": "rg-local", "vault": {"authorization": "access-policies"}, "services": services}
    config = {"azure-native:location": "westeurope", "holdfast:environment": {**environment, "services": [*services]}}
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project, which is worked in, with a home of its own for what is up."""
    folder = tmp_path / "project"
    for path, text in {
        "Pulumi.yaml": "name: holdfast\nruntime: python\n",
        "times/code/score.py": SCORE,
        "times/code/notes.md": "not for the image",
        "times/code/.amlignore": "*.md\n",
        "times/model/factor.txt": "6",
        "times/requirements.txt": "azureml-inference-server-http==1.5.1\n",
        "times/sample.json": '{"number": 7}',
        "times/sample.expected.json": '{"answer": 42}',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    write_stack(folder, TIMES)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    for name in ("PULUMI_STACK", "ARM_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def port() -> int:
    """A free one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
