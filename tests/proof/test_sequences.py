"""Is there an order of runs, failures and strangers' deeds that costs anybody an entry? Hypothesis looks for one.

The decisions and the dynamic providers are the real ones; Azure and the engine are modelled (`modelled_azure`,
`modelled_engine`), so that ten thousand steps take about a minute. After every run of ours: nobody has lost what the
settings do not revoke, what they grant is there, nothing was made anew, a refused run has written nothing, and the same
run once more has nothing to do.
"""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from holdfast import guard
from holdfast.decide import environment, grants
from holdfast.model.decision import Create, Recover, Refer
from holdfast.model.existing import Live
from holdfast.model.kinds import TAG_PROJECT, TAG_STACK, Kind
from holdfast.model.names import group_id, resource_id
from holdfast.model.permissions import Permissions, PolicyEntry, lost, read_entries
from holdfast.model.wanted import Authorization, Grant, GrantState, Wanted, WantedResource, WantedVault, WhenExists
from holdfast.provision import roles_provider, tags_provider, vault_provider

from .modelled_azure import LOCATION, TENANT, Fault, ModelledAzure
from .modelled_engine import ORDER, Run, Stack, with_resource, with_vault

pytestmark = pytest.mark.slow

SUBSCRIPTION = "5a4db0c5-5b5c-4000-8000-000000000002"
GROUP = "rg-ml"
NAMES = {
    Kind.GROUP: GROUP,
    Kind.VAULT: "kv-ml",
    Kind.STORAGE: "stml",
    Kind.LOGS: "log-ml",
    Kind.INSIGHTS: "appi-ml",
    Kind.REGISTRY: "crml",
    Kind.WORKSPACE: "mlw-ml",
}
OURS = [f"{letter * 8}-0000-4000-8000-00000000000a" for letter in "abc"]
STRANGERS = [f"{letter * 8}-0000-4000-8000-00000000000b" for letter in "def"]

#: Why a run may be refused in these sequences. Anything else would be an error that nobody foresaw.
REFUSALS = {
    *(f"{kind}-{why}" for kind in Kind for why in ("exists", "owned-elsewhere", "soft-deleted")),
    "authorization-changed",
    "authorization-switch",
    "change-would-replace",
    "gone-for-good",
    "grant-does-not-fit",
    "managed-by-this-stack",
    "referred-missing",
    "referred-soft-deleted",
    "retention-is-final",
    "unreadable",
    "workspace-uses-another",
}

#: What was done in all examples, by rule; a test prints it.
DONE: Counter[str] = Counter()


def wanted_by(stack: str, names: Mapping[Kind, str], **changes: Any) -> Wanted:
    """An access-policy vault with one grant, everything named."""
    resources = {
        kind: WantedResource(kind, name, None, WhenExists.REFUSE, f"{kind.setting}.name")
        for kind, name in names.items()
    }
    return Wanted(
        project="holdfast",
        stack=stack,
        file=f"stacks/Pulumi.{stack}.yaml",
        subscription=SUBSCRIPTION,
        location=LOCATION,
        resource_group=GROUP,
        resources=resources | changes.get("resources", {}),
        vault=WantedVault(
            authorization=Authorization.ACCESS_POLICIES,
            grants=(Grant(OURS[0], Permissions(secrets=frozenset({"get", "list"}))),),
        ),
        tags={"team": "ml"},
    )


def named_by_id(wanted: Wanted, kind: Kind) -> WantedResource:
    """The same resource, used and not managed."""
    return WantedResource(kind, NAMES[kind], resource_id(wanted, kind), WhenExists.REFUSE, f"{kind.setting}.id")


FIRST = wanted_by("prod", NAMES)
VAULT = resource_id(FIRST, Kind.VAULT)
# Another team's stack: in the same group, on the same vault, with a workspace of its own.
SECOND = wanted_by(
    "second",
    {kind: f"{name}-b" if kind not in (Kind.GROUP, Kind.VAULT) else name for kind, name in NAMES.items()},
    resources={
        Kind.GROUP: WantedResource(
            Kind.GROUP, GROUP, group_id(SUBSCRIPTION, GROUP), WhenExists.REFUSE, "resourceGroup.id"
        ),
        Kind.VAULT: named_by_id(FIRST, Kind.VAULT),
    },
)

permissions = st.builds(
    Permissions,
    keys=st.frozensets(st.sampled_from(["get", "list", "all"]), max_size=2),
    secrets=st.frozensets(st.sampled_from(["get", "list", "set"]), min_size=1, max_size=3),
)
entries = st.builds(
    PolicyEntry,
    st.sampled_from([*STRANGERS, *OURS, STRANGERS[0].upper()]),
    st.just(TENANT),
    permissions,
    st.sampled_from(["", "", "", "app"]),
)
faults = st.tuples(
    st.sampled_from(["refused", "failed", "reset", "lost", "killed", "busy", "overtaken", "revoked"]),
    st.sampled_from([0, 0, 0, 1, 2, 5]),
)
unread = st.dictionaries(st.sampled_from(ORDER), st.sampled_from([403, 500, 0]), min_size=1, max_size=2)
mostly_first = st.sampled_from(["prod", "prod", "second"])


def a_run() -> Any:
    """The rule of an undisturbed `up`; a function can be one rule only."""

    def up(self: Sequences, which: str) -> None:
        self.count("up")
        self.run(which)

    return rule(which=mostly_first)(up)


def a_failing_run() -> Any:
    """The rule of an `up` one of whose writes fails, or meets somebody else's: so there is something to write."""

    def up(self: Sequences, which: str, fault: tuple[str, int], opened: bool, left: list[PolicyEntry]) -> None:
        self.count("up, with a failing write")
        if self.there:
            self.open_door() if opened else self.wipe(left)
        self.run(which, fault)

    return rule(which=mostly_first, fault=faults, opened=st.booleans(), left=st.lists(entries, max_size=1))(up)


def a_way_back() -> Any:
    """The rule that leads out of a refusal by hand."""

    def mend(self: Sequences) -> None:
        self.count("mended by hand")
        self.mend()

    return precondition(lambda self: self.stuck)(rule()(mend))


class Sequences(RuleBasedStateMachine):
    """One Azure, two stacks of ours, and everybody else."""

    def __init__(self) -> None:
        super().__init__()
        self.azure, self.stuck = ModelledAzure(), False
        self.stacks = {"prod": Stack(self.azure, FIRST), "second": Stack(self.azure, SECOND)}
        for provider in (vault_provider, tags_provider, roles_provider):
            provider.client_of = lambda props: self.azure  # type: ignore[assignment]

    @initialize(fault=st.none() | st.tuples(st.just("killed") | st.just("lost"), st.integers(0, 9)))
    def provisioned(self, fault: tuple[str, int] | None) -> None:
        """Most of what can go wrong goes wrong with something that is there."""
        self.run("prod", fault)

    # --- our runs

    # Hypothesis draws every rule as often as any other, and a run is what happens most.
    up, up_again, up_and_again, up_once_more = (a_run() for _ in range(4))
    up_failing, up_failing_again = (a_failing_run() for _ in range(2))
    way_back, other_way_back = (a_way_back() for _ in range(2))

    @rule(which=mostly_first, unread=unread)
    def up_unread(self, which: str, unread: dict[Kind, int]) -> None:
        self.count("up, with a failing read")
        self.run(which, None, unread)

    @rule(which=mostly_first, unread=st.just({}) | unread)
    def preview(self, which: str, unread: dict[Kind, int]) -> None:
        self.count("preview")
        stack, before = self.stacks[which], copy.deepcopy((self.azure.live, self.azure.deleted, self.azure.writes))
        state = dict(stack.state)
        seen = stack.preview(unread)
        assert (self.azure.live, self.azure.deleted, self.azure.writes) == before, "a preview has written"
        assert stack.state == state
        if seen.end == "done" and not isinstance(seen.plan.decisions[Kind.VAULT], Create | Recover):
            said = " ".join(note.message.lower() for note in seen.plan.notes)
            for entry in (*seen.plan.grants.missing, *seen.plan.grants.revoke):
                assert entry.principal.lower() in said, f"the preview does not name {entry}"

    @rule(which=mostly_first)
    def refresh(self, which: str) -> None:
        self.count("refresh")
        self.stacks[which].refresh()

    @rule(which=mostly_first)
    def lose_state(self, which: str) -> None:
        self.count("state loss")
        self.stacks[which].state.clear()

    # --- strangers

    @precondition(lambda self: self.there)
    @rule(entry=entries)
    def add(self, entry: PolicyEntry) -> None:
        self.count("foreign add or widening")
        self.azure.change(VAULT, "add", entry)

    @precondition(lambda self: self.there)
    @rule(number=st.integers(0, 7), part=st.booleans())
    def remove(self, number: int, part: bool) -> None:
        self.count("foreign removal")
        held = self.azure.policies(VAULT)
        if held:
            entry = held[number % len(held)]
            gone = Permissions(secrets=frozenset({"get"})) if part else entry.permissions
            self.azure.change(VAULT, "remove", PolicyEntry(entry.principal, entry.tenant, gone, entry.application))

    @precondition(lambda self: self.there)
    @rule(left=st.lists(entries, max_size=1))
    def wipe(self, left: list[PolicyEntry]) -> None:
        self.count("foreign wipe by a template")
        self.azure.redeploy_template(VAULT, *left)

    @rule(kind=st.sampled_from(ORDER), claimed=st.booleans())
    def lose_tags(self, kind: Kind, claimed: bool) -> None:
        self.count("tags lost or replaced")
        if body := self.azure.live.get(resource_id(FIRST, kind).lower()):
            body["tags"] = (
                {TAG_PROJECT: "theirs", TAG_STACK: "x"} if claimed and kind is Kind.STORAGE else {"cost": "1"}
            )

    @rule(kind=st.sampled_from([Kind.VAULT, Kind.WORKSPACE]))
    def soft_delete(self, kind: Kind) -> None:
        self.count("soft delete")
        if resource_id(FIRST, kind).lower() in self.azure.live:
            self.azure.delete(resource_id(FIRST, kind))

    @precondition(lambda self: bool(self.azure.deleted))
    @rule()
    def recover_by_hand(self) -> None:
        self.count("recovery by hand")
        for id in list(self.azure.deleted):
            self.azure.recover(id)

    @rule(kind=st.sampled_from([Kind.VAULT, Kind.LOGS, Kind.STORAGE]), sure=st.integers(0, 3))
    def vanish(self, kind: Kind, sure: int) -> None:
        self.count("gone for good")
        if not sure:
            self.azure.purge(resource_id(FIRST, kind))

    @precondition(lambda self: self.there)
    @rule()
    def switch_model(self) -> None:
        self.count("foreign switch of the permission model")
        properties = self.azure.live[VAULT.lower()]["properties"]
        properties["enableRbacAuthorization"] = not properties.get("enableRbacAuthorization")

    @precondition(lambda self: self.there)
    @rule()
    def open_door(self) -> None:
        self.count("foreign change of a setting")
        self.azure.live[VAULT.lower()]["properties"]["publicNetworkAccess"] = "Enabled"

    # --- settings

    @rule(which=mostly_first, principal=st.sampled_from([*OURS, STRANGERS[0]]), asked=permissions)
    def grant(self, which: str, principal: str, asked: Permissions) -> None:
        self.count("grant added or changed")
        self.regrant(which, principal, Grant(principal, asked))
        self.restore(which, principal)

    @rule(which=mostly_first, principal=st.sampled_from(OURS))
    def drop(self, which: str, principal: str) -> None:
        self.count("grant dropped")
        self.regrant(which, principal, None)

    @rule(
        which=mostly_first, principal=st.sampled_from([*OURS, STRANGERS[1]]), asked=st.just(Permissions()) | permissions
    )
    def revoke(self, which: str, principal: str, asked: Permissions) -> None:
        self.count("grant revoked")
        self.regrant(which, principal, Grant(principal, asked, (), GrantState.REVOKED))

    @rule(which=mostly_first, principal=st.sampled_from(OURS))
    def never_restore(self, which: str, principal: str) -> None:
        self.count("neverRestore")
        self.regrant(which, principal, None)  # the settings take no grant beside it
        stack = self.stacks[which]
        never = stack.wanted.vault.never_restore
        stack.wanted = with_vault(stack.wanted, never_restore=never | {principal})

    @rule(opened=st.none() | st.booleans(), days=st.sampled_from([None, None, 90, 7]))
    def change_vault(self, opened: bool | None, days: int | None) -> None:
        self.count("vault setting changed")
        self.stacks["prod"].wanted = with_vault(self.stacks["prod"].wanted, public_access=opened, retention_days=days)

    @rule(model=st.sampled_from([None, *Authorization]))
    def change_authorization(self, model: Authorization | None) -> None:
        self.count("authorization changed")
        self.stacks["prod"].wanted = with_vault(self.stacks["prod"].wanted, authorization=model)

    @rule(
        which=mostly_first,
        kind=st.sampled_from([Kind.VAULT, Kind.STORAGE]),
        when_exists=st.sampled_from(list(WhenExists)),
    )
    def change_when_exists(self, which: str, kind: Kind, when_exists: WhenExists) -> None:
        self.count("whenExists changed")
        self.stacks[which].wanted = with_resource(self.stacks[which].wanted, kind, when_exists=when_exists)

    @rule(which=mostly_first, by_id=st.booleans(), name=st.sampled_from([*[NAMES[Kind.VAULT]] * 4, "kv-other"]))
    def name_vault(self, which: str, by_id: bool, name: str) -> None:
        self.count("vault named otherwise")
        stack = self.stacks[which]
        given = {"id": VAULT, "key": "vault.id"} if by_id else {"id": None, "name": name, "key": "vault.name"}
        stack.wanted = with_resource(stack.wanted, Kind.VAULT, **given)

    # --- what holds

    def mend(self) -> None:
        """From wherever the sequence has come, what the errors' hints say leads back to a run that succeeds."""
        for id in list(self.azure.deleted):
            self.azure.recover(id)
        if self.there:
            self.azure.live[VAULT.lower()]["properties"]["enableRbacAuthorization"] = False
        stack = self.stacks["prod"]
        stack.state.pop("workspace-role", None)
        stack.refresh()
        stack.wanted = with_resource(
            with_vault(stack.wanted, authorization=Authorization.ACCESS_POLICIES, retention_days=None),
            Kind.VAULT,
            id=None,
            name=NAMES[Kind.VAULT],
        )
        for kind in ORDER:
            stack.wanted = with_resource(stack.wanted, kind, when_exists=WhenExists.ADOPT)
            body = self.azure.live.get(stack.id_of(kind).lower())
            if body and body["tags"].get(TAG_STACK) not in (None, "prod"):
                body["tags"] = {}
        done = self.run("prod")
        assert done.end == "done", [str(fault) for fault in done.faults]

    @property
    def there(self) -> bool:
        """Whether the vault is live."""
        return VAULT.lower() in self.azure.live

    def run(self, which: str, fault: tuple[str, int] | None = None, unread: Mapping[Kind, int] | None = None) -> Run:
        """One `up`, everything that must hold after it, and the same run once more where it succeeded."""
        stack, azure, unread = self.stacks[which], self.azure, unread or {}
        if Kind.VAULT.value not in stack.state:
            # A second vault would be another story: here is one, and everything that can befall it.
            stack.wanted = with_resource(stack.wanted, Kind.VAULT, name=NAMES[Kind.VAULT])
        state, live, deleted = dict(stack.state), set(azure.live), set(azure.deleted)
        azure.writes.clear()
        armed = self.arm(fault, stack.wanted)
        done = stack.up(unread)
        struck = azure.fault is None and fault is not None
        azure.fault = None
        DONE[f"run {done.end}"] += 1
        self.stuck = done.end == "refused" if which == "prod" else self.stuck
        self.nobody_lost_anything(stack.wanted, done)
        assert not azure.broken, azure.broken
        assert live <= set(azure.live), f"a run of ours has deleted {live - set(azure.live)}"
        for kind, decision in done.plan.decisions.items():
            if isinstance(decision, Create) and not done.faults:
                assert kind.value not in state
                assert stack.id_of(kind).lower() not in live | deleted, f"{kind} is made anew"
        if done.end == "refused":
            assert not azure.writes
            assert stack.state == state
            assert {one.id for one in done.faults} <= REFUSALS, [str(one) for one in done.faults]
            assert all(one.message and one.hint for one in done.faults)
        assert done.end in ("refused", "done") or struck, f"{done.end} although nothing failed: {done.said}"
        if unread:
            assert done.end == "refused", "what could not be read was taken for something"
        for entry in armed:
            assert lost([entry], azure.entries()), f"{entry} was revoked while the run waited, and is back"
        if done.end == "done" and any(isinstance(one, Recover) for one in done.plan.decisions.values()):
            # Everything is back (nobody lost anything, above); what is in it the next run sees and settles.
            # It may be refused for what could not be seen before, a permission model that somebody had switched.
            done = stack.up({})
            assert done.end != "failed", done.said
            self.nobody_lost_anything(stack.wanted, done)
        if done.end == "done":
            self.grants_are_there(stack.wanted)
            self.gift_is_there(stack)
            self.once_more(stack, done)
        return done

    def arm(self, fault: tuple[str, int] | None, wanted: Wanted) -> list[PolicyEntry]:
        """Set the trap. Returned: what an admin takes away while the run waits its turn, which must not come back."""
        if fault is None:
            return []
        mode, after = fault
        late = PolicyEntry(STRANGERS[2], TENANT, Permissions(certificates=frozenset({"get", "list"})))
        revoked: list[PolicyEntry] = []

        def overtake() -> None:
            if self.there:
                self.azure.change(VAULT, "add", late)

        def revoke() -> None:
            listed = {grant.principal for grant in wanted.vault.grants}
            for entry in self.azure.policies(VAULT) if self.there else ():
                if entry.principal.lower() in STRANGERS and entry.principal.lower() not in listed:
                    self.azure.change(VAULT, "remove", entry)
                    revoked.append(entry)

        match mode:
            case "overtaken":
                self.azure.fault = Fault("", after, overtake)
            case "revoked":
                self.azure.fault = Fault("busy", after, revoke)
            case _:
                self.azure.fault = Fault(mode, after)
        return revoked

    def nobody_lost_anything(self, wanted: Wanted, done: Run) -> None:
        """What our requests took from anybody is listed with `state: revoked`, in a vault that is ours."""
        asked = {grant.principal: grant for grant in wanted.vault.grants if grant.state is GrantState.REVOKED}
        for entry in self.azure.taken:
            assert not isinstance(done.plan.decisions[Kind.VAULT], Refer), f"{entry} in a vault that is only used"
            grant = asked.get(entry.principal.lower())
            assert grant is not None, f"{entry} was taken away"
            assert not entry.application
            assert not grant.permissions or not grant.permissions.lacks(entry.permissions), f"{entry} was narrowed"
        self.azure.taken.clear()

    def grants_are_there(self, wanted: Wanted) -> None:
        """After a run that succeeded the vault holds what the settings grant."""
        found = self.azure.existing(Kind.VAULT, VAULT)
        assert isinstance(found, Live)
        if found.properties.get("enableRbacAuthorization"):
            return
        held = [entry for entry in self.azure.policies(VAULT) if not entry.application]
        listed = [grant for grant in wanted.vault.grants if grant.state is GrantState.PRESENT]
        due = [PolicyEntry(grant.principal, TENANT, grant.permissions) for grant in listed]
        assert not lost(due, held), f"granted, and not there: {lost(due, held)}"

    def gift_is_there(self, stack: Stack) -> None:
        """What Azure once gave the workspace's identity, as far as the state knows it and the settings leave it."""
        recorded = stack.state.get("vault-grants")
        rows = [recorded.outputs["gift"]] if recorded and recorded.outputs.get("gift") else []
        asked = {grant.principal for grant in stack.wanted.vault.grants if grant.state is GrantState.REVOKED}
        gift = [entry for entry in read_entries(rows) if entry.principal not in asked]
        held = [entry for entry in self.azure.policies(VAULT) if not entry.application]
        assert not lost(gift, held), f"the workspace's own entry is not there: {lost(gift, held)}"

    def once_more(self, stack: Stack, done: Run) -> None:
        """The same run again: no step of the engine, no write, the same state."""
        state, before = dict(stack.state), copy.deepcopy(self.azure.live)
        again = stack.up({})
        assert (again.end, again.operations, again.writes) == ("done", (), ()), (done.operations, again)
        assert self.azure.live == before
        assert stack.state == state

    def regrant(self, which: str, principal: str, grant: Grant | None) -> None:
        """One item a principal, as the settings take it."""
        stack = self.stacks[which]
        others = tuple(one for one in stack.wanted.vault.grants if one.principal != principal)
        stack.wanted = with_vault(stack.wanted, grants=(*others, grant) if grant else others)

    def restore(self, which: str, principal: str) -> None:
        """Off the list of those who are never handed anything back."""
        stack = self.stacks[which]
        never = stack.wanted.vault.never_restore - {principal}
        stack.wanted = with_vault(stack.wanted, never_restore=never)

    def count(self, what: str) -> None:
        DONE[what] += 1


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody waits, and incidents go where nobody's are."""
    monkeypatch.setattr(guard, "time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    for provider in (vault_provider, tags_provider, roles_provider):
        monkeypatch.setattr(provider, "client_of", provider.client_of)  # put back when the machine is done


@pytest.mark.usefixtures("at_once")
def test_no_order_of_events_costs_anybody_an_entry(proving: bool, tally: Callable[[str], None]) -> None:
    """Whatever runs, fails or is written, in whatever order: a run of ours keeps everybody, or stops and says why."""
    DONE.clear()
    began = time.monotonic()
    run_state_machine_as_test(Sequences, settings=settings.get_profile("prove" if proving else "slice"))
    runs = {what: count for what, count in DONE.items() if what.startswith("run ")}
    steps = DONE.total() - sum(runs.values())
    tally(
        f"sequences on the model: {steps} steps in {time.monotonic() - began:.0f} s, {sum(runs.values())} runs checked"
    )
    for what, count in sorted(DONE.items()):
        tally(f"  {what:<42} {count:>6}")
    assert DONE["run done"] > 100
    assert steps >= (10_000 if proving else 500)


def unread_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals are forgotten."""
    monkeypatch.setattr(environment, "refusals", lambda wanted, decisions, facts: [])


def wipes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is not looked for."""
    plan_grants = environment.plan_grants

    def blind(*facts: Any) -> Any:
        plan, notes = plan_grants(*facts)
        return replace(plan, missing=()), notes

    monkeypatch.setattr(environment, "plan_grants", blind)


def policies_in_the_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The PATCH carries the list of entries that was read a moment ago: whoever writes meanwhile is lost."""
    request = ModelledAzure.request

    def with_policies(self: ModelledAzure, method: str, path: str, version: str, body: Any = None) -> Any:
        if method == "PATCH" and "properties" in (body or {}):
            body["properties"]["accessPolicies"] = []
        return request(self, method, path, version, body)

    monkeypatch.setattr(ModelledAzure, "request", with_policies)


def revocations_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """`state: revoked` with permissions takes all that the principal holds."""
    monkeypatch.setattr(Permissions, "within", lambda self, asked: self)


def losses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workspace's own entry is not watched."""
    monkeypatch.setattr(grants, "_watch", lambda gift, *facts: (gift, False, None, []))


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (unread_is_nothing, "passed without a fault|taken for something"),
        (wipes_stay, "granted, and not there|own entry is not there"),
        (policies_in_the_patch, "was taken away|was narrowed|carries accessPolicies"),
        (revocations_grow, "was narrowed"),
        (losses_are_forgotten, "own entry is not there"),
    ],
)
def test_the_sequences_find_what_is_planted(
    plant: Callable[[pytest.MonkeyPatch], None], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a mistake put into the decisions or the writers, the same sequences fail: they are not blind."""
    plant(monkeypatch)
    # As many as it takes: the search ends with the first find.
    quick = settings(
        settings.get_profile("slice"), max_examples=1000, phases=[Phase.generate], report_multiple_bugs=False
    )
    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(Sequences, settings=quick)
