"""Which commands of a RUN are carried out, which recorded, and which refused because recording them would be a lie?"""

from __future__ import annotations

import pytest

from holdfast_sandbox.builds.base_images import stand_in
from holdfast_sandbox.builds.commands import CommandError, Conda, Directory, Packages, Recorded, commands


def one(line: str) -> object:
    (found,) = commands(line, None, {"V": "2.0"})
    return found


def test_a_line_is_taken_apart() -> None:
    """Around the installation the rest is recorded, in its order."""
    line = "apt-get update && apt-get install -y python3-pip ; cd /app && A=1 pip3 install -r r.txt && rm -rf /x"
    found = commands(line, None, {})
    assert [type(it) for it in found] == [Recorded, Recorded, Directory, Packages, Recorded]
    assert found[2] == Directory("/app")
    assert isinstance(found[3], Packages)
    assert found[3].arguments == ("install", "--requirement=r.txt")


@pytest.mark.source("pip.pypa.io/en/stable/cli/pip_install")
@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("pip install 'a[x]==1' b", ("install", "a[x]==1", "b")),
        ("python -m pip install --no-cache-dir -U a==$V", ("install", "--upgrade", "a==2.0")),
        ("/opt/conda/bin/pip install -rreq.txt -c c.txt", ("install", "--requirement=req.txt", "--constraint=c.txt")),
        (
            "pip install --index-url https://x/ --pre a",
            ("install", "--default-index=https://x/", "--prerelease=allow", "a"),
        ),
        ("uv pip install --system --no-deps a", ("install", "--no-deps", "a")),
        ("pip uninstall -y a", ("uninstall", "a")),
        ("conda run -n base pip install a", ("install", "a")),
        ("pip install -e .", ("install", "--editable=.")),
    ],
)
def test_pip_in_its_forms(line: str, arguments: tuple[str, ...]) -> None:
    found = one(line)
    assert isinstance(found, Packages)
    assert found.arguments == arguments


@pytest.mark.source("docs.conda.io/projects/conda/en/latest/commands")
@pytest.mark.parametrize(
    ("line", "file", "specs", "fresh"),
    [
        ("conda env create -f env.yml -n x", "env.yml", (), True),
        ("conda env update -n base --file=env.yml", "env.yml", (), False),
        ("micromamba install -y -n base -f /tmp/e.yaml", "/tmp/e.yaml", (), False),
        ("mamba create -n x -c conda-forge python=3.10 numpy", None, ("python=3.10", "numpy"), True),
        ("conda env create", "environment.yml", (), True),
    ],
)
def test_conda_in_its_forms(line: str, file: str | None, specs: tuple[str, ...], fresh: bool) -> None:
    found = one(line)
    assert isinstance(found, Conda)
    assert (found.file, found.specs, found.fresh) == (file, specs, fresh)


@pytest.mark.parametrize(
    "line", ["chmod +x a", "conda clean -a", "echo pip install a", "pip --version", "python -m venv /x", "set -ex"]
)
def test_other_commands_are_recorded(line: str) -> None:
    assert isinstance(one(line), Recorded)


@pytest.mark.parametrize(
    "line",
    [
        "pip install $(cat list)",
        "cat x | pip install -r /dev/stdin",
        "pip install a || true",
        "bash -c 'pip install a'",
        "if true; then pip install a; fi",
        "poetry install",
        "uv sync",
        "pip install --target /x a",
        "pip install",
        "pip install -r",
        "pip install 'a",
    ],
)
def test_an_installation_that_is_not_followed_is_refused(line: str) -> None:
    """Never recorded only: the image would lack what its Dockerfile asked for."""
    with pytest.raises(CommandError):
        commands(line, None, {})


@pytest.mark.source("learn.microsoft.com/azure/machine-learning/concept-prebuilt-docker-images-inference")
@pytest.mark.parametrize(
    ("image", "python"),
    [
        ("python:3.11-slim", "3.11"),
        ("docker.io/library/python:3", "3"),
        ("python", "3"),
        ("mcr.microsoft.com/azureml/minimal-ubuntu20.04-py39-cpu-inference:latest", "3.9"),
        ("mcr.microsoft.com/azureml/curated/sklearn-1.5:1", "3.10"),
        ("mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04", "3.10"),
        ("ubuntu:22.04", None),
        ("mcr.microsoft.com/dotnet/sdk:8.0", None),
        ("scratch", None),
    ],
)
def test_what_stands_for_a_base_image(image: str, python: str | None) -> None:
    found = stand_in(image)
    assert (found.python if found else None) == python
