"""What differs between settings, state and Azure, and what does the next `pulumi up` do about each difference?

Nothing is compared anew: the bodies, decisions and changes are those of a run's own plan, so that what is told here is
what a run would carry out. What the settings omit is no difference, nor is what `compare` takes for the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.decide.compare import Difference, differences, in_detail
from holdfast.decide.drift_access import access_drift
from holdfast.decide.drift_beyond import beyond_drift
from holdfast.decide.drift_services import Listed, deployments_drift
from holdfast.decide.drift_vault import VAULT_FAULTS, vault_drift
from holdfast.model.assets import AssetSort, asset_id
from holdfast.model.bodies import flat
from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Refer, Refuse, Replace, Update
from holdfast.model.drift import Checkpoint, Drift, Drifted, NotRead, Up
from holdfast.model.errors import Blame, Fault
from holdfast.model.existing import Absent, Existing, Facts, Live, Recorded, SoftDeleted
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import lacking_tags, resource_id, wanted_tags
from holdfast.model.plan import Plan, Step
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import Wanted

#: What the columns say of a resource as a whole.
DECLARED, RECORDED, LIVE, ABSENT, DELETED = "declared", "recorded", "live", "absent", "soft-deleted"

_NOUNS = {AssetSort.MODEL: "Model", AssetSort.ENVIRONMENT: "Environment", AssetSort.IMAGE: "Image of service"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One resource of the plan. `child`: it bears no tags of its own; `by_engine`, `whole_put`, `actions`: see
    `SortFacts`. `state_known`: whether what the state says, or does not say, is known."""

    noun: str
    name: str
    id: str
    decision: Decision
    asked: Mapping[str, Any]
    found: Existing
    recorded: Recorded | None
    whole_put: bool
    actions: Mapping[str, str]
    child: bool
    by_engine: bool
    state_known: bool

    def row(self, property: str, settings: Any, azure: Any, up: Up, why: str = "", state: Any = None) -> Drifted:
        """A difference of this resource."""
        return Drifted(self.noun, self.name, self.id, property, settings, state, azure, up, why)

    @property
    def state(self) -> str | None:
        """What the state says of the resource itself."""
        if self.recorded is not None:
            return RECORDED
        return ABSENT if self.state_known else None


def find_drift(
    wanted: Wanted,
    facts: Facts,
    plan: Plan,
    faults: Sequence[Fault],
    checkpoint: Checkpoint | None,
    listed: Listed,
    deployments: Mapping[str, Listed],
) -> Drift:
    """Everything that differs. `checkpoint` is None where the state could not be read, `listed` is the group's list,
    `deployments` are the lists of the services' online endpoints, by logical name."""
    told = list[Fault]()
    rows, not_read = list[Drifted](), list[NotRead]()
    refused = list[tuple[str, str]]()
    for subject in _subjects(wanted, facts, plan, state_known=checkpoint is not None):
        decision = subject.decision
        if isinstance(decision, Refuse):
            told.append(decision.fault)
            # Of what lies within a resource that is refused so, nothing else can be said.
            if any(subject.id.lower().startswith(f"{id}/") and why == decision.reason for id, why in refused):
                continue
            refused.append((subject.id.lower(), decision.reason))
            if decision.reason == "unreadable":
                not_read.append(_not_read(decision.fault, f"{subject.noun} {subject.name}"))
                continue
        rows += _resource(wanted, subject)
    rows += vault_drift(wanted, facts, plan, state_known=checkpoint is not None)
    rows += access_drift(wanted, facts, plan, state_known=checkpoint is not None)
    rows += _assets(wanted, facts, plan)
    deployed, unread = deployments_drift(wanted, facts, plan, deployments, state_known=checkpoint is not None)
    rows += deployed
    not_read += unread
    beyond, unlisted = beyond_drift(wanted, plan, checkpoint, listed)
    rows += beyond
    if unlisted and not any(why == "unreadable" for _, why in refused):
        not_read.append(unlisted)
    for fault in faults:
        if fault in told or fault.id in VAULT_FAULTS or _is_told(fault, rows):
            continue
        if fault.id == "unreadable":
            not_read.append(_not_read(fault, fault.message.partition(" could not be read")[0]))
        else:
            rows.append(Drifted("Stack", wanted.stack, "", fault.id, None, None, fault.message, Up.REFUSE, fault.hint))
    not_read += [
        NotRead(source, f"{answer.status or 'no answer'} {answer.code}".strip())
        for source, answer in (("deleted vaults", facts.deleted_vaults), ("workspaces", facts.deleted_workspaces))
        if answer is not None
    ]
    return Drift(tuple(rows), tuple(not_read))


def recorded_value(recorded: Recorded | None, keys: Sequence[str]) -> Any:
    """What our state holds at a path of a body: azure-native keeps what stands under `properties` beside the rest."""
    value: Any = flat(recorded.outputs) if recorded is not None else None
    for key in keys:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list):
            value = next((item for item in value if isinstance(item, Mapping) and item.get("name") == key), None)
        elif key != "properties":
            return None
    return value


def _subjects(wanted: Wanted, facts: Facts, plan: Plan, *, state_known: bool) -> Iterator[Subject]:
    for kind, decision in plan.decisions.items():
        row, id = KINDS[kind], resource_id(wanted, kind)
        yield Subject(
            row.noun,
            id.rpartition("/")[2],
            id,
            decision,
            plan.bodies[kind].asked,
            facts.existing[kind],
            facts.state.get(kind.value),
            row.whole_put,
            {},
            False,
            False,
            state_known,
        )
    for part in plan.parts:
        sort = SORTS[part.sort]
        yield Subject(
            sort.noun,
            part.name,
            part.id,
            part.decision,
            part.body.asked,
            facts.parts.get(part.logical, Absent()),
            facts.state.get(part.logical),
            sort.whole_put,
            sort.actions,
            sort.child,
            sort.by_engine,
            state_known,
        )


def _resource(wanted: Wanted, one: Subject) -> list[Drifted]:
    match one.decision:
        case Create():
            why = "" if one.state_known else "unless the state holds it: then it is refused"
            return [one.row("", DECLARED, ABSENT, Up.CREATE, why, one.state)]
        case Recover():
            azure = DELETED if isinstance(one.found, SoftDeleted) else ABSENT
            return [one.row("", DECLARED, azure, Up.RECOVER, "", one.state)]
        case Refuse():
            return _refused(wanted, one, one.decision)
        case Adopt() if one.state_known:
            head = [one.row("", DECLARED, LIVE, Up.ADOPT, "it is ours, and our state does not hold it", one.state)]
        case _:
            head = []
    return head + _properties(one) + _tags(wanted, one)


def _refused(wanted: Wanted, one: Subject, decision: Refuse) -> list[Drifted]:
    """Why a run ends before it begins, by property where it is about one."""
    fault = decision.fault
    if not one.state_known and decision.reason.endswith("-exists"):
        # Whose it is the state would tell; what differs can be told all the same.
        return _properties(one, Up.UNKNOWN) + _tags(wanted, one, Up.UNKNOWN)
    rows = _properties(one, Up.REFUSE, f"{fault.id}: {fault.hint}") if decision.reason == "change-would-replace" else []
    azure = LIVE if isinstance(one.found, Live) else DELETED if isinstance(one.found, SoftDeleted) else ABSENT
    says = f"{fault.id}: {fault.message}"
    return rows or [one.row("", DECLARED, azure, Up.REFUSE, says, one.state)]


def _properties(one: Subject, up: Up | None = None, why: str = "") -> list[Drifted]:
    if not isinstance(one.found, Live):
        return []
    rows = []
    for difference in differences(one.asked, one.found.body):
        done, said = (up, why) if up is not None else _settled(one, difference)
        rows += [
            one.row(inner.path, inner.wanted, inner.live, done, said, recorded_value(one.recorded, inner.keys))
            for inner in in_detail(difference)
        ]
    return rows


def _settled(one: Subject, difference: Difference) -> tuple[Up, str]:
    """What a run does about a setting that it does not refuse."""
    match one.decision:
        case Refer("exists-unclaimed") if not one.state_known:
            return Up.UNKNOWN, "the state would tell whether it is ours"
        case Refer():
            return Up.NOTHING, "it is only referred to, and never written"
        case Replace():
            return Up.REPLACE, "Azure does not change it in place"
        case Update():
            return Up.UPDATE, ""
        case Adopt() if one.by_engine:
            return Up.NOTHING, "the run after the one that adopts it writes it"
        case Keep() if one.by_engine:
            return Up.NOTHING, "our state does not know of the change: `pulumi refresh`, then `pulumi up`"
    if difference.path in one.actions:
        return Up.ACTION, one.actions[difference.path]
    return Up.PUT if one.whole_put else Up.PATCH, ""


def _tags(wanted: Wanted, one: Subject, up: Up = Up.PATCH) -> list[Drifted]:
    """Tags that a managed resource lacks or holds with another value. What others tagged is theirs."""
    managed = isinstance(one.decision, Keep | Adopt | Update) or up is Up.UNKNOWN
    if one.child or not managed or not isinstance(one.found, Live):
        return []
    live = {name.lower(): value for name, value in one.found.tags.items()}
    known = recorded_value(one.recorded, ("tags",)) or {}
    done = Up.UPDATE if isinstance(one.decision, Update) else up
    return [
        one.row(f"tags.{name}", value, live.get(name.lower()), done, "", known.get(name))
        for name, value in lacking_tags(one.found.tags, wanted_tags(wanted)).items()
    ]


def _assets(wanted: Wanted, facts: Facts, plan: Plan) -> Iterator[Drifted]:
    """Versions that services are made of and that are registered nowhere yet. One that is on record is asked for by no
    run, and so not here."""
    if not isinstance(plan.decisions.get(Kind.WORKSPACE), Create | Refuse | None):
        for one in plan.assets:
            if one.step is Step.NEEDED:
                known = facts.state.get(one.asset.logical)
                version = known.outputs.get("version") if known is not None else None
                noun, name, id = _NOUNS[one.asset.sort], one.asset.name, asset_id(wanted, one.asset)
                why = "uploaded" if one.asset.sort is AssetSort.MODEL else "built"
                yield Drifted(noun, name, id, "version", one.asset.version, version, ABSENT, Up.CREATE, why)


def _not_read(fault: Fault, source: str) -> NotRead:
    said = dict(fault.evidence)
    return NotRead(source, f"{said.get('answer', '')} {said.get('said', '')}".strip() or fault.message)


def _is_told(fault: Fault, rows: Sequence[Drifted]) -> bool:
    """Whether a row of ours has a role's refusal already."""
    return fault.blame is Blame.USER and any(row.up is Up.REFUSE and fault.message in row.why for row in rows)
