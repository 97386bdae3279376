"""Microsoft.Authorization: role assignments at any scope, and the role definitions that a team needs."""
