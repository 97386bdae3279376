"""Is a version named by everything that makes it, and is an image built of what it is named by?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from holdfast.model.assets import BELOW, Asset, AssetSort, environment_dockerfile, image_of, service_dockerfile
from holdfast.model.content import Content, FileContent
from holdfast.model.services import EnvironmentFile, EnvironmentImage, RegisteredModel, Target, WantedService

BASE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
FILE = EnvironmentFile("envs/conda.yaml", "dependencies: [python]\n", conda=True, base=BASE)
SERVICE = WantedService(
    "wine",
    Target.ACI,
    Content("m", (FileContent("m/a", "1", 1),)),
    Content("c", (FileContent("score.py", "2", 1),)),
    "sub/score.py",
    FILE,
)


def test_a_conda_file_becomes_an_environment_of_its_own() -> None:
    """With the inference server beside what the file lists."""
    assert environment_dockerfile(FILE) == (
        f"FROM {BASE}\n"
        "WORKDIR /azureml-environment\n"
        "COPY conda.yaml conda.yaml\n"
        "RUN conda env create --prefix /azureml-envs/service --file conda.yaml\n"
        "RUN /azureml-envs/service/bin/python -m pip install --no-cache-dir azureml-inference-server-http\n"
        "ENV PATH=/azureml-envs/service/bin:$PATH\n"
    )


def test_a_requirements_file_is_installed_in_the_images_own_python() -> None:
    """Whatever its name in the project."""
    text = environment_dockerfile(EnvironmentFile("r/lock.txt", "numpy\n", conda=False, base="cr.io/b:1"))
    assert text.splitlines()[2:] == [
        "COPY requirements.txt requirements.txt",
        "RUN python -m pip install --no-cache-dir --requirement requirements.txt azureml-inference-server-http",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "dependencies:\n- pip:\n  - azureml-inference-server-http==1.5.1\n",
        "azureml_inference_server_http~=1.4\n",
        "dependencies:\n- pip:\n  - 'azureml-defaults'\n",
    ],
)
def test_a_server_that_the_file_names_is_the_files_own(text: str) -> None:
    """Its version is the file's to choose."""
    for conda in (True, False):
        assert "azureml-inference-server-http" not in environment_dockerfile(replace(FILE, text=text, conda=conda))


def test_the_model_lies_below_the_code() -> None:
    """A node that has the model's layer pulls the code's alone; the script is where the server is told."""
    model = Asset(AssetSort.MODEL, "model-wine", "wine", "0123456789ab", SERVICE)
    lines = service_dockerfile(SERVICE, model).splitlines()
    assert lines[0] == f"FROM {BELOW}"
    assert lines[1] == "COPY model/ /var/azureml-app/azureml-models/wine/0123456789ab/"
    assert lines[2] == "COPY code/ /var/azureml-app/"
    assert '"--entry_script", "/var/azureml-app/sub/score.py"' in lines[-1]


def test_every_input_of_an_image_is_in_its_name() -> None:
    """Two images of one name would be one image."""
    others = [
        replace(SERVICE, environment=EnvironmentImage("cr.io/x:1")),
        replace(SERVICE, environment=replace(FILE, text="dependencies: [pip]\n")),
        replace(SERVICE, environment=replace(FILE, base="cr.io/b:1")),
        replace(SERVICE, model=RegisteredModel("wine", "1")),
        replace(SERVICE, model=RegisteredModel("wine", "2")),
        replace(SERVICE, model=Content("m", (FileContent("m/a", "2", 1),))),
        replace(SERVICE, code=Content("c", (FileContent("score.py", "3", 1),))),
        replace(SERVICE, script="score.py"),
        SERVICE,
    ]
    assert len({image_of(service).version for service in others}) == len(others)
    elsewhere = replace(SERVICE, code=replace(SERVICE.code, place="d"), settings={"cpu": 3}, key="services[7]")
    assert image_of(elsewhere).version == image_of(SERVICE).version
