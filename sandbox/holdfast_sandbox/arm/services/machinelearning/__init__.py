"""Microsoft.MachineLearningServices: workspaces, their computes, datastores, assets and online endpoints."""
