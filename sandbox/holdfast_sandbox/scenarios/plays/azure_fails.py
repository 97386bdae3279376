"""A service of Azure's fails, and says no more than that.

Whoever sees it suspects the own settings first. The rule stays on the sandbox until `holdfast sandbox fault clear`.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("service-internal-error",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.azure.fault(r"^GET .*/vaults/[^/?]+\?", status=500, code="InternalServerError")
    yield "reading the vault is answered with 500 InternalServerError"
    yield stage.fails("preview", "InternalServerError")
