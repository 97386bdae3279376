"""Is the line that tells why a build failed found, and nothing that opens anything shown?"""

from __future__ import annotations

import pytest

from holdfast.model.build_log import failing_line, image_in, steps, without_signatures

PIP = """\
2026/11/26 12:00:00 Executing step ID: build. Timeout(sec): 3600
Step 1/4 : FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
 ---> 0123456789ab
Step 4/4 : RUN python -m pip install --requirement requirements.txt
ERROR: Could not find a version that satisfies the requirement no-such-thing==1.0 (from versions: none)
ERROR: No matching distribution found for no-such-thing==1.0
The command '/bin/sh -c python -m pip install' returned a non-zero code: 1
2026/11/26 12:00:09 Container failed during run: build. No retries remaining.
failed to run step ID: build: exit status 1

Run ID: ca1 failed after 9s. Error: failed during run, err: exit status 1
"""
CONDA = """\
Solving environment: failed

LibMambaUnsatisfiableError: Encountered problems while solving:
  - nothing provides requested cudatoolkit 11.8

The command '/bin/sh -c conda env create' returned a non-zero code: 1
"""
UV = """\
  x No solution found when resolving dependencies:
  `-> Because numpy was not found in the package registry and you require numpy, we can conclude that nothing fits
The command '/bin/sh -c uv pip install' returned a non-zero code: 1
"""

UV_VERSION = """\
error: No solution found when resolving dependencies
  cause: Because there is no version of joblib==99.1.0 and you require joblib==99.1.0, we can conclude that nothing fits
The command '/bin/sh -c conda env create' returned a non-zero code: 1
"""


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (UV_VERSION, "cause: Because there is no version of joblib==99.1.0"),
        (PIP, "ERROR: No matching distribution found for no-such-thing==1.0"),
        (CONDA, "- nothing provides requested cudatoolkit 11.8"),
        (UV, "`-> Because numpy was not found in the package registry and you require numpy, we can conclude"),
        ("ResolvePackageNotFound:\n\n  - nothing==1\n", "ResolvePackageNotFound: - nothing==1"),
        ("COPY failed: file not found in build context: no such file\nexit status 1\n", "COPY failed: file not found"),
        (
            "x No solution found when resolving dependencies:\nBecause you require a<1 and a==2, we can conclude that"
            " your requirements are unsatisfiable.\nERROR: exit\n",
            "Because you require a<1 and a==2",
        ),
        (
            "  x No solution found when resolving dependencies:\n  `-> Because no-such-thing was not found in the"
            " package registry and you\n      require no-such-thing==1.0, we can conclude that your\n      requirements"
            " are unsatisfiable.\n",
            "`-> Because no-such-thing was not found",
        ),
        ("Compiling\nsomething strange\nfailed to run step ID: build\n", "something strange"),
        ("Run ID: ca1 failed\n\n", ""),
        ("", ""),
    ],
)
def test_the_line_that_tells_why_is_found(log: str, line: str) -> None:
    """In the words of pip, conda, uv or Docker; never a summing up."""
    found = failing_line(log)
    assert found.startswith(line)
    assert bool(found) is bool(line)


def test_a_log_names_the_image_that_it_is_about() -> None:
    """From its first step on; before that, and of a Dockerfile of somebody else's, it names none."""
    log = f"Downloading source code...\nStep 1/5 : ARG HOLDFAST_IMAGE=holdfast/services/wine:0123\n{PIP}"
    assert image_in(log) == "holdfast/services/wine:0123"
    assert image_in(PIP) == image_in(log[:30]) == ""


def test_steps_are_those_that_have_begun() -> None:
    """For a line of progress each."""
    assert [step.partition(" :")[0] for step in steps(PIP)] == ["Step 1/4", "Step 4/4"]
    assert steps("STEP 4/5: RUN python -m pip install numpy\n") == ["STEP 4/5: RUN python -m pip install numpy"]


def test_no_address_is_shown_with_what_opens_it() -> None:
    """A SAS in a log is a key."""
    text = "fetched https://a.blob.core.windows.net/c/x?sv=1&sig=abc%3D&se=2 and https://example.org/?q=1"
    assert without_signatures(text) == "fetched https://a.blob.core.windows.net/c/x and https://example.org/?q=1"
    assert "sig=" not in failing_line(f"error at {text}")
