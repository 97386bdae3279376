"""Microsoft.MachineLearningServices: workspaces, their computes, datastores, models, environments and codes."""
