"""Azure throttles the subscription: every read is answered with 429.

The rule stays on the sandbox until `holdfast sandbox fault clear`.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("throttled-429",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.azure.fault(r"^GET /subscriptions/[^ ]*/providers/", status=429, retry_after=1)
    yield "every read of a resource is answered with 429 and Retry-After: 1"
    yield stage.fails("preview", "429")
