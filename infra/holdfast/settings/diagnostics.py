"""Which diagnostic settings are wanted? One for each resource that has logs, all to the logs workspace.

Off unless it is written: what is ingested is paid by the gigabyte, and where an Azure Policy makes such settings, a
second one for the same logs to the same place is refused by Azure (409).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.model.kinds import Kind
from holdfast.model.sorts import Sort
from holdfast.model.wanted import WantedPart, WantedResource, WhenExists
from holdfast.settings.sections import Environment

#: The kinds that report, by the sort of their setting.
REPORTING: Mapping[Kind, Sort] = {
    Kind.VAULT: Sort.DIAGNOSTICS,
    Kind.STORAGE: Sort.BLOB_DIAGNOSTICS,
    Kind.REGISTRY: Sort.DIAGNOSTICS,
    Kind.CLUSTER: Sort.DIAGNOSTICS,
    Kind.WORKSPACE: Sort.DIAGNOSTICS,
}


def want_diagnostics(
    environment: Environment, resources: Mapping[Kind, WantedResource], project: str, stack: str
) -> Iterator[WantedPart]:
    """A setting for each kind that reports; its name says whose it is, for it bears no tags."""
    asked = environment.diagnostics
    if asked is None or asked.enabled is False:
        return
    for kind, sort in REPORTING.items():
        if kind in resources:
            yield WantedPart(
                sort,
                f"{project}-{stack}-{kind}",
                kind.value,
                {"target": kind.value, "logs": asked.logs or "audit", "metrics": asked.metrics is not False},
                when_exists=WhenExists.ADOPT,
                key="diagnostics",
            )
