"""Microsoft.Storage: storage accounts (the control plane; their blobs are Azurite's, see `holdfast_sandbox/blobs`)."""
