"""Is a service here what the stack file says, with nobody asked?"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from holdfast.model.assets import image_of
from holdfast.model.errors import HoldfastError
from holdfast.model.services import EnvironmentFile, EnvironmentImage
from holdfast.ops.local.plan import plan

from .conftest import TIMES, write_stack


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks anybody fails."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def fault_of(*words: Any) -> tuple[str, str]:
    with pytest.raises(HoldfastError) as caught:
        plan(*words)
    (fault,) = caught.value.faults
    return fault.id, str(fault)


def test_a_container_has_the_variables_that_azure_gives_it(project: Path) -> None:
    """Those of the settings, the scoring timeout of the target, and the workers; a secret only from this shell."""
    write_stack(project, TIMES | {"timeout": 7, "maxConcurrentRequests": 3, "secureEnv": {"KEY": "apiKey"}})
    made = plan("times", None, None, None)
    wanted = {"COLOUR": "red", "SCORING_TIMEOUT_MS": "7000", "WORKER_COUNT": "3"}
    assert (made.variables, made.lacking) == (wanted, ("KEY",))
    assert (made.stack, made.root, made.code) == ("dev", project, project / "times/code")


def test_a_secret_of_this_shell_goes_to_the_container(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is passed on by its name, apart from what anybody may read, and nobody says that it is lacking."""
    write_stack(project, TIMES | {"secureEnv": {"KEY": "apiKey"}})
    monkeypatch.setenv("KEY", "s3cr3t-1")
    made = plan("times", None, None, None)
    assert (made.secrets, made.lacking) == ({"KEY": "s3cr3t-1"}, ())
    assert "s3cr3t-1" not in made.variables.values()


def test_a_model_of_the_workspace_needs_its_files(project: Path) -> None:
    """The error has the key and the option; with the option the model bears the name and version of its files."""
    write_stack(project, TIMES | {"model": "azureml:fraud:12"})
    id, text = fault_of("times", None, None, None)
    assert id == "model-elsewhere"
    assert "environment.services[0].model" in text or "services[0].model" in text
    assert "azureml:fraud:12" in text
    assert "--model" in text
    made = plan("times", None, "times/model", None)
    assert made.model == project / "times/model"
    # In an image as well it is where the registered one would be.
    assert "COPY model/ /var/azureml-app/azureml-models/fraud/12/\n" in image_of(made.service, made.asset).dockerfile


def test_an_image_needs_a_file(project: Path) -> None:
    """What an image holds processes can't have, and Docker can; `--environment` says it, by the rules of the key."""
    write_stack(project, TIMES | {"environment": "example.azurecr.io/scoring:1"})
    id, text = fault_of("times", None, None, None)
    assert (id, "--environment" in text) == ("environment-is-image", True)
    assert plan("times", None, None, None, engine="docker").environment == EnvironmentImage(
        "example.azurecr.io/scoring:1"
    )
    made = plan("times", None, None, "times/requirements.txt")
    assert isinstance(made.environment, EnvironmentFile)
    assert made.environment.text == "azureml-inference-server-http==1.5.1\n"
    (project / "bad.txt").write_text("not a requirement at all\n", encoding="utf-8")
    id, text = fault_of("times", None, None, "bad.txt")
    assert (id, "--environment" in text) == ("environment-file-invalid", True)


def test_options_are_looked_at_as_the_files_keys_are(project: Path) -> None:
    """A path that is not there and an empty model are told before anything is started."""
    assert fault_of("times", None, "nowhere", None)[0] == "file-missing"
    (project / "empty").mkdir()
    assert fault_of("times", None, "empty", None)[0] == "model-empty"


def test_a_name_that_is_nearly_right_is_offered(project: Path) -> None:
    """As everywhere."""
    id, text = fault_of("tims", None, None, None)
    assert (id, "times" in text) == ("unknown-service", True)


def test_a_plain_folder_is_told_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a stack file there is no service to run."""
    monkeypatch.chdir(tmp_path)
    id, text = fault_of("times", None, None, None)
    assert (id, "`holdfast local` runs a service of a stack file" in text) == ("stack-file-missing", True)
