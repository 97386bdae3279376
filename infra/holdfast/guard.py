"""Did a write of ours cost anybody an entry? The tripwire around every write to a vault (design, section 2).

The policies are read just before and just after. What is gone is put back by `accessPolicies/add`, an incident is kept,
and the run fails: it should never fire, and nobody would know if it did not look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from holdfast.arm import Answer, ArmClient
from holdfast.home import home, keep
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import Permissions, PolicyEntry, lost, parse_policies, wire_entry

API_VERSION = KINDS[Kind.VAULT].api_version

#: Azure refuses overlapping writes to one vault with 409 ConflictError (pulumi-azure-native#1013) and the provider does
#: not retry it; seconds between our tries.
CONFLICT_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


def read_vault(client: ArmClient, vault_id: str) -> dict[str, Any]:
    """The vault's body. Raises HoldfastError `vault-unreadable`."""
    answer = client.get(vault_id, API_VERSION)
    if not answer.readable:
        raise _failed("vault-unreadable", f"Key Vault {vault_id} could not be read", answer)
    return dict(answer.body)


def add_policies(client: ArmClient, vault_id: str, entries: Iterable[PolicyEntry]) -> Answer:
    """`accessPolicies/add`: a union on the server, which never narrows what is there."""
    return change_policies(client, vault_id, "add", entries)


def change_policies(client: ArmClient, vault_id: str, operation: str, entries: Iterable[PolicyEntry]) -> Answer:
    """One PUT `accessPolicies/{add|remove}` with all entries at once."""
    body = {"properties": {"accessPolicies": [wire_entry(entry) for entry in entries]}}
    return client.request("PUT", f"{vault_id}/accessPolicies/{operation}", API_VERSION, body)


def unless_busy(send: Callable[[], Answer]) -> Answer:
    """Send, and again after a 409 ConflictError."""
    answer = send()
    for wait in CONFLICT_WAITS:
        if not (answer.status == 409 and answer.code == "ConflictError"):
            break
        time.sleep(wait)
        answer = send()
    return answer


def guarded(
    client: ArmClient,
    vault_id: str,
    what: str,
    write: Callable[[], Answer],
    taken: Iterable[PolicyEntry] = (),
    never_restore: Iterable[str] = (),
    *,
    done: Callable[[dict[str, Any]], bool],
) -> tuple[PolicyEntry, ...]:
    """Carry out `write`, one request, and return the entries after it; tried again while others are writing.

    `taken` are the permissions that it is meant to take away; `done` tells by the vault's body whether it has had its
    effect. Raises HoldfastError: the write's own failure, or `tripwire` when entries are gone that it should have left.
    """
    before: tuple[PolicyEntry, ...] = ()

    def read_and_write() -> Answer:
        # Read again for every try: whoever kept us waiting may have been an admin who revoked something.
        nonlocal before
        before = _policies(read_vault(client, vault_id))
        return write()

    answer = unless_busy(read_and_write)
    body = read_vault(client, vault_id)
    after = _policies(body)
    if gone := _unmeant(lost(before, after), taken):
        _trip(client, vault_id, what, gone, {principal.lower() for principal in never_restore})
    # An answer that got lost on its way is no failure where the write has had its effect.
    if not answer.ok and not (answer.status == 0 and done(body)):
        raise _failed("vault-write-refused", f"{what} of Key Vault {vault_id} was refused", answer)
    return after


def _policies(vault: dict[str, Any]) -> tuple[PolicyEntry, ...]:
    return parse_policies(vault.get("properties") or {})


def _unmeant(gone: Iterable[PolicyEntry], taken: Iterable[PolicyEntry]) -> list[PolicyEntry]:
    """What is gone beyond what was to be taken away: a revocation of `set` must not cost anybody `get`."""
    meant = {entry.key: entry.permissions for entry in taken}
    beyond = [(entry, meant.get(entry.key, Permissions()).lacks(entry.permissions)) for entry in gone]
    return [replace(entry, permissions=left) for entry, left in beyond if left]


def _trip(client: ArmClient, vault_id: str, what: str, gone: list[PolicyEntry], never: set[str]) -> None:
    back = [entry for entry in gone if entry.principal.lower() not in never]
    answer = unless_busy(lambda: add_policies(client, vault_id, back)) if back else Answer(200)
    now = datetime.now(UTC)
    incident = {
        "incident": "tripwire",
        "vault": vault_id,
        "write": what,
        "time": now.isoformat(timespec="seconds"),
        "gone": [wire_entry(entry) for entry in gone],
        "putBack": [wire_entry(entry) for entry in back] if answer.ok else [],
    }
    path = keep(home() / "receipts", f"incident-{now:%Y%m%dT%H%M%S%f}.json", incident)
    did = "was put back" if answer.ok else f"could not be put back ({answer.status or 'no answer'} {answer.code})"
    if answer.ok and len(back) < len(gone):
        did += ", but for principals under `neverRestore`"
    raise HoldfastError(
        [
            Fault(
                "tripwire",
                f"{what} of Key Vault {vault_id} was followed by the loss of access policies; what is gone {did}",
                (*(("gone", f"{entry.principal}: {entry.permissions}") for entry in gone), ("receipt", str(path))),
                "somebody else may have written at the same moment; compare with the receipt, then run again",
                Blame.AZURE,
            )
        ]
    )


def _failed(error_id: str, message: str, answer: Answer) -> HoldfastError:
    hint = {
        401: "the token was refused: log in anew",
        403: "this login needs Microsoft.KeyVault/vaults/read, /write and /accessPolicies/write on the vault"
        " (the role Key Vault Contributor holds them); an Azure Policy may forbid it, too",
        409: "somebody else kept writing to the vault; run again",
    }.get(answer.status, "run again once Azure answers")
    return HoldfastError([Fault(error_id, message, answer.evidence, hint, Blame.AZURE)])
