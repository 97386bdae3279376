"""The model needs more memory than a replica may have, and each start ends with OOMKilled."""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, Stage

SYMPTOMS = ("pod-out-of-memory",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(
        SCRIPT,
        "    global model\n",
        "    global model\n    ballast = bytearray(1 << 30)\n    ballast[::4096] = b'x' * (1 << 18)\n",
    )
    for name in ("wine", "wine-trial"):
        stage.service(name, memory=0.5)
    yield "init() fills a gigabyte; a replica may have half of one"
    yield stage.fails("up", "PodOutOfMemory")
