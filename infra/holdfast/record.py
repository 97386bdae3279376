"""What does a run leave behind? Its receipt: what the vault held, what it holds, and who is concerned."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast import read, verify
from holdfast.arm import ArmClient
from holdfast.home import keep, last_receipt, receipts
from holdfast.model.existing import Facts
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted


def leave_receipt(wanted: Wanted, plan: Plan, facts: Facts, client: ArmClient, principal: str | None) -> str:
    """Compare what the vault held with what it holds; keep and show it. A run without writes asks nothing again."""
    after = facts.policies
    if plan.may_change_policies:
        after = read.read_policies(client, resource_id(wanted, Kind.VAULT))
    last = last_receipt(wanted.project, wanted.stack)
    receipt = verify.build(wanted, plan, facts.policies, after, plan.grants.known, last, principal)
    now = datetime.now(UTC)
    body = {"time": now.isoformat(timespec="seconds"), **receipt.to_json()}
    path = keep(receipts(wanted.project, wanted.stack), f"receipt-{now:%Y%m%dT%H%M%S%f}.json", body)
    return "\n".join(filter(None, (receipt.summary(), receipt.table(), f"receipt: {path}")))
