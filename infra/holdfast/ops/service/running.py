"""What can be asked of a service that runs, and done to it, wherever it runs? One shape for ACI and AKS.

Azure's answers stay data until here; a refusal becomes an error that names the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from holdfast.arm import Answer
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.read.resources import says_absent

#: What a service is called that the settings declare and Azure does not have.
MISSING = "Missing"


@dataclass(frozen=True, slots=True)
class Status:
    """How a service is. `state` is Azure's word (`Running`, `CrashLoopBackOff`, `Failed`, ...), or `Missing`.
    `scoring_uri` and `image` are empty where there is none. `parts` are its containers or deployments, in rows of
    Azure's own names; `events` what Azure noted last, the newest last."""

    state: str
    scoring_uri: str = ""
    image: str = ""
    parts: tuple[Mapping[str, Any], ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """What a client authenticates with. Never printed unless asked for."""

    primary: str = field(repr=False)
    secondary: str = field(repr=False)


class Running(Protocol):
    """A service, by its name and the id of what it runs in. Each method raises HoldfastError: `service-missing` where
    Azure has none, `azure-refused` where it answers otherwise than it should."""

    name: str
    id: str

    def status(self) -> Status:
        """How it is; no error where it is missing."""

    def scoring_uri(self) -> str:
        """Where it scores; empty where it is missing, or has no address."""

    def logs(self, *, container: str = "", tail: int = 0, previous: bool = False) -> str:
        """What it wrote: the last `tail` lines, all that Azure keeps for 0."""

    def keys(self) -> Keys | None:
        """Its keys; None where it asks nobody for one."""

    def regenerate(self, which: str) -> None:
        """Make another `Primary` or `Secondary` key; the old one ends at once."""

    def restart(self) -> None:
        """Start its containers anew, with all that they have now."""

    def delete(self) -> None:
        """Take it away; its model and its image stay."""


def missing(name: str, id: str) -> HoldfastError:
    """The error for a service that Azure does not have."""
    return HoldfastError(
        [
            Fault(
                "service-missing",
                f"service `{name}` is not deployed",
                (("asked", id),),
                "`pulumi up` deploys it; `holdfast service list` shows the state of all",
            )
        ]
    )


def checked(answer: Answer, name: str, id: str, what: str) -> Answer:
    """The answer itself where it is a good one. Raises HoldfastError `service-missing`, `azure-refused`."""
    if answer.ok:
        return answer
    if says_absent(answer):
        raise missing(name, id)
    hint = "run again once Azure answers"
    if answer.status == 403:
        hint = f"give this login a role that may {what} (docs/permissions.md)"
    elif answer.status == 401:
        hint = "`az login`, or check ARM_TENANT_ID, ARM_CLIENT_ID and what goes with them"
    raise HoldfastError(
        [
            Fault(
                "azure-refused",
                f"Azure did not {what} of service `{name}`",
                (("asked", id), *answer.evidence),
                hint,
                Blame.USER if answer.status == 401 else Blame.AZURE,
            )
        ]
    )
