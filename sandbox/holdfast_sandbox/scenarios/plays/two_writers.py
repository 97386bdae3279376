"""Two pipelines write to the same endpoint at the same time.

Azure takes one operation of a resource at a time; the second one is told so, and has to come again.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import requests

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage, not_shown

SYMPTOMS = ("operation-cancelled",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    endpoint = stage.ids[f"online-endpoint-{SERVED}"]
    tags = stage.request("GET", endpoint, WORKSPACES).json().get("tags") or {}
    stage.azure.fault(r"^PATCH .*/onlineEndpoints/", hold=1.0)

    def write(_: int) -> requests.Response:
        return stage.request("PATCH", endpoint, WORKSPACES, {"tags": tags})

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(write, range(2)), key=lambda answer: answer.status_code)
    stage.azure.clear_faults()
    if answers[0].status_code >= 400:
        raise not_shown("one writer that is served", f"{answers[0].status_code} {answers[0].text}")
    yield f"two pipelines write tags to the endpoint at once, one of them: {stage.refused(answers[1])}"
