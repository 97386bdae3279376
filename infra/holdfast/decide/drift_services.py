"""Is a service of target `aks` deployed as the settings say, and does its endpoint share the requests so?

A deployment is written whole, so all of its body counts, defaults of ours included. The run that writes it goes by what
our state recorded: what somebody changed since is told here, and set back when the service changes next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.decide.compare import differences, in_detail
from holdfast.model.assets import asset_id, image_of
from holdfast.model.content import hashed
from holdfast.model.decision import Adopt, Keep
from holdfast.model.deployments import deployment_body, main_deployment
from holdfast.model.drift import Drifted, NotRead, Up
from holdfast.model.existing import Absent, Facts, Live, Recorded, Unreadable
from holdfast.model.plan import Plan
from holdfast.model.services import Target, WantedService
from holdfast.model.wanted import Wanted

Listed = Mapping[str, Live] | Unreadable | Absent

#: What a service's first deployment is called, as `provision` calls it.
FIRST = "blue"
DEPLOYMENT, ENDPOINT = "Online deployment", "Online endpoint"
_LATER = "our state does not know of the change: the next change of the service sets it back"
_GONE = "our state does not know that it is gone: `pulumi refresh`, then `pulumi up`"


def deployments_drift(
    wanted: Wanted, facts: Facts, plan: Plan, deployments: Mapping[str, Listed], *, state_known: bool
) -> tuple[list[Drifted], list[NotRead]]:
    """`deployments` are the lists of the endpoints, by logical name."""
    rows, not_read = list[Drifted](), list[NotRead]()
    managed = {part.logical for part in plan.parts if isinstance(part.decision, Keep | Adopt)}
    for service in wanted.services:
        endpoint = facts.parts.get(service.part)
        if service.target is not Target.AKS or service.part not in managed or not isinstance(endpoint, Live):
            continue
        listed = deployments.get(service.part, Absent())
        if isinstance(listed, Unreadable):
            answer = f"{listed.status or 'no answer'} {listed.code}".strip()
            not_read.append(NotRead(f"deployments of service {service.name}", answer))
            continue
        live = {row.name: row for row in listed.values()} if isinstance(listed, Mapping) else {}
        recorded = facts.state.get(f"service-{service.name}")
        rows += _of_service(wanted, service, endpoint, live, recorded, state_known)
    return rows, not_read


def _of_service(
    wanted: Wanted,
    service: WantedService,
    endpoint: Live,
    live: Mapping[str, Live],
    recorded: Recorded | None,
    state_known: bool,
) -> Iterator[Drifted]:
    body = deployment_body(service, asset_id(wanted, image_of(service)))
    asked: dict[str, int] = dict(service.settings.get("traffic") or {})
    shares: Mapping[str, Any] = endpoint.properties.get("traffic") or {}
    known: Mapping[str, Any] = recorded.outputs if recorded is not None else {}
    # The one that is named last follows the settings; without names, the one that gets the most.
    current = next(reversed(asked), "") or main_deployment(live, shares) or str(known.get("deployment") or FIRST)
    written = known.get("of") != hashed([json.dumps(body, sort_keys=True)])
    if "replicas" not in service.settings:
        body.pop("sku")  # how many run is the autoscaler's, and its least is compared

    def done(changes: bool, up: Up, otherwise: str) -> tuple[Up, str]:
        if not state_known:
            return Up.UNKNOWN, ""
        return (up, "") if changes else (Up.NOTHING, otherwise)

    for name in asked or [current]:
        found = next((row for there, row in live.items() if there.lower() == name.lower()), None)
        id, title = f"{endpoint.id}/deployments/{name}", f"{service.name}/{name}"
        if found is None:
            state = "recorded" if recorded is not None else "absent" if state_known else None
            shared = bool(asked) and known.get("traffic") != asked
            up, why = done(written or shared, Up.CREATE, _GONE)
            yield Drifted(DEPLOYMENT, title, id, "", "declared", state, "absent", up, why)
        elif name == current:
            for difference in differences(body, found.body):
                up, why = done(written, Up.UPDATE, _LATER)
                for one in in_detail(difference):
                    yield Drifted(DEPLOYMENT, title, id, one.path, one.wanted, None, one.live, up, why)
    if asked and _shared(asked) != _shared(shares):
        up, why = done(written or known.get("traffic") != asked, Up.PUT, _LATER)
        path = "properties.traffic"
        yield Drifted(ENDPOINT, service.name, endpoint.id, path, asked, known.get("traffic"), dict(shares), up, why)


def _shared(traffic: Mapping[str, Any]) -> dict[str, int]:
    """Who gets what; who gets nothing may as well not be named."""
    return {name.lower(): int(share) for name, share in traffic.items() if share}
