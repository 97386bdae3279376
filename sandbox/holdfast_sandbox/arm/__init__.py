"""An Azure Resource Manager over HTTPS on loopback, its state in SQLite.

One folder per service under `services/` (its docstring tells how to add one); everything around a service, from
tokens and api-versions to long-running operations and faults, is done here once.
"""
