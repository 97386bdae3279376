"""`holdfast vault`: which words does it know?"""

from __future__ import annotations

from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _VaultWords(Words):
    words: ClassVar = {
        "history": Word(
            "holdfast.ops.vault.history", "history", "Who appeared, lost, was put back or revoked, and when."
        ),
        "restore": Word("holdfast.ops.vault.restore", "restore", "Add back what the last receipt shows and it lacks."),
        "revoke": Word("holdfast.ops.vault.revoke", "revoke", "Take access from one principal, and from nobody else."),
        "scan": Word("holdfast.ops.vault.scan", "scan", "Every vault of a subscription: model, orphans, protection."),
        "show": Word("holdfast.ops.vault.show", "show", "Who may use a vault, and how."),
        "verify": Word(
            "holdfast.ops.vault.verify", "verify", "Is everything still there? Exits with 4 where it is not."
        ),
        "to-rbac": Word(
            "holdfast.ops.vault.to_rbac", "to_rbac", "From access policies to RBAC without a gap, or back."
        ),
    }


@click.group(cls=_VaultWords)
def vault() -> None:
    """Any vault: who may use it, who lost access, and how they get it back.

    A vault is named by its name or its resource id. Nothing of it needs a stack, a checkout or Pulumi.

    \b
      holdfast vault show kv-ml                 every entry, with names
      holdfast vault verify kv-ml               is anything gone since the last receipt?
      holdfast vault restore kv-ml --dry-run    what would be given back
      holdfast vault to-rbac kv-ml --plan       which roles would take the policies' place
      holdfast vault scan --all-subscriptions   which vaults need somebody to look at them
    """
