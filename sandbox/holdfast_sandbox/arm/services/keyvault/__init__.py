"""Microsoft.KeyVault: vaults, their soft-deleted afterlife, access policies, secrets and keys through ARM."""
