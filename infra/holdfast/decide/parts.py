"""What is to be done with each part: a compute, a node pool, a container group?

The table of `ownership` in the form that parts need. Most of Azure's child resources carry no tags, so whose one is
follows from its parent: a workspace that is adopted brings its computes with it. A part that falls out of the settings
is deleted by the engine, as users of Pulumi expect; what holds keys or data is a kind, and retained.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.decide.changes import Subject, settle, settle_by_engine
from holdfast.model.bodies import Body
from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse, Within
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Absent, Existing, Live, Recorded, SoftDeleted, Unreadable
from holdfast.model.names import owner, part_id, same_id, same_location, subscription_of
from holdfast.model.plan import Change, Note
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import Wanted, WantedPart, WhenExists


def decide_part(
    wanted: Wanted, part: WantedPart, found: Existing, recorded: Recorded | None, parent: Decision | None, place: str
) -> Decision:
    """One row of the table. `parent` is the decision of the kind that it belongs to, None where that is another part;
    `place` is the location that it is to have."""
    noun, where = SORTS[part.sort].noun, part_id(wanted, part)
    if isinstance(found, Unreadable):
        return _refusal(
            "unreadable",
            f"{noun} `{part.name}` could not be read, so nothing is known about it",
            (
                ("asked", where),
                *found.evidence,
                ("decided", "refuse; unreadable is not absent"),
            ),
            f"give this login the role Reader (or better) on {where}, or run again once Azure answers",
            Blame.AZURE,
        )
    elsewhere = subscription_of(where) != wanted.subscription.lower()
    if part.id is None and elsewhere and not SORTS[part.sort].anywhere:
        return _refusal(
            "other-subscription",
            f"{noun} `{part.name}` would be in another subscription than this stack's",
            (("asked", where), ("stack", f"azure-native:subscriptionId = {wanted.subscription}")),
            f"leave `{part.key}` out of {wanted.file}, and list it in a stack of that subscription: azure-native writes"
            " to one subscription alone",
        )
    if part.id is not None:
        return _named_by_id(wanted, part, part.id, found, recorded)
    if isinstance(found, Live) and part.id is None and not same_id(found.id, where):
        return _refusal(
            "one-alone",
            f"{noun} `{found.name}` is there, and beside it Azure takes no `{part.name}`",
            (("found", found.id), ("decided", "refuse; what somebody made is not replaced")),
            f"in {wanted.file}, set `{part.key}.name: {found.name}`, with `whenExists: adopt` to manage it or `refer`"
            " to use it as it is",
        )
    if recorded is not None and part.azure_name and recorded.name.lower() != part.azure_name.lower():
        return _refusal(
            "change-would-replace",
            f"{noun} `{part.name}` is called `{recorded.name}`, and is to be `{part.azure_name}`: it can't be renamed",
            (("found", f"{recorded.urn} in the state"), ("decided", "refuse; nothing is recreated")),
            f"set `{part.key}.endpointName: {recorded.name}` in {wanted.file}; for another address, list a service of"
            " another name beside it",
        )
    if part.inline:
        return _within(wanted, part, found, recorded, parent)
    if isinstance(found, Absent | SoftDeleted):
        if isinstance(parent, Recover) and SORTS[part.sort].child:
            # Azure brings some of what was in it back and some not; either way it is there before it is declared.
            return Recover("parent-recovered", where, place, recorded is not None)
        return Create("absent") if recorded is None else _gone(wanted, part, recorded, where)
    decision = Keep("in-state", found.id) if recorded is not None else _unrecorded(wanted, part, found, parent)
    moved = SORTS[part.sort].located and found.location and not same_location(found.location, place)
    if not moved or not isinstance(decision, Keep | Adopt):
        return decision
    return _refusal(
        "change-would-replace",
        f"{noun} `{part.name}` is in {found.location}, and is to be in {place}: it can't be moved",
        (("found", found.id), ("decided", "refuse; nothing is recreated")),
        f"give `{part.key}` another name in {wanted.file}",
    )


def settle_part(
    wanted: Wanted, part: WantedPart, decision: Decision, body: Body, found: Existing, recorded: Recorded | None
) -> tuple[Decision, tuple[Change, ...], list[Note]]:
    """What follows from settings that differ from what is live; see `changes.settle`."""
    facts = SORTS[part.sort]
    subject = Subject(
        f"{facts.noun} `{part.name}`",
        part.key,
        wanted.file,
        facts.api_version,
        facts.whole_put,
        facts.fixed,
        facts.actions,
        part_id(wanted, part),
    )
    if not facts.by_engine:
        return settle(subject, decision, body, found)
    settled, _, notes = settle_by_engine(subject, decision, body, found, recorded)
    return settled, (), notes


def _named_by_id(
    wanted: Wanted, part: WantedPart, named: str, found: Existing, recorded: Recorded | None
) -> Refer | Refuse:
    noun = SORTS[part.sort].noun
    if recorded is not None:
        return _refusal(
            "managed-by-this-stack",
            f"{noun} `{part.name}` is managed by stack `{wanted.stack}`; its id would drop it from the program",
            (("found", f"{recorded.urn} in the state"), ("decided", "refuse; what is in the state stays declared")),
            f"leave out `{part.key}.id` in {wanted.file}; to hand it over, first run"
            f" `pulumi state delete '{recorded.urn}'`, which deletes nothing in Azure",
        )
    if isinstance(found, Live):
        return Refer("named-by-id", found.id)
    return _refusal(
        "referred-missing",
        f"{noun} {named} does not exist, and `{part.key}` only uses what is there",
        (("found", "404"),),
        f"correct `{part.key}.id` in {wanted.file}, or leave it out to have one made",
    )


def _within(
    wanted: Wanted, part: WantedPart, found: Existing, recorded: Recorded | None, parent: Decision | None
) -> Within | Refuse:
    """What is made with its parent. Where the parent is there and it is not, nobody makes it."""
    noun, where = SORTS[part.sort].noun, part_id(wanted, part)
    if recorded is not None:
        return _refusal(
            "managed-by-this-stack",
            f"{noun} `{part.name}` is a resource of its own in the state of stack `{wanted.stack}`; to name it as the"
            " one that its parent was made with would drop it from the program, and delete it",
            (("found", f"{recorded.urn} in the state"), ("decided", "refuse; what is in the state stays declared")),
            f"list it where it was in {wanted.file}, and give `{part.key}` the name of the one that is there",
        )
    if isinstance(found, Absent) and isinstance(parent, Keep | Adopt):
        return _refusal(
            "made-with-parent",
            f"{noun} `{part.name}` is made with what it belongs to, which is there without it",
            (("found", f"404 for {where}"), ("decided", "refuse; nothing is recreated")),
            f"set `{part.key}.name` in {wanted.file} to the name of the one that is there",
        )
    return Within("made-with-parent", found.id if isinstance(found, Live) else where)


def _gone(wanted: Wanted, part: WantedPart, recorded: Recorded, where: str) -> Refuse:
    return _refusal(
        "gone-for-good",
        f"{SORTS[part.sort].noun} `{part.name}` is in the state of stack `{wanted.stack}` and no more in Azure",
        (("found", f"404 for {where}"), ("state", recorded.urn), ("decided", "refuse; nothing is made anew")),
        "if it is meant to be gone, `pulumi refresh` forgets it, and the next `pulumi up` creates it again",
    )


def _unrecorded(wanted: Wanted, part: WantedPart, found: Live, parent: Decision | None) -> Adopt | Refer | Refuse:
    """Live, and not in our state: ours by its tags, by a name that only this stack makes, by its parent's being
    adopted, or by consent."""
    noun, whose = SORTS[part.sort].noun, owner(_tags(found))
    if whose == (wanted.project, wanted.stack):
        return Adopt("our-tag", found.id)
    if whose is not None:
        other = "/".join(whose)
        return _refusal(
            "part-owned-elsewhere",
            f"{noun} `{part.name}` belongs to stack `{other}`, but stack `{wanted.stack}` wants to manage it",
            (("found", f"{found.id}, tags holdfast-project, holdfast-stack = {other}"),),
            f"give `{part.key}` another name in {wanted.file}",
        )
    if part.own_name:
        return Adopt("our-name", found.id)
    if isinstance(parent, Adopt) and SORTS[part.sort].child:
        return Adopt("parent-adopted", found.id)
    if part.when_exists is WhenExists.ADOPT:
        return Adopt("consent", found.id)
    if part.when_exists is WhenExists.REFER:
        return Refer("exists-unclaimed", found.id)
    return _refusal(
        "part-exists",
        f"{noun} `{part.name}` exists already, and nothing says whose it is",
        (("found", found.id), ("decided", f"refuse; `{part.key}.whenExists` is refuse")),
        f"in {wanted.file}, set `{part.key}.whenExists: adopt` to manage it, `refer` to use it as it is, or another"
        " name",
    )


def _tags(found: Live) -> Mapping[str, str]:
    """A part's tags, wherever its sort keeps them."""
    inner = found.properties.get("tags")
    return {**(inner if isinstance(inner, Mapping) else {}), **found.tags}


def _refusal(
    id: str, message: str, evidence: tuple[tuple[str, str], ...], hint: str, blame: Blame = Blame.USER
) -> Refuse:
    return Refuse(id, Fault(id, message, evidence, hint, blame))
