"""Does the real inference server run behind endpoints and groups? azureml-inference-server-http, installed once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from .built import built, until
from .conftest import named, new_group
from .serving import Online, Serving
from .test_machinelearning import new_environment
from .test_running_groups import Group, container, public

pytestmark = pytest.mark.slow

SERVER = "learn.microsoft.com/azure/machine-learning/how-to-inference-server-http"
TROUBLE = "learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints"
GOOD = """
import json, os
def init():
    global factor
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "factor.json")) as file:
        factor = json.load(file)
    print("loaded the model", flush=True)
def run(raw):
    data = json.loads(raw)["data"]
    if data == "raise":
        raise ValueError("no number")
    return [value * factor for value in data]
"""


@pytest.fixture(scope="session")
def scoring_python() -> str:
    """The interpreter of an environment with the inference server; kept in Holdfast's home."""
    folder = Path(os.environ["HOLDFAST_HOME"]).absolute() / "scoring-test"
    python = folder / "bin/python"
    if not (folder / "bin/azmlinfsrv").exists():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--clear", "-q", "-p", sys.executable, str(folder)], check=True)
        install = [*uv, "pip", "install", "-q", "-p", str(python), "azureml-inference-server-http"]
        subprocess.run(install, check=True)
    return str(python)


@pytest.fixture(scope="module")
def serving(sandbox) -> Serving:
    return Serving(new_environment(sandbox, new_group(sandbox), named), named)


@pytest.fixture
def online(serving: Serving) -> Any:
    made = serving.endpoint()
    yield made
    made.serving.request("DELETE", made.path)
    made.get()


def image(state: Path, python: str, name: str, script: str, **more: Any) -> str:
    """An image as Azure ML's base images are: the script in AML_APP_ROOT, the model beside it, `runsvdir`."""
    env = {"AML_APP_ROOT": "/var/azureml-app", "AZUREML_MODEL_DIR": "/var/azureml-app/model"}
    given = {"command": ("runsvdir", "/var/runit"), "workdir": "/var/azureml-app", "ports": (5001,), "env": env, **more}
    reference = built(state, name, "", python=python, **given)
    app = state / "roots" / f"{name}-1" / "var/azureml-app"
    (app / "model").mkdir(parents=True, exist_ok=True)
    (app / "score.py").write_text(script)
    (app / "model/factor.json").write_text("3")
    return reference


# The probes as they are by default: a server starts in two seconds, on a busy machine in ten.
PATIENT = {"initialDelay": "PT1S"}
CODE = {
    "codeConfiguration": {"scoringScript": "score.py"},
    "requestSettings": {"requestTimeout": "PT30S"},
    "readinessProbe": PATIENT,
    "livenessProbe": PATIENT,
}


@pytest.mark.source(SERVER)
def test_a_script_scores_behind_an_endpoint(online: Online, serving: Serving, scoring_python: str) -> None:
    """init() finds the model, run() answers, what it raises is 502, and the log shows all of it."""
    online.deployed("blue", serving.environment_of(image(serving.state, scoring_python, "good", GOOD)), **CODE)
    online.turn(blue=100)
    assert online.score({"data": [1, 2]}).json() == [3, 6]
    raised = online.score({"data": "raise"})
    assert (raised.status_code, raised.headers["x-ms-run-function-failed"]) == (502, "True")
    log = online.post("deployments/blue/getLogs", {}).json()["content"]
    assert "loaded the model" in log
    assert "ValueError: no number" in log
    swagger = requests.get(online.get()["properties"]["swaggerUri"], headers=bearer(online), timeout=10)
    assert swagger.json()["swagger"] == "2.0"


def bearer(online: Online) -> dict[str, str]:
    return {"Authorization": f"Bearer {online.keys['primaryKey']}"}


@pytest.mark.source(TROUBLE)
@pytest.mark.parametrize(
    ("name", "script", "code", "told"),
    [
        ("raises", "def init(): raise KeyError('threshold')\ndef run(raw): pass", "UserScriptInitFailed", "KeyError"),
        (
            "imports",
            "import no_such_package\ndef init(): pass\ndef run(r): pass",
            "UserScriptImportError",
            "no_such_pa",
        ),
        ("lacks", "def init(): pass", "UserScriptFunctionNotFound", "does not have a run() function"),
        ("syntax", "def init(:\n", "DeploymentCrashLoopBackOff", "SyntaxError"),
    ],
)
def test_a_script_that_fails_has_a_code_of_its_own(
    online: Online, serving: Serving, scoring_python: str, name: str, script: str, code: str, told: str
) -> None:
    """What the script does wrong is the code of the deployment's error, and the message quotes it."""
    reference = image(serving.state, scoring_python, f"script-{name}", script)
    found = online.failed("blue", serving.environment_of(reference), **CODE)
    assert found[0] == code, found
    assert told in found[1]


@pytest.mark.source(SERVER)
def test_the_same_image_scores_in_a_container_group(sandbox, group, unique, serving: Serving, scoring_python) -> None:
    """A container group runs the server of the image at its own address."""
    cg = Group(sandbox, group, unique("cg"))
    reference = image(serving.state, scoring_python, "group", GOOD)
    script = [{"name": "AZUREML_ENTRY_SCRIPT", "value": "score.py"}]
    cg.put(container(reference, environmentVariables=script), ipAddress=public(5001))
    url = f"http://{cg.get()['ipAddress']['ip']}:5001"

    def healthy() -> bool:
        try:
            return requests.get(url, timeout=5).text == "Healthy"
        except requests.ConnectionError:
            return False

    assert until(healthy, 60), cg.log()
    assert requests.post(f"{url}/score", json={"data": [2]}, timeout=10).json() == [6]
    assert "loaded the model" in cg.log()
