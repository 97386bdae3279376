"""`holdfast vault`: which words does it know?"""

from __future__ import annotations

from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _VaultWords(Words):
    words: ClassVar = {
        "show": Word("holdfast.ops.vault.show", "show", "Who may use a vault, and how."),
        "to-rbac": Word(
            "holdfast.ops.vault.to_rbac", "to_rbac", "From access policies to RBAC without a gap, or back."
        ),
    }


@click.group(cls=_VaultWords)
def vault() -> None:
    """Any vault: who may use it, who lost access, and how they get it back.

    A vault is named by its name or its resource id. Nothing of it needs a stack, a checkout or Pulumi.
    """
