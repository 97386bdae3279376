"""A service's conda file asks for packages that exclude each other.

Each of them is there; no set of versions satisfies all. The image is built anew, and the resolver says which ones.
"""

from collections.abc import Iterator

from holdfast_sandbox.rehearsal.story import EXAMPLE
from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("image-build-failed",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    text = (stage.project.folder / EXAMPLE / "conda.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "scikit-learn" in line)
    stage.edit(f"{EXAMPLE}/conda.yaml", line, line + "\n" + line.partition("scikit-learn")[0] + "numpy<1.17")
    yield "conda.yaml asks for numpy<1.17 beside a scikit-learn that needs a newer one"
    yield stage.fails("up", "image-build-failed", "numpy")
