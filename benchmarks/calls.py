"""What does a run with nothing to do ask of Azure, and does that grow with what others put in the vault?

Counted in the sandbox's request log, for `pulumi up --skip-preview`. Microsoft's own client adds the policies.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Row
from benchmarks.projects import MeteredProject
from holdfast_sandbox.rehearsal import Stranger

#: Foreign entries in the vault. With ours and the workspace's they must stay under Azure's 1024.
FOREIGN = (5, 50, 1000)

#: The issue's limit for the reads of a run.
READS = 6

NAME = "arm-calls"


def measure(ours: MeteredProject, say: Callable[[str], None]) -> list[Row]:
    """Reads and writes of one run for each number of foreign policies."""
    stranger = Stranger(ours.environ)
    vault = ours.resource_id("vault")
    rows: list[Row] = []
    there = 0
    for count in FOREIGN:
        say(f"ARM calls with {count} foreign policies")
        added = [stranger.entry(stranger.principal(number), secrets=["get"]) for number in range(there, count)]
        stranger.add(vault, *added)
        there = count
        outcome = ours.nothing_to_do("up").outcome
        reads, writes = len(outcome.reads), len(outcome.writes)
        rows.append(Row(NAME, f"ARM reads, {count} foreign policies", str(reads), reads, READS))
        rows.append(Row(NAME, f"ARM writes, {count} foreign policies", str(writes), writes, 0))
    counts = sorted({int(row.value) for row in rows[::2]})
    spread = counts[-1] - counts[0]
    figure = f"{spread} more" if spread else "the same"
    rows.append(Row(NAME, f"ARM reads, {FOREIGN[-1]} against {FOREIGN[0]} foreign policies", figure, spread, 0))
    return rows
