"""What happened to every policy entry of the vault, by principal and by whose it is?

The receipt compares three lists: the last receipt's, the one before the run and the one after it. It holds ids and
permissions, never a secret, and it says what is missing whether or not anybody caused it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.model.existing import Recorded
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.operations import Timing
from holdfast.model.origin import Origin
from holdfast.model.permissions import Permissions, PolicyEntry, read_entries, wire_entry
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted
from holdfast.verify.head import READABLE, head_of
from holdfast.verify.operations import operations_of

NOTHING = Permissions()


@dataclass(frozen=True, slots=True)
class Row:
    """One principal. `whose`: ours | workspace | dropped | theirs. `state`: what happened, see `_state`."""

    principal: str
    whose: str
    before: Permissions
    after: Permissions | None  #: `None` where the vault could not be read after the run.
    state: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A run's receipt. `lost` is gone since the last record; `put_back` came back by this run; `missing` is not there
    and should be; `dropped` is ours and listed no more; `applications` are entries that one row can't tell apart."""

    rows: tuple[Row, ...]
    lost: tuple[PolicyEntry, ...] = ()
    put_back: tuple[PolicyEntry, ...] = ()
    missing: tuple[PolicyEntry, ...] = ()
    dropped: tuple[PolicyEntry, ...] = ()
    applications: tuple[PolicyEntry, ...] = ()
    head: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The receipt as it is kept."""
        return {
            **self.head,
            "policies": [
                {
                    "principal": row.principal,
                    "whose": row.whose,
                    "before": row.before.wire(),
                    "after": None if row.after is None else row.after.wire(),
                    "state": row.state,
                }
                for row in self.rows
            ],
            "lost": [wire_entry(entry) for entry in self.lost],
            "putBack": [wire_entry(entry) for entry in self.put_back],
            "missing": [wire_entry(entry) for entry in self.missing],
            "dropped": [wire_entry(entry) for entry in self.dropped],
            "applications": [wire_entry(entry) for entry in self.applications],
        }

    def summary(self) -> str:
        """One line for the terminal."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.state] = counts.get(row.state, 0) + 1
        parts = [f"{count} {state}" for state, count in counts.items()]
        return f"access policies: {', '.join(parts) or 'none'}; lost since the last record: {len(self.lost)}"

    def table(self) -> str:
        """All rows that are not simply kept, aligned; empty where there are none."""
        shown = [row for row in self.rows if row.state != "kept"]
        return "\n".join(
            f"  {row.state:<12} {row.whose:<10} {row.principal}  {row.after or row.before}" for row in shown
        )


def build(
    wanted: Wanted,
    plan: Plan,
    before: Collection[PolicyEntry] | None,
    after: Collection[PolicyEntry] | None,
    granted: Iterable[PolicyEntry] = (),
    last: Mapping[str, Any] | None = None,
    workspace_principal: str | None = None,
    *,
    state: Mapping[str, Recorded] | None = None,
    origin: Origin | None = None,
    timing: Timing | None = None,
) -> Receipt:
    """The receipt of a run.

    `before`/`after` are the vault's entries: `before` is `None` where there was no vault, `after` where it could not be
    read, which says nothing about anybody's entry. (An RBAC vault's are of no effect, and listed all the same.)
    `granted` is what our state says we gave, `last` the last receipt of this stack where there is one,
    `workspace_principal` the identity of the workspace, also of one that was made in this run; `state` is our last
    checkpoint, `origin` who ran what, `timing` what it took.
    """
    was, now = _by_principal(before or ()), _by_principal(after or ())
    gift = [plan.grants.gift] if plan.grants.gift else []
    wish = _by_principal([*plan.grants.wanted, *gift])
    given = _by_principal([*granted, *gift])
    recorded = _by_principal(_last_rows(last, resource_id(wanted, Kind.VAULT)))
    # A grant that was dropped and then taken away by somebody is reported once, by the record, and not for ever.
    remembered = {p: held for p, held in given.items() if p in wish or not recorded}
    expected = {
        principal: recorded.get(principal, NOTHING) | remembered.get(principal, NOTHING)
        for principal in {**recorded, **remembered}
    }
    revoked = _by_principal(plan.grants.revoke)
    whose = _Whose(plan, set(given), workspace_principal or plan.workspace_principal or "")
    rows = tuple(
        Row(
            principal,
            whose(principal),
            was.get(principal, NOTHING),
            None if after is None else now.get(principal, NOTHING),
            "unread"
            if after is None
            else _state(
                was.get(principal, NOTHING),
                now.get(principal, NOTHING),
                expected.get(principal, NOTHING),
                revoked.get(principal, NOTHING),
            ),
        )
        for principal in sorted({**was, **now, **expected})
    )
    lost = {p: was.get(p, NOTHING).lacks(held) for p, held in expected.items()}
    never = wanted.vault.never_restore
    missing = {p: now.get(p, NOTHING).lacks(held) for p, held in wish.items() if p not in never}
    back = {p: gone.within(now.get(p, NOTHING)) for p, gone in lost.items()}
    return Receipt(
        rows,
        lost=_entries(lost),
        put_back=_entries(back),
        missing=_entries(missing) if after is not None else (),
        dropped=plan.grants.dropped,
        applications=through_applications(before or () if after is None else after),
        head={**head_of(wanted, plan, state or {}, origin or Origin()), **operations_of(plan, timing or Timing())},
    )


def _state(was: Permissions, now: Permissions, expected: Permissions, revoked: Permissions) -> str:
    """kept, added, widened, put-back, still-lost, revoked, or gone (lost during the run: the tripwire's business);
    `unread` where nobody could see. The first that fits, in the order of the code: the worst news wins."""
    if gone := now.lacks(was):
        return "gone" if revoked.lacks(gone) else "revoked"
    if now.lacks(expected):
        return "still-lost"
    if was.lacks(expected):
        return "put-back"
    if was.lacks(now):
        return "widened" if was else "added"
    return "kept"


class _Whose:
    def __init__(self, plan: Plan, given: set[str], workspace: str) -> None:
        self._ours = {entry.principal.lower() for entry in plan.grants.wanted}
        self._workspace = workspace.lower()
        self._gift = plan.grants.gift.principal.lower() if plan.grants.gift else ""
        self._given = given

    def __call__(self, principal: str) -> str:
        if principal in (self._workspace, self._gift):
            return "workspace"
        if principal in self._ours:
            return "ours"
        return "dropped" if principal in self._given else "theirs"


def through_applications(entries: Iterable[PolicyEntry]) -> tuple[PolicyEntry, ...]:
    """Every entry of a principal that has one through an application: to put one back, they have to be told apart."""
    listed = tuple(entries)
    several = {entry.principal.lower() for entry in listed if entry.application}
    return tuple(entry for entry in listed if entry.principal.lower() in several)


def _by_principal(entries: Iterable[PolicyEntry]) -> dict[str, Permissions]:
    """One row a principal: entries of one principal through several applications are shown together."""
    found: dict[str, Permissions] = {}
    for entry in entries:
        principal = entry.principal.lower()
        found[principal] = found.get(principal, NOTHING) | entry.permissions
    return found


def _entries(found: Mapping[str, Permissions]) -> tuple[PolicyEntry, ...]:
    return tuple(PolicyEntry(principal, "", found[principal]) for principal in sorted(found) if found[principal])


def _last_rows(last: Mapping[str, Any] | None, vault_id: str) -> tuple[PolicyEntry, ...]:
    if (
        not last
        or last.get("schema") not in READABLE
        or str((last.get("vault") or {}).get("id", "")).lower() != vault_id.lower()
    ):
        return ()
    return read_entries(
        [
            # What could not be read after the last run is remembered as it was before it.
            {
                "objectId": row.get("principal"),
                "permissions": row.get("before") if row.get("after") is None else row["after"],
            }
            for row in last.get("policies") or ()
        ]
    )
