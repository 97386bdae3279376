"""Can what is soft-deleted come back where the settings want it, and what is said where it can't?

A recovery brings a resource back to the group and the location that it had, and to no other: so a name that is held
elsewhere is refused with the ways out. Nothing is ever purged to free a name.
"""

from __future__ import annotations

from holdfast.model.decision import Recover, Refuse
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import SoftDeleted
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id, same_id, same_location
from holdfast.model.wanted import Wanted, WantedResource


def recover_or_refuse(
    wanted: Wanted, resource: WantedResource, found: SoftDeleted, *, recorded: bool
) -> Recover | Refuse:
    """What is to be done with a soft-deleted resource of ours, or of nobody's. `recorded`: it is in our state."""
    kind, here = resource.kind, resource_id(wanted, resource.kind)
    if not same_id(found.id, here):
        return _elsewhere(
            wanted,
            resource,
            found,
            f"it was {found.id}, and can only come back as that",
            f"recover it there (`{by_hand(kind, resource.name, found.location)}`) and name it by `{kind.setting}.id`",
        )
    if kind is not Kind.GROUP and found.location and not same_location(found.location, wanted.location):
        return _elsewhere(
            wanted,
            resource,
            found,
            f"it was in {found.location}, and the settings say {wanted.location}",
            f"set `azure-native:location: {found.location}`",
        )
    reason = "ours-soft-deleted" if recorded else "soft-deleted-name-taken"
    return Recover(reason, found.id, found.location or wanted.location, recorded, found.deleted)


def name_taken(wanted: Wanted, resource: WantedResource, said: str) -> Refuse:
    """A name that is in use where this login sees nothing: in another subscription, live or soft-deleted."""
    noun, key = KINDS[resource.kind].noun, resource.kind.setting
    return Refuse(
        f"{resource.kind}-name-taken",
        Fault(
            f"{resource.kind}-name-taken",
            f"the name `{resource.name}` is in use by a {noun} that is not in subscription {wanted.subscription}",
            (
                ("found", f"404 for {resource_id(wanted, resource.kind)}"),
                ("said", said),
                ("decided", "refuse; the name is one world's, and may be a soft-deleted one's of another subscription"),
            ),
            f"set another `{key}.name` in {wanted.file}; if it is yours elsewhere, recover it there and name it by"
            f" `{key}.id`",
            Blame.AZURE,
        ),
    )


def by_hand(kind: Kind, name: str, location: str) -> str:
    """How whoever may recovers one: the command, or the place in the portal where there is none."""
    if kind is Kind.VAULT:
        return f"az keyvault recover --name {name} --location {location}"
    return f"the portal's `Recently deleted` for {name}"


def _elsewhere(wanted: Wanted, resource: WantedResource, found: SoftDeleted, says: str, way: str) -> Refuse:
    return Refuse(
        "soft-deleted-elsewhere",
        Fault(
            "soft-deleted-elsewhere",
            f"{KINDS[resource.kind].noun} `{resource.name}` is soft-deleted, and its name is taken until it is gone for"
            f" good: {says}",
            (
                ("found", found.id),
                ("deleted", found.deleted or "at a time Azure does not tell"),
                ("until", found.purged_on or "a time Azure does not tell"),
                ("decided", "refuse; nothing is made beside it, and nothing is purged"),
            ),
            f"{way} in {wanted.file}, or give `{resource.kind.setting}.name` another name",
        ),
    )
