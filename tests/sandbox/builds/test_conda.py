"""What is taken from a conda file, and what fails as conda's solver does?"""

from __future__ import annotations

import pytest

from holdfast_sandbox.builds.conda import CondaError, of_file, of_specs


@pytest.mark.source("docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments")
def test_python_packages_and_the_section_for_pip() -> None:
    text = """
name: x
channels: [conda-forge]
dependencies:
  - python=3.10.12
  - pip
  - conda-forge::numpy=1.26
  - scipy==1.11.4
  - pandas>=2,<3
  - joblib=1.3.2=pyhd8ed1ab_0
  - tqdm 4.*
  - pip:
      - azureml-inference-server-http
      - -r more.txt
"""
    found = of_file(text, "env.yml")
    assert found.python == "3.10.12"
    assert found.requirements == ("numpy==1.26.*", "scipy==1.11.4", "pandas>=2,<3", "joblib==1.3.2", "tqdm==4.*")
    assert found.pip == ("azureml-inference-server-http", "-r more.txt")
    assert found.dropped == ("the build pyhd8ed1ab_0 of joblib",)


@pytest.mark.source("github.com/conda/conda-libmamba-solver")
@pytest.mark.parametrize("name", ["pytorch", "cudatoolkit", "libgcc-ng", "gcc_linux-64", "openssl", "r-base"])
def test_what_only_conda_has_fails_as_its_solver_does(name: str) -> None:
    """By name: another project of that name on the package index is never taken for it."""
    with pytest.raises(CondaError, match=f"nothing provides requested {name} 2.1"):
        of_specs(["numpy", f"{name}=2.1"])


@pytest.mark.parametrize(
    "text", ["a: [", "", "name: x\n", "dependencies:\n- 1: 2\n", "dependencies: ['=1']", "dependencies: ['a=1|2']"]
)
def test_a_file_that_is_none(text: str) -> None:
    with pytest.raises(CondaError):
        of_file(text, "env.yml")
