"""Where is a container's path on this machine? Under the folder that stands for its file system, where it is known.

A process sees this machine's files, so a path of the container has to be rewritten before it is used: the working
folder, and what arguments and variables hold. Rewritten is a whole argument or variable (or what follows an option's
`=`) that is an absolute path and is in the image's folder, and any mention of a folder that a known variable names
(AZUREML_MODEL_DIR, AML_APP_ROOT) or of the working folder, also inside a shell's command line. A path that a program
makes up while it runs is this machine's: `open("/var/azureml-app/x")` in a script is not rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

#: Variables that name a folder of the container (learn.microsoft.com/azure/machine-learning/
#: how-to-inference-server-http, and how-to-deploy-online-endpoints for AZUREML_MODEL_DIR).
KNOWN = ("AZUREML_MODEL_DIR", "AML_APP_ROOT", "AZUREML_SOURCE_DIRECTORY")
_BEFORE, _AFTER = r"(?<![\w./-])", r"(?![\w.-])"


class Paths:
    """The paths of one container: `files` is the image's folder, `root` the container's own copy of it."""

    def __init__(self, files: str, root: str, env: Mapping[str, str], workdir: str) -> None:
        self._files, self._root = Path(files), Path(root)
        named = [env[name] for name in KNOWN if env.get(name, "").startswith("/")]
        self._folders = sorted({_clean(path) for path in (*named, workdir)} - {"/", ""}, key=len, reverse=True)

    def real(self, path: str) -> str:
        """The path on this machine of an absolute path of the container."""
        return str(self._root / path.lstrip("/"))

    def text(self, given: str) -> str:
        """A text with the container's paths in it rewritten."""
        option, equals, value = given.partition("=")
        if equals and option.startswith("-") and self._is_there(value):
            return f"{option}={self.real(value)}"
        if self._is_there(given):
            return self.real(given)
        for folder in self._folders:
            given = re.sub(f"{_BEFORE}{re.escape(folder)}{_AFTER}", lambda match: self.real(match[0]), given)
        return given

    def texts(self, given: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.text(one) for one in given)

    def _is_there(self, path: str) -> bool:
        clean = _clean(path)
        return path.startswith("/") and clean != "/" and len(path) < 4096 and self._files.joinpath(clean[1:]).exists()


def _clean(path: str) -> str:
    parts = [part for part in PurePosixPath("/", path).parts if part != ".."]
    return str(PurePosixPath(*parts))
