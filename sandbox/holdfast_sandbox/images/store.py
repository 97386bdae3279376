"""Which image is behind a reference? Records in the sandbox's state folder, written by builds, read by containers.

`images/LOGIN_SERVER/REPOSITORY/tags/TAG.json` and `.../digests/DIGEST.json`: a tag moves, a digest does not. A record
names folders and an environment and holds no content, so that two tags of one image cost nothing.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

_PART = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?P<registry>[a-z0-9][a-z0-9.-]*(:\d+)?)/(?P<repository>{_PART}(?:/{_PART})*)"
    r"(@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
)


@dataclass(frozen=True, slots=True)
class Image:
    """A built image. Paths are absolute ones of this machine unless they are said to be the container's.

    `root`: the folder that stands for the container's file system, with what the Dockerfile copied into it.
    `python`: the interpreter of the environment that was installed; None where the base image is none that a process
    can stand in for, and then such an image is held and listed, and no container runs it.
    `env`, `command`, `workdir`, `ports`: as the Dockerfile gives them, paths being the container's.
    `log`: the blob of the build's log, by its URL without a signature; empty where there is none.
    """

    registry: str
    repository: str
    tag: str
    digest: str
    base: str
    root: str
    python: str | None
    env: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    workdir: str = "/"
    ports: tuple[int, ...] = ()
    log: str = ""

    @property
    def reference(self) -> str:
        """`registry/repository:tag`."""
        return f"{self.registry}/{self.repository}:{self.tag}"


class ImageStore:
    """The images in a sandbox's state folder."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "images"

    def save(self, image: Image) -> None:
        """Keep it under its tag, which it takes from another that had it, and under its digest."""
        text = json.dumps(asdict(image), indent=1)
        for kind, name in (("tags", image.tag), ("digests", image.digest)):
            path = self._record(image.registry, image.repository, kind, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name}.{os.getpid()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)

    def find(self, reference: str) -> Image | None:
        """By `registry/repository[:tag|@digest]`, `latest` where neither is given; None for what nobody built here."""
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            return None
        kind, name = ("digests", found["digest"]) if found["digest"] else ("tags", found["tag"] or "latest")
        path = self._record(found["registry"], found["repository"], kind, name)
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Image(**{**body, "command": tuple(body["command"]), "ports": tuple(body["ports"])})

    def tags(self, registry: str, repository: str) -> list[str]:
        """The tags of a repository, sorted."""
        folder = self._folder / registry / repository / "tags"
        return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []

    def _record(self, registry: str, repository: str, kind: str, name: str) -> Path:
        return self._folder / registry.replace(":", "_") / repository / kind / f"{name.replace(':', '-')}.json"
