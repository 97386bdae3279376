"""What is there to be read of an environment that lives? Read-only, all at once; what could not be read is told.

Each source is asked on a thread of its own and becomes evidence: what Azure answers as sentences, what was written as
it was written. A source that fails fails alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

from holdfast.diagnose import Evidence, stated
from holdfast.model.assets import assets_of
from holdfast.model.build_log import image_in
from holdfast.model.errors import HoldfastError
from holdfast.model.existing import Absent, Live, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.permissions import parse_policies
from holdfast.model.services import Target, WantedService
from holdfast.ops.doctor.activity import events
from holdfast.ops.doctor.answers import Once, Unanswered, answers, said, there
from holdfast.ops.doctor.capacity import look_at_capacity
from holdfast.ops.doctor.deployments import list_deployments, look_at_api_versions, look_at_deployments
from holdfast.ops.doctor.roles import look_at_roles
from holdfast.ops.doctor.traffic import look_at_traffic
from holdfast.ops.logs.build import SUCCEEDED
from holdfast.ops.logs.runs import Run, list_runs, log_uri, read_log
from holdfast.ops.service.running import MISSING, Status
from holdfast.ops.service.stack import Stack
from holdfast.ops.vault.memory import recall
from holdfast.read.resources import get_resource
from holdfast.read.vault import find_deleted
from holdfast.read.workspace import find_deleted_workspace
from holdfast.verify.repair import plan_restore
from holdfast.verify.survey import BY_DEFAULT, RBAC, authorization_of, risk_of

#: Stacks that are production, as the policy pack has it where nothing else is said.
PRODUCTION = ("prod", "production")
#: Sources that are asked at once.
AT_ONCE = 12
#: Lines of a service's log, and builds of a registry, that are looked at: the newest.
TAIL, RUNS = 500, 20
#: Seconds that the log of a container that has crashed is looked at for its exception, and between two looks.
LOOKED_FOR, PAUSE = 6.0, 0.5


@dataclass
class Collected:
    """The evidence, and `{source, reason}` of what could not be read."""

    evidence: list[Evidence] = field(default_factory=list)
    not_read: list[dict[str, str]] = field(default_factory=list)


def collect(stack: Stack, service: str | None, tell: Callable[[str], None]) -> Collected:
    """Everything, or what one service stands on and says. Raises HoldfastError `unknown-service`."""
    services = [stack.service(service)] if service else list(stack.wanted.services)
    sources: dict[str, Callable[[], list[Evidence]]] = {}
    if Kind.VAULT in stack.wanted.resources:
        sources["vault"] = lambda: _vault(stack)
    if Kind.WORKSPACE in stack.wanted.resources:
        sources["workspace"] = lambda: _workspace(stack)
    if Kind.REGISTRY in stack.wanted.resources:
        sources["registry"] = lambda: _registry(stack)
        sources["builds"] = lambda: _builds(stack)
    if stack.wanted.roles or Kind.VAULT in stack.wanted.resources:
        sources["roles"] = lambda: look_at_roles(stack)
    if Kind.CLUSTER in stack.wanted.resources and stack.wanted.services:
        sources["cluster"] = lambda: look_at_capacity(stack)
    if Kind.GROUP in stack.wanted.resources:
        deployed = Once(partial(list_deployments, stack))
        sources["deployments"] = lambda: look_at_deployments(stack, deployed())
        sources["API versions"] = lambda: look_at_api_versions(stack, deployed())
    for one in services:
        status = Once(stack.running(one).status)
        sources[f"service {one.name}"] = partial(_state, one, status)
        sources[f"log of service {one.name}"] = partial(_log, stack, one, status)
        if one.returned_errors:
            sources[f"script of service {one.name}"] = partial(_script, stack, one)
        if one.target is Target.AKS:
            sources[f"traffic of service {one.name}"] = partial(look_at_traffic, stack, one)
    return _ask(sources, tell)


def _ask(sources: Mapping[str, Callable[[], list[Evidence]]], tell: Callable[[str], None]) -> Collected:
    answers: dict[str, list[Evidence]] = {}
    reasons: dict[str, str] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="doctor") as pool:
        asked = {pool.submit(ask): name for name, ask in sources.items()}
        for number, done in enumerate(as_completed(asked), 1):
            name = asked[done]
            tell(f"{name} ({number} of {len(asked)})")
            try:
                answers[name] = done.result()
            except Unanswered as error:
                reasons[name] = error.reason
            except HoldfastError as error:
                fault = error.faults[0]
                reasons[name] = f"{fault.id}: {fault.message}"
    # In the order of the sources, whoever answered first.
    found = [one for name in sources for one in answers.get(name, [])]
    return Collected(found, [{"source": name, "reason": reasons[name]} for name in sources if name in reasons])


def _vault(stack: Stack) -> list[Evidence]:
    """Who lost access since the last look, whether the workspace is in, and whether the vault is there at all."""
    wanted, client = stack.wanted, stack.client
    id = resource_id(wanted, Kind.VAULT)
    name, source = id.rpartition("/")[2], f"Key Vault {id.rpartition('/')[2]}"
    found = get_resource(client, Kind.VAULT, id)
    if isinstance(found, Absent):
        deleted = find_deleted(client, wanted.subscription, name, wanted.location)
        if isinstance(deleted, SoftDeleted):
            return [Evidence(source, stated.deleted_vault(name, deleted.deleted, deleted.purged_on))]
        if isinstance(deleted, Unreadable):
            raise Unanswered(said(deleted))
        return []
    vault = there(found)
    if vault is None or authorization_of(vault.properties) == RBAC:
        return []
    live = parse_policies(vault.properties)
    ledger = recall(id)
    lines = []
    if ledger.looks:
        tenant = str(vault.properties.get("tenantId") or "")
        lost = plan_restore(ledger.shown, live, tenant, ledger.revoked, ledger.never).add
        seen = ledger.looks[-1].time
        writer = _writer(stack, id, seen) if lost else ""
        lines = [stated.lost_policy(name, one.principal, str(one.permissions), seen, writer) for one in lost]
    workspace, principal = _workspace_identity(stack)
    if principal and principal not in {entry.principal.lower() for entry in live}:
        lines.append(stated.no_policy(name, principal, workspace))
    if risk_of(vault.properties) == BY_DEFAULT:
        lines.append(stated.unwritten_model(name))
    return [Evidence(source, "\n".join(lines))] if lines else []


def _writer(stack: Stack, vault: str, since: str) -> str:
    """Who wrote the vault as a whole since it was looked at last, and so took away what the body did not list. A PATCH
    takes nothing; Azure does not always tell one from the other."""
    try:
        found = events(stack.client, stack.wanted.subscription, vault, datetime.fromisoformat(since))
    except Unanswered:
        return "who wrote it since is not known, for the activity log could not be read"
    wrote = f"{KINDS[Kind.VAULT].arm_type}/write".lower()
    done = [event for event in found if event.operation.lower() == wrote and event.method in ("PUT", "")]
    return stated.written(done[0].at, done[0].caller) if done else ""


def _workspace_identity(stack: Stack) -> tuple[str, str]:
    """The workspace's name and the principal of its own identity, in lower case; empty where it is not there, or
    stands on a vault of somebody else's, or bears identities that were given to it."""
    if Kind.WORKSPACE not in stack.wanted.resources:
        return "", ""
    found = get_resource(stack.client, Kind.WORKSPACE, resource_id(stack.wanted, Kind.WORKSPACE))
    if not isinstance(found, Live):
        return "", ""  # the workspace's own source tells it
    if str(found.properties.get("keyVault") or "").lower() != resource_id(stack.wanted, Kind.VAULT).lower():
        return "", ""
    return found.name, str((found.properties.get("identity") or {}).get("principalId") or "").lower()


def _workspace(stack: Stack) -> list[Evidence]:
    wanted = stack.wanted
    id = resource_id(wanted, Kind.WORKSPACE)
    name = id.rpartition("/")[2]
    found = get_resource(stack.client, Kind.WORKSPACE, id)
    if isinstance(found, Absent):
        deleted = find_deleted_workspace(stack.client, wanted.subscription, id)
        if isinstance(deleted, Unreadable):
            raise Unanswered(said(deleted))
        return [Evidence(f"workspace {name}", stated.deleted_workspace(name))] if deleted else []
    there(found)
    return []


def _registry(stack: Stack) -> list[Evidence]:
    """Whether the workspace would need an admin user that is off: it has no identity of its own to pull with."""
    found = get_resource(stack.client, Kind.REGISTRY, resource_id(stack.wanted, Kind.REGISTRY))
    registry = there(found)
    if registry is None or registry.properties.get("adminUserEnabled") or Kind.WORKSPACE not in stack.wanted.resources:
        return []
    workspace = get_resource(stack.client, Kind.WORKSPACE, resource_id(stack.wanted, Kind.WORKSPACE))
    if not isinstance(workspace, Live) or workspace.properties.get("identity"):
        return []
    return [Evidence(f"registry {registry.name}", stated.no_admin(registry.name))]


def _builds(stack: Stack) -> list[Evidence]:
    """The log of each image's newest build, where that build has failed. One that the settings do not ask for any more,
    while a later one has succeeded, is of the past."""
    registry = resource_id(stack.wanted, Kind.REGISTRY)
    if isinstance(get_resource(stack.client, Kind.REGISTRY, registry), Absent):
        return []
    seen: set[str] = set()
    found, later = [], False
    asked_for = {f"{asset.repository}:{asset.version}" for asset in assets_of(stack.wanted) if asset.dockerfile}
    for run in islice(list_runs(stack.client, registry), RUNS):
        text = "" if run.images else _text(stack, run)
        names = set(run.images) or {image_in(text)}
        repositories = {name.rpartition(":")[0] or name for name in names}
        past = later and not names & asked_for
        later = later or run.status == SUCCEEDED
        if run.status == "Failed" and not repositories & seen and not past:
            found.append(Evidence(f"build {run.name}", text or _text(stack, run)))
        seen |= repositories
    return found


def _text(stack: Stack, run: Run) -> str:
    return "" if run.status == SUCCEEDED else read_log(log_uri(stack.client, run))


def _script(stack: Stack, service: WantedService) -> list[Evidence]:
    """That the scoring script returns exceptions to clients, where the stack is production. It is the file here, which
    the next `pulumi up` deploys."""
    if stack.name not in PRODUCTION:
        return []
    script = f"{service.code.place}/{service.script}"
    lines = [stated.returns_errors(service.name, f"{script}:{line}") for line in service.returned_errors]
    return [Evidence(f"script of service {service.name}", "\n".join(lines))]


def _state(service: WantedService, ask: Callable[[], Status]) -> list[Evidence]:
    """How it is, part by part, and what Azure noted of it."""
    status = ask()
    if status.state == MISSING:
        return []
    noted = list(stated.events(status.events))
    lines = [f"state: {status.state}", *(stated.part(row, status.events) for row in status.parts), *noted]
    lines += [
        stated.failed_deployment_of(service.name, str(row["name"]))
        for row in status.parts
        if service.target is Target.AKS and row.get("state") == "Failed"
    ]
    passes = any(word in line.lower() for line in noted for word in ("probe", "back-off"))
    if passes and answers(status.scoring_uri):
        lines.append(stated.answers(service.name))
    return [Evidence(f"service {service.name}", "\n".join(lines))]


def _log(stack: Stack, service: WantedService, ask: Callable[[], Status]) -> list[Evidence]:
    """Azure shows the log of the run that is under way. Of a container that crashes again and again it is looked at
    until that run has come to what ends it."""
    running, status = stack.running(service), ask()
    if status.state == MISSING:
        return []
    text = running.logs(tail=TAIL)
    if any(row.get("restartCount") for row in status.parts):
        until = time.monotonic() + LOOKED_FOR
        while "Traceback (most recent" not in text and time.monotonic() < until:
            time.sleep(PAUSE)
            text = running.logs(tail=TAIL) or text
    return [Evidence(f"log of service {service.name}", text)] if text.strip() else []
