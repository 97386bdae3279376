"""Microsoft.MachineLearningServices: workspaces, their computes and their datastores."""
