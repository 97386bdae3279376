"""A service on AKS: an online endpoint of the workspace, with the deployments behind it.

Source of the operations: azure-rest-api-specs, Microsoft.MachineLearningServices onlineEndpoints and onlineDeployments.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from holdfast.arm import Answer, ArmClient
from holdfast.arm.endpoints import unless_busy
from holdfast.arm.wait import wait
from holdfast.model.assets import ASSETS_VERSION as VERSION
from holdfast.model.deployments import main_deployment
from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.service.running import MISSING, Keys, Status, checked
from holdfast.read.resources import says_absent

#: What `containerType` is called in Azure, by the names that people know from `az ml` and from Kubernetes.
CONTAINERS = {"inference-server": "InferenceServer", "storage-initializer": "StorageInitializer"}
#: A variable that a restart writes, so that Azure rolls a deployment out that is otherwise as it was.
RESTARTED = "HOLDFAST_RESTARTED"


class OnlineEndpoint:
    """The service `name`, whose online endpoint has this id."""

    def __init__(self, client: ArmClient, name: str, id: str) -> None:
        self.name, self.id, self._client = name, id, client

    def status(self) -> Status:
        """The worst of its deployments', for the endpoint itself is well while they crash."""
        answer = self._client.get(self.id, VERSION)
        if says_absent(answer):
            return Status(MISSING)
        properties = checked(answer, self.name, self.id, "read the state").body.get("properties") or {}
        traffic = properties.get("traffic") or {}
        rows = [_part(row, traffic) for row in self._deployments()]
        states = [str(row["state"]) for row in rows]
        state = next((word for word in states if word != "Succeeded"), str(properties.get("provisioningState") or ""))
        main = main_deployment([str(row["name"]) for row in rows], traffic)
        first = next((row for row in rows if row["name"] == main), {})
        return Status(
            "Running" if state == "Succeeded" and rows else state or "Unknown",
            str(properties.get("scoringUri") or ""),
            self._image(str(first.get("environmentId") or "")),
            tuple(rows),
        )

    def scoring_uri(self) -> str:
        """The endpoint's own: its deployments are not asked."""
        answer = self._client.get(self.id, VERSION)
        if says_absent(answer):
            return ""
        properties = checked(answer, self.name, self.id, "read the address").body.get("properties") or {}
        return str(properties.get("scoringUri") or "")

    def logs(self, *, container: str = "", tail: int = 0, previous: bool = False) -> str:
        """Of the deployment with the most traffic. Raises HoldfastError `unknown-container`, `no-previous-log`."""
        if previous:
            raise HoldfastError(
                [
                    Fault(
                        "no-previous-log",
                        f"the log of the container that ran before in `{self.name}` is not to be had from Azure",
                        (("asked", self.id),),
                        "leave --previous out: a crash loop shows its last run; or `kubectl logs --previous`",
                    )
                ]
            )
        sort = CONTAINERS.get(container or "inference-server")
        if sort is None:
            rows = (("value", container), ("allowed", ", ".join(CONTAINERS)))
            raise HoldfastError([Fault("unknown-container", f"an endpoint has no container `{container}`", rows)])
        path = f"{self._chosen()}/getLogs"
        body: dict[str, Any] = {"containerType": sort, **({"tail": tail} if tail else {})}
        answer = checked(self._client.request("POST", path, VERSION, body), self.name, path, "give the log")
        return str((answer.body or {}).get("content") or "")

    def keys(self) -> Keys | None:
        """Both, or None where the endpoint asks for a token of Entra's or of its own."""
        endpoint = checked(self._client.get(self.id, VERSION), self.name, self.id, "read the settings").body
        if str((endpoint.get("properties") or {}).get("authMode") or "Key").lower() != "key":
            return None
        path = f"{self.id}/listKeys"
        body = checked(self._client.request("POST", path, VERSION), self.name, path, "list the keys").body or {}
        return Keys(str(body.get("primaryKey") or ""), str(body.get("secondaryKey") or ""))

    def regenerate(self, which: str) -> None:
        """Azure draws the new key."""
        path = f"{self.id}/regenerateKeys"
        begun = self._write(lambda: self._client.request("POST", path, VERSION, {"keyType": which}))
        self._end(checked(begun, self.name, path, "regenerate the key"), path, "regenerate the key")

    def restart(self) -> None:
        """Every deployment is rolled out once more: Azure has no such operation, and a changed variable is one."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        for row in self._deployments():
            path = str(row["id"])
            begun = self._write(partial(self._restart, path, now))
            self._end(checked(begun, self.name, path, "restart the deployment"), path, "restart the deployment")

    def _restart(self, path: str, now: str) -> Answer:
        """Of the deployment as it is now: who kept us waiting has changed it."""
        row = checked(self._client.get(path, VERSION), self.name, path, "read the deployment").body
        properties = dict(row.get("properties") or {})
        properties["environmentVariables"] = {**(properties.get("environmentVariables") or {}), RESTARTED: now}
        properties.pop("provisioningState", None)  # Azure's to answer, not ours to send
        body = {key: row[key] for key in ("location", "tags", "sku", "kind", "identity") if row.get(key)}
        return self._client.request("PUT", path, VERSION, {**body, "properties": properties})

    def delete(self) -> None:
        """The endpoint with its deployments. A new one of that name has other keys."""
        begun = self._write(lambda: self._client.request("DELETE", self.id, VERSION))
        self._end(checked(begun, self.name, self.id, "delete the endpoint"), self.id, "delete the endpoint")

    def _deployments(self) -> list[dict[str, Any]]:
        path, found = f"{self.id}/deployments", list[dict[str, Any]]()
        for page in self._client.pages(path, VERSION):
            found += checked(page, self.name, path, "list the deployments").body.get("value") or []
        return found

    def _chosen(self) -> str:
        endpoint = checked(self._client.get(self.id, VERSION), self.name, self.id, "read the state").body
        traffic = (endpoint.get("properties") or {}).get("traffic") or {}
        main = main_deployment([str(row["name"]) for row in self._deployments()], traffic)
        if not main:
            raise HoldfastError(
                [
                    Fault(
                        "service-missing",
                        f"service `{self.name}` has an endpoint and no deployment",
                        (("asked", self.id),),
                        "`pulumi up` makes it",
                    )
                ]
            )
        return f"{self.id}/deployments/{main}"

    def _image(self, environment: str) -> str:
        if not environment:
            return ""
        answer = self._client.get("/" + environment.removeprefix("azureml:").lstrip("/"), VERSION)
        return str((answer.body.get("properties") or {}).get("image") or "") if answer.readable else ""

    def _write(self, send: Callable[[], Answer]) -> Answer:
        return unless_busy(self._client, self.id, VERSION, send)

    def _end(self, begun: Answer, path: str, what: str) -> None:
        checked(wait(self._client, path, VERSION, begun), self.name, path, what)


def _part(row: Mapping[str, Any], traffic: Mapping[str, Any]) -> dict[str, Any]:
    properties = row.get("properties") or {}
    shares = {name.lower(): share for name, share in traffic.items()}
    return {
        "name": row.get("name"),
        "state": properties.get("provisioningState"),
        "traffic": shares.get(str(row.get("name")).lower(), 0),
        "instances": (row.get("sku") or {}).get("capacity"),
        "scale": (properties.get("scaleSettings") or {}).get("scaleType"),
        "environmentId": properties.get("environmentId"),
    }
