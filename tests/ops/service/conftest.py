"""A stack with one small service that runs on the sandbox, and the `holdfast` command in its folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project

from ...engine import conftest as rig

CHECKOUT = Path(__file__).resolve().parents[3]

azure = rig.azure

SCORE = '''"""Doubles a number by the factor that its model is."""
import json
import os
from pathlib import Path


def init():
    global factor
    factor = int((Path(os.environ["AZUREML_MODEL_DIR"]) / "factor.txt").read_text())
    print("the factor is", factor)


def run(data):
    number = json.loads(data)["number"]
    print("asked for", number)
    return {"answer": number * factor}
'''

ACI: dict[str, Any] = {
    "name": "double",
    "model": "double/factor.txt",
    "code": {"path": "double/code"},
    "environment": "double/requirements.txt",
    "target": "aci",
    "auth": "none",
}
AKS: dict[str, Any] = {
    **ACI,
    "name": "triple",
    "model": "triple/factor.txt",
    "target": "aks",
    "auth": "key",
    "cpu": 0.2,
    "memory": 0.5,
    "autoscale": {"min": 1, "max": 2},
}
SETTINGS: dict[str, Any] = {
    "resourceGroup": "rg-services",
    "prefix": "ml",
    "vault": {"authorization": "access-policies"},
    "cluster": {
        "systemPool": {"size": "Standard_D4s_v3", "min": 1, "max": 3},
        "extension": {"inference": True, "router": "loadBalancer", "allowInsecure": True},
    },
    "computes": [{"name": "serving", "kind": "kubernetes", "namespace": "serving"}],
    "services": [ACI, AKS],
}


@pytest.fixture(scope="module")
def project(azure: Azure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Provisioned once for all tests of a module."""
    made = Project(tmp_path_factory.mktemp("services") / "project", azure, CHECKOUT)
    made.settings(SETTINGS)
    made.start()
    code = made.folder / "double/code"
    code.mkdir(parents=True)
    (code / "score.py").write_text(SCORE, encoding="utf-8")
    (made.folder / "double/factor.txt").write_text("2", encoding="utf-8")
    (made.folder / "double/requirements.txt").write_text("azureml-inference-server-http==1.5.1\n", encoding="utf-8")
    (made.folder / "triple").mkdir()
    (made.folder / "triple/factor.txt").write_text("3", encoding="utf-8")
    made.up()
    yield made
    made.destroy()


@pytest.fixture
def holdfast(project: Project) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`holdfast ...` as it is typed in the project's folder."""

    def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "holdfast.ops.main", *words]
        return subprocess.run(
            command, cwd=project.folder, env=project.environ, input=given, capture_output=True, text=True, check=False
        )

    return run
