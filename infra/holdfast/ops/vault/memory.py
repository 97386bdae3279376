"""What does this machine remember of a vault? All receipts, incidents and commands' records that are about it.

Of whatever stack; nothing is asked of Azure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast.home import home, keep, records
from holdfast.model.errors import Fault, HoldfastError
from holdfast.ops.output import say
from holdfast.verify.ledger import Ledger, read_ledger
from holdfast.verify.records import INCIDENT, Record, is_about, read_record

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


def recall(vault_id: str) -> Ledger:
    """What is on record of the vault. A file that can't be read or is of another version is told, never passed over."""
    bodies, unreadable = records()
    found: list[Record] = []
    for path, body in bodies:
        if not is_about(body, vault_id):
            continue
        record = read_record(body, str(path))
        if record is None:
            unreadable.append(path)
        else:
            found.append(record)
    for path in unreadable:
        say(f"warning: {path} is no record of this version, and is passed over")
    return read_ledger(found)


def vault_on_record(name: str) -> str:
    """The id of the one vault of that name that this machine remembers.

    Raises HoldfastError: `no-receipt`, `vault-ambiguous`.
    """
    named = [body.get("vault") for _, body in records()[0]]
    ids = {str(vault.get("id") if isinstance(vault, Mapping) else vault) for vault in named if vault}
    fitting = {id.lower(): id for id in ids if id.rstrip("/").rpartition("/")[2].lower() == name.lower()}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if not fitting:
        raise HoldfastError([nothing_known(name)])
    rows = tuple(("on record", id) for id in sorted(fitting.values()))
    says = f"this machine remembers {len(fitting)} vaults `{name}`"
    raise HoldfastError([Fault("vault-ambiguous", says, rows, "give the id of the one that is meant")])


def nothing_known(vault: str) -> Fault:
    """That no record of the vault is on this machine."""
    hint = "a receipt is left by every `pulumi up`, on the machine that runs it; name one with its path"
    rows = (("looked in", str(home() / "receipts")),)
    return Fault("no-receipt", f"nothing on this machine is a record of Key Vault {vault}", rows, hint)


def read_receipt(path: Path, vault_id: str) -> Record:
    """A receipt that somebody names. Raises HoldfastError: `receipt-unreadable`, `receipt-of-another-vault`."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HoldfastError([_no_receipt(path, str(error))]) from None
    record = read_record(body, str(path)) if isinstance(body, dict) else None
    if record is None or record.kind == INCIDENT:
        raise HoldfastError([_no_receipt(path, "it does not show what a vault held")])
    if not is_about(body, vault_id):
        rows = (("receipt", str(path)), ("is about", str((body.get("vault") or {}).get("id"))), ("asked for", vault_id))
        hint = "name one of this vault; `holdfast vault history` shows them"
        raise HoldfastError([Fault("receipt-of-another-vault", "the receipt is about another vault", rows, hint)])
    return record


def remember(record: dict[str, Any]) -> Path | None:
    """Keep what a command did. A machine that can't keep it is told so: what was written to the vault stays written."""
    now = datetime.now(UTC)
    try:
        return keep(home() / "receipts", f"vault-{now:%Y%m%dT%H%M%S%f}.json", {"time": now.isoformat(), **record})
    except OSError as error:
        say(f"warning: what was done could not be recorded on this machine ({error.strerror})")
        return None


def checked_principal(given: str) -> str:
    """An object id in lower case. Raises HoldfastError `invalid-principal`."""
    if _GUID.fullmatch(given):
        return given.lower()
    rows = (("value", given), ("allowed", "an object id, a GUID"))
    hint = "`holdfast vault show` has the ids beside the names"
    raise HoldfastError([Fault("invalid-principal", f"`{given}` is no object id", rows, hint)])


def _no_receipt(path: Path, said: str) -> Fault:
    hint = "name another file; `holdfast vault history` shows those of a vault"
    return Fault("receipt-unreadable", f"{path} is no receipt", (("said", said),), hint)
