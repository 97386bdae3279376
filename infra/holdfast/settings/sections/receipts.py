"""Which keys are there under `receipts`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.settings.keys import Text, key
from holdfast.settings.receipts import ALLOWED, read_container


@dataclass(frozen=True, slots=True)
class Receipts:
    """`receipts`."""

    container: str | None = key(
        Text(ALLOWED, read=read_container, example="https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX"),
        "The blob container that each run's receipt goes to as well, with a prefix where one is wanted. Logged in to as"
        " everything else, so without a SAS. A store that does not answer costs a warning, never a run.",
        required=True,
    )
