"""What stands for a base image? An interpreter of this machine, for those that are Python and nothing that runs here.

Python's own images by their tag, Azure ML's by the version that their names hold. Whatever else such an image has in it
is not here, and the log says so; of any other image nothing can be run, and it is only recorded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Where an Azure ML image names no version: the one of its current base images
#: (learn.microsoft.com/azure/machine-learning/concept-prebuilt-docker-images-inference).
AZURE_ML_PYTHON = "3.10"

_PYTHON = re.compile(r"(?:docker\.io/)?(?:library/)?python(?::(?P<tag>[\w.-]+))?(?:@sha256:[0-9a-f]{64})?")
_AZURE_ML = re.compile(
    r"mcr\.microsoft\.com/azureml/(?P<name>[\w./-]+?)(?::(?P<tag>[\w.-]+))?(?:@sha256:[0-9a-f]{64})?"
)
_IN_NAME = re.compile(r"(?:^|[-_/])py(?:thon)?[-_]?3[.]?(?P<minor>\d{1,2})(?=$|[-_./])")
_VERSION = re.compile(r"3(?:\.\d+){0,2}")


@dataclass(frozen=True, slots=True)
class StandIn:
    """`python`: the version asked for (`3.10`, `3`), in uv's words; `why`: what the log says about it."""

    python: str
    why: str


def stand_in(image: str) -> StandIn | None:
    """What is used in the place of `image`; None where nothing can be. `scratch` is no image, and has no Python."""
    if found := _PYTHON.fullmatch(image):
        version = _VERSION.match(found["tag"] or "")
        return StandIn(version[0] if version else "3", "an interpreter of this machine stands for it")
    if found := _AZURE_ML.fullmatch(image):
        named = _IN_NAME.search(found["name"]) or _IN_NAME.search(found["tag"] or "")
        python = f"3.{named['minor']}" if named else AZURE_ML_PYTHON
        return StandIn(python, "an interpreter of this machine stands for it; the image's own packages are not here")
    return None
