"""Which of azure-native's resources are declared, and which waits for which?

Kinds and parts in the order in which one needs the other, each after just what its body needs: the engine does the rest
at once. What is referred to is used by its id and not declared; what is revoked or gone is not in the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from graphlib import TopologicalSorter
from typing import Any

import pulumi

from holdfast.model.bodies import Body
from holdfast.model.decision import Create, Decision, Recover, Refer, Within
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import OF_PARTS, OF_VAULT, OF_WORKSPACE, AssignmentPlan, PartPlan, Plan
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import Wanted
from holdfast.provision.assignments import assignment_inputs, principal_output
from holdfast.provision.native import Native
from holdfast.provision.options import options_for
from holdfast.provision.recovery import declare_recovery
from holdfast.provision.resources import KIND_BLUEPRINTS, SORT_BLUEPRINTS, inputs_of
from holdfast.provision.roles import ROLE_ASSIGNMENT
from holdfast.provision.services import asset_needs, declare_asset
from holdfast.provision.vault import vault_inputs

Ahead = Callable[["Declared"], Sequence[pulumi.Resource]]


class Declared:
    """`kinds`, `parts`, `assignments`, `assets` and `recoveries` are what is declared, `ids` the ids of all kinds,
    `new` what is made now."""

    def __init__(
        self,
        wanted: Wanted,
        plan: Plan,
        tenant: str,
        cloud: dict[str, str],
        parent: pulumi.Resource,
        ahead: Ahead = lambda _: [],
    ) -> None:
        """`ahead` declares what has to be there before the workspace and is none of azure-native's."""
        self.kinds: dict[Kind, Native] = {}
        self.parts: dict[str, Native] = {}
        self.assignments: list[Native] = []
        self.ids: dict[Kind, pulumi.Output[str]] = {}
        self.new: list[pulumi.Resource] = []
        self.recoveries: dict[str, pulumi.CustomResource] = {}
        self.assets: dict[str, pulumi.CustomResource] = {}
        self._by_name: dict[str, Native] = {}
        self._parent, self._ahead = parent, ahead
        kinds, parts = {kind.value: kind for kind in wanted.resources}, {part.logical: part for part in plan.parts}
        needs = {name: ("group", *plan.bodies[kind].needs) for name, kind in kinds.items() if kind is not Kind.GROUP}
        needs |= {name: part.body.needs for name, part in parts.items()}
        assigned = {one.logical: one for one in plan.assignments if not isinstance(one.decision, Refer)}
        for one in assigned.values():
            needs[one.logical] = tuple(name for name in (one.subject, one.scope_of) if name in kinds or name in parts)
            if one.before in needs:
                needs[one.before] = (*needs[one.before], one.logical)
        assets = {one.asset.logical: one for one in plan.assets}
        images = {name: one.image for name, one in assets.items() if one.image}
        needs |= {name: asset_needs(one.asset, assets) for name, one in assets.items()}
        # Last, so that `destroy` takes a lock away before what it locks: Azure refuses it otherwise.
        for part in plan.parts:
            if part.sort is Sort.LOCK:
                needs[part.logical] = tuple(one for one in needs if not one.startswith(f"{Sort.LOCK}-"))
        add_recoveries(needs, plan)
        for name in in_order(needs):
            if name in plan.recoveries:
                made = [self._by_name[one.lower()] for one in needs[name] if one.lower() in self._by_name]
                self.recoveries[name] = declare_recovery(plan.recoveries[name], name, parent, made, cloud)
            elif name in assets:
                after = self._there(needs[name])
                self.assets[name] = declare_asset(wanted, assets[name], self.assets, images, parent, after, cloud)
            elif name in kinds:
                self._declare_kind(wanted, plan, kinds[name], needs.get(name, ()), tenant)
            elif name in parts:
                self._declare_part(parts[name], needs[name])
            else:
                self._declare_assignment(wanted, assigned[name], needs[name])

    def _declare_kind(self, wanted: Wanted, plan: Plan, kind: Kind, needs: Iterable[str], tenant: str) -> None:
        decision = plan.decisions[kind]
        if isinstance(decision, Refer):
            self.ids[kind] = pulumi.Output.from_input(decision.id)
            return
        blueprint = KIND_BLUEPRINTS[kind]
        ahead = self._ahead(self) if kind is Kind.WORKSPACE else []
        inputs = inputs_of(blueprint, resource_id(wanted, kind), plan.bodies[kind])
        if kind is Kind.VAULT:
            inputs["properties"] = vault_inputs(plan, tenant)
        inputs |= {"location": plan.locations[kind], "tags": dict(plan.tags)}
        made = self._declare(
            kind.value,
            KINDS[kind].token,
            inputs,
            decision,
            needs,
            retained=KINDS[kind].retained and wanted.retain,
            outputs=blueprint.outputs,
            ahead=ahead,
        )
        self.kinds[kind], self.ids[kind] = made, made.id

    def _declare_part(self, part: PartPlan, needs: Iterable[str]) -> None:
        if isinstance(part.decision, Refer | Within):
            return
        inputs = inputs_of(SORT_BLUEPRINTS[part.sort], part.id, part.body)
        if part.body.secrets or part.body.outputs:
            inputs = deepcopy(inputs)  # the plan is a plan, and holds no value of the engine's
        secret = _put_secrets(inputs, part.body)
        _put_outputs(inputs, part.body, self.assets)
        self.parts[part.logical] = self._declare(
            part.logical,
            SORTS[part.sort].token,
            inputs,
            part.decision,
            needs,
            # Azure answers no secret back: whether one changed only the engine knows, from its state.
            ignored=[name for name in inputs if name not in secret] if secret else ("*",),
            outputs=SORT_BLUEPRINTS[part.sort].outputs,
        )

    def _declare_assignment(self, wanted: Wanted, one: AssignmentPlan, needs: Iterable[str]) -> None:
        principal = one.principal or principal_output(one.subject, self._by_name[one.subject])
        inputs = assignment_inputs(wanted, one, principal)
        self.assignments.append(self._declare(one.logical, ROLE_ASSIGNMENT, inputs, one.decision, needs))

    def _declare(
        self,
        logical: str,
        token: str,
        inputs: dict[str, Any],
        decision: Decision,
        needs: Iterable[str],
        *,
        retained: bool = False,
        ignored: Sequence[str] = ("*",),
        outputs: Sequence[str] = (),
        ahead: Sequence[pulumi.Resource] = (),
    ) -> Native:
        after = [*self._there(needs), *ahead]
        options = options_for(decision, self._parent, retained=retained, depends_on=after, ignored=ignored)
        made = self._by_name[logical] = Native(token, logical, inputs, options, outputs)
        if isinstance(decision, Create):
            self.new.append(made)
        return made

    def _there(self, needs: Iterable[str]) -> list[pulumi.Resource]:
        """What is declared of that. What is referred to is there already."""
        there: dict[str, pulumi.Resource] = {**self._by_name, **self.recoveries, **self.assets}
        return [there[name.lower()] for name in needs if name.lower() in there]


def add_recoveries(needs: dict[str, tuple[str, ...]], plan: Plan) -> None:
    """Let everything that is recovered wait for its recovery, and each recovery for what it needs itself."""
    waiting: dict[str, list[str]] = {OF_VAULT: [Kind.VAULT.value], OF_WORKSPACE: [Kind.WORKSPACE.value]}
    with_vault = {one.id for one in plan.recoveries[OF_VAULT].back} if OF_VAULT in plan.recoveries else set()
    waiting[OF_PARTS] = [part.logical for part in plan.parts if isinstance(part.decision, Recover)]
    waiting[OF_PARTS] += [
        one.logical
        for one in plan.assignments
        if isinstance(one.decision, Recover) and one.decision.id not in with_vault
    ]
    for recovery in plan.recoveries:
        later = waiting[recovery]
        first = [name for one in later for name in needs[one] if name not in later]
        if recovery == OF_PARTS:
            first += [kind.value for kind in plan.decisions]
        needs[recovery] = tuple(dict.fromkeys(first))
        for one in later:
            needs[one] = (*needs[one], recovery)


def in_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """All names, each behind those that it needs. Raises graphlib.CycleError where two need each other."""
    return list(
        TopologicalSorter({name: [one.lower() for one in inner] for name, inner in needs.items()}).static_order()
    )


def _put_outputs(inputs: dict[str, Any], body: Body, made: Mapping[str, pulumi.Resource]) -> None:
    """Set the values that only the engine will know, in the place of what stood for them."""
    for path, (logical, output) in body.outputs.items():
        *parents, last = [name for name in path.split(".") if name != "properties"]
        inner: Any = inputs
        for name in parents:
            inner = inner[int(name)] if name.isdigit() else inner[name]
        inner[last] = getattr(made[logical], output)


def _put_secrets(inputs: dict[str, Any], body: Body) -> set[str]:
    """Set the values that only Pulumi's configuration holds, encrypted there and in the state; the inputs that hold
    one."""
    config = pulumi.Config("holdfast") if body.secrets else None
    holding = set()
    for path, key in body.secrets.items():
        assert config is not None
        *parents, last = [name for name in path.split(".") if name != "properties"]
        inner: Any = inputs
        for name in parents:
            inner = inner[int(name)] if name.isdigit() else inner[name]
        inner[last] = config.require_secret(key)
        holding.add(parents[0])
    return holding
