"""Microsoft.Storage: storage accounts (the control plane; no blobs are kept)."""
