"""`run()` raises for a request that its author did not think of.

The containers are well: only whoever asks sees the error, and the log.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, TRIAL, Stage

SYMPTOMS = ("run-raised",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    chances = model", '    rows = [row["measured"] for row in rows]\n    chances = model')
    done = stage.project.up()
    yield f"score.py expects another shape of its rows; pulumi up: {sum(done.operations.values())} operations"
    yield f"a client sends what it always sent: {stage.answered(TRIAL, 500)}"
