"""Microsoft.Authorization: role assignments and locks at any scope, and the role definitions that a team needs."""
