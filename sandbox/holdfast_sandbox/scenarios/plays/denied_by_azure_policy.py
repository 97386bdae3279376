"""An Azure Policy of the landing zone denies container groups.

The rule stays on the sandbox until `holdfast sandbox fault clear`.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import TRIAL, Stage

SYMPTOMS = ("denied-by-policy",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.azure.fault(r"^PUT .*/containerGroups/", status=403, code="RequestDisallowedByPolicy")
    yield "an Azure Policy denies what writes a container group"
    stage.service(TRIAL, env={"GRAPES": "red"})
    yield stage.fails("up", "RequestDisallowedByPolicy")
