"""Microsoft.MachineLearningServices: workspaces (the control plane; no child resources yet)."""
