"""How does what Azure answers become evidence? One sentence a fact, in words that the symptoms read.

So state and logs are judged by the same patterns, and a fact that a pasted log repeats is the same finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.model.traffic import Busiest, Refused, Scaled

#: From Azure's SIGTERM to its SIGKILL (kubernetes.io, "Pod Termination": 30 s), and what the two clocks may differ.
GRACE = timedelta(seconds=40)


def lost_policy(vault: str, principal: str, what: str, since: str = "", writer: str = "") -> str:
    """That an identity's access policy, or a part of it, is not in the vault any more."""
    seen = f", which it held {since}" if since else ""
    who = f"; {writer}" if writer else ""
    return f"ERROR Key Vault `{vault}`: the access policy of identity {principal} is gone or lacks {what}{seen}{who}"


def no_policy(vault: str, principal: str, workspace: str) -> str:
    """That a workspace's identity is on no access policy of its vault."""
    told = f"the identity {principal} of workspace {workspace} was not found on any access policy"
    return f"ERROR Key Vault `{vault}`: {told}"


def deleted_vault(name: str, deleted: str, purged_on: str) -> str:
    """That a vault is soft-deleted."""
    when = f"since {deleted}, and holds the name until {purged_on}"
    return f"ERROR vault `{name}` is in deleted state {when}; recover or purge it"


def deleted_workspace(name: str) -> str:
    """That a workspace is soft-deleted."""
    return f"ERROR workspace `{name}` exists in soft-deleted state; recover it"


def no_admin(registry: str) -> str:
    """That a registry's admin user is off, and somebody reads its password."""
    return f"ERROR the workspace gets no credentials of registries/{registry}: admin user is disabled"


def no_pull_role(registry: str, principal: str, subject: str) -> str:
    """That the identity of `subject` (its logical name), which pulls images, may not."""
    return f"ERROR identity {principal} ({subject}) lacks AcrPull on registry `{registry}`"


def no_push_role(registry: str, principal: str, subject: str, role: str) -> str:
    """That the identity for which images are built may not push them, and that no admin user is there instead."""
    return f"ERROR identity {principal} ({subject}) lacks {role} on registries/{registry}, whose admin user is disabled"


def no_vault_role(vault: str, principal: str, subject: str, role: str) -> str:
    """That an identity holds no role on a vault that counts roles."""
    return f"ERROR Key Vault `{vault}` goes by Azure RBAC, and identity {principal} ({subject}) lacks the role `{role}`"


def unwritten_model(vault: str) -> str:
    """That nobody ever wrote a vault's permission model, so that a newer API version gives it another when it is made
    anew."""
    anew = "whatever makes it anew with API version 2026-02-01 makes an RBAC vault"
    return f"WARNING Key Vault `{vault}`: its permission model was never written out; {anew}"


def no_room(service: str, replicas: int, cores: float, gigabytes: float) -> str:
    """That the cluster's pools, at their most and empty, do not hold a service's replicas."""
    each = f"{cores:g} cores and {gigabytes:g} GB each"
    return f"ERROR service `{service}` asks for {replicas} replicas ({each}), more than the node pools can hold"


def no_room_for_all(cores: float, gigabytes: float, cores_there: float, gigabytes_there: float) -> str:
    """That they do not hold what all services ask for together."""
    has = f"more than the node pools can hold ({cores_there:g} cores, {gigabytes_there:.0f} GB)"
    return f"ERROR the services together ask for {cores:g} cores and {gigabytes:g} GB, {has}"


def refused(service: str, told: Refused, more: str = "") -> str:
    """That an endpoint answered requests with a status that is no model's; `more` is what else is known of it."""
    of_all = f"{told.requests} of {told.total} requests of the last hour"
    when = f"{told.most} of them in the minute of {told.at:%H:%M} UTC"
    return f"ERROR scoring of service `{service}`: {of_all} were answered {told.status}, {when}" + (
        f"; {more}" if more else ""
    )


def head_room(busiest: Busiest, scaled: Scaled) -> str:
    """What the busiest minute needs in its mean, and what there may be; where that would have done, it was a spike."""
    load = f"{busiest.rps:.3g} requests a second of {busiest.seconds:.3g} s each"
    allowed = f"autoscale.max is {scaled.most}" if scaled.autoscaled else f"replicas is {scaled.most}"
    told = f"{load} need {busiest.replicas} replicas at a utilization of {scaled.target} %, and {allowed}"
    return told if busiest.replicas > scaled.most else f"{told}, which does for the mean of a minute: it was a spike"


def too_few(service: str, busiest: Busiest, scaled: Scaled) -> str:
    """That the busiest minute took all head-room of the replicas that there may be, though no request was refused."""
    when = f"in its busiest minute of the last hour ({busiest.at:%H:%M} UTC)"
    needs = head_room(busiest, scaled)
    return f"WARNING scoring of service `{service}`: {when} {needs}; what comes on top is answered 503"


def returns_errors(service: str, place: str) -> str:
    """That a line of a scoring script returns the text of an exception."""
    return f"WARNING service `{service}` returns the text of an exception to its clients, at {place}"


def regenerated(at: datetime, caller: str) -> str:
    """That somebody made new keys of an endpoint."""
    return f"its keys were regenerated at {at:%Y-%m-%d %H:%M} UTC by {caller}"


def written(at: datetime, caller: str) -> str:
    """Who wrote a resource as a whole."""
    return f"{caller} wrote it as a whole at {at:%Y-%m-%d %H:%M} UTC"


def failed_deployment(name: str, at: str, type: str, resource: str, code: str, message: str) -> str:
    """That a template deployment ended in a resource's error, as Resource Manager words it."""
    what = f"template deployment `{name}` of {at} failed at {type} `{resource}`"
    return f'ERROR {what}: Code="{code}" Message="{message}"'


def old_api(name: str, vault: str, version: str) -> str:
    """That a template deployment writes a Key Vault with an API version that retires."""
    what = f"template deployment `{name}` writes Key Vault `{vault}`"
    return f"WARNING {what} with API version {version}, of those that end on 27 February 2027"


def answers(service: str) -> str:
    """That a service answers now, whatever its probes have seen before: a container that starts fails them for a
    while, and Azure notes no event when they begin to succeed."""
    return f"service `{service}` answers, so it is ready"


def failed_deployment_of(service: str, deployment: str) -> str:
    """That the last roll-out behind an endpoint failed. Azure keeps no reason with it, and what ran before goes on."""
    which = f"deployment `{deployment}` of service `{service}`"
    return f"WARNING {which} is in the state Failed: its last roll-out was given up"


def part(row: Mapping[str, Any], noted: Iterable[Mapping[str, Any]] = ()) -> str:
    """A container or a deployment of a service, as a line of `name: value`. `noted`: the service's events, which say of
    an exit code whether it is that of a stop: 137 is what a restart ends with, and a kill for memory as well."""
    line = ", ".join(f"{name}: {value}" for name, value in row.items() if value not in (None, ""))
    return f"{line} (stopped: SIGTERM, then SIGKILL)" if _was_stopped(row, noted) else line


def _was_stopped(row: Mapping[str, Any], noted: Iterable[Mapping[str, Any]]) -> bool:
    """Whether Azure noted that it kills the container (`Killing`), no more than the grace period before its end."""
    ended = moment(row.get("finishTime"))
    if row.get("exitCode") != 137 or ended is None:
        return False
    kills = (moment(event.get("lastTimestamp")) for event in noted if event.get("name") == "Killing")
    return any(kill is not None and timedelta(0) <= ended - kill <= GRACE for kill in kills)


def moment(text: object) -> datetime | None:
    """A timestamp of Azure's (ISO 8601); None where there is none, or nobody can read it."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def events(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What Azure noted, oldest first, as kubectl shows it."""
    return [f"{row.get('type') or 'Normal'}  {row.get('name')}  {row.get('message')}" for row in rows]
