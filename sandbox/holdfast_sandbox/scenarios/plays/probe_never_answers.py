"""The model takes longer to load than the readiness probe waits.

Nothing crashes: the container runs, answers nobody, and the roll-out is given up.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, SERVED, Stage

SYMPTOMS = ("container-not-ready",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    global model\n", "    global model\n    import time\n\n    time.sleep(20)\n")
    readiness = {"initialDelay": 1, "period": 1, "failures": 4}
    stage.service(SERVED, probes={"readiness": readiness})
    yield "init() takes 20 seconds; the readiness probe gives it 5"
    yield stage.fails("up", "ResourceNotReady")
