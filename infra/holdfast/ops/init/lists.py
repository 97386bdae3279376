"""Which parts of an environment go into which list of the settings, and which can't?

A part is described by the inverse of its body (`parts`); whose it is, and where, decides whether it is described.
"""

from __future__ import annotations

from typing import Any

from holdfast.model.existing import Live
from holdfast.model.kinds import Kind
from holdfast.model.names import same_location
from holdfast.model.sorts import SORTS, Sort
from holdfast.ops.init.drafted import Left, Page, Path
from holdfast.ops.init.found import Found, other_owner
from holdfast.ops.init.parts import PART_SETTINGS
from holdfast.read.inventory import Inventory

#: The lists of the settings by sort; what is not here is told, not written.
LISTS: dict[Sort, str] = {
    Sort.IDENTITY: "identities",
    Sort.POOL: "pools",
    Sort.COMPUTE: "computes",
    Sort.DATASTORE: "datastores",
    Sort.CONTAINER: "containerGroups",
}

#: Sorts that are said within `cluster`.
_CLUSTERS = (Sort.POOL, Sort.EXTENSION)

#: Datastores that every workspace has from its beginning.
_BUILT_IN = ("workspaceartifactstore", "workspaceblobstore", "workspacefilestore", "workspaceworkingdirectory")


def say_parts(
    page: Page, inventory: Inventory, sort: Sort, parent_by_id: str, us: tuple[str, str], adopt: bool
) -> None:
    """The parts of one sort. `parent_by_id`: why what they belong to is used by its id; `us`: project and stack."""
    there = list(inventory.parts.get(sort, ()))
    if sort is Sort.POOL and not parent_by_id:
        _say_system_pool(page, there)
    for found in there:
        if sort is Sort.DATASTORE and found.name in _BUILT_IN:
            continue
        # Private endpoints, diagnostic settings, locks: made by a word of the settings, not as items of a list.
        said: Found | str = (
            f"a {SORTS[sort].noun.lower()} of a stack has a name of the stack's own: this one stays beside it"
        )
        if sort in PART_SETTINGS:
            # A cluster's own are said with it alone; what is in a workspace can be used beside it.
            above = parent_by_id if adopt or sort in _CLUSTERS else ""
            said = _why_no_part(inventory, sort, found, above, us)
            said = said or PART_SETTINGS[sort](found)
        if isinstance(said, str):
            page.left.append(Left(found.id, said))
            continue
        item = {"name": found.name, "whenExists": "adopt" if adopt else "refer", **said.settings}
        if sort is Sort.EXTENSION:
            page.environment[Kind.CLUSTER.setting]["extension"] = {"install": True, **item}
        else:
            if str(item.get("cluster")).lower() == _own_cluster(inventory):
                del item["cluster"]
            _items(page, sort).append(item)
        page.left += [Left(found.id, f"{text} stays as it is: no setting says it") for text in said.unsaid]
    if sort in LISTS and _path(page, sort):
        text = "One item each. One that falls out of the list is deleted in Azure."
        page.remarks[_where(sort)] = text if adopt else "Used as they are; `whenExists: adopt` would manage them."
    if sort is Sort.EXTENSION and not parent_by_id and "extension" not in page.environment[Kind.CLUSTER.setting]:
        page.environment[Kind.CLUSTER.setting]["extension"] = False


def _say_system_pool(page: Page, there: list[Live]) -> None:
    """The pool that the cluster was made with: its first of the mode System, which Azure has no other mark for."""
    pool = next((found for found in there if found.properties.get("mode") == "System"), None)
    if pool is not None:
        there.remove(pool)
        section = page.environment[Kind.CLUSTER.setting]
        section["systemPool"] = {"name": pool.name}
        if subnet := pool.properties.get("vnetSubnetID"):
            section["subnet"] = subnet


def _own_cluster(inventory: Inventory) -> str:
    return inventory.kinds[Kind.CLUSTER].id.lower() if Kind.CLUSTER in inventory.kinds else ""


def _where(sort: Sort) -> Path:
    """The key path of a sort's list."""
    return (Kind.CLUSTER.setting, LISTS[sort]) if sort in _CLUSTERS else (LISTS[sort],)


def _path(page: Page, sort: Sort) -> bool:
    """Whether the list is there."""
    value: Any = page.environment
    for name in _where(sort):
        value = value.get(name) if isinstance(value, dict) else None
    return value is not None


def _items(page: Page, sort: Sort) -> list[dict[str, Any]]:
    """The list of a sort, made where it is not there."""
    *above, last = _where(sort)
    value: Any = page.environment
    for name in above:
        value = value[name]
    found: list[dict[str, Any]] = value.setdefault(last, [])
    return found


def _why_no_part(inventory: Inventory, sort: Sort, found: Live, parent_by_id: str, us: tuple[str, str]) -> str:
    """Why a part can't be described at all; empty where it can."""
    other = other_owner(found, *us)
    state = str(found.properties.get("provisioningState") or "")
    place = inventory.kinds[Kind.WORKSPACE].location
    if other:
        return f"belongs to stack `{other}`"
    if parent_by_id and SORTS[sort].child:
        return f"is part of what is used by its id, which {parent_by_id}"
    if state.lower() == "deleting":
        return "is being deleted"
    if SORTS[sort].located and found.location and not same_location(found.location, place):
        return f"is in {found.location}, and a stack's own parts are where its workspace is, in {place}"
    return ""
