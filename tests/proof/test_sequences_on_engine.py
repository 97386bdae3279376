"""Do the real engine, providers and sandbox keep what the model keeps? A random walk, replayable by its seed.

`pytest tests/proof/test_sequences_on_engine.py --seed N` walks the same way again. What the vault holds is told by
Microsoft's client, what was written by the sandbox's request log.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.keyvault import models as kv

from holdfast_sandbox.rehearsal import Azure, Outcome, Project, Stranger

from .environments import LOCATION, PIPELINE, group_of, lost, small, way_back

pytestmark = [pytest.mark.engine, pytest.mark.slow]

Held = dict[str, dict[str, list[str]]]

#: The walk of every day: nine steps that meet most of what can happen, in under a minute.
USUAL = 16393
STEPS, ALL_STEPS = 9, 200


class Walk:
    """One environment of ours, now and then a second stack on its vault, and everybody else."""

    def __init__(self, make: Callable[..., Project], azure: Azure, stranger: Stranger, group: str, seed: int) -> None:
        # Two of them, so that the order of events does not hang on what each of them draws.
        self.order, self.dice = random.Random(seed), random.Random(seed + 1)
        self.make, self.azure, self.stranger = make, azure, stranger
        self.project, self.second = make(small(group)), None
        self.group, self.told, self.runs = group, list[str](), Counter[str]()
        self.grants = {PIPELINE: ["get", "list"]}
        self.revoked: set[str] = set()
        self.project.up()
        self.vault = self.project.resource_id("vault")
        self.made = set(self.project.managed().values())
        self.quiet = False  # whether the last run succeeded and nobody has done anything since
        # When state and tags are lost together nobody can tell whose the vault is, and it is only referred to.
        self.stateless = self.untagged = False

    def step(self) -> None:
        """One thing that happens, drawn by weight."""
        deeds: list[tuple[Callable[[], None], int]] = [
            (self.up, 6),
            (self.again, 3),
            (self.preview, 2),
            (self.refresh, 1),
            (self.lose_state, 1),
            (self.up_second, 2),
            (self.add, 4),
            (self.remove, 2),
            (self.wipe, 4),
            (self.grant, 2),
            (self.drop, 1),
            (self.revoke, 1),
            (self.open_or_shut, 2),
            (self.soft_delete, 1),
            (self.up_failing, 3),
        ]
        (deed,) = self.order.choices([deed for deed, _ in deeds], [weight for _, weight in deeds])
        self.told.append(deed.__name__)
        deed()

    # --- our runs

    def up(self) -> None:
        self.run(self.project)
        self.quiet, self.stateless, self.untagged = True, False, False

    def again(self) -> None:
        """A run that repeats its predecessor."""
        if not self.quiet:
            self.up()
        done = self.run(self.project)
        assert not done.operations, done.text
        assert not done.writes, done.writes

    def preview(self) -> None:
        done = self.project.preview()
        self.runs["preview"] += 1
        assert not done.writes, done.writes

    def refresh(self) -> None:
        before = self.held()
        words = ("refresh", "--yes", "--skip-preview", "--stack", self.project.stack)
        mark = self.azure.mark()
        self.project.pulumi(*words, expect=0)
        assert not [request for request in self.azure.since(mark) if request.is_write]
        assert self.held() == before
        self.quiet = False

    def lose_state(self) -> None:
        if self.untagged:
            self.up()
        self.project.lose_state()
        self.stateless = True
        self.quiet = False

    def up_second(self) -> None:
        """Another team's stack, which names the vault by its id."""
        if self.second is None:
            grants = [{"principal": Stranger.principal(700), "secrets": ["get"]}]
            settings = small(f"{self.group}-b", vault={"id": self.vault, "grants": grants})
            self.second = self.make(settings, stack="second", folder="second")
        done = self.run(self.second)
        on_vault = [request for request in done.writes if request.path.lower().startswith(self.vault.lower())]
        assert {request.path.partition("?")[0].rpartition("/")[2] for request in on_vault} <= {"add"}
        assert "get" in self.held()[Stranger.principal(700)]["secrets"]
        self.quiet = False

    def up_failing(self) -> None:
        """One write of the run fails, or is carried out and not heard of; then the way back."""
        self.wipe()
        before, (how, fault) = self.held(), self.dice.choice([*_FAULTS.items()])
        what = self.dice.choice(["PATCH .*", "PUT .*/accessPolicies/add"])
        self.told[-1] += f" ({how} at {what})"
        self.azure.fault(f"{what}", times=1, **fault)
        failed = self.project.up(expect=None)
        self.azure.clear_faults()
        self.runs["up, failing"] += 1
        assert "Traceback" not in failed.text, failed.text
        assert self.lost(before) == []
        self.only_allowed(failed)
        if failed.code:
            assert "error:" in failed.text
            assert way_back(self.project) == []
        self.up()

    def run(self, project: Project) -> Outcome:
        """An `up` that succeeds, and what must hold after it."""
        before = self.held()
        done = project.up()
        self.runs["up"] += 1
        after = self.held()
        assert self.lost(before) == []
        self.only_allowed(done)
        if project is self.project:
            for principal, secrets in self.grants.items():
                assert set(secrets) <= set(after.get(principal, {}).get("secrets", [])), f"{principal}: {after}"
            assert not self.revoked & set(after)
            assert set(project.managed().values()) == self.made
        return done

    def only_allowed(self, done: Outcome) -> None:
        """Nothing of ours that is there is put or deleted."""
        for request in done.writes:
            path = request.path.partition("?")[0].lower()
            assert request.method != "DELETE", request
            assert not (request.method == "PUT" and path in self.made), request

    # --- strangers

    def add(self) -> None:
        who = self.dice.choice([PIPELINE, *(Stranger.principal(n) for n in range(20))])
        words = self.dice.sample(["get", "list", "set", "backup"], 2)
        self.stranger.add(self.vault, self.stranger.entry(who, secrets=words, keys=["get"]))
        self.quiet = False

    def remove(self) -> None:
        held = self.held()
        if not held:
            return
        who = self.dice.choice(sorted(held))
        entry = self.stranger.entry(who, **held[who])
        parameters = kv.VaultAccessPolicyParameters(properties=kv.VaultAccessPolicyProperties(access_policies=[entry]))
        self.stranger.client.vaults.update_access_policy(self.group, self.name, "remove", parameters)
        self.quiet = False

    def wipe(self) -> None:
        """The classic redeploy: its own short list, its own tags."""
        if self.stateless:
            self.up()
        self.untagged, who = True, Stranger.principal(self.dice.randrange(20))
        self.stranger.redeploy_template(
            self.vault, self.stranger.entry(who, secrets=["get"]), tags={"deployed-by": "template"}
        )
        self.quiet = False

    def soft_delete(self) -> None:
        """The vault is deleted: the run stops and has written nothing, or has recovered it with all that was in it."""
        before = self.held()
        self.stranger.client.vaults.delete(self.group, self.name)
        done = self.project.up(expect=None)
        self.runs["up, vault deleted"] += 1
        if done.code:
            assert "vault-soft-deleted" in done.text, done.text
            assert not done.writes
            self.recover()
        assert self.lost(before) == []
        self.quiet = False

    def recover(self) -> None:
        """By hand, as the error says."""
        properties = kv.VaultProperties(
            tenant_id=self.stranger.tenant, sku=kv.Sku(family="A", name="standard"), create_mode="recover"
        )
        parameters = kv.VaultCreateOrUpdateParameters(location=LOCATION, properties=properties)
        self.stranger.client.vaults.begin_create_or_update(self.group, self.name, parameters).result()

    # --- settings

    def grant(self) -> None:
        who = Stranger.principal(self.dice.randrange(20))
        self.grants[who] = self.dice.sample(["get", "list", "set"], 2)
        self.revoked.discard(who)
        self.settle()

    def drop(self) -> None:
        """Falls out of the list, stays in the vault."""
        self.grants.pop(self.dice.choice(sorted(self.grants) or [""]), None)
        self.settle()

    def revoke(self) -> None:
        who = self.dice.choice(sorted(self.held()) or [""])
        if who in ("", self.gift):
            return  # what the settings take from the workspace itself is a story of its own
        self.grants.pop(who, None)
        self.revoked.add(who)
        self.settle()

    def open_or_shut(self) -> None:
        opened = self.dice.random() < 0.5
        self.project.change(lambda environment: environment["vault"].update(publicAccess=opened))
        self.quiet = False

    def settle(self) -> None:
        """The grants as they are to be, into the stack file."""
        present = [{"principal": who, "secrets": secrets} for who, secrets in self.grants.items()]
        taken = [{"principal": who, "state": "revoked"} for who in sorted(self.revoked)]
        self.project.change(lambda environment: environment["vault"].update(grants=present + taken))
        self.quiet = False

    # --- what is there

    @property
    def name(self) -> str:
        return self.vault.rpartition("/")[2]

    @property
    def gift(self) -> str:
        """The principal of the workspace's identity."""
        rows = [row for row in self.project.state() if row["urn"].endswith("::workspace")]
        return str(rows[0]["outputs"]["identity"]["principalId"]).lower() if rows else ""

    def lost(self, before: Held) -> list[str]:
        """What somebody has lost since, and no setting of ours revokes."""
        return lost({who: held for who, held in before.items() if who not in self.revoked}, self.held())

    def held(self) -> Held:
        return self.stranger.policies(self.vault)


_FAULTS: dict[str, dict[str, Any]] = {
    "503": {"status": 503},
    "403": {"status": 403, "code": "AuthorizationFailed"},
    "conflict": {"status": 409, "code": "ConflictError"},
    "reset": {"drop": True},
    "lost answer": {"lose_answer": True},
}


def test_a_walk_through_everything_that_happens_costs_nobody_an_entry(
    make_project: Callable[..., Project],
    azure: Azure,
    stranger: Stranger,
    worker_id: str,
    proving: bool,
    seed: int | None,
    tally: Callable[[str], None],
) -> None:
    """Runs, strangers, settings and failures in a random order: everybody keeps what nobody revoked."""
    where = seed if seed is not None else (int(time.time()) if proving else USUAL)
    steps = ALL_STEPS if proving else STEPS
    print(f"the walk of seed {where}, {steps} steps")
    walk = Walk(make_project, azure, stranger, f"rg-{worker_id}-walk-{where}", where)
    try:
        for number in range(steps):
            walk.step()
            print(f"{number + 1}/{steps} {walk.told[-1]}", flush=True)
        walk.again()
    except BaseException as error:
        error.add_note(f"seed {where}, after {len(walk.told)} steps: {', '.join(walk.told)}")
        raise
    runs = ", ".join(f"{count} {what}" for what, count in sorted(walk.runs.items()))
    tally(f"sequences on the engine: {len(walk.told)} steps from seed {where}: {runs}")
    assert group_of(walk.project) == walk.group
