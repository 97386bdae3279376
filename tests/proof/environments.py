"""What does a run of a small environment ask of Azure, and does a later run find everything as it should be?

A group, a vault, a storage account, logs, insights and a workspace: what no workspace can do without, so that a run
costs six seconds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from azure.mgmt.resource.resources import ResourceManagementClient

from holdfast_sandbox.rehearsal import Azure, Outcome, Project, Request, Stranger

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
LOCATION = "westeurope"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def small(group: str, **changes: Any) -> dict[str, Any]:
    """The settings."""
    vault = {
        "authorization": "access-policies",
        "publicAccess": False,
        "grants": [{"principal": PIPELINE, "secrets": ["get", "list"]}],
    }
    return {"resourceGroup": group, "prefix": "ml", "registry": False, "vault": vault, **changes}


@dataclass(frozen=True, slots=True)
class Point:
    """One request of a run: the `nth` (from 0) that matches. `shown` is what a table calls it."""

    match: str
    nth: int
    shown: str
    method: str
    starts_operation: bool

    @property
    def is_write(self) -> bool:
        """Whether it changes something in Azure."""
        return self.method in ("PUT", "PATCH", "DELETE")

    @property
    def is_login(self) -> bool:
        """Whether it is about the login or the cloud, and no request to Resource Manager."""
        return "/subscriptions" not in self.match

    def strike(self, azure: Azure, **what: Any) -> None:
        """Let what it is fail, once: those of its sort before it pass a rule that does nothing."""
        if self.nth:
            azure.fault(self.match, hold=0.0, times=self.nth)
        azure.fault(self.match, times=1, **what)

    @staticmethod
    def struck(azure: Azure) -> bool:
        """Whether the last rule that was set has met its request."""
        rules = azure.server.ask("GET", "faults")
        return bool(rules and rules[-1]["hits"])


def points_of(project: Project, done: Outcome) -> list[Point]:
    """Each request of a clean run in its order, as the same run of another environment makes it."""
    seen: Counter[str] = Counter()
    found = []
    for request in done.requests:
        match = _pattern(project, request)
        path = request.path.partition("?")[0]
        pieces = [piece for piece in path.split("/") if piece]
        shown = f"{request.method} {'/'.join(pieces[-2:])}"
        found.append(Point(match, seen[match], f"{shown} #{seen[match] + 1}", request.method, request.status == 202))
        seen[match] += 1
    return found


def _pattern(project: Project, request: Request) -> str:
    """A name of another environment differs in its group and in the six digits that are made of it."""
    path = re.escape(request.path.partition("?")[0])
    for id in _GUID.finditer(request.path):
        path = path.replace(re.escape(id[0]), "[^/?]+")
    group = re.escape(group_of(project))
    path = re.sub(rf"(?<=/){re.escape(group)}(?=/|$)", "[^/?]+", path, flags=re.IGNORECASE)
    path = re.sub(r"[0-9a-f]{6}(?=/|$)", "[0-9a-f]{6}", path)
    return rf"^{request.method} {path}(\?| |$)"


def group_of(project: Project) -> str:
    """The name of the project's group."""
    import yaml

    body = yaml.safe_load(project.stack_file.read_text(encoding="utf-8"))
    return str(body["config"]["holdfast:environment"]["resourceGroup"])


def types_in(stranger: Stranger, group: str) -> Counter[str]:
    """How many there are of each type in a group, by a client of Microsoft's."""
    found = stranger.ask_with(ResourceManagementClient).resources.list_by_resource_group(group)
    return Counter(str(resource.type).lower() for resource in found)


def nothing_to_do(again: Outcome) -> list[str]:
    """What a run did that should do nothing; empty where that is so."""
    if again.code:
        return [f"the run after exits with {again.code}\n{again.text}"]
    wrong = [f"the run after writes {request}" for request in again.writes]
    return wrong + ([f"the run after has {again.operations}"] if again.operations else [])


def way_back(project: Project, before: Callable[[], None] = lambda: None) -> list[str]:
    """After a run that failed: what docs tell to do, by hand. What is wrong with it; empty where it leads back."""
    project.pulumi("cancel", "--yes", "--stack", project.stack)
    before()
    words = ("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", project.stack)
    refreshed = project.pulumi(*words)
    if refreshed.code:
        return [f"refresh exits with {refreshed.code}\n{refreshed.text}"]
    back = project.up(expect=None)
    return [f"the way back exits with {back.code}\n{back.text}"] if back.code else []


def lost(before: dict[str, dict[str, list[str]]], after: dict[str, dict[str, list[str]]]) -> list[str]:
    """The permissions that a principal had and has no more."""
    return [
        f"{principal} lost {kind}: {gone}"
        for principal, held in before.items()
        for kind, values in held.items()
        if (gone := sorted(set(values) - set(after.get(principal, {}).get(kind, []))))
    ]


def without_words(done: Outcome) -> list[str]:
    """What is wrong with how a failed run says that it failed: it must have a message, and no traceback."""
    wrong = ["a traceback" for word in ("Traceback", "unhandled") if word in done.text]
    return wrong + ([] if "error:" in done.text else ["no message"])


def table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows in columns; the first is the heading."""
    lines = [tuple(str(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    return [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in lines
    ]
