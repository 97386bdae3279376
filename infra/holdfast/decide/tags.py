"""Which tags is a resource declared with, so that nobody else's are lost and a run with nothing to do writes nothing?

azure-native updates by a full PUT, tags included. So as long as nothing of ours has to change, the declared tags are
the recorded ones; once something has to, they are what is live plus ours. A tag that somebody took off is no change of
anything declared: it is merged back by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.decision import Adopt, Decision, Keep
from holdfast.model.existing import Facts, Live
from holdfast.model.kinds import Kind
from holdfast.model.names import lacking_tags, merged_tags, ownership_tags
from holdfast.model.wanted import Wanted


def plan_tags(wanted: Wanted, kind: Kind, decision: Decision, facts: Facts) -> dict[str, str]:
    """The tags to declare. A tag that falls out of the settings stays: it may be somebody's by now."""
    ours = {**wanted.tags, **ownership_tags(wanted.project, wanted.stack)}
    found = facts.existing[kind]
    live = dict(found.tags) if isinstance(found, Live) else {}
    recorded = facts.state.get(kind)
    if isinstance(decision, Keep) and recorded is not None:
        known: Mapping[str, str] = recorded.outputs.get("tags") or {}
        return merged_tags(live, ours) if lacking_tags(known, ours) else dict(known)
    return merged_tags(live, ours) if isinstance(decision, Adopt) else ours


def lost_tags(wanted: Wanted, decisions: Mapping[Kind, Decision], facts: Facts) -> dict[str, dict[str, str]]:
    """By id, the ownership tags that a live resource of our state lacks. The vault's come back with its settings."""
    ours = ownership_tags(wanted.project, wanted.stack)
    lost = {}
    for kind, decision in decisions.items():
        found = facts.existing[kind]
        if kind is not Kind.VAULT and isinstance(decision, Keep) and decision.tag_lost and isinstance(found, Live):
            lost[decision.id] = lacking_tags(found.tags, ours)
    return lost
