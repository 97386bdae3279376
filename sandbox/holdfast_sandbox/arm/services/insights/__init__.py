"""Microsoft.Insights: Application Insights components (the control plane; no telemetry is kept)."""
