"""What is attached to a resource that is none of ours? Nothing: no endpoint, no diagnostic setting, no firewall rule.

An endpoint is a connection in its target's body and needs its owner's approval; a diagnostic setting tells what
somebody else's resource does. Both are for what this stack manages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from holdfast.model.decision import Adopt, Decision, Keep, Refer
from holdfast.model.errors import Fault
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.plan import Note
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted, WantedPart

ATTACHED = (Sort.ENDPOINT, Sort.ZONES, Sort.DIAGNOSTICS, Sort.BLOB_DIAGNOSTICS, Sort.LOCK)


def keep_to_ours(
    wanted: Wanted, decisions: Mapping[Kind, Decision], facts: Facts
) -> tuple[Wanted, list[Note], list[Fault]]:
    """What is wanted without the parts that would be attached to what is only referred to; what every preview says
    about them, and what stands against the rest."""
    left_out = [part for part in wanted.parts if _attached_to(part, decisions, Refer)]
    notes = [
        _left_alone(wanted, kind, [part for part in left_out if part.settings["target"] == kind.value])
        for kind in decisions
        if any(part.settings["target"] == kind.value for part in left_out)
    ]
    rest = tuple(part for part in wanted.parts if part not in left_out)
    notes += [note for part in rest if part.sort is Sort.ENDPOINT for note in _not_approved(part, facts)]
    return replace(wanted, parts=rest), notes, _not_premium(wanted, rest, decisions, facts)


def _attached_to(part: WantedPart, decisions: Mapping[Kind, Decision], decision: type[Decision]) -> bool:
    return part.sort in ATTACHED and isinstance(decisions[Kind(part.settings["target"])], decision)


def _left_alone(wanted: Wanted, kind: Kind, parts: list[WantedPart]) -> Note:
    named = dict.fromkeys(SORTS[part.sort].noun for part in parts)
    nouns = " and no ".join(noun[0].lower() + noun[1:] for noun in named)
    firewall = ", and its firewall stays as it is" if any(part.sort is Sort.ENDPOINT for part in parts) else ""
    resource = f"{KINDS[kind].noun} `{wanted.resources[kind].name}`"
    return Note("left-to-its-owner", f"{resource} is only referred to: no {nouns} is made for it{firewall}")


def _not_approved(part: WantedPart, facts: Facts) -> list[Note]:
    """Nothing goes through a connection that its target's owner has not approved, or has taken back."""
    found = facts.parts.get(part.logical)
    links = found.properties.get("privateLinkServiceConnections") if isinstance(found, Live) else None
    states = [(one.get("properties") or {}).get("privateLinkServiceConnectionState") or {} for one in links or ()]
    return [
        Note(
            "endpoint-not-approved",
            f"private endpoint `{part.name}` is {state['status']}: nothing goes through it until it is approved",
        )
        for state in states
        if state.get("status") not in (None, "Approved")
    ]


def _not_premium(
    wanted: Wanted, parts: tuple[WantedPart, ...], decisions: Mapping[Kind, Decision], facts: Facts
) -> list[Fault]:
    """A registry's tier is changed after everything is made, so its endpoint would come too early."""
    found = facts.existing.get(Kind.REGISTRY)
    if not isinstance(found, Live) or not isinstance(decisions[Kind.REGISTRY], Keep | Adopt):
        return []
    tier = str((found.body.get("sku") or {}).get("name") or "Premium")
    new = [
        part
        for part in parts
        if part.sort is Sort.ENDPOINT
        and part.settings["target"] == Kind.REGISTRY.value
        and not isinstance(facts.parts.get(part.logical), Live)
    ]
    if not new or tier.lower() == "premium":
        return []
    return [
        Fault(
            "registry-not-premium",
            f"Container registry `{found.name}` is {tier}, and only a Premium one takes a private endpoint",
            (("found", found.id), ("decided", "refuse; nothing is made half-way")),
            f"run once without `network` and with `registry.sku: Premium` in {wanted.file}, or `az acr update --name"
            f" {found.name} --sku Premium`; then run again",
        )
    ]
