"""`run()` takes the whole process down, in the middle of a request.

The front end has nobody to hand the request to any more and answers 502; the container is started again.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, SERVED, Stage

SYMPTOMS = ("crash-502",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    chances = model", "    os.kill(os.getppid(), 9)\n    os._exit(139)\n    chances = model")
    stage.project.up()
    yield "score.py ends the process that runs it"
    yield f"a client asks: {stage.answered(SERVED, 502)}"
