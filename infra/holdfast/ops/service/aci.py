"""A service on ACI: a container group of one container, which bears the service's name.

Source of the operations: azure-rest-api-specs, Microsoft.ContainerInstance containerGroups and containers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.arm import Answer, ArmClient
from holdfast.arm.wait import wait
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.services import PORT, SCORING_PATH
from holdfast.model.sorts import SORTS, Sort
from holdfast.ops.service.running import MISSING, Keys, Status, checked
from holdfast.read.resources import says_absent

VERSION = SORTS[Sort.CONTAINER].api_version


class ContainerGroup:
    """The service `name`, whose container group has this id."""

    def __init__(self, client: ArmClient, name: str, id: str) -> None:
        self.name, self.id, self._client = name, id, client

    def status(self) -> Status:
        """From the group's instance view."""
        answer = self._client.get(self.id, VERSION)
        if says_absent(answer):
            return Status(MISSING)
        body = checked(answer, self.name, self.id, "read the state").body
        properties = body.get("properties") or {}
        containers = [_flat(one) for one in properties.get("containers") or ()]
        first: Mapping[str, Any] = containers[0] if containers else {}
        events = [event for one in (properties, *containers) for event in _view(one).get("events") or ()]
        return Status(
            _state(properties, first),
            _uri(properties),
            str(first.get("image") or ""),
            tuple(_part(one) for one in containers),
            tuple(sorted(events, key=lambda event: str(event.get("lastTimestamp") or ""))),
        )

    def scoring_uri(self) -> str:
        """From the group, which holds it all."""
        return self.status().scoring_uri

    def logs(self, *, container: str = "", tail: int = 0, previous: bool = False) -> str:
        """Of the container that runs; Azure keeps nothing of the one before."""
        if previous:
            raise HoldfastError(
                [
                    Fault(
                        "no-previous-log",
                        f"the log of the container that ran before in `{self.name}` is not there: ACI keeps none",
                        (("asked", self.id),),
                        "a crash loop shows its last run: leave --previous out; a logs workspace keeps more"
                        " (ContainerInstanceLog_CL)",
                    )
                ]
            )
        path = f"{self.id}/containers/{container or self.name}/logs" + (f"?tail={tail}" if tail else "")
        answer = checked(self._client.get(path, VERSION), container or self.name, path, "give the log")
        return str((answer.body or {}).get("content") or "")

    def keys(self) -> Keys | None:
        """A container group asks nobody for a key."""
        return None

    def regenerate(self, which: str) -> None:
        """There is none. Raises HoldfastError `service-without-keys`."""
        raise HoldfastError(
            [
                Fault(
                    "service-without-keys",
                    f"service `{self.name}` runs on ACI, and has no keys",
                    (("asked", self.id),),
                    "`target: aks` gives a service keys",
                )
            ]
        )

    def restart(self) -> None:
        """All containers of the group, in place; its address stays."""
        self._act("POST", "/restart", "restart the containers")

    def delete(self) -> None:
        """The group."""
        self._act("DELETE", "", "delete the container group")

    def _act(self, method: str, action: str, what: str) -> Answer:
        path = self.id + action
        begun = checked(self._client.request(method, path, VERSION), self.name, path, what)
        return checked(wait(self._client, self.id, VERSION, begun), self.name, path, what)


def _flat(container: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": container.get("name"), **(container.get("properties") or {})}


def _view(of: Mapping[str, Any]) -> Mapping[str, Any]:
    return of.get("instanceView") or {}


def _state(properties: Mapping[str, Any], container: Mapping[str, Any]) -> str:
    """The container's own word where it waits or has ended, for the group then still says `Running`."""
    current = _view(container).get("currentState") or {}
    if current.get("state") not in (None, "Running") and current.get("detailStatus"):
        return str(current["detailStatus"])
    return str(_view(properties).get("state") or properties.get("provisioningState") or "Unknown")


def _part(container: Mapping[str, Any]) -> dict[str, Any]:
    view = _view(container)
    current, before = view.get("currentState") or {}, view.get("previousState") or {}
    return {
        "name": container.get("name"),
        "image": container.get("image"),
        "state": current.get("state"),
        "detailStatus": current.get("detailStatus"),
        "startTime": current.get("startTime"),
        "exitCode": current.get("exitCode", before.get("exitCode")),
        "finishTime": current.get("finishTime", before.get("finishTime")),
        "restartCount": view.get("restartCount", 0),
    }


def _uri(properties: Mapping[str, Any]) -> str:
    address = properties.get("ipAddress") or {}
    ip = str(address.get("ip") or "")
    # The name outlives the number, and is the better address; one on this machine (the sandbox's) is in no DNS.
    host = ip if ip.startswith("127.") else address.get("fqdn") or ip
    if not host:
        return ""
    ports = [port.get("port") for port in address.get("ports") or ()]
    return f"http://{host}:{ports[0] if ports else PORT}{SCORING_PATH}"
