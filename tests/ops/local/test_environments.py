"""Is what a file asks for asked of uv in its words?"""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.model.services import EnvironmentFile
from holdfast.ops.local import environments
from holdfast.ops.local.environments import Packages, packages_of

BASE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"


def conda(*lines: str) -> Packages:
    text = "dependencies:\n" + "".join(f"- {line}\n" for line in lines)
    return packages_of(EnvironmentFile("conda.yaml", text, True, BASE))


@pytest.mark.parametrize(
    ("spec", "requirement"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy =1.26", "numpy==1.26.*"),
        ("numpy=1.26.*", "numpy==1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.4=py311h1_0", "numpy==1.26.4"),
        ("numpy 1.26.4", "numpy==1.26.4"),
        ("numpy 1.26.4 py311h1_0", "numpy==1.26.4"),
        ("'numpy>=1.26,<2'", "numpy>=1.26,<2"),
        ("'conda-forge::scipy >=1.10'", "scipy>=1.10"),
    ],
)
@pytest.mark.source("conda documentation, package match specifications")
def test_condas_versions_are_pips(spec: str, requirement: str) -> None:
    """One `=` is any of that version; a build is left out."""
    assert conda(spec).requirements[0] == requirement


def test_a_conda_file_is_read_whole() -> None:
    """Its Python, its packages, its pip section, and the server where nobody brings it."""
    found = conda("python=3.11", "pip", "numpy=1.26", "pip: [joblib==1.6.0]")
    server = "azureml-inference-server-http"
    assert found == Packages("3.11", ("numpy==1.26.*", "joblib==1.6.0", server), ("numpy==1.26.*",))
    assert conda("'python>=3.10,<3.12'").python == ">=3.10,<3.12"
    assert conda("python=3.11.7=h1_0").python == "3.11.7"


def test_a_requirements_file_is_taken_as_it_is() -> None:
    """With the server beside it, unless something in it brings one."""
    file = EnvironmentFile("requirements.txt", "# mine\nnumpy==2.4.6\n", False, BASE)
    assert packages_of(file).requirements == ("# mine", "numpy==2.4.6", "azureml-inference-server-http")
    file = EnvironmentFile("requirements.txt", "azureml-defaults\n", False, BASE)
    assert packages_of(file).requirements == ("azureml-defaults",)


def test_uv_is_told_what_only_pip_knows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip's file, then its variables; what uv is told itself goes before; no other environment is installed into."""
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = https://one.example/simple\nextra-index-url = https://two.example/s\n")
    environ = {
        "PATH": "",
        "HOME": str(tmp_path),
        "PIP_CONFIG_FILE": str(settings),
        "PIP_INDEX_URL": "https://three.example/simple",
        "VIRTUAL_ENV": "elsewhere",
    }
    told = environments._environ(environ)
    assert told["UV_DEFAULT_INDEX"] == "https://three.example/simple"
    assert (told["UV_INDEX"], told["UV_INDEX_STRATEGY"]) == ("https://two.example/s", "unsafe-best-match")
    assert "VIRTUAL_ENV" not in told
    assert environments._environ({**environ, "UV_DEFAULT_INDEX": "https://own.example"})["UV_DEFAULT_INDEX"] == (
        "https://own.example"
    )


@pytest.mark.parametrize(
    "said",
    [
        "Using Python 3.11.7\nerror: No solution\n  cause: Because a was not\n         found in the registry, no.\n",
        "  × No solution found:\n  ╰─▶ Because a was not\n      found in the registry, no.\n",
        "error: No solution\n  cause: Because a was not found in the\n    registry, no.\n\n  hint: look elsewhere\n",
    ],
)
def test_the_reason_is_one_line_however_uv_draws_it(said: str) -> None:
    """The innermost cause, without the hints and without the breaks."""
    lines = [line for line in said.splitlines() if line]
    assert environments._reason(lines) == "Because a was not found in the registry, no."


@pytest.mark.slow
def test_what_nobody_has_is_told_in_uvs_words(project: Path) -> None:
    """The requirement is named, and nothing half-made is left."""
    file = EnvironmentFile("requirements.txt", "no-such-thing-as-this==1.0\n", False, BASE)
    with pytest.raises(HoldfastError) as caught:
        environments.environment_of(file, lambda _text: None)
    (fault,) = caught.value.faults
    assert fault.id == "environment-not-made"
    assert "no-such-thing-as-this" in fault.message
    home = project.parent / "home/environments"
    assert [path.name for path in home.glob("local-*")] == []
    assert list((home / ".making").iterdir()) == []
