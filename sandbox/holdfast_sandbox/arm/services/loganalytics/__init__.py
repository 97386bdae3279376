"""Microsoft.OperationalInsights: Log Analytics workspaces (the control plane; no logs are kept)."""
