"""Which keys are there under `containerGroups`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Amount, Choice, Flag, Items, Number, Section, Text, Words, key
from holdfast.settings.sections.identities import ChosenIdentity, identity_key
from holdfast.settings.sections.named import part_name_key, part_when_exists_key


def secure_env_key() -> Any:
    """`secureEnv`: variables whose values only Pulumi's configuration holds."""
    return key(
        Words(),
        "Environment variables that nobody can read back: by name, the key of Pulumi's configuration that holds the"
        " value (`pulumi config set --secret holdfast:apiKey` for `{API_KEY: apiKey}`).",
        make=dict,
    )


def dns_label_key(default: str) -> Any:
    """`dnsLabel` of what has a public address."""
    return key(
        Text(
            "5 to 63 letters, digits and hyphens, a letter first",
            pattern="^[a-zA-Z][a-zA-Z0-9-]{3,61}[a-zA-Z0-9]$",
            example="score-ml-dev",
        ),
        "The label before `.<location>.azurecontainer.io`; it needs `ports` and no `subnet`.",
        default=default,
    )


def subnet_key() -> Any:
    """`subnet` of a container group."""
    return key(
        Text(
            "an id of a subnet",
            example="/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers"
            "/Microsoft.Network/virtualNetworks/NETWORK/subnets/NAME",
        ),
        "The delegated subnet that it stands in, with a private address alone.",
        default="none: its ports are open to the internet",
    )


@dataclass(frozen=True, slots=True)
class Probe:
    """`liveness` or `readiness`. `at` is where it stands, for messages."""

    path: str | None = key(
        Text("a path such as `/score`", pattern="^/.*$", example="/"), "The path that is asked for, with `port`."
    )
    port: int | None = key(Number(1, 65535), "The port of `path`.", default="the first of `ports`")
    command: tuple[str, ...] | None = key(
        Items(Text("an argument")), "Instead of `path`, the command that is run in the container."
    )
    initial_delay: int | None = key(Number(0, 3600), "Seconds before the first look.", default="0")
    period: int | None = key(Number(1, 3600), "Seconds between two looks.", default="10")
    timeout: int | None = key(Number(1, 3600), "Seconds after which a look has failed.", default="1")
    failures: int | None = key(Number(1, 100), "Failed looks in a row that count.", default="3")
    at: str = ""


@dataclass(frozen=True, slots=True)
class ContainerGroup:
    """One item of `containerGroups`. `at` is where it stands, for messages."""

    name: str = part_name_key(
        "1 to 63 lower-case letters, digits and single hyphens, no hyphen first or last",
        "^[a-z0-9](?:-?[a-z0-9]){0,62}$",
        "score",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    image: str = key(
        Text("an image with its tag or digest", example="mcr.microsoft.com/azuredocs/aci-helloworld:latest"),
        "The image of its one container. Another one restarts the container.",
        required=True,
        empty="",
    )
    cpu: float = key(
        Amount(0.01, 32), "Cores. Azure does not change them in place: the group is replaced.", empty=1.0, default="1"
    )
    memory: float = key(
        Amount(0.1, 256),
        "Memory in GB. Azure does not change it in place: the group is replaced.",
        empty=1.5,
        default="1.5",
    )
    ports: tuple[int, ...] = key(
        Items(Number(1, 65535)),
        "TCP ports that are open, to the internet unless there is a `subnet`.",
        default="none",
        empty=(),
    )
    command: tuple[str, ...] | None = key(
        Items(Text("an argument")), "What is run, instead of the image's own command."
    )
    env: Mapping[str, str] = key(Words(), "Environment variables that anybody may read.", make=dict)
    secure_env: Mapping[str, str] = secure_env_key()
    restart: str | None = key(
        Choice(("Always", "OnFailure", "Never")),
        "When a container that ended is started again. Azure does not change it in place: the group is replaced.",
        default="Always",
    )
    os: str | None = key(Choice(("Linux", "Windows")), "The operating system of the image.", default="Linux")
    dns_label: str | None = dns_label_key("an address without a name")
    subnet: str | None = subnet_key()
    identity: ChosenIdentity | None = identity_key(
        "The group's identity: `system`, made by Azure with it, or `{user: NAME}`, one of `identities`.", "none"
    )
    pull_by_identity: bool | None = key(
        Flag(),
        "Whether the image is pulled with the group's user-assigned identity. It is given the role AcrPull where the"
        " image is one of the environment's own registry.",
        default="`false`: an image that anybody may pull",
    )
    liveness: Probe | None = key(Section(Probe), "What tells that it lives: it is started again when it does not.")
    readiness: Probe | None = key(Section(Probe), "What tells that it can be asked.")
    at: str = ""
