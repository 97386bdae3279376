"""Which tags does a resource lack, so that nobody else's are lost and a run with nothing to do writes nothing?

azure-native writes tags by a full PUT of the resource. So it writes them once, at the creation; from then on a tag that
is lacking, ours or the settings', is merged into what is live by Azure's own merge.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.decision import Adopt, Decision, Keep
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import lacking_tags, wanted_tags
from holdfast.model.plan import PartPlan
from holdfast.model.sorts import SORTS
from holdfast.model.wanted import Wanted


def plan_tags(wanted: Wanted, decisions: Mapping[Kind, Decision], facts: Facts) -> dict[str, dict[str, str]]:
    """By id, the tags that a managed resource lacks. A tag that falls out of the settings stays: it may be somebody's
    by now. The vault's come with its settings, in one PATCH."""
    lacking = {}
    for kind, decision in decisions.items():
        found = facts.existing[kind]
        if kind is not Kind.VAULT and isinstance(decision, Keep | Adopt) and isinstance(found, Live):
            tags = lacking_tags(found.tags, wanted_tags(wanted))
            if tags:
                lacking[decision.id] = tags
    return lacking


def plan_part_tags(wanted: Wanted, parts: tuple[PartPlan, ...], facts: Facts) -> dict[str, dict[str, str]]:
    """As `plan_tags`, for parts that stand in the group by themselves; what belongs to another has its parent's."""
    lacking = {}
    for part in parts:
        found = facts.parts.get(part.logical)
        if not SORTS[part.sort].child and isinstance(part.decision, Keep | Adopt) and isinstance(found, Live):
            tags = lacking_tags(found.tags, wanted_tags(wanted))
            if tags:
                lacking[part.decision.id] = tags
    return lacking
