"""A service's conda file asks for packages that exclude each other.

Each of them is there; no set of versions satisfies both. The image is built anew, and the resolver says which ones.
"""

from collections.abc import Iterator

from holdfast_sandbox.rehearsal.story import EXAMPLE
from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("image-build-failed",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(f"{EXAMPLE}/conda.yaml", "joblib==1.6.0", "joblib==1.6.0\n      - numpy<1.17")
    yield "conda.yaml asks for numpy<1.17 beside a newer one"
    yield stage.fails("up", "image-build-failed", "numpy<1.17")
