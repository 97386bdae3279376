"""What does it cost to lose nothing? An adoption against a first run, the decision, the tripwire.

An environment of fifty resources is provisioned, its state thrown away and the environment adopted; the decision is
timed by itself, for a vault with as many policies as Azure takes; and a vault's change is made by our guarded PATCH and
by a bare one, in turns, over one connection.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.figures import Row, ratio, seconds
from benchmarks.projects import CHECKOUT, SETTINGS, MeteredProject, NotMeasuredError
from benchmarks.scale import BASE, parts
from holdfast.arm import Answer, ArmClient, find_cloud, log_in
from holdfast.decide import decide
from holdfast.guard import API_VERSION, guarded
from holdfast.model.existing import Facts, Live, Recorded
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id, wanted_tags
from holdfast.model.permissions import Permissions, PolicyEntry, wire_entry
from holdfast.model.wanted import Grant, Wanted, WantedResource, WantedVault, WhenExists
from holdfast_sandbox.rehearsal import Azure, Outcome, Stranger

NAME = "never-wipe"

SIZE = 50
#: Azure's limit of entries in a vault, and the issue's goal for a decision about them, milliseconds.
POLICIES, GOAL = 1024, 5.0
#: Decisions and vault writes are short: so many of each are timed for one figure.
DECISIONS, WRITES = 100, 40


def measure(folder: Path, azure: Azure, runs: int, say: Callable[[str], None]) -> list[Row]:
    """Three figures, each from `runs` series."""
    say("a decision about 1024 policies")
    decisions = [_decision() for _ in range(runs)]
    milliseconds = [one * 1000 for one in decisions]
    middle = median(milliseconds)
    spread = f"{middle:.2f} ms ({min(milliseconds):.2f} to {max(milliseconds):.2f})"
    rows = [Row(NAME, f"decision about {POLICIES} policies", spread, middle, GOAL, "ms")]
    rows += _adoption(folder, azure, runs, say)
    rows += _tripwire(folder, azure, runs, say)
    return rows


def _adoption(folder: Path, azure: Azure, runs: int, say: Callable[[str], None]) -> list[Row]:
    made, adopted, reads = list[float](), list[float](), list[int]()
    for number in range(runs):
        say(f"{SIZE} resources: provisioned, then adopted without their state, {number + 1} of {runs}")
        project = MeteredProject(folder / f"adopted-{number}", azure, CHECKOUT)
        project.settings({**SETTINGS, "resourceGroup": f"rg-adopted-{number}", **parts(SIZE - BASE)})
        project.start()
        first = _done(project.up(expect=None))
        project.lose_state()
        again = _done(project.up(expect=None))
        if again.writes or again.changes.get("import") != SIZE:
            raise NotMeasuredError(f"an adoption wrote {[str(one) for one in again.writes]}\n{again.text}")
        made.append(first.seconds)
        adopted.append(again.seconds)
        reads.append(len(again.reads))
    times = ratio(adopted, made)
    return [
        Row(NAME, f"{SIZE} resources, wall: adopting / provisioning", str(times), times.of),
        Row(NAME, "  adopting", seconds(adopted), median(adopted), unit="s"),
        Row(NAME, "  provisioning", seconds(made), median(made), unit="s"),
        Row(NAME, "  ARM reads of an adopting run", str(median(reads)), median(reads)),
        Row(NAME, "  ARM writes of an adopting run", "0", 0, 0),
    ]


def _tripwire(folder: Path, azure: Azure, runs: int, say: Callable[[str], None]) -> list[Row]:
    """One PATCH under the tripwire over the same PATCH alone: two reads more, and a comparison."""
    project = MeteredProject(folder / "tripwire", azure, CHECKOUT)
    project.settings({**SETTINGS, "resourceGroup": "rg-tripwire"})
    project.start()
    _done(project.up(expect=None))
    vault, stranger = project.resource_id("vault"), Stranger(project.environ)
    stranger.add(vault, *(stranger.entry(stranger.principal(n), secrets=["get"]) for n in range(50)))
    guardeds, bares = list[float](), list[float]()
    with _login(project.environ) as client:

        def patch() -> Answer:
            return client.request("PATCH", vault, API_VERSION, {"properties": {"enabledForDeployment": False}})

        for number in range(runs + 1):
            say(
                f"a vault's change with and without the tripwire, {'warm-up' if number == 0 else f'{number} of {runs}'}"
            )
            bare = _timed(patch)
            ours = _timed(lambda: guarded(client, vault, "the PATCH", patch, done=lambda _: True))
            if number:
                bares.append(bare)
                guardeds.append(ours)
    times = ratio(guardeds, bares)
    more = (median(guardeds) - median(bares)) * 1000
    return [
        Row(NAME, "a vault's change under the tripwire / alone", str(times), times.of),
        Row(NAME, "  the tripwire adds", f"{more:.1f} ms", more, unit="ms"),
    ]


def _timed(do: Callable[[], object]) -> float:
    """Seconds of one call, out of many."""
    began = time.perf_counter()
    for _ in range(WRITES):
        do()
    return (time.perf_counter() - began) / WRITES


@contextmanager
def _login(environ: Mapping[str, str]) -> Iterator[ArmClient]:
    """A client of ours, logged in as the program is."""
    before = dict(os.environ)
    os.environ.update(environ)
    try:
        cloud = find_cloud(os.environ)
        yield ArmClient(cloud, log_in(cloud, os.environ))
    finally:
        os.environ.clear()
        os.environ.update(before)


def _done(outcome: Outcome) -> Outcome:
    if outcome.code:
        raise NotMeasuredError(f"a run exited with {outcome.code}\n{outcome.text}")
    return outcome


def _decision() -> float:
    """Seconds (CPU) of one decision about an environment in which all is kept and one grant is missing. The vault
    is as full as Azure lets it be but for one entry, and half of the entries are ours, listed and recorded."""
    wanted, facts = _full()
    began = time.process_time()
    for _ in range(DECISIONS):
        plan, faults = decide(wanted, facts)
    spent = (time.process_time() - began) / DECISIONS
    if faults or len(plan.grants.missing) != 1:
        raise NotMeasuredError(f"the decision is another one than meant: {faults}, {plan.grants.missing}")
    return spent


def _full() -> tuple[Wanted, Facts]:
    names: dict[Kind, str] = {kind: f"n-{kind}" for kind in Kind if kind is not Kind.CLUSTER}
    resources = {
        kind: WantedResource(kind, name, None, WhenExists.REFUSE, f"{kind}.name") for kind, name in names.items()
    }
    get = Permissions(secrets=frozenset({"get", "list"}))
    ours = [str(uuid.UUID(int=n)) for n in range(POLICIES // 2, POLICIES + 1)]
    vault = WantedVault(grants=tuple(Grant(principal, get) for principal in ours))
    wanted = Wanted(
        "bench", "dev", "stacks/Pulumi.dev.yaml", str(uuid.UUID(int=1)), "westeurope", "rg", resources, vault
    )
    entries = tuple(PolicyEntry(str(uuid.UUID(int=n)), "t", get) for n in range(1, POLICIES))
    existing: dict[Kind, Live] = {
        kind: Live(resource_id(wanted, kind), name, "westeurope", wanted_tags(wanted)) for kind, name in names.items()
    }
    identity = {"identity": {"principalId": entries[0].principal}}
    existing[Kind.WORKSPACE] = replace(existing[Kind.WORKSPACE], properties=identity)
    state = {kind.value: Recorded(f"urn::{kind}", KINDS[kind].token, name) for kind, name in names.items()}
    given = [wire_entry(entry) for entry in entries if entry.principal in ours]
    granted = {"granted": given, "gift": wire_entry(entries[0])}
    state["vault-grants"] = Recorded("urn::g", "g", "", granted)
    return wanted, Facts(dict(existing), state, policies=entries, tenant="t")
