"""`holdfast drift`: settings, state and Azure side by side. Reads, decides as a run would, and writes nothing."""
