"""Microsoft.ContainerRegistry: registries (the control plane; no images are kept)."""
