"""What is a service? A model, code that scores with it, an environment that the code runs in, and a place to run.

What is on disk has been read when one of these is made: the hashes of its files stand in it, so that every later stage
compares and nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from holdfast.model.sorts import Sort

if TYPE_CHECKING:
    from holdfast.model.content import Content

#: What the inference server listens on (azureml-inference-server-http, its README), and answers `GET /` at.
PORT, LIVENESS_PATH, SCORING_PATH = 5001, "/", "/score"


class Target(StrEnum):
    """Where a service runs."""

    ACI = "aci"
    AKS = "aks"


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model of the workspace that is registered already: `azureml:NAME:VERSION`."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class EnvironmentFile:
    """A conda file or a requirements file. `text` is what it holds, with `\\n` at the ends of its lines; `base` is the
    image that it is installed in."""

    path: str
    text: str
    conda: bool
    base: str


@dataclass(frozen=True, slots=True)
class EnvironmentImage:
    """An image that holds the inference server and all that the code needs."""

    image: str


#: What a service runs in, by its target.
RUNS_IN = {Target.ACI: Sort.CONTAINER, Target.AKS: Sort.SERVING}


@dataclass(frozen=True, slots=True)
class WantedService:
    """One item of `services`. `script` is the path of the scoring script within the code; `returned_errors` are the
    lines in which it returns the text of an exception to its client; `settings` holds what is said beyond these, by the
    stack file's own keys; `key` is where it stands, for messages."""

    name: str
    target: Target
    model: Content | RegisteredModel
    code: Content
    script: str
    environment: EnvironmentFile | EnvironmentImage
    settings: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    returned_errors: tuple[int, ...] = ()

    @property
    def part(self) -> str:
        """The logical name of the part that it runs in."""
        return f"{RUNS_IN[self.target]}-{self.name}"
