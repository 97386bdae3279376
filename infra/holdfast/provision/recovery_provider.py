"""How does what is soft-deleted come back? By the one PUT that Azure takes for it, sent by a resource of ours.

Not by an input of the vault: `createMode: recover` would be sent again with every later PUT. A dynamic provider; **this
module's path and the class name are frozen**, as those of `vault_provider` are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.settings_provider import whole_numbers
from holdfast.provision.vault_provider import QuietProvider, client_of

if TYPE_CHECKING:
    from holdfast.arm import Answer, ArmClient
    from holdfast.model.errors import Fault

Props = dict[str, Any]

#: The model that a vault's `enableRbacAuthorization` stands for; unset is access policies (API versions before 2026).
_MODELS = {True: "rbac", False: "access-policies"}


class RecoveryProvider(QuietProvider):
    """Inputs: `recover` ({`id`, `apiVersion`, `body`} or nothing), `back` (a list of the same), `authorization` (what
    a vault is planned with, else empty), `cloud`. Outputs: nothing of it, for what is done is done."""

    def create(self, props: Props) -> CreateResult:
        """Recover, then make again what did not come back."""
        return CreateResult("recovery", _recovered(props))

    def diff(self, _id: str, _olds: Props, news: Props) -> DiffResult:
        """Something to do where the read stage found something soft-deleted."""
        return DiffResult(changes=bool(news.get("recover") or news.get("back")))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """As create."""
        return UpdateResult(_recovered(news))


def _recovered(props: Props) -> Props:
    from holdfast.model.errors import HoldfastError

    client, recover = client_of(props), props.get("recover")
    if recover and (refused := _recover(client, recover, props.get("authorization"))):
        raise HoldfastError([refused])
    # One type after the other, in the order that they come in: an endpoint stands on a compute.
    for _, of_one_type in groupby(props.get("back") or [], key=lambda one: str(one["id"]).split("/")[-2]):
        with ThreadPoolExecutor(max_workers=8, thread_name_prefix="recovery") as pool:
            put_back = pool.map(lambda one: _put_back(client, one), of_one_type)
            faults = [fault for fault in put_back if fault]
        if faults:
            raise HoldfastError(faults)
    return {"recover": None, "back": []}


def _recover(client: ArmClient, recover: Props, planned: str | None) -> Fault | None:
    """What stands against it; nothing where it is back, whoever brought it back."""
    from holdfast.model.errors import Blame, Fault

    answer = _made_there(client, recover)
    if not answer.ok:
        hint = {
            403: "this login needs to write where it was, and for a vault"
            " Microsoft.KeyVault/locations/deletedVaults/read on the subscription",
            404: "it may have been purged, or recovered by somebody else, meanwhile: run again",
        }.get(answer.status, "nothing else was written; run again once Azure answers")
        message = f"{recover['id']} is soft-deleted, and could not be recovered"
        return Fault("not-recovered", message, (*answer.evidence, ("decided", "nothing is purged")), hint, Blame.AZURE)
    found = _MODELS[bool((answer.body.get("properties") or {}).get("enableRbacAuthorization"))]
    if planned and found != planned:
        return Fault(
            "recovered-otherwise",
            f"{recover['id']} is back, and uses {found}: before that Azure does not tell, and {planned} was expected",
            (("planned", planned), ("found", found), ("decided", "stop; what was planned for it does not fit")),
            "run again: it is read as it is now",
            Blame.AZURE,
        )
    return None


def _put_back(client: ArmClient, one: Props) -> Fault | None:
    from holdfast.model.errors import Blame, Fault

    answer = _made_there(client, one)
    if answer.ok or answer.code == "RoleAssignmentExists":
        return None
    return Fault(
        "not-put-back",
        f"{one['id']} did not come back with what was recovered, and could not be made again",
        answer.evidence,
        "what was recovered stays; run again once the cause is gone",
        Blame.AZURE,
    )


def _made_there(client: ArmClient, one: Props) -> Answer:
    """What is at the id in the end: written only where nothing is, so that nobody's newer one is overwritten."""
    from holdfast.arm.wait import wait
    from holdfast.guard import unless_busy

    where, version = one["id"], one["apiVersion"]
    found = client.get(where, version)
    if found.ok or found.status != 404:
        return found
    sent = unless_busy(lambda: client.request("PUT", where, version, whole_numbers(one["body"])))
    answer = wait(client, where, version, sent)
    # An answer that got lost, or somebody who was quicker: what is there now is what counts.
    found = client.get(where, version)
    return found if found.readable or answer.ok else answer
