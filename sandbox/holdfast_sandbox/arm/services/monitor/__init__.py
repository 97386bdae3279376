"""Microsoft.Insights as Azure Monitor serves it for other resources: diagnostic settings and their categories."""
