"""What do the three sides say: settings, state and Azure? Asked of the stages that a run asks, and of the CLI.

The state is `pulumi stack export`'s: whatever the backend, the CLI has its login. Secrets stay encrypted in it, so no
passphrase is needed. Where it can't be read, settings and Azure are compared all the same.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from holdfast import decide, read
from holdfast.checkout import project_folder
from holdfast.decide.drift import find_drift
from holdfast.decide.drift_services import Listed
from holdfast.model.assets import ASSETS_VERSION
from holdfast.model.drift import Checkpoint, Drift, NotRead
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.services import Target
from holdfast.ops.ci.cli import take
from holdfast.ops.service.stack import Stack
from holdfast.read.resources import list_at, list_group
from holdfast.read.state import parse_checkpoint

STATE = "state"
#: Endpoints that are asked at once.
AT_ONCE = 8


def look(stack: Stack, tell: Callable[[str], None]) -> Drift:
    """Everything that differs. Raises HoldfastError `subscription-not-visible`, and what the login raises."""
    tell("the state")
    checkpoint = read_checkpoint(stack.wanted.stack, project_folder(stack.file))
    known = checkpoint if isinstance(checkpoint, Checkpoint) else None
    tell("Azure")
    wanted = stack.wanted
    facts = read.read(stack.client, wanted, known.recorded if known else {}, "")
    vault = facts.existing[Kind.VAULT]
    if isinstance(vault, Live):
        facts = replace(facts, tenant=str(vault.properties.get("tenantId") or ""))
    listed = list_group(stack.client, wanted.subscription, wanted.resource_group)
    plan, faults = decide.decide(wanted, facts)
    drift = find_drift(wanted, facts, plan, faults, known, listed, _deployments(stack, facts))
    unread = (checkpoint,) if isinstance(checkpoint, NotRead) else ()
    return replace(drift, not_read=(*unread, *drift.not_read))


def _deployments(stack: Stack, facts: Facts) -> dict[str, Listed]:
    """Of every online endpoint of a service that is there, by logical name."""
    endpoints = {
        service.part: found.id
        for service in stack.wanted.services
        if service.target is Target.AKS and isinstance(found := facts.parts.get(service.part), Live)
    }
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="drift") as pool:
        asked = {
            part: pool.submit(list_at, stack.client, f"{id}/deployments", ASSETS_VERSION)
            for part, id in endpoints.items()
        }
        return {part: answer.result() for part, answer in asked.items()}


def read_checkpoint(stack: str, folder: Path) -> Checkpoint | NotRead:
    """The stack's state, or why there is none to be read."""
    if shutil.which("pulumi") is None:
        return NotRead(STATE, "there is no `pulumi` on PATH to ask for it")
    ran = take(["pulumi", "stack", "export", "--stack", stack, "--non-interactive"], folder)
    if ran.code:
        said = " ".join(ran.output.split())
        return NotRead(STATE, f"`pulumi stack export` exited with {ran.code}: {said[-300:]}")
    try:
        export = json.loads(ran.output)
    except ValueError:
        export = None
    if not isinstance(export, Mapping):
        return NotRead(STATE, "`pulumi stack export` printed no JSON object")
    return parse_checkpoint(export)
