"""Is the vault's name held by a vault that was deleted?

Source: learn.microsoft.com/azure/key-vault/general/soft-delete-overview; the 409 of a deployment: alan-turing-institute/
data-safe-haven issue 2523; `VaultAlreadyExists`: Azure/azure-powershell issue 15115.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="vault-soft-deleted",
    title="a soft-deleted Key Vault holds the name",
    looks_like="A deployment ends with 409: a vault of that name exists in deleted state, to be recovered or purged.",
    cause=(
        "Deleting a vault keeps it, its name and its secrets for up to 90 days. A new one of that name can't be made, and "
        "with purge protection nobody can end that earlier."
    ),
    remedy="Recover it: its access policies and secrets come back with it. `pulumi up` does so by itself.",
    commands=(
        "az keyvault list-deleted --resource-type vault --query \"[?name=='{vault}']\"",
        "pulumi up",
        "az keyvault recover --name {vault}",
    ),
    applies="pulumi up",
    source="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
    says=(
        Says((r"scheduledPurgeDate",), near=(r"vault",), within=12, plain=True),
        Says(
            (r"vault(?: `(?P<vault>[\w-]+)`)?", r"(?:in (?:a )?(?:soft[- ]?)?deleted state|soft[- ]?deleted|recover or purge|deleted but not purged|deletedVaults?/)"),
            none=(
                r"secret \S+ is currently|workspace|\bkey \S+ is currently|does not exist|recovered|was purged|enableSoft|soft.?delete (?:is )?enabled|^\s*[+~ ]*(?:soft_delete|\"?enable)",
            ),
            near=(r"conflict|\b409\b|error|fail|already exists|in use|recover or purge|cannot|exists in",),
            confidence=SURE,
        ),
        Says((r"vault name '?(?P<vault>[\w-]+)'? is already in use",), confidence=LIKELY),
        Says((r"vault[ \"'`]+(?P<vault>[\w-]{3,24})[ \"'`]+(?:is|was) (?:soft[- ])?deleted\b",), near=(r"error|fail|conflict|recover|cannot",)),
    ),
    codes=("VaultAlreadyExists",),
    explains=("service-internal-error",),
    yields=("workspace-soft-deleted",),
)  # fmt: skip
