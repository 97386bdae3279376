"""Does what the settings say about the workspace go together with the rest of them?

Source: learn.microsoft.com/azure/machine-learning/how-to-managed-network, "Configure image builds": a compute cluster
of the workspace.
"""

from __future__ import annotations

from holdfast.settings.faults import Faults
from holdfast.settings.sections import Environment
from holdfast.settings.suggestions import did_you_mean

#: The word for image builds on no compute.
NONE = "none"


def find_workspace_faults(environment: Environment, faults: Faults) -> None:
    """Note a compute for image builds that is none of `computes`, or no cluster."""
    named = environment.workspace.image_build_compute
    if named is None or named == NONE:
        return
    kinds = {compute.name.lower(): compute.kind for compute in environment.computes}
    clusters = [compute.name for compute in environment.computes if compute.kind == "cluster"]
    if kinds.get(named.lower()) != "cluster":
        faults.add(
            "unknown-compute",
            "workspace.imageBuildCompute",
            "is no cluster" if named.lower() in kinds else "is no name of `computes`",
            value=named,
            allowed=", ".join([*clusters, NONE]),
            hint=did_you_mean(named, clusters),
        )
