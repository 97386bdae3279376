"""`run()` raises for a request that its author did not think of.

The containers are well: only whoever asks sees the error, and the log.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, TRIAL, Stage, not_shown

SYMPTOMS = ("run-raised",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    chances = model", '    rows = [row["measured"] for row in rows]\n    chances = model')
    done = stage.project.up()
    yield f"score.py expects another shape of its rows; pulumi up: {sum(done.operations.values())} operations"
    answer = stage.ask(TRIAL)
    if answer.status_code != 500:
        raise not_shown("a request that is answered with 500", f"{answer.status_code} {answer.text}")
    yield f"a client sends what it always sent: {answer.status_code} {answer.text.strip()[:120]}"
