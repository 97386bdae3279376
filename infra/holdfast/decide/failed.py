"""Which resources of ours does Azure itself call failed?

One whose creation broke off is there, is in the state and bears our tags: kept like any other, and it may not work. A
workspace that is `Failed` was never let into its vault. The engine makes it anew by itself in the next run, unless a
`pulumi refresh` came between; so it is said in every run, and nothing is refused: a failed update calls a resource
`Failed`, too, and such a one works.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.decision import Adopt, Decision, Keep
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.plan import Note


def failed_notes(decisions: Mapping[Kind, Decision], facts: Facts) -> list[Note]:
    """A note for each kind of ours whose provisioning state is `Failed`, by a GET of it or by the group's list.

    Source of the state: Microsoft Learn, "Resource Manager provisioning states".
    """
    notes = []
    for kind, decision in decisions.items():
        found = facts.existing[kind]
        if isinstance(decision, Keep | Adopt) and isinstance(found, Live) and _state(found) == "failed":
            notes.append(
                Note(
                    "provisioning-failed",
                    f"{KINDS[kind].noun} `{found.name}` is there, and Azure calls it Failed: its creation, or its last"
                    " change, did not succeed",
                )
            )
    return notes


def _state(found: Live) -> str:
    # A row of the list says it at its root, a body in its properties.
    return str(found.properties.get("provisioningState") or found.body.get("provisioningState") or "").lower()
