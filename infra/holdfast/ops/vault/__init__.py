"""`holdfast vault`: any vault, by name or by id, with no stack, no checkout and no Pulumi."""
