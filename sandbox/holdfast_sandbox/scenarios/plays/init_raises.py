"""`init()` of the scoring script raises, and the container is started again and again.

Kubernetes calls it CrashLoopBackOff: each start ends in the same exception, and the pause before the next one grows.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, Stage

SYMPTOMS = ("init-raised",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    global model\n", '    global model\n    raise RuntimeError("the cellar is locked")\n')
    yield "init() of score.py raises"
    yield stage.fails("up", "the cellar is locked")
