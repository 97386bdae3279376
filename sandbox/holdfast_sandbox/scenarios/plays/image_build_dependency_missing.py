"""A service's conda file names a package in a version that nobody has published.

The image is built anew, the resolver finds no such version, and the run ends with its line.
"""

from collections.abc import Iterator

from holdfast_sandbox.rehearsal.story import EXAMPLE
from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("image-build-failed",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(f"{EXAMPLE}/conda.yaml", "joblib==1.6.0", "joblib==99.1.0")
    yield "conda.yaml asks for joblib==99.1.0"
    yield stage.fails("up", "image-build-failed", "joblib")
