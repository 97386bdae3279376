"""Image builds: what an ACR task does with a Dockerfile, as far as a machine without containers can do it.

Packages are really resolved and installed (by uv, into `environments`), files are really copied; of the other commands
the log says that they were not run. `executor` is a process of its own for each build; `runner` is the server's side.
"""
