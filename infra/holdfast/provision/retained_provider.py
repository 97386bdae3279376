"""What outlives `pulumi destroy`, and who says so?

`destroy` runs no program, so the list is kept in the state, by a dynamic resource whose deletion tells it: the engine
shows what a dynamic provider prints (sdk/v3 plugin.go, `isDynamicPluginBinary`). With `retain: false` that deletion is
the first one of all, and refuses where the group would take what is somebody else's with it: Azure deletes a group with
everything in it. **This module's path and the class name are frozen**, as those of `vault_provider` are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of

if TYPE_CHECKING:
    from holdfast.arm import ArmClient
    from holdfast.model.errors import HoldfastError

Props = dict[str, Any]

#: Source: Azure REST API, Resource Management, Resources - List By Resource Group.
LIST_VERSION = "2021-04-01"
#: Rows of evidence; a group may hold thousands of things.
SHOWN = 10
#: What Application Insights makes in its component's group, by itself ("Smart detection", Microsoft Learn).
_SMART_DETECTION = {
    "microsoft.alertsmanagement/smartdetectoralertrules",
    "microsoft.insights/actiongroups",
}


class RetainedProvider(QuietProvider):
    """Inputs: `retain`, `retained` and `referred` [{`noun`, `id`}], `group` (the id of one that `destroy` deletes, else
    null), `ours` (ids of everything that is managed in it), `cloud`. Outputs: the same."""

    def create(self, props: Props) -> CreateResult:
        """Nothing is written: what is to be told later is put on record."""
        return CreateResult("retained", _kept(props))

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        """Something to do where another list is to be recorded; an id in another letter case is the same one."""
        return DiffResult(changes=_comparable(olds) != _comparable(news))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create."""
        return UpdateResult(_kept(news))

    def delete(self, _id: str, props: Props) -> None:
        """Tell what stays; before a group is deleted, look whether it is ours alone. Raises HoldfastError:
        `destroy-would-take-more`, `unreadable`."""
        if props.get("group"):
            _expect_ours_alone(client_of(props), props)
        print("\n".join(_told(props)), flush=True)  # the engine shows it as an `info` of the stack


def _kept(props: Props) -> Props:
    return {name: props.get(name) for name in ("retain", "retained", "referred", "group", "ours", "cloud")}


def _comparable(props: Props) -> Any:
    def lowered(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: lowered(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [lowered(one) for one in value]
        return value.lower() if isinstance(value, str) else value

    return lowered(_kept(props))


def _told(props: Props) -> list[str]:
    lines = []
    if retained := props.get("retained") or []:
        if props.get("retain"):
            lines.append(
                "left in Azure with all that is in it, every access policy too; the next `pulumi up` adopts it:"
            )
        else:
            lines.append("`retain: false` deletes these, softly where Azure can, and purges nothing:")
        lines += _rows(retained)
    if referred := props.get("referred") or []:
        lines += ["somebody else's, and left alone:", *_rows(referred)]
    return lines or ["nothing of this stack is left in Azure"]


def _rows(rows: list[Mapping[str, str]]) -> list[str]:
    width = max(len(row["noun"]) for row in rows)
    return [f"  {row['noun']:<{width}}  {row['id']}" for row in rows]


def _expect_ours_alone(client: ArmClient, props: Props) -> None:
    from holdfast.model.errors import Blame, Fault, HoldfastError

    group, theirs = props["group"], list[str]()
    ours = {str(id).lower() for id in props.get("ours") or ()}
    for page in client.pages(f"{group}/resources", LIST_VERSION):
        if page.status == 404:
            return  # gone already, with whatever was in it
        if not page.readable:
            raise HoldfastError(
                [
                    Fault(
                        "unreadable",
                        f"what resource group {group} holds could not be read, so nothing is deleted",
                        page.evidence,
                        "run `pulumi destroy` again once Azure answers; 403: the role Reader on the group holds what is"
                        " needed",
                        Blame.AZURE,
                    )
                ]
            )
        theirs += [str(row["id"]) for row in page.body.get("value") or () if not _goes_along(row, ours)]
    if theirs:
        raise _too_much(group, sorted(theirs))


def _goes_along(row: Mapping[str, Any], ours: set[str]) -> bool:
    """Whether a row of the group's list is ours, lies within what is, or was made for it by Azure."""
    id, type = str(row.get("id") or "").lower(), str(row.get("type") or "").lower()
    name = id.rpartition("/")[2]
    if id in ours or any(id.startswith(f"{one}/") for one in ours):
        return True
    if str(row.get("managedBy") or "").lower() in ours - {""}:
        return True
    if type == "microsoft.network/networkinterfaces":
        return any("/privateendpoints/" in one and name.startswith(f"{one.rpartition('/')[2]}.nic.") for one in ours)
    components = {one.rpartition("/")[2] for one in ours if "/microsoft.insights/components/" in one}
    return (
        type in _SMART_DETECTION
        and bool(components)
        and name.startswith(
            ("application insights smart detection", *(f"failure anomalies - {one}" for one in components))
        )
    )


def _too_much(group: str, theirs: list[str]) -> HoldfastError:
    from holdfast.model.errors import Fault, HoldfastError

    rows = tuple(("not ours", id) for id in theirs[:SHOWN])
    more = (("and", f"{len(theirs) - SHOWN} more"),) if len(theirs) > SHOWN else ()
    return HoldfastError(
        [
            Fault(
                "destroy-would-take-more",
                f"`retain: false` would delete resource group {group}, and with it what is not this stack's",
                (*rows, *more, ("decided", "refuse; nothing is deleted")),
                "move or delete it first (the list may lag: then run again); or set `retain: true`, run `pulumi up`,"
                " and `pulumi destroy` leaves the group and what holds keys or data",
            )
        ]
    )
