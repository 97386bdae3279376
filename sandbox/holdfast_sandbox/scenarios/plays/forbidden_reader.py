"""The run's login may not read the vault.

What can't be read is not taken for what is not there: the run ends before it writes anything. The rule stays on the
sandbox until `holdfast sandbox fault clear`.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import Stage

SYMPTOMS = ("access-denied",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.azure.fault(r"^GET .*/Microsoft\.KeyVault/vaults/", status=403, code="AuthorizationFailed")
    yield "reading the vault is answered with 403 AuthorizationFailed"
    yield stage.fails("preview", "unreadable")
