"""What is to be done about a setting that differs from what is live?

Three answers: it is written (by `ResourceSettings`, or by azure-native where Azure takes the resource whole), it is a
replacement that the preview announces, or it is refused because Azure fixes it at creation. Never an error half-way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.decide.compare import Difference, differences, fragment, in_detail
from holdfast.model.bodies import Body, flat
from holdfast.model.decision import Adopt, Create, Decision, Keep, Refer, Refuse, Replace, Update, Within
from holdfast.model.errors import Fault
from holdfast.model.existing import Existing, Live, Recorded
from holdfast.model.plan import Change, Note


@dataclass(frozen=True, slots=True)
class Subject:
    """What is changed, as messages name it, and how Azure changes it. `fixed`, `actions`: see `SortFacts`; `id` is the
    one that it has or will have."""

    named: str
    key: str
    file: str
    api_version: str
    whole_put: bool
    fixed: tuple[str, ...] = ()
    actions: Mapping[str, str] = field(default_factory=dict)
    id: str = ""


def settle(
    subject: Subject, decision: Decision, body: Body, found: Existing
) -> tuple[Decision, tuple[Change, ...], list[Note]]:
    """The decision again or a refusal, the changes to make, and what every preview says about them."""
    if isinstance(decision, Create):
        return decision, _changes(subject, subject.id, differences(body.later, {})), []
    lacking = _lacking(decision, body, found)
    if not lacking or not isinstance(found, Live):
        return decision, (), []
    if isinstance(decision, Refer):
        return decision, (), [_of_referred(subject, lacking)]
    fixed = _fixed_ones(lacking, subject.fixed)
    if fixed:
        return _refuse(subject, found, fixed), (), []
    return (
        decision,
        _changes(subject, found.id, lacking),
        [Note("setting-changes", f"{subject.named}: {_say(lacking)}")],
    )


def settle_by_engine(
    subject: Subject, decision: Decision, body: Body, found: Existing, recorded: Recorded | None
) -> tuple[Decision, None, list[Note]]:
    """As `settle`, for what azure-native writes by itself: an update of the whole, or a replacement."""
    lacking = _lacking(decision, body, found)
    if not lacking:
        return decision, None, []
    if isinstance(decision, Refer):
        return decision, None, [_of_referred(subject, lacking)]
    says = f"{subject.named}: {_say(lacking)}"
    if isinstance(decision, Adopt):
        # The engine can't import a resource and replace it in one run.
        return decision, None, [Note("setting-changes", f"{says}, by the run after the one that adopts it")]
    assert isinstance(decision, Keep)
    fixed = _fixed_ones(lacking, subject.fixed)
    paths = tuple(one.path for one in fixed or lacking)
    if recorded is not None and not differences(flat(body.explicit), recorded.outputs):
        # The engine compares with its state, and would see nothing to do.
        hint = "`pulumi refresh`, then `pulumi up`, sets it back"
        return decision, None, [Note("changed-behind-the-state", f"{says}; our state does not know of it: {hint}")]
    if fixed:
        said = f"{says}: Azure does not change that in place, so it is deleted and made anew"
        return Replace("fixed-setting-changes", decision.id, paths), None, [Note("part-replaced", said)]
    return Update("setting-changes", decision.id, paths), None, [Note("setting-changes", says)]


def _lacking(decision: Decision, body: Body, found: Existing) -> list[Difference]:
    """What is to be made new is as the settings say; what is refused is nobody's business."""
    if not isinstance(decision, Keep | Adopt | Refer | Within) or not isinstance(found, Live):
        return []
    return differences(body.asked, found.body)


def _changes(subject: Subject, id: str, lacking: Sequence[Difference]) -> tuple[Change, ...]:
    """One for all that a PUT or a PATCH can change, and one for each action."""
    acted = [one for one in lacking if one.path in subject.actions]
    rest = fragment([one for one in lacking if one not in acted])
    changes = [Change(id, subject.api_version, rest, subject.whole_put)] if rest else []
    changes += [
        Change(id, subject.api_version, {one.keys[-1]: one.wanted}, whole_put=False, action=subject.actions[one.path])
        for one in acted
    ]
    return tuple(changes)


def _of_referred(subject: Subject, lacking: Sequence[Difference]) -> Note:
    each = "; ".join(f"`{one.path}` is {_shown(one.live)}, the settings say {_shown(one.wanted)}" for one in lacking)
    return Note("setting-of-referred", f"{subject.named} is only referred to, and never written: {each}")


def _refuse(subject: Subject, found: Live, fixed: Sequence[Difference]) -> Refuse:
    rows = tuple((one.path, f"is {_shown(one.live)}, the settings say {_shown(one.wanted)}") for one in fixed)
    fault = Fault(
        "change-would-replace",
        f"{subject.named} can't be changed so: Azure fixes it at creation",
        (("found", found.id), *rows, ("decided", "refuse; nothing is recreated")),
        f"set `{subject.key}` in {subject.file} back, or give it another name to have a new one made",
    )
    return Refuse("change-would-replace", fault)


def _fixed_ones(lacking: Sequence[Difference], fixed: Sequence[str]) -> list[Difference]:
    return [one for one in lacking if any(_touches(one, path) for path in fixed)]


def _touches(difference: Difference, path: str) -> bool:
    """Whether it is about that path; `[]` in the path: whether it is so in one of the named items of that list."""
    head, mark, tail = path.partition("[]")
    if not mark:
        return difference.path == path or difference.path.startswith(f"{path}.")
    return difference.path == head and _items_differ(difference, tail.lstrip("."))


def _items_differ(difference: Difference, inner: str) -> bool:
    live = {str(item.get("name")): item for item in difference.live or ()}
    wanted = {str(item.get("name")): item for item in difference.wanted}
    if set(live) != set(wanted):
        return True
    # The properties of a container stand in a map of their own.
    return any(bool(differences(_inner(item, inner), _inner(live[name], inner))) for name, item in wanted.items())


def _inner(item: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    value: Any = item
    for name in path.split("."):
        value = value.get(name, {})
    return {path: value}


def _say(lacking: Sequence[Difference]) -> str:
    each = [inner for one in lacking for inner in in_detail(one)]
    return "; ".join(f"`{one.path}` is {_shown(one.live)}, will be {_shown(one.wanted)}" for one in each)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else re.sub(r"\s+", " ", str(value))
    return text if len(text) <= 120 else text[:119] + "…"
