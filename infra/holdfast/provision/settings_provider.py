"""How is a setting of a live resource changed, so that nothing else of it changes?

By a PATCH of what differs where Azure has one; else what Azure holds is read, what differs merged into it, and put back
under its ETag where it has one: somebody else's change in between is met again, not undone. A few things Azure changes
by an action alone. A dynamic provider. **This module's path and the class name are frozen**, as those of
`vault_provider` are.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of

if TYPE_CHECKING:
    from holdfast.arm import Answer, ArmClient
    from holdfast.model.errors import Fault

Props = dict[str, Any]

#: Seconds before each further try of what lost a race (412), or met another operation or a busy resource (409).
WAITS = (1.0, 5.0, 15.0, 30.0, 60.0)
#: Maps that a PATCH replaces whole: a rule of somebody else's that is not sent is gone.
_TAKEN_WHOLE = ("networkAcls", "networkRuleSet")
#: What Azure answers and does not take back.
_READ_ONLY = ("id", "name", "type", "systemData", "eTag", "etag")


class ResourceSettingsProvider(QuietProvider):
    """Inputs: `changes` [{`id`, `apiVersion`, `fragment`, `wholePut`, `action`, `removed`}], `cloud`. Outputs:
    `changes`, emptied."""

    def create(self, props: Props) -> CreateResult:
        """A new environment is as the settings say; one that was adopted may not be."""
        return CreateResult("resource-settings", _written(props))

    def diff(self, _id: str, _olds: Props, news: Props) -> DiffResult:
        """Something to do where the read stage found a difference."""
        return DiffResult(changes=bool(news.get("changes")))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """All changes at once, but for what is within another; every one that fails is told."""
        return UpdateResult(_written(news))


def _written(props: Props) -> Props:
    from holdfast.model.errors import HoldfastError

    changes = props.get("changes") or []
    if changes:
        client, faults = client_of(props), []
        with ThreadPoolExecutor(max_workers=8, thread_name_prefix="settings") as pool:
            for wave in _waves(changes):
                faults += [fault for fault in pool.map(lambda change: _write(client, change), wave) if fault]
        if faults:
            raise HoldfastError(faults)
    return {"changes": []}


def _waves(changes: list[Props]) -> list[list[Props]]:
    """A change of what is within a resource comes after the resource's own, and its actions last: Azure refuses a
    write to what is being written."""
    waves: dict[tuple[int, bool], list[Props]] = {}
    ids = {str(change["id"]).lower() for change in changes}
    for change in changes:
        where = str(change["id"]).lower()
        above = sum(where.startswith(f"{other}/") for other in ids)
        waves.setdefault((above, bool(change.get("action"))), []).append(change)
    return [waves[key] for key in sorted(waves)]


def _write(client: ArmClient, change: Props) -> Fault | None:
    from holdfast.arm.wait import wait
    from holdfast.model.errors import Blame, Fault

    where, version = change["id"], change["apiVersion"]
    answer = _send(client, change)
    for pause in WAITS:
        if answer.status not in (409, 412):
            break
        time.sleep(pause)
        answer = _send(client, change)
    answer = wait(client, where, version, answer)
    if answer.ok:
        return None
    return Fault(
        "setting-not-written",
        f"the settings of {where} could not be changed",
        (*answer.evidence, ("wanted", str(change["fragment"])[:300])),
        "what Azure said tells what it does not take; this login needs the role Contributor on it",
        Blame.AZURE,
    )


def _send(client: ArmClient, change: Props) -> Answer:
    where, version = change["id"], change["apiVersion"]
    fragment = with_removed(whole_numbers(change["fragment"]), change.get("removed") or ())
    if change.get("action"):
        return client.request("POST", f"{where}/{change['action']}", version, fragment)
    if change.get("wholePut"):
        return _put(client, where, version, fragment)
    return _patch(client, where, version, fragment)


def with_removed(fragment: Props, removed: Sequence[Sequence[str]]) -> Props:
    """The fragment with nothing at the ends of those paths: the engine hands no null over, so they come beside it."""
    for path in removed:
        *parents, last = path
        inner = fragment
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = None
    return fragment


def whole_numbers(value: Any) -> Any:
    """The engine hands every number over as one with a point, and Azure takes `3.0` for no number of nodes."""
    if isinstance(value, Mapping):
        return {name: whole_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole_numbers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _patch(client: ArmClient, where: str, version: str, fragment: Props) -> Answer:
    """A list is replaced whole by a PATCH, too, and so are some maps: what Azure knows of them is sent with them."""
    if not _needs_filling(fragment):
        return client.request("PATCH", where, version, fragment)
    found = client.get(where, version)
    return client.request("PATCH", where, version, _filled(fragment, found.body)) if found.readable else found


def _put(client: ArmClient, where: str, version: str, fragment: Props) -> Answer:
    from holdfast.arm import Answer
    from holdfast.model.bodies import merged_body

    found = client.get(where, version)
    if not found.readable:
        return found
    body = {name: value for name, value in found.body.items() if name not in _READ_ONLY}
    if "identity" in fragment:
        body.pop("identity", None)  # the wanted one instead of it, not beside it
    whole = merged_body(body, fragment)
    if whole == body:
        return Answer(204)  # somebody has changed it meanwhile, or the list that was read was late
    tag = _etag(found.body) or _etag(body.get("properties")) or _etag(found.headers)
    return client.request("PUT", where, version, whole, {"If-Match": tag} if tag else None)


def _etag(holder: Any) -> str:
    """At the root of a body, in its properties (an agent pool's), or a header."""
    rows = holder.items() if isinstance(holder, Mapping) else ()
    return next((str(value) for name, value in rows if name.lower() == "etag" and value), "")


def _needs_filling(value: Any) -> bool:
    from holdfast.model.bodies import is_named

    if isinstance(value, Mapping):
        return any(name in _TAKEN_WHOLE or _needs_filling(inner) for name, inner in value.items())
    return isinstance(value, list) and any(is_named(item) for item in value)


def _filled(fragment: Props, live: Any) -> Props:
    """The fragment with what is live of its lists' items and of the maps that are taken whole, and nothing beside."""
    from holdfast.model.bodies import merged_body, merged_items

    there = live if isinstance(live, Mapping) else {}
    filled: Props = {}
    for name, value in fragment.items():
        below = there.get(name)
        if isinstance(value, Mapping):
            inner = dict(value)
            filled[name] = merged_body(below or {}, inner) if name in _TAKEN_WHOLE else _filled(inner, below)
        else:
            filled[name] = merged_items(below, value) if isinstance(value, list) and isinstance(below, list) else value
    return filled
