"""What does the engine run for `--policy-pack policies`? The rules of this folder, as one pack.

What needs the live vault or the old state can't be a policy: it is a refusal of the program itself.
"""

from __future__ import annotations

from pulumi_policy import PolicyPack

from rules import RULES  # type: ignore[import-not-found]  # the engine puts this folder on sys.path, mypy the one above

PolicyPack("holdfast", list(RULES))
