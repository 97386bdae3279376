"""What runs behind an online endpoint? The deployment that the settings describe, beside those that they keep.

A dynamic provider for the deployments of one endpoint and the shares of its traffic, which are a property of the
endpoint that can be written only when the deployments are there. **This module's path and the class name are frozen**,
as those of `vault_provider` are. A deployment bears the hash of what it was made of as a tag: one that is there
already is left alone, with or without a state. One that is under way, of a run that died, is waited for; there are
never two writes of one. What fails fails with Azure's code, the phase, and the container's last lines.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from holdfast.provision.settings_provider import whole_numbers
from holdfast.provision.tags_provider import patch_tags
from holdfast.provision.vault_provider import QuietProvider, client_of, other_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.arm import Answer, ArmClient
    from holdfast.model.errors import HoldfastError

Props = dict[str, Any]

#: The deployment of an endpoint whose settings name none.
FIRST = "blue"
#: The tag that holds the hash of what a deployment was made of.
MADE_OF = "holdfast-sha256"
#: Lines of the log that are shown.
LINES = 20
#: Which phase an error of Azure's belongs to; any other is of the probe. Source: "Troubleshoot online endpoints"
#: (Microsoft Learn), errors specific to Kubernetes deployments.
PHASES = {
    "PodUnschedulable": "schedule",
    "InvalidDeploymentSpec": "schedule",
    "NamespaceNotFound": "schedule",
    "ImagePullLoopBackOff": "pull",
    "ACRSecretError": "pull",
    "ACRAuthenticationChallengeFailed": "pull",
    "ACRTokenExchangeFailed": "pull",
    "UserScriptInitFailed": "init",
    "UserScriptImportError": "init",
    "UserScriptFunctionNotFound": "init",
    "DeploymentCrashLoopBackOff": "init",
    "KubernetesCrashLoopBackOff": "init",
    "PodOutOfMemory": "init",
}


class ServiceDeploymentProvider(QuietProvider):
    """Inputs: `endpointId`, `service`, `deployment` (empty: the one that is there), `traffic` {name: percentage, empty:
    all to that one}, `location`, `body` (a deployment's `sku` and `properties`), `image` (by its digest), `of` (a hash
    of all of it), `apiVersion`, `shown` (the command that shows the log), `tags`, `back` (whether the endpoint is made
    again with a workspace that is recovered: then it has no deployments), `again` (whether its last roll-out failed),
    `cloud`. Outputs: `endpointId`, `deployment`, `traffic`, `image`, `of`, `scoringUri`, `cloud`, `apiVersion`."""

    def create(self, props: Props) -> CreateResult:
        """Deploy, unless just that is deployed. Raises HoldfastError `service-not-started`, `deployment-refused`."""
        return CreateResult(f"{props['endpointId']}/deployments", _deployed(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where something else is to be deployed, or the traffic is to be shared otherwise; and after a
        roll-out that failed, of which the state knows nothing: settings that were put back are those on record."""
        moved = other_id(olds.get("endpointId"), news.get("endpointId"))
        other = any(olds.get(name) != news.get(name) for name in ("of", "image"))
        renamed = bool(news.get("deployment")) and olds.get("deployment") != news.get("deployment")
        shared = bool(news.get("traffic")) and olds.get("traffic") != news.get("traffic")
        due = bool(news.get("back") or news.get("again"))
        return DiffResult(changes=due or moved or other or renamed or shared)

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create."""
        return UpdateResult(_deployed(news))

    def read(self, id: str, props: Props) -> ReadResult:
        """For `pulumi refresh`: gone where the deployment is, so that the next run makes it again."""
        path = f"{props['endpointId']}/deployments/{props['deployment']}"
        gone = client_of(props).get(path, props["apiVersion"]).status == 404
        return ReadResult("" if gone else id, props)


def _deployed(props: Props) -> Props:
    from holdfast.model.deployments import UNFINISHED, main_deployment

    client = client_of(props)
    live = {str(row["name"]): row for row in _list(client, props)}
    endpoint = _checked(client.get(props["endpointId"], props["apiVersion"]), props, "read the endpoint").body
    shares = (endpoint.get("properties") or {}).get("traffic") or {}
    current = str(props.get("deployment") or main_deployment(live, shares) or FIRST)
    traffic = {name: int(share) for name, share in (props.get("traffic") or {current: 100}).items()}
    for name in traffic:
        if name == current or name not in live:
            _put(client, props, name, live.get(name))
    _share(client, props, traffic)
    for name in [name for name, row in live.items() if name not in traffic and MADE_OF in (row.get("tags") or {})]:
        path = f"{props['endpointId']}/deployments/{name}"
        print(f"service {props['service']}: deployment {name} has no traffic any more, and goes", flush=True)
        begun = _unless_busy(client, props, partial(client.request, "DELETE", path, props["apiVersion"]))
        _ended(client, props, path, begun, "delete a deployment")
    if UNFINISHED in (endpoint.get("tags") or {}):
        _mark(client, props, "Delete")
    uri = str((endpoint.get("properties") or {}).get("scoringUri") or "")
    print(f"service {props['service']} answers at {uri}", flush=True)
    kept = {name: props.get(name) for name in ("endpointId", "image", "of", "cloud", "apiVersion")}
    return {**kept, "deployment": current, "traffic": traffic, "scoringUri": uri}


def _put(client: ArmClient, props: Props, name: str, row: Props | None) -> None:
    from holdfast.arm.wait import wait

    path = f"{props['endpointId']}/deployments/{name}"
    row = _settled(client, props, path, row)
    if row is not None and (row.get("tags") or {}).get(MADE_OF) == props["of"] and _state(row) == "succeeded":
        return
    print(f"service {props['service']}: deployment {name} is {'updated' if row else 'made'}", flush=True)
    body = {
        **whole_numbers(props["body"]),
        "location": props["location"],
        "tags": {**((row or {}).get("tags") or {}), **(props.get("tags") or {}), MADE_OF: props["of"]},
    }
    begun = _unless_busy(client, props, lambda: client.request("PUT", path, props["apiVersion"], body))
    begun = _checked(begun, props, "take the deployment")
    done = wait(client, path, props["apiVersion"], begun)
    if not done.ok:
        _mark(client, props, "Merge")
        raise _not_started(client, props, path, done)


def _mark(client: ArmClient, props: Props, operation: str) -> None:
    """Tag the endpoint as one whose roll-out failed (`Merge`), or take that tag away (`Delete`). Where Azure does not
    let this login, the next run is as good as one without the tag: no failure of its own."""
    from holdfast.model.deployments import UNFINISHED

    tags = {UNFINISHED: props["service"]}
    answer = _unless_busy(client, props, lambda: patch_tags(client, props["endpointId"], operation, tags))
    if not answer.ok:
        print(f"service {props['service']}: its tag {UNFINISHED} could not be written ({answer.status})", flush=True)


def _settled(client: ArmClient, props: Props, path: str, row: Props | None) -> Props | None:
    """What is there when nothing is under way any more: of a run that died, Azure goes on."""
    from holdfast.arm.endpoints import PATIENCE, PAUSE, under_way

    began = time.monotonic()
    while row is not None and under_way(row):
        if time.monotonic() - began > PATIENCE:
            break  # Azure's own answer to the PUT says it better
        time.sleep(PAUSE)
        answer = client.get(path, props["apiVersion"])
        row = answer.body if answer.readable else None
    return row


def _unless_busy(client: ArmClient, props: Props, send: Callable[[], Answer]) -> Answer:
    from holdfast.arm.endpoints import unless_busy

    return unless_busy(client, props["endpointId"], props["apiVersion"], send)


def _share(client: ArmClient, props: Props, traffic: dict[str, int]) -> None:
    """The endpoint as it is with other shares: the whole of it, because its PATCH takes none. Read anew for each try:
    who kept us waiting may have changed it."""
    path = props["endpointId"]

    def read() -> Props:
        return dict(_checked(client.get(path, props["apiVersion"]), props, "read the endpoint").body)

    shares = (read().get("properties") or {}).get("traffic") or {}
    if {name: int(share) for name, share in shares.items() if share} == {
        name: share for name, share in traffic.items() if share
    }:
        return
    begun = _unless_busy(
        client, props, lambda: client.request("PUT", path, props["apiVersion"], _with_traffic(read(), traffic))
    )
    _ended(client, props, path, begun, "share the traffic")


def _with_traffic(endpoint: Props, traffic: dict[str, int]) -> Props:
    body = {name: endpoint[name] for name in ("location", "tags", "kind", "identity", "sku") if endpoint.get(name)}
    identity = body.get("identity")
    if isinstance(identity, dict):
        body["identity"] = {
            name: {id: {} for id in value} if name == "userAssignedIdentities" else value
            for name, value in identity.items()
            if name in ("type", "userAssignedIdentities") and value
        }
    properties = {name: value for name, value in (endpoint.get("properties") or {}).items() if name not in _ANSWERED}
    return {**body, "properties": {**properties, "traffic": traffic}}


#: What Azure answers of an endpoint and takes from nobody.
_ANSWERED = ("provisioningState", "scoringUri", "swaggerUri", "keys")


def _list(client: ArmClient, props: Props) -> list[Props]:
    found = list[Props]()
    for page in client.pages(f"{props['endpointId']}/deployments", props["apiVersion"]):
        found += _checked(page, props, "list the deployments").body.get("value") or []
    return found


def _state(row: Props) -> str:
    return str((row.get("properties") or {}).get("provisioningState") or "").lower()


def _ended(client: ArmClient, props: Props, path: str, begun: Answer, what: str) -> None:
    from holdfast.arm.wait import wait

    _checked(wait(client, path, props["apiVersion"], begun), props, what)


def _checked(answer: Answer, props: Props, what: str) -> Answer:
    from holdfast.model.errors import Blame, Fault, HoldfastError

    if answer.ok:
        return answer
    raise HoldfastError(
        [
            Fault(
                "deployment-refused",
                f"Azure did not {what} of service `{props['service']}`",
                (("asked", props["endpointId"]), *answer.evidence),
                "mend what Azure names; a refusal for rights: AzureML Data Scientist (or better) on the workspace",
                Blame.AZURE,
            )
        ]
    )


def _not_started(client: ArmClient, props: Props, path: str, done: Answer) -> HoldfastError:
    from holdfast.model.build_log import said_lines
    from holdfast.model.errors import Fault, HoldfastError

    phase = PHASES.get(done.code, "probe")
    log = client.request(
        "POST", f"{path}/getLogs", props["apiVersion"], {"containerType": "InferenceServer", "tail": LINES}
    )
    text = str(log.body.get("content") or "") if log.readable else ""
    lines = said_lines(text)[-LINES:]
    return HoldfastError(
        [
            Fault(
                "service-not-started",
                f"service `{props['service']}` did not get past the phase `{phase}`",
                (("phase", phase), *done.evidence, *(("log", line) for line in lines)),
                f"`{props.get('shown')}` shows its whole log; mend it, and run again: the model and the image stay",
            )
        ]
    )
