"""Which parts are there? One list for each sort and parent answers, however many parts there are.

What a list does not show, and what our state does not hold, is asked for by its id: a list lags, and an id that is
imported is taken verbatim from the resource itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor

from holdfast.arm import ArmClient
from holdfast.model.existing import Absent, Existing, Live, Recorded, Unreadable
from holdfast.model.names import logical_id, part_id
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted, WantedPart
from holdfast.read.resources import existing, list_at

Listed = Mapping[str, Live] | Absent | Unreadable


def read_parts(client: ArmClient, wanted: Wanted, state: Mapping[str, Recorded], pool: Executor) -> dict[str, Existing]:
    """Every wanted part by its logical name."""
    lists = {place: pool.submit(_list, client, wanted, *place) for place in _places(wanted)}
    listed = {place: asked.result() for place, asked in lists.items()}
    asked = {
        part.logical: pool.submit(
            _find, client, wanted, part, state.get(part.logical), listed.get((part.sort, part.parent))
        )
        for part in wanted.parts
    }
    return {logical: answer.result() for logical, answer in asked.items()}


def _places(wanted: Wanted) -> dict[tuple[Sort, str], None]:
    """Every sort with every parent, once; what is named by id is asked for by it."""
    return {(part.sort, part.parent): None for part in wanted.parts if part.id is None and SORTS[part.sort].listed}


def _list(client: ArmClient, wanted: Wanted, sort: Sort, parent: str) -> Listed:
    return list_at(client, f"{logical_id(wanted, parent)}{SORTS[sort].path}".rstrip("/"), SORTS[sort].api_version)


def _find(
    client: ArmClient, wanted: Wanted, part: WantedPart, recorded: Recorded | None, listed: Listed | None
) -> Existing:
    if isinstance(listed, Absent):
        return Absent()  # not even the parent is there
    where = part_id(wanted, part)
    shown = listed.get(where.lower()) if isinstance(listed, Mapping) else None
    if shown is not None and recorded is not None:
        return shown
    found = existing(client.get(where, SORTS[part.sort].api_version))
    other = _sole(part.sort, listed) if part.id is None else None
    return other if isinstance(found, Absent) and other is not None else found


def _sole(sort: Sort, listed: Listed | None) -> Live | None:
    """The one that stands in the way of another, where a parent takes one alone."""
    sole = SORTS[sort].sole
    if sole is None or not isinstance(listed, Mapping):
        return None
    name, value = sole
    return next((row for row in listed.values() if str(row.properties.get(name)).lower() == value.lower()), None)
