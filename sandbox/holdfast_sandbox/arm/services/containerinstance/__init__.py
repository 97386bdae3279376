"""Microsoft.ContainerInstance: container groups (the control plane; no process runs, states are modelled)."""
