"""`run()` takes longer than the endpoint waits: five seconds where the stack says nothing else."""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, SERVED, Stage

SYMPTOMS = ("timeout-504",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    chances = model", "    import time\n\n    time.sleep(8)\n    chances = model")
    stage.project.up()
    yield "score.py thinks for eight seconds"
    yield f"a client asks: {stage.answered(SERVED, 504)}"
