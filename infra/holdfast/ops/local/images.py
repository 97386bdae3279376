"""Which image does a service run from in a Docker here? The one that `pulumi up` would have the registry build.

The same build context and the same tags by what is in them (docs/decisions/0006-two-images.md): an image that is here
is not built again, and one of an earlier commit is found. They stay when the service is taken down, as environments do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from holdfast.context import Folder, context
from holdfast.model.assets import Asset, environment_files, environment_image_of, image_of, whole_dockerfile
from holdfast.model.build_log import failing_line, steps, without_signatures
from holdfast.model.content import Content
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import EnvironmentFile, EnvironmentImage
from holdfast.ops.local.daemon import asked, daemon
from holdfast.ops.local.plan import Plan

Tell = Callable[[str], None]

#: Marks the images that are built here: `docker image prune --all --filter label=holdfast.local` takes them away.
LABEL = "holdfast.local"


def image_for(plan: Plan, log: Path, tell: Tell) -> str:
    """The tag of the service's image, built where it is not here; `log` is where a build's output goes.

    Raises HoldfastError `image-build-failed`, `files-changed`, and those of `daemon`.
    """
    service, below = plan.service, ""
    environment = environment_image_of(service)
    if environment is not None:
        assert isinstance(service.environment, EnvironmentFile)
        below = f"{environment.repository}:{environment.version}"
        _have(environment, below, "", environment_files(service.environment), (), log, tell)
    elif isinstance(service.environment, EnvironmentImage):
        below = service.environment.image
    assert isinstance(service.model, Content)
    folders = (
        Folder("code", plan.root, service.code.place, named=False, hash=service.code.hash),
        Folder("model", plan.model.parent, plan.model.name, named=True, hash=service.model.hash),
    )
    image = image_of(service, plan.asset)
    named = f"{image.repository}:{image.version}"
    _have(image, named, below, {}, folders, log, tell)
    return named


def _have(
    image: Asset, named: str, below: str, texts: dict[str, str], folders: tuple[Folder, ...], log: Path, tell: Tell
) -> None:
    from docker.errors import ImageNotFound

    client = daemon()
    with asked(f"look for the image {named}"):
        try:
            client.images.get(named)
            return
        except ImageNotFound:
            pass
    tell(f"building the image {named} (once)")
    with tempfile.TemporaryFile() as packed:
        with context(packed, whole_dockerfile(named, image.dockerfile, below), texts, folders):
            pass
        packed.seek(0)
        _build(client, named, packed, log, tell)


def _build(client: Any, named: str, packed: Any, log: Path, tell: Tell) -> None:
    """Source: Docker Engine API, `POST /build`: lines of JSON, of which `stream` is the log and `error` its end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    text, failed, shown = "", "", 0
    with asked(f"build the image {named}"), log.open("w", encoding="utf-8") as kept:
        said = client.api.build(
            fileobj=packed,
            custom_context=True,
            encoding="gzip",
            tag=named,
            rm=True,
            forcerm=True,
            labels={LABEL: "image"},
            platform="linux/amd64",  # as the registry is told
            decode=True,
        )
        for line in said:
            piece = without_signatures(str(line.get("stream") or ""))
            failed = str(line.get("error") or failed)
            kept.write(piece)
            text += piece
            begun = steps(text)
            for step in begun[shown:]:
                tell(step)
            shown = len(begun)
        kept.write(failed)
    if failed:
        rows = [("line", failing_line(text) or failed), ("said", failed), *([("step", begun[-1])] if shown else [])]
        what = f"image {named} was not built"
        hint = f"{log} has the whole log; `holdfast doctor --logs {log}` says what it means"
        raise HoldfastError([Fault("image-build-failed", what, (*rows, ("log", str(log))), hint)])
