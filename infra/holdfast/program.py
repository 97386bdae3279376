"""What does one `pulumi up` do? Settings, read, decide, provision, receipt: the table of contents of Holdfast."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import pulumi

from holdfast import decide, read, settings, verify
from holdfast.home import keep, last_receipt, receipts
from holdfast.model.errors import HoldfastError
from holdfast.model.existing import Facts
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Plan
from holdfast.model.wanted import Wanted
from holdfast.provision import Environment
from holdfast.provision.engine import Session, log_in, own_state

#: What the language host takes for "the error is shown already": no second message, no traceback.
BAIL = 32

#: Names are checked before anybody is logged in; they are made again with the login's subscription.
NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


def main() -> None:
    """Run the program; every fault ends it before anything is registered."""
    try:
        run()
    except HoldfastError as error:
        for fault in error.faults:
            pulumi.log.error(str(fault).removeprefix("error: "))
        sys.exit(BAIL)


def run() -> None:
    """The four stages. Raises HoldfastError with all faults of the first stage that has any."""
    native = pulumi.Config("azure-native")
    # Faults of the settings are told before any login is asked for; the names need its subscription afterwards.
    wanted = load(native, native.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID") or NO_SUBSCRIPTION)
    session = log_in(native)
    if session.subscription != wanted.subscription:
        wanted = load(native, session.subscription)
    state = read.parse_state(own_state())
    facts = read.read(session.client, wanted, state, session.tenant)
    plan, faults = decide.decide(wanted, facts)
    for note in plan.notes:
        pulumi.log.warn(f"{note.id}: {note.message}")
    if faults:
        raise HoldfastError(faults)
    environment = Environment(wanted, plan, session.tenant, session.cloud)
    for kind, resource in environment.ids.items():
        pulumi.export(f"{kind}Id", resource)
    if not pulumi.runtime.is_dry_run():
        environment.done.apply(lambda principal: leave_receipt(wanted, plan, facts, session, principal))


def load(native: pulumi.Config, subscription: str) -> Wanted:
    """The stack's settings, with the names that they have in `subscription`."""
    stack = pulumi.get_stack()
    return settings.load(
        pulumi.Config("holdfast").get_object("environment"),
        project=pulumi.get_project(),
        stack=stack,
        file=f"stacks/Pulumi.{stack}.yaml",
        subscription=subscription,
        location=native.get("location"),
    )


def leave_receipt(wanted: Wanted, plan: Plan, facts: Facts, session: Session, principal: str | None) -> None:
    """Compare what the vault held with what it holds; keep and show it. A run without writes asks nothing again."""
    after = facts.policies
    if plan.may_change_policies:
        after = read.read_policies(session.client, resource_id(wanted, Kind.VAULT))
    last = last_receipt(wanted.project, wanted.stack)
    receipt = verify.build(wanted, plan, facts.policies, after, plan.grants.known, last, principal)
    now = datetime.now(UTC)
    body = {"time": now.isoformat(timespec="seconds"), **receipt.to_json()}
    path = keep(receipts(wanted.project, wanted.stack), f"receipt-{now:%Y%m%dT%H%M%S%f}.json", body)
    pulumi.log.info("\n".join(filter(None, (receipt.summary(), receipt.table(), f"receipt: {path}"))))
