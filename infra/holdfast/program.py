"""What does one `pulumi up` do? Settings, read, decide, provision, receipt: the table of contents of Holdfast."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pulumi

from holdfast import decide, read, settings
from holdfast.model.errors import HoldfastError
from holdfast.model.wanted import Wanted
from holdfast.provision.engine import log_in, own_state
from holdfast.provision.environment import Environment
from holdfast.provision.outputs import outputs
from holdfast.provision.quiet import quieten
from holdfast.provision.watch import Watch
from holdfast.record import Left, leave_receipt

#: What the language host takes for "the error is shown already": no second message, no traceback.
BAIL = 32

#: Names are checked before anybody is logged in; they are made again with the login's subscription.
NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


def main() -> None:
    """Run the program; every fault ends it before anything is registered."""
    quieten()
    try:
        run()
    except HoldfastError as error:
        for fault in error.faults:
            pulumi.log.error(str(fault).removeprefix("error: "))
        sys.exit(BAIL)


def run() -> None:
    """The four stages. Raises HoldfastError with all faults of the first stage that has any."""
    watch = Watch()
    native = pulumi.Config("azure-native")
    # Faults of the settings are told before any login is asked for; the names need its subscription afterwards.
    wanted = load(native, native.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID") or NO_SUBSCRIPTION)
    session = log_in(native)
    if session.subscription != wanted.subscription:
        wanted = load(native, session.subscription)
    known = own_state()
    state = read.parse_state(known)
    watch.stage("login")
    facts = read.read(session.client, wanted, state, session.tenant)
    watch.stage("read")
    plan, faults = decide.decide(wanted, facts)
    watch.stage("decide")
    for note in plan.notes:
        pulumi.log.warn(f"{note.id}: {note.message}")
    if faults:
        raise HoldfastError(faults)
    environment = Environment(wanted, plan, session.tenant, session.cloud)
    for name, value in outputs(wanted, facts, environment, session.tenant).items():
        pulumi.export(name, value)
    if not pulumi.runtime.is_dry_run():

        def leave(principal: str | None) -> None:
            timing = watch.finish(known, {part.logical for part in plan.parts if part.body.secrets})
            tell(leave_receipt(wanted, plan, facts, session, principal, timing))

        environment.done.apply(leave)


def tell(left: Left) -> None:
    """The receipt, and what stood in its way."""
    for note in left.notes:
        pulumi.log.warn(f"{note.id}: {note.message}")
    pulumi.log.info(left.text)


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
        cloud=native.get("environment") or os.environ.get("ARM_ENVIRONMENT") or "public",
        folder=Path(pulumi.runtime.get_root_directory() or "."),
    )
