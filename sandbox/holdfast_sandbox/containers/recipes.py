"""How does an image become a process? The command it runs, with paths and environment of this machine.

A container's own command wins over the image's, as in Kubernetes. An image that has the inference server and no command
of its own, or that of Azure ML's base images (`runsvdir /var/runit`, which starts the server there), runs the server
with what the variables AZUREML_ENTRY_SCRIPT, AML_APP_ROOT and AZUREML_MODEL_DIR name
(learn.microsoft.com/azure/machine-learning/how-to-inference-server-http).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast_sandbox.containers.environ import environment
from holdfast_sandbox.containers.model import Probe, Recipe
from holdfast_sandbox.containers.paths import Paths
from holdfast_sandbox.images import Image

SERVER = "azmlinfsrv"
#: Where the server listens unless it is told otherwise, and where scripts lie in Azure ML's images.
SERVER_PORT, APP_ROOT = 5001, "/var/azureml-app"
_SUPERVISORS = ("runsvdir", "/usr/bin/runsvdir")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pod's processes are: its address, the ports it declares, a folder to call home."""

    address: str
    ports: tuple[int, ...]
    home: Path


def can_run(image: Image | None) -> bool:
    """Whether a process can stand in for a container of the image."""
    return image is not None and image.python is not None


def recipe(
    image: Image,
    name: str,
    place: Place,
    *,
    reference: str = "",
    command: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    memory: int | None = None,
    liveness: Probe | None = None,
    readiness: Probe | None = None,
) -> Recipe:
    """What a container of `image` runs at that place; `command` and `env` are the container's own."""
    wanted = {**image.env, **(env or {})}
    root = place.home / name / "root"
    paths = Paths(image.root, str(root), wanted, image.workdir)
    argv = tuple(command) or _default(image, wanted)
    inside = Path(image.root, image.workdir.lstrip("/")).is_dir()
    return Recipe(
        name=name,
        image=reference or image.reference,
        argv=paths.texts(argv),
        env=environment(image, env or {}, paths, address=place.address, ports=place.ports, home=place.home),
        cwd=paths.real(image.workdir) if inside else str(root),
        files=image.root,
        root=str(root),
        memory=memory,
        liveness=liveness,
        readiness=readiness,
    )


def serves_scores(image: Image) -> bool:
    """Whether the image holds the inference server."""
    return image.python is not None and Path(image.python).with_name(SERVER).exists()


def server_port(image: Image, env: Mapping[str, str], ports: Iterable[int] = ()) -> int:
    """The port of the inference server: what is exposed, else its own default."""
    return next(iter([*ports, *image.ports]), SERVER_PORT)


def _default(image: Image, env: Mapping[str, str]) -> tuple[str, ...]:
    supervised = bool(image.command) and image.command[0] in _SUPERVISORS
    if image.command and not supervised:
        return image.command
    if not serves_scores(image):
        return image.command or ("python",)
    argv = [SERVER, "--port", str(server_port(image, env))]
    script = env.get("AZUREML_ENTRY_SCRIPT", "")
    if script:
        argv += [
            "--entry_script",
            script if script.startswith("/") else f"{env.get('AML_APP_ROOT', APP_ROOT)}/{script}",
        ]
    if env.get("AZUREML_MODEL_DIR"):
        argv += ["--model_dir", env["AZUREML_MODEL_DIR"]]
    return tuple(argv)
