"""Which settings of a live vault differ from what the stack file says, or from what a run of ours wrote there?

The vault's PATCH comes with its own plan (`decide.vault`), and so do the settings that the file omits and our state
remembers: they are set back, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.decide.compare import differences
from holdfast.decide.vault import authorization_of, explicit_settings, setting_differs
from holdfast.model.decision import Refer, Refuse
from holdfast.model.drift import Drifted, Up
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted

#: The refusals that are told here, as differences of a property.
VAULT_FAULTS = ("authorization-switch", "retention-is-final", "purge-protection-is-final")

_FINAL = {
    "softDeleteRetentionInDays": "retention-is-final: Azure fixes it at creation",
    "enablePurgeProtection": "purge-protection-is-final: it can't be taken off again",
}


def vault_drift(wanted: Wanted, facts: Facts, plan: Plan, *, state_known: bool) -> Iterator[Drifted]:
    """One row a property, and one an entry of what is a map (`networkAcls.defaultAction`). Of a vault that is refused
    the refusal says enough, unless the state could have told whose it is."""
    found, decision = facts.existing[Kind.VAULT], plan.decisions[Kind.VAULT]
    unclaimed = isinstance(decision, Refuse) and decision.reason.endswith("-exists") and not state_known
    if not isinstance(found, Live) or (isinstance(decision, Refuse) and not unclaimed):
        return
    patch = Up.UNKNOWN if unclaimed else Up.PATCH
    recorded = facts.state.get("vault-settings")
    remembered: Mapping[str, Any] = (recorded.outputs.get("wanted") or {}) if recorded is not None else {}
    explicit = explicit_settings(wanted)

    def row(path: str, settings: Any, state: Any, azure: Any, up: Up, why: str = "") -> Drifted:
        return Drifted(KINDS[Kind.VAULT].noun, found.name, found.id, path, settings, state, azure, up, why)

    live = authorization_of(found)
    if wanted.vault.authorization not in (None, live):
        why = "authorization-switch: `holdfast vault to-rbac` switches without a gap"
        yield row("authorization", wanted.vault.authorization, None, live, Up.REFUSE, why)
    for name, value in ({} if isinstance(decision, Refer) else dict(plan.vault.wanted) | explicit).items():
        azure = found.properties.get(name)
        if name in _FINAL and _refused(name, explicit.get(name), azure):
            yield row(name, value, remembered.get(name), azure, Up.REFUSE, _FINAL[name])
        elif name in plan.vault.changes:
            yield from _one_by_one(row, name, value, explicit.get(name), remembered.get(name), azure, patch)
    if isinstance(decision, Refer):
        up, why = Up.NOTHING, "it is only referred to, and never written"
        if decision.reason == "exists-unclaimed" and not state_known:
            up, why = Up.UNKNOWN, "the state would tell whether it is ours"
        for name, value in explicit.items():
            if setting_differs(name, value, found.properties):
                yield row(name, value, None, found.properties.get(name), up, why)


def _refused(name: str, asked: Any, azure: Any) -> bool:
    if name == "softDeleteRetentionInDays":
        return asked is not None and azure is not None and asked != azure
    return asked is False and bool(azure)


def _one_by_one(row: Any, name: str, value: Any, asked: Any, state: Any, azure: Any, up: Up) -> Iterator[Drifted]:
    if not isinstance(value, Mapping):
        yield row(name, asked, state, azure, up)
        return
    for one in differences(value, azure if isinstance(azure, Mapping) else {}):
        said = asked.get(one.keys[0]) if isinstance(asked, Mapping) else None
        known = state.get(one.keys[0]) if isinstance(state, Mapping) else None
        yield row(f"{name}.{one.path}", said, known, one.live, up)
