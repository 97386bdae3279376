"""Does the vault belong to another stack?

Source: Holdfast's own refusal (docs/errors.md): a vault has one owner.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="vault-owned-elsewhere",
    title="the Key Vault belongs to another stack",
    looks_like="A run of Holdfast ends with `vault-owned-elsewhere` before anything is written.",
    cause="The vault bears another stack's tags, and this stack's settings want to manage it.",
    remedy="Use it without managing it: `vault.whenExists: refer`, or name it by `vault.id`.",
    commands=("holdfast vault show {vault}", "holdfast settings check  # after vault.whenExists: refer"),
    source="https://github.com/pulumi/pulumi-azure-native/issues/3586",
    says=(Says((r"Key Vault `(?P<vault>[\w-]+)` belongs to (?:another )?stack",), confidence=SURE),),
    codes=("vault-owned-elsewhere",),
)
