"""Which keys are there under `services`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.model.services import Target
from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Amount, Choice, Number, Section, Shares, Text, Words, key
from holdfast.settings.sections.containers import dns_label_key, secure_env_key, subnet_key
from holdfast.settings.sections.identities import UserIdentity, user_identity_key
from holdfast.settings.sections.named import part_name_key, part_when_exists_key

#: What a conda file or a requirements file is installed in where nothing is said.
BASE_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"

#: What an online endpoint may be called, and what a service may: its name is also a container group's, a model's and a
#: repository's, and no other is narrower.
SERVICE_NAME = "3 to 32 lower-case letters, digits and single hyphens, a letter first, no hyphen last"
LONGEST_NAME = 32
_SERVICE_NAME = r"^(?=.{3,32}$)[a-z](?:-?[a-z0-9])+$"


@dataclass(frozen=True, slots=True)
class Code:
    """`code`. `at` is where it stands, for messages."""

    path: str = key(
        Text("a folder, from the project's own", example="examples/wine/code"),
        "The folder with the scoring script and what it imports. What its `.amlignore` lists, else its `.gitignore`, is"
        " left out.",
        required=True,
        empty="",
    )
    script: str = key(
        Text("a path of a Python file within `path`", example="score.py"),
        "The scoring script, which defines `init()` and `run(data)`.",
        default="score.py",
        empty="score.py",
    )
    bare: bool = False  #: Written as a text, the path.
    at: str = ""


@dataclass(frozen=True, slots=True)
class Autoscale:
    """`autoscale`. `at` is where it stands, for messages."""

    min: int = key(Number(1, 1000), "Replicas at the least.", default="1", empty=1)
    max: int = key(Number(1, 1000), "Replicas at the most.", default="10", empty=10)
    target: int = key(
        Number(1, 100),
        "The share of busy replicas, in percent, above which more are started. A lower one leaves room for spikes.",
        default="70",
        empty=70,
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class ServiceProbe:
    """`probes.liveness` or `probes.readiness`. `at` is where it stands, for messages."""

    initial_delay: int | None = key(Number(0, 3600), "Seconds before the first look.", default="10")
    period: int | None = key(Number(1, 3600), "Seconds between two looks.", default="10")
    timeout: int | None = key(Number(1, 3600), "Seconds after which a look has failed.", default="2")
    failures: int | None = key(Number(1, 100), "Failed looks in a row that count.", default="30")
    at: str = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """`probes`. Both ask at the inference server's own liveness route."""

    liveness: ServiceProbe | None = key(
        Section(ServiceProbe), "What tells that it lives: it is started again when it does not."
    )
    readiness: ServiceProbe | None = key(Section(ServiceProbe), "What tells that it can be asked.")
    at: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """One item of `services`. `at` is where it stands, for messages."""

    name: str = part_name_key(
        SERVICE_NAME,
        _SERVICE_NAME,
        "wine",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    model: str = key(
        Text("a file or a folder, from the project's own, or `azureml:NAME:VERSION`", example="examples/wine/model"),
        "The model: uploaded and registered under the service's name, with a version made from what it holds; or one"
        " that is registered in the workspace already.",
        required=True,
        empty="",
    )
    code: Code = key(
        Section(Code, short="path"), "The code that scores: its folder, or a map.", required=True, empty=Code()
    )
    environment: str = key(
        Text("a conda file, a requirements file or an image", example="examples/wine/conda.yaml"),
        "What the code runs in: a conda file (`.yaml`, `.yml`), a requirements file (`.txt`), or an image that holds"
        " the inference server and all that the code needs.",
        required=True,
        empty="",
    )
    base_image: str | None = key(
        Text("an image of Azure Machine Learning, or any with its registry's host", example=BASE_IMAGE),
        "The image that a conda or requirements file is installed in. A tag that moves is followed only when something"
        " else of the environment changes; a digest says which one it is.",
        default=f"`{BASE_IMAGE}`",
    )
    target: Target = key(
        Choice(tuple(Target), "target", make=Target),
        "`aci`: a container group, for trying things out. `aks`: an online endpoint on a compute of kind"
        " `kubernetes`, with keys and replicas.",
        required=True,
        empty=Target.ACI,
    )
    compute: str | None = key(
        Text("a name of `computes`", example="serving"),
        "Of target `aks`: the compute of kind `kubernetes` that it runs on.",
        default="the only one of `computes`",
    )
    endpoint_name: str | None = key(
        Text(SERVICE_NAME, pattern=_SERVICE_NAME, example="wine-prod"),
        "Of target `aks`: the name of the online endpoint. Two of a location can't have the same one, whoever"
        " they belong to.",
        default="the service's name and a short hash of the stack",
    )
    cpu: float = key(Amount(0.01, 32), "Cores of a replica: asked for, and its limit.", default="1", empty=1.0)
    memory: float = key(
        Amount(0.1, 256), "Memory of a replica in GB: asked for, and its limit.", default="1.5", empty=1.5
    )
    auth: str | None = key(
        Choice(("key", "token", "none")),
        "How callers log in. A container group has nobody who asks for a key, so of target `aci` it has to be written:"
        " `none`, and whoever reaches its address may use it.",
        default="`key` of target `aks`; none of target `aci`",
    )
    replicas: int | None = key(
        Number(1, 1000), "Of target `aks`: how many there are, instead of `autoscale`.", default="autoscaled"
    )
    autoscale: Autoscale | None = key(
        Section(Autoscale), "Of target `aks`: how many there may be.", default="1 to 10, at 70 percent"
    )
    max_concurrent_requests: int | None = key(
        Number(1, 1000),
        "Requests that a replica works on at the same time, each in a worker with a model of its own.",
        default="1",
    )
    timeout: int | None = key(
        Number(1, 3600), "Seconds that `run()` may take.", default="60 of target `aci`, 5 of target `aks`"
    )
    probes: Probes | None = key(Section(Probes), "How it is looked whether a replica lives.")
    traffic: Mapping[str, int] = key(
        Shares(),
        "Of target `aks`: by deployment, the percentage of requests that it gets, for a new one beside an old one. The"
        " sum is 100.",
        default="all to one deployment",
        make=dict,
    )
    env: Mapping[str, str] = key(Words(), "Environment variables that anybody may read.", make=dict)
    secure_env: Mapping[str, str] = secure_env_key()
    identity: UserIdentity | None = user_identity_key(
        "Of target `aci`: the identity, one of `identities`, that pulls the image, and that the code may log in with.",
        "one that is made for the service, `id-NAME`",
    )
    dns_label: str | None = dns_label_key("an address without a name")
    subnet: str | None = subnet_key()
    at: str = ""
