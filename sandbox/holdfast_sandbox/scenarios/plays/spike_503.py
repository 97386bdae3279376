"""Forty clients ask at once, and autoscaling has one replica to offer.

A replica works on one request at a time. What waits longer than half a second in the queue is answered 503; new
replicas are there only when the spike is over.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from holdfast_sandbox.scenarios.stage import SCRIPT, SERVED, Stage, not_shown

SYMPTOMS = ("autoscale-503",)
CLIENTS = 40


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "    chances = model", "    import time\n\n    time.sleep(0.2)\n    chances = model")
    stage.project.up()
    yield "score.py takes 200 ms for a request; one replica, three at the most"
    uri = stage.outputs()["services"][SERVED]["scoringUri"]
    key = stage.stranger.endpoint_key(stage.ids[f"online-endpoint-{SERVED}"])
    with ThreadPoolExecutor(CLIENTS) as pool:
        codes = Counter(pool.map(lambda _: stage.ask_at(uri, key).status_code, range(CLIENTS)))
    if not codes[503]:
        raise not_shown("answers with 503", str(dict(codes)))
    told = ", ".join(f"{count} with {code}" for code, count in sorted(codes.items()))
    yield f"{CLIENTS} clients ask at once: answered {told}"
