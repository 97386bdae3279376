"""Whose is a resource, and what follows? The decision table of docs/architecture.md, one function.

State decides first, tags second, names never: a name says nothing about who made a resource, and a template that wipes
policies wipes tags too.
"""

from __future__ import annotations

from holdfast.decide.recoverable import name_taken, recover_or_refuse
from holdfast.model.decision import Adopt, Create, Decision, Keep, Refer, Refuse
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Absent, Existing, Live, Recorded, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import owner, resource_id, same_location
from holdfast.model.wanted import Wanted, WantedResource, WhenExists


def decide_resource(wanted: Wanted, kind: Kind, found: Existing, recorded: Recorded | None) -> Decision:
    """One row of the table. `recorded` is what our state holds under this kind's logical name."""
    resource = wanted.resources[kind]
    if isinstance(found, Unreadable):
        return _refuse_unreadable(wanted, kind, found)
    if recorded is not None:
        return _ours(wanted, resource, found, recorded)
    if resource.id is not None:
        return _named_by_id(wanted, resource, resource.id, found)
    if isinstance(found, Absent):
        return name_taken(wanted, resource, found.taken) if found.taken else Create("absent")
    if isinstance(found, SoftDeleted):
        return _owned_elsewhere(wanted, resource, found, resource.name) or recover_or_refuse(
            wanted, resource, found, recorded=False
        )
    return _live(wanted, resource, found)


def _ours(wanted: Wanted, resource: WantedResource, found: Existing, recorded: Recorded) -> Decision:
    noun, name = KINDS[resource.kind].noun, recorded.name or resource.name
    if resource.id is not None:
        return Refuse(
            "managed-by-this-stack",
            Fault(
                "managed-by-this-stack",
                f"{noun} `{name}` is managed by stack `{wanted.stack}`; `{resource.key}` would drop it from"
                " the program",
                (("found", f"{recorded.urn} in the state"), ("decided", "refuse; what is in the state stays declared")),
                f"name it in {wanted.file} instead of giving its id; to hand it over, first run"
                f" `pulumi state delete '{recorded.urn}'`, which deletes nothing in Azure",
            ),
        )
    # A creation that failed half-way leaves a resource without outputs: no name is no other name.
    if recorded.name and recorded.name.lower() != resource.name.lower():
        return Refuse(
            "change-would-replace",
            Fault(
                "change-would-replace",
                f"{noun} `{recorded.name}` would be replaced: the settings now name it `{resource.name}`",
                (("found", f"{recorded.urn} in the state"), ("decided", "refuse; nothing is recreated")),
                f"set `{resource.kind.setting}.name: {recorded.name}` in {wanted.file}, or use another stack for a new"
                " one",
            ),
        )
    match found:
        case SoftDeleted():
            return recover_or_refuse(wanted, resource, found, recorded=True)
        case Live():
            moved = _moved(wanted, resource, found)
            ours = owner(found.tags) == (wanted.project, wanted.stack)
            return moved or Keep("in-state" if ours else "in-state-tag-lost", found.id, tag_lost=not ours)
        case _:
            return Refuse(
                "gone-for-good",
                Fault(
                    "gone-for-good",
                    f"{noun} `{name}` is in the state of stack `{wanted.stack}` and no more in Azure",
                    (
                        ("found", f"404 for {resource_id(wanted, resource.kind)}"),
                        ("decided", "refuse; nothing is made anew"),
                    ),
                    "if it is meant to be gone, `pulumi refresh` forgets it, and the next `pulumi up` creates it again",
                ),
            )


def _named_by_id(wanted: Wanted, resource: WantedResource, named: str, found: Existing) -> Decision:
    if isinstance(found, Live):
        return Refer("named-by-id", found.id)
    noun = KINDS[resource.kind].noun
    if isinstance(found, SoftDeleted):
        return Refuse(
            "referred-soft-deleted",
            Fault(
                "referred-soft-deleted",
                f"{noun} {named} is soft-deleted; it is somebody's, so it is not recovered for them",
                (("found", f"deleted {found.deleted or 'at a time Azure does not tell'}, in {found.location}"),),
                f"ask its owner to recover it, or name another one under `{resource.key}` in {wanted.file}",
                Blame.AZURE,
            ),
        )
    return Refuse(
        "referred-missing",
        Fault(
            "referred-missing",
            f"{noun} {named} does not exist, and `{resource.key}` only uses what is there",
            (("found", "404"),),
            f"correct `{resource.key}` in {wanted.file}, or give `name:` to have one created",
        ),
    )


def _live(wanted: Wanted, resource: WantedResource, found: Live) -> Decision:
    noun, whose = KINDS[resource.kind].noun, owner(found.tags)
    if whose == (wanted.project, wanted.stack):
        return _moved(wanted, resource, found) or Adopt("our-tag", found.id)
    if refused := _owned_elsewhere(wanted, resource, found, found.name):
        return refused
    match resource.when_exists:
        case WhenExists.REFER:
            return Refer("exists-unclaimed", found.id)
        case WhenExists.ADOPT:
            return _moved(wanted, resource, found) or Adopt("consent", found.id)
    return Refuse(
        f"{resource.kind}-exists",
        Fault(
            f"{resource.kind}-exists",
            f"{noun} `{found.name}` exists already and no tag says whose it is",
            (("found", found.id), ("decided", f"refuse; `{resource.kind.setting}.whenExists` is refuse")),
            f"in {wanted.file}, set `{resource.kind.setting}.whenExists: adopt` to manage it, `refer` to use it as it"
            " is, or another name",
        ),
    )


def _owned_elsewhere(wanted: Wanted, resource: WantedResource, found: Live | SoftDeleted, name: str) -> Refuse | None:
    whose = owner(found.tags)
    if whose is None or whose == (wanted.project, wanted.stack):
        return None
    noun, other = KINDS[resource.kind].noun, "/".join(whose)
    gone, back = (
        (", soft-deleted", ", once that stack has recovered it,") if isinstance(found, SoftDeleted) else ("", "")
    )
    return Refuse(
        f"{resource.kind}-owned-elsewhere",
        Fault(
            f"{resource.kind}-owned-elsewhere",
            f"{noun} `{name}` belongs to stack `{other}`, but stack `{wanted.stack}` wants to manage it",
            (
                ("found", f"{found.id}{gone}, tags holdfast-project, holdfast-stack = {other}"),
                ("decided", f"refuse; a {noun} has one owner"),
            ),
            f"set `{resource.kind.setting}.id: {found.id}` in {wanted.file} to use it{back} without managing it",
        ),
    )


def _moved(wanted: Wanted, resource: WantedResource, found: Live) -> Refuse | None:
    # A group's location only says where its metadata lie; what is in it may be anywhere.
    if resource.kind is Kind.GROUP or same_location(found.location, wanted.location):
        return None
    noun = KINDS[resource.kind].noun
    return Refuse(
        "change-would-replace",
        Fault(
            "change-would-replace",
            f"{noun} `{found.name}` is in {found.location}, and the settings say {wanted.location}: it can't be moved",
            (("found", found.id), ("decided", "refuse; nothing is recreated")),
            f"set `azure-native:location: {found.location}` in {wanted.file}, or use another stack for a new one",
        ),
    )


def _refuse_unreadable(wanted: Wanted, kind: Kind, found: Unreadable) -> Refuse:
    noun, where = KINDS[kind].noun, resource_id(wanted, kind)
    answer = f"{found.status or 'no answer'} {found.code}".strip()
    match found.status:
        case _ if found.code in ("SubscriptionNotFound", "InvalidSubscriptionId"):
            hint = f"this login does not see the subscription of {where}: correct it, or give the login a role there"
        case 401:
            hint = "the token was refused: log in anew, with the tenant that the subscription belongs to"
        case 403:
            hint = f"give this login the role Reader (or better) on {where}"
        case 0:
            hint = "check the network and the endpoint (ARM_METADATA_HOSTNAME, proxies); then run again"
        case _:
            hint = "nothing was registered; run again once Azure answers"
    return Refuse(
        "unreadable",
        Fault(
            "unreadable",
            f"{noun} `{wanted.resources[kind].name or where}` could not be read, so nothing is known about it",
            (
                ("asked", where),
                ("answer", answer),
                ("said", found.message),
                ("decided", "refuse; unreadable is not absent"),
            ),
            hint,
            Blame.AZURE,
        ),
    )
