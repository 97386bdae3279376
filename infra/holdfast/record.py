"""What does a run leave behind? Its receipt: what the vault held, what it holds, who is concerned, and what was done.

On this machine, and in a container where the settings name one. By then everything is written, so nothing here fails
the run: what can't be kept is told by a note.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from holdfast import read, verify
from holdfast.archive import Archive, ArchiveError
from holdfast.checkout import find_commit
from holdfast.home import keep, last_receipt, receipts
from holdfast.model.existing import Facts
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.operations import Timing
from holdfast.model.origin import Origin
from holdfast.model.plan import Note, Plan
from holdfast.model.wanted import Wanted
from holdfast.provision.engine import Session

#: Whose versions a receipt names: what decided, and what wrote.
_PACKAGES = ("holdfast", "pulumi", "pulumi-azure-native")


@dataclass(slots=True)
class Left:
    """What is told of the receipt: its summary, and the notes of what could not be kept or compared with."""

    text: str = ""
    notes: list[Note] = field(default_factory=list)


def leave_receipt(
    wanted: Wanted, plan: Plan, facts: Facts, session: Session, principal: str | None, timing: Timing | None = None
) -> Left:
    """Compare what the vault held with what it holds; keep and show it. A run without writes asks Azure nothing again.

    `principal` is the workspace identity's, also where this run made it; `timing` what the run took.
    """
    after, left = facts.policies, Left()
    if plan.may_change_policies:
        after = read.read_policies(session.client, resource_id(wanted, Kind.VAULT))
    archive = Archive(wanted.receipts, wanted.project, wanted.stack, session.cloud) if wanted.receipts else None
    last = last_receipt(wanted.project, wanted.stack) or _elsewhere(archive, left)
    origin = Origin(session.identity, find_commit(Path.cwd(), os.environ), {name: version(name) for name in _PACKAGES})
    receipt = verify.build(
        wanted,
        plan,
        facts.policies,
        after,
        plan.grants.known,
        last,
        principal,
        state=facts.state,
        origin=origin,
        timing=timing,
    )
    now = datetime.now(UTC)
    body = {"time": now.isoformat(timespec="seconds"), **receipt.to_json()}
    # Two runs of one moment, on two machines, have two names.
    name = f"receipt-{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.json"
    places = [_keep(wanted, name, body, left), _store(archive, name, body, left)]
    kept = [f"receipt: {place}" for place in places if place]
    left.text = "\n".join(filter(None, (receipt.summary(), receipt.table(), *kept)))
    return left


def _elsewhere(archive: Archive | None, left: Left) -> dict[str, Any] | None:
    """A pipeline's disk is empty: the last receipt is then in the container."""
    if archive is None:
        return None
    try:
        return archive.newest()
    except ArchiveError as error:
        said = "the last receipt could not be read from the container, so nobody knows which strangers lost something"
        left.notes.append(Note("receipt-not-read", f"{said} since then: {error}"))
        return None


def _keep(wanted: Wanted, name: str, body: dict[str, Any], left: Left) -> str:
    try:
        return str(keep(receipts(wanted.project, wanted.stack), name, body))
    except OSError as error:
        left.notes.append(Note("receipt-not-kept", f"the receipt could not be written on this machine: {error}"))
        return ""


def _store(archive: Archive | None, name: str, body: Mapping[str, Any], left: Left) -> str:
    if archive is None:
        return ""
    try:
        return archive.store(name, body)
    except ArchiveError as error:
        said = "the receipt could not be stored in the container of `receipts.container`"
        left.notes.append(Note("receipt-not-stored", f"{said}; the run itself is done: {error}"))
        return ""
