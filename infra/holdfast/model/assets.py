"""What is a service made of in the workspace and the registry? Versions that are named by what is in them.

A version's name is the beginning of a hash of everything that makes it, so "is it there already?" is one question to
Azure, on any machine and without a state, and the same inputs are never uploaded or built twice. Two images stand for
a service (docs/decisions/0006-two-images.md): the environment, which all services with the same file share, and on top
of it the model and the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from holdfast.model.content import SHORT, Content, hashed
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id, same_id
from holdfast.model.services import PORT, EnvironmentFile, EnvironmentImage, RegisteredModel, WantedService

if TYPE_CHECKING:
    from holdfast.model.existing import Recorded
    from holdfast.model.wanted import Wanted

#: The API version that assets are read and written with: azure-native's for the workspace.
ASSETS_VERSION = "2025-12-01"
#: The API version that builds are scheduled and followed with. Source: azure-rest-api-specs, containerregistry.
TASKS_VERSION = "2019-06-01-preview"
#: What the environments of all services are registered as; their versions tell them apart.
ENVIRONMENTS = "holdfast-environments"
#: Where their images are in the registry.
ENVIRONMENTS_REPOSITORY = "holdfast/environments"
#: The property of a version that holds the whole hash, of which its name is the beginning.
HASH_PROPERTY = "holdfast-sha256"
#: Where the code is in an image, as in those that Azure Machine Learning builds.
APP_ROOT = "/var/azureml-app"
#: Distributions that bring the inference server; where a file names neither, the server is installed beside it.
SERVER, _BRINGS_SERVER = "azureml-inference-server-http", ("azureml-inference-server-http", "azureml-defaults")
#: The argument before a Dockerfile's first line that holds the image's name: a build that fails names it nowhere else.
IMAGE_ARGUMENT = "HOLDFAST_IMAGE"
#: Stands in a service's Dockerfile for the image below it.
BELOW = "{environment}"


class AssetSort(StrEnum):
    """What sort of asset it is; the value begins its name in the state."""

    MODEL = "model"
    ENVIRONMENT = "environment"
    IMAGE = "image"
    #: A model that somebody else registered: looked for, never declared.
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Asset:
    """One version. `logical` is its name in the state, `hash` the whole hash behind `version` (a reference has none).
    `service` is the service that it is for, the first one of a shared environment. Of an image: `dockerfile` is how it
    is built, `repository` where it is pushed, `environment` the logical name of what it stands on, empty for an image
    of the settings."""

    sort: AssetSort
    logical: str
    name: str
    version: str
    service: WantedService
    hash: str = ""
    dockerfile: str = ""
    repository: str = ""
    environment: str = ""


def assets_of(wanted: Wanted) -> tuple[Asset, ...]:
    """Everything that the services are made of, each after what it stands on; what several share is there once."""
    found: dict[str, Asset] = {}
    for service in wanted.services:
        model = _model(service)
        found[model.logical] = model
        if isinstance(service.environment, EnvironmentFile):
            environment = _environment(service, service.environment)
            found.setdefault(environment.logical, environment)
        image = _image(service, model)
        found[image.logical] = image
    return tuple(found.values())


def image_of(service: WantedService, model: Asset | None = None) -> Asset:
    """A service's own image; `model` where its files have another name and version than their content's."""
    return _image(service, model or _model(service))


def environment_image_of(service: WantedService) -> Asset | None:
    """The image that it stands on and that is built; `None` where the settings name one."""
    return _environment(service, service.environment) if isinstance(service.environment, EnvironmentFile) else None


def model_of(service: WantedService) -> Asset:
    """A service's model."""
    return _model(service)


def models_path(model: Asset) -> str:
    """Where a model is in an image, below the code: what AZUREML_MODEL_DIR names, from AML_APP_ROOT on."""
    return f"azureml-models/{model.name}/{model.version}"


def environment_hash(environment: EnvironmentFile) -> str:
    """The whole hash of what an environment's image is made of."""
    return hashed([environment_dockerfile(environment), environment.text])


def asset_id(wanted: Wanted, asset: Asset) -> str:
    """The id of the version."""
    segment = "models" if asset.sort in (AssetSort.MODEL, AssetSort.REFERENCE) else "environments"
    return f"{resource_id(wanted, Kind.WORKSPACE)}/{segment}/{asset.name}/versions/{asset.version}"


def is_recorded(wanted: Wanted, asset: Asset, state: Mapping[str, Recorded]) -> bool:
    """Whether our state holds that very version, in that workspace: then nobody is asked. A reference was looked for
    when the image with it was built."""
    logical, version = asset.logical, asset.version
    if asset.sort is AssetSort.REFERENCE:
        image = image_of(asset.service)
        logical, version = image.logical, image.version
    outputs = state[logical].outputs if logical in state else {}
    workspace = str(outputs.get("workspaceId") or "")
    return outputs.get("version") == version and same_id(workspace, resource_id(wanted, Kind.WORKSPACE))


def environment_files(environment: EnvironmentFile) -> dict[str, str]:
    """What goes along with the Dockerfile of an environment: the text of each file by its path."""
    return {"conda.yaml" if environment.conda else "requirements.txt": environment.text}


def whole_dockerfile(named: str, dockerfile: str, below: str) -> str:
    """A Dockerfile as it is sent to who builds: with the name of the image, `repository:version`, and of the one that
    it stands on."""
    return f"ARG {IMAGE_ARGUMENT}={named}\n" + dockerfile.replace(BELOW, below)


def environment_dockerfile(environment: EnvironmentFile) -> str:
    """How an environment's file becomes an image. Conda's own prefix for environments is as Azure builds them."""
    lines = [f"FROM {environment.base}", "WORKDIR /azureml-environment"]
    server = "" if brings_server(environment.text) else SERVER
    if environment.conda:
        lines += [
            "COPY conda.yaml conda.yaml",
            "RUN conda env create --prefix /azureml-envs/service --file conda.yaml",
            *([f"RUN /azureml-envs/service/bin/python -m pip install --no-cache-dir {server}"] if server else []),
            "ENV PATH=/azureml-envs/service/bin:$PATH",
        ]
    else:
        more = f" {server}" if server else ""
        lines += [
            "COPY requirements.txt requirements.txt",
            f"RUN python -m pip install --no-cache-dir --requirement requirements.txt{more}",
        ]
    return "\n".join(lines) + "\n"


def service_dockerfile(service: WantedService, model: Asset) -> str:
    """How the model and the code are put on top. The model first: it changes less often, and a node that has its layer
    pulls the code's alone."""
    models = f"{APP_ROOT}/{models_path(model)}"
    script = f"{APP_ROOT}/{service.script}"
    command = ["azmlinfsrv", "--entry_script", script, "--model_dir", models, "--port", str(PORT)]
    return (
        f"FROM {BELOW}\n"
        f"COPY model/ {models}/\n"
        f"COPY code/ {APP_ROOT}/\n"
        f"ENV AML_APP_ROOT={APP_ROOT} AZUREML_MODEL_DIR={models} SERVICE_NAME={service.name}\n"
        f"WORKDIR {APP_ROOT}\n"
        f"EXPOSE {PORT}\n"
        f"ENTRYPOINT {json.dumps(command)}\n"
    )


def _model(service: WantedService) -> Asset:
    if isinstance(service.model, RegisteredModel):
        name, version = service.model.name, service.model.version
        return Asset(AssetSort.REFERENCE, f"{AssetSort.REFERENCE}-{service.name}", name, version, service)
    hash = service.model.hash
    return Asset(AssetSort.MODEL, f"{AssetSort.MODEL}-{service.name}", service.name, hash[:SHORT], service, hash)


def _environment(service: WantedService, environment: EnvironmentFile) -> Asset:
    dockerfile, hash = environment_dockerfile(environment), environment_hash(environment)
    version = hash[:SHORT]
    return Asset(
        AssetSort.ENVIRONMENT,
        f"{AssetSort.ENVIRONMENT}-{version}",
        ENVIRONMENTS,
        version,
        service,
        hash,
        dockerfile,
        ENVIRONMENTS_REPOSITORY,
    )


def _image(service: WantedService, model: Asset) -> Asset:
    dockerfile, below = service_dockerfile(service, model), service.environment
    environment = ""
    if isinstance(below, EnvironmentImage):
        stands_on = below.image
    else:
        shared = _environment(service, below)
        environment, stands_on = shared.logical, shared.hash
    content = service.model.hash if isinstance(service.model, Content) else f"{model.name}:{model.version}"
    hash = hashed([dockerfile, stands_on, service.code.hash, content])
    return Asset(
        AssetSort.IMAGE,
        f"{AssetSort.IMAGE}-{service.name}",
        service.name,
        hash[:SHORT],
        service,
        hash,
        dockerfile,
        f"holdfast/services/{service.name}",
        environment,
    )


def brings_server(text: str) -> bool:
    """Whether a conda or requirements file names what brings the inference server."""
    words = text.lower().replace("_", "-")
    return any(line.strip().lstrip("- ").strip("'\"").startswith(_BRINGS_SERVER) for line in words.splitlines())
