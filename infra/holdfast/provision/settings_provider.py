"""How is a setting of a live resource changed, so that nothing else of it changes?

By a PATCH of what differs where Azure has one; else what Azure holds is read, what differs merged into it, and put back
under its ETag where it has one: somebody else's change in between is met again, not undone. A dynamic provider. **This
module's path and the class name are frozen**, as those of `vault_provider` are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of

if TYPE_CHECKING:
    from holdfast.arm import Answer, ArmClient
    from holdfast.model.errors import Fault

Props = dict[str, Any]

#: A PUT under an ETag that lost its race is tried again on what is there then; so is one that met another operation.
TRIES = 3
#: What Azure answers and does not take back.
_READ_ONLY = ("id", "name", "type", "systemData", "eTag", "etag")


class ResourceSettingsProvider(QuietProvider):
    """Inputs: `changes` [{`id`, `apiVersion`, `fragment`, `wholePut`}], `cloud`. Outputs: `changes`, emptied."""

    def create(self, props: Props) -> CreateResult:
        """A new environment is as the settings say; one that was adopted may not be."""
        return CreateResult("resource-settings", _written(props))

    def diff(self, _id: str, _olds: Props, news: Props) -> DiffResult:
        """Something to do where the read stage found a difference."""
        return DiffResult(changes=bool(news.get("changes")))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """All changes at once; every one that fails is told."""
        return UpdateResult(_written(news))


def _written(props: Props) -> Props:
    from holdfast.model.errors import HoldfastError

    changes = props.get("changes") or []
    if changes:
        client = client_of(props)
        with ThreadPoolExecutor(max_workers=8, thread_name_prefix="settings") as pool:
            faults = [fault for fault in pool.map(lambda change: _write(client, change), changes) if fault]
        if faults:
            raise HoldfastError(faults)
    return {"changes": []}


def _write(client: ArmClient, change: Props) -> Fault | None:
    from holdfast.arm.wait import wait
    from holdfast.model.errors import Blame, Fault

    where, version = change["id"], change["apiVersion"]
    send = _put if change.get("wholePut") else _patch
    answer = send(client, where, version, change["fragment"])
    for _ in range(TRIES - 1):
        if answer.status not in (409, 412):
            break
        answer = send(client, where, version, change["fragment"])
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


def _patch(client: ArmClient, where: str, version: str, fragment: Props) -> Answer:
    return client.request("PATCH", where, version, fragment)


def _put(client: ArmClient, where: str, version: str, fragment: Props) -> Answer:
    from holdfast.model.bodies import merged_body

    found = client.get(where, version)
    if not found.readable:
        return found
    body = {name: value for name, value in found.body.items() if name not in _READ_ONLY}
    tag = found.body.get("eTag") or found.body.get("etag") or found.headers.get("ETag")
    return client.request("PUT", where, version, merged_body(body, fragment), {"If-Match": str(tag)} if tag else None)
