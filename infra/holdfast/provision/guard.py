"""Did a write of ours cost anybody an entry? The tripwire around every write to a vault (design, section 2).

The policies are read just before and just after. What is gone is put back by `accessPolicies/add`, an incident is kept,
and the run fails: it should never fire, and nobody would know if it did not look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from holdfast.arm import Answer, ArmClient
from holdfast.home import home, keep
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import PolicyEntry, lost, parse_policies, wire_entry

API_VERSION = KINDS[Kind.VAULT].api_version

#: Azure refuses overlapping writes to one vault with 409 ConflictError (pulumi-azure-native#1013) and the provider does
#: not retry it; seconds between our tries.
CONFLICT_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


def read_vault(client: ArmClient, vault_id: str) -> dict[str, Any]:
    """The vault's body. Raises HoldfastError `vault-unreadable`."""
    answer = client.get(vault_id, API_VERSION)
    if not answer.ok:
        raise _failed("vault-unreadable", f"Key Vault {vault_id} could not be read", answer)
    return dict(answer.body)


def add_policies(client: ArmClient, vault_id: str, entries: Iterable[PolicyEntry]) -> Answer:
    """`accessPolicies/add`: a union on the server, which never narrows what is there."""
    return change_policies(client, vault_id, "add", entries)


def change_policies(client: ArmClient, vault_id: str, operation: str, entries: Iterable[PolicyEntry]) -> Answer:
    """PUT `accessPolicies/{add|remove}` with all entries at once, tried again while others are writing."""
    body = {"properties": {"accessPolicies": [wire_entry(entry) for entry in entries]}}
    return unless_busy(lambda: client.request("PUT", f"{vault_id}/accessPolicies/{operation}", API_VERSION, body))


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
) -> tuple[PolicyEntry, ...]:
    """Carry out `write` and return the entries after it. `taken` are the ones that it is meant to take away.

    Raises HoldfastError: the write's own failure, or `tripwire` when entries are gone that it should have left.
    """
    before = parse_policies(read_vault(client, vault_id)["properties"])
    answer = write()
    after = parse_policies(read_vault(client, vault_id)["properties"])
    meant = {entry.key for entry in taken}
    gone = [entry for entry in lost(before, after) if entry.key not in meant]
    if gone:
        _trip(client, vault_id, what, gone, {principal.lower() for principal in never_restore})
    # An answer that got lost on its way is no failure when the caller finds its wish fulfilled: it checks `after`.
    if not answer.ok and answer.status != 0:
        raise _failed("vault-write-refused", f"{what} of Key Vault {vault_id} was refused", answer)
    return after


def _trip(client: ArmClient, vault_id: str, what: str, gone: list[PolicyEntry], never: set[str]) -> None:
    back = [entry for entry in gone if entry.principal.lower() not in never]
    answer = add_policies(client, vault_id, back) if back else Answer(200)
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
    did = "was put back" if answer.ok else f"could not be put back ({answer.status} {answer.code})"
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
    said = f"{answer.status or 'no answer'} {answer.code}".strip()
    return HoldfastError([Fault(error_id, message, (("answer", said), ("said", answer.message)), hint, Blame.AZURE)])
