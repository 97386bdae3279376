"""`run()` takes the whole process down, in the middle of a request.

The front end has nobody to hand the request to any more and answers 502; the container is started again.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, SERVED, Stage, not_shown

SYMPTOMS = ("crash-502",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    chances = model", "    os.kill(os.getppid(), 9)\n    os._exit(139)\n    chances = model")
    stage.project.up()
    yield "score.py ends the process that runs it"
    answer = stage.ask(SERVED)
    if answer.status_code != 502:
        raise not_shown("a request that is answered with 502", f"{answer.status_code} {answer.text}")
    yield f"a client asks: {answer.status_code} {answer.text.strip()[:120]}"
