"""What is a service made of on this machine? What the stack file says, with no login and no subscription.

A model that is registered in a workspace is there and not here, and an image can't be taken apart: for these there are
`--model` and `--environment`, which also try another model or environment than the file's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from holdfast.checkout import project_folder
from holdfast.model.assets import Asset, model_of, models_path
from holdfast.model.content import Content
from holdfast.model.deployments import deployment_body
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import EnvironmentFile, EnvironmentImage, Target, WantedService
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted
from holdfast.ops.stack_file import named_service, stack_file
from holdfast.settings import read_file
from holdfast.settings.faults import Faults
from holdfast.settings.sections.services import Service
from holdfast.settings.service_files import read_environment, read_model


@dataclass(frozen=True, slots=True)
class Plan:
    """`service`: as the stack file has it, with the options in their place. `model` and `environment_path` are where
    its files are (an image has none), `asset` is the model by name and version. `variables`: what the container would
    have; `secrets`: what this shell has of `secureEnv`, `lacking` the names of it that nobody gave."""

    stack: str
    file: Path
    root: Path
    service: WantedService
    model: Path
    asset: Asset
    environment: EnvironmentFile | EnvironmentImage
    environment_path: Path
    variables: Mapping[str, str]
    secrets: Mapping[str, str]
    lacking: tuple[str, ...] = ()

    @property
    def models(self) -> str:
        """Where the model is below the code."""
        return models_path(self.asset)

    @property
    def code(self) -> Path:
        """The folder with the code."""
        return self.root / self.service.code.place


def plan(
    name: str,
    stack: str | None,
    model: str | None,
    environment: str | None,
    *,
    file: Path | None = None,
    engine: str = "process",
) -> Plan:
    """The service NAME of the stack that is meant, or of a stack file that is known already; `model` and `environment`
    are paths in the place of the file's. `engine`: what it is to run in; an image runs in `docker` alone.

    Raises HoldfastError: the stack file's faults, `stack-file-missing`, `stack-not-said`, `unknown-service`,
    `model-elsewhere`, `environment-is-image`, and what is wrong with the options' files.
    """
    file = file or _stack_file(stack)
    wanted = read_file(file)
    root = project_folder(file).resolve()
    service = named_service(wanted, file, name)
    where, environment_path, asset = root, root, model_of(service)
    if model is not None:
        where = Path(model).resolve()
        registered = not isinstance(service.model, Content)
        service = replace(service, model=_option("--model", "model", where, read_model))
        asset = asset if registered else model_of(service)
    elif isinstance(service.model, Content):
        where = root / service.model.place
    else:
        raise _elsewhere(file, service)
    if environment is not None:
        environment_path = Path(environment).resolve()
        read = _option("--environment", "environment", environment_path, _base(service))
        service = replace(service, environment=replace(read, path=environment) if hasattr(read, "path") else read)
    if isinstance(service.environment, EnvironmentFile):
        environment_path = environment_path if environment is not None else root / service.environment.path
    elif engine == "process":
        raise _image(file, service)
    secret = tuple(service.settings.get("secureEnv") or ())
    given = {key: os.environ[key] for key in secret if key in os.environ}
    return Plan(
        wanted.stack,
        file,
        root,
        service,
        where,
        asset,
        service.environment,
        environment_path,
        container_variables(wanted, service),
        given,
        tuple(key for key in secret if key not in given),
    )


def container_variables(wanted: Wanted, service: WantedService) -> dict[str, str]:
    """The variables of the service's container in Azure, without its secrets."""
    if service.target is Target.AKS:
        variables: Mapping[str, Any] = deployment_body(service, "")["properties"]["environmentVariables"]
    else:
        group = next(part for part in wanted.parts if part.sort is Sort.CONTAINER and part.name == service.name)
        variables = group.settings.get("env") or {}
    return {name: str(value) for name, value in variables.items()}


def _stack_file(stack: str | None) -> Path:
    try:
        return stack_file(stack)
    except HoldfastError as error:
        faults = [
            replace(
                fault,
                hint=fault.hint
                or "`holdfast local` runs a service of a stack file: cd into the project, or `holdfast init`",
            )
            for fault in error.faults
        ]
        raise HoldfastError(faults) from None


def _option(option: str, key: str, path: Path, reader: Any) -> Any:
    """A file of an option, by the rules of the stack file's key."""
    faults = Faults(option)
    given: Any = {key: path.name}
    section = replace(Service("local", at=option), **given)
    found = reader(section, path.parent, faults)
    if found is None:
        raise HoldfastError(list(faults))
    return found


def _base(service: WantedService) -> Any:
    """The reader of another environment's file, which keeps the service's base image."""
    base = service.environment.base if isinstance(service.environment, EnvironmentFile) else None

    def read(section: Service, root: Path, faults: Faults) -> Any:
        return read_environment(replace(section, base_image=base), root, faults)

    return read


def _elsewhere(file: Path, service: WantedService) -> HoldfastError:
    model: Any = service.model
    return HoldfastError(
        [
            Fault(
                "model-elsewhere",
                f"the model of `{service.name}` is registered in the workspace, and not on this machine",
                (
                    ("file", str(file)),
                    ("key", f"{service.key}.model"),
                    ("value", f"azureml:{model.name}:{model.version}"),
                ),
                "download it (`az ml model download`), and name the file or folder with --model",
            )
        ]
    )


def _image(file: Path, service: WantedService) -> HoldfastError:
    image: Any = service.environment
    shown = getattr(image, "image", str(image))
    return HoldfastError(
        [
            Fault(
                "environment-is-image",
                f"the environment of `{service.name}` is an image, and processes can't run one",
                (("file", str(file)), ("key", f"{service.key}.environment"), ("value", shown)),
                "`--engine docker` runs it where a Docker is; else name a conda or requirements file that does as much:"
                " --environment FILE",
            )
        ]
    )
