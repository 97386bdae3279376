"""Which query opens a blob, or an account, to whoever has the link? Shared access signatures, as Azure's clients make.

After learn.microsoft.com/rest/api/storageservices/create-service-sas and create-account-sas, version 2020-12-06: the
one string differs from the other by the order of its fields. Microsoft's own client would do, and costs the server a
third of its memory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

VERSION = "2020-12-06"
#: Clocks differ: a link is good from a little before it was made.
_EARLIER = timedelta(minutes=10)


def blob_query(account: str, key: str, blob: str, permissions: str, lifetime: timedelta) -> str:
    """The query for one blob, `CONTAINER/PATH`; `permissions` in Azure's letters and order (`r`, `racw`)."""
    starts, ends = _times(lifetime)
    fields = [permissions, starts, ends, f"/blob/{account}/{blob}", "", "", "https", VERSION, "b", "", "", *[""] * 5]
    signed = _signature(key, "\n".join(fields))
    parts = {"sv": VERSION, "st": starts, "se": ends, "sr": "b", "sp": permissions, "spr": "https", "sig": signed}
    return urlencode(parts)


def account_query(account: str, key: str, lifetime: timedelta = timedelta(hours=1)) -> str:
    """The query for all that an account's blob service does: the sandbox's own, never handed out."""
    starts, ends = _times(lifetime)
    permissions, services, types = "rwdlac", "b", "sco"
    fields = [account, permissions, services, types, starts, ends, "", "https", VERSION, "", ""]
    signed = _signature(key, "\n".join(fields))
    parts = {"sv": VERSION, "ss": services, "srt": types, "sp": permissions, "st": starts, "se": ends, "spr": "https"}
    return urlencode({**parts, "sig": signed})


def _times(lifetime: timedelta) -> tuple[str, str]:
    now = datetime.now(UTC)
    return f"{now - _EARLIER:%Y-%m-%dT%H:%M:%SZ}", f"{now + lifetime:%Y-%m-%dT%H:%M:%SZ}"


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()
