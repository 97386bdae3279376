"""Which services does a stack have, and where does each run? By the stack file alone: no engine, no state."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from holdfast.arm import ArmClient
from holdfast.model.names import logical_id
from holdfast.model.services import Target, WantedService
from holdfast.model.wanted import Wanted
from holdfast.ops.login import login_client
from holdfast.ops.service.aci import ContainerGroup
from holdfast.ops.service.aks import OnlineEndpoint
from holdfast.ops.service.running import Running, Status
from holdfast.ops.stack_file import named_service, stack_file
from holdfast.read.inventory import find_subscription
from holdfast.settings import read_file
from holdfast.settings.resources import NO_SUBSCRIPTION

#: Services that are looked at at once.
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack file with a login."""

    file: Path
    wanted: Wanted
    client: ArmClient

    @property
    def name(self) -> str:
        """The stack's own, out of `Pulumi.NAME.yaml`."""
        return self.file.stem.partition(".")[2]

    def service(self, name: str) -> WantedService:
        """The item of `services`. Raises HoldfastError `unknown-service`."""
        return named_service(self.wanted, self.file, name)

    def running(self, service: WantedService) -> Running:
        """What runs it in Azure, there or not."""
        kind = ContainerGroup if service.target is Target.ACI else OnlineEndpoint
        return kind(self.client, service.name, logical_id(self.wanted, service.part))

    def statuses(self) -> list[tuple[WantedService, Status]]:
        """All of them, in the file's order."""
        services = self.wanted.services
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(lambda service: self.running(service).status(), services)
            return list(zip(services, found, strict=True))


def open_stack(stack: str | None) -> Stack:
    """The stack that is named, else PULUMI_STACK, else the project's only one.

    Raises HoldfastError: the stack file's faults, `stack-file-missing`, `stack-not-said`, `subscription-missing`.
    """
    file, client = stack_file(stack), login_client()
    given = os.environ.get("ARM_SUBSCRIPTION_ID") or None
    wanted = read_file(file, subscription=given)
    if wanted.subscription == NO_SUBSCRIPTION:
        wanted = read_file(file, subscription=find_subscription(client))
    return Stack(file, wanted, client)
