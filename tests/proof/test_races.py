"""What is lost when several write at once: pipelines of one stack, two stacks on one vault, and somebody else?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from .conftest import PROVING
from .crash_points import CHECKOUT, PATIENCE, PIPELINE, SCIENTISTS, Environment, processes_of, small_but_complete
from .foreign_writer import ForeignWriter

pytestmark = pytest.mark.engine

#: How many pipelines start at once, and how many redeploys a foreign writer goes through.
PIPELINES, REDEPLOYS = (8, 50) if PROVING else (3, 2)
#: Seconds that an answer about the vault is on its way, for Holdfast and for the bare program alike: from a runner to
#: Azure and back. On loopback it takes none, and a race that is over in no time shows nothing.
ON_ITS_WAY = 0.25
VAULT_READ = r"^GET .*/Microsoft\.KeyVault/vaults/[^/? ]+(\?|$)"

UP = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]


def test_of_several_pipelines_at_once_one_wins_and_the_others_say_so(
    azure: Azure, tmp_path: Path, tally: Callable[[str], None]
) -> None:
    """One run holds the lock; each other one ends with Pulumi's own message about it, before it has written anything.
    What the winner made is whole, and nothing of it was made twice."""
    project = Project(tmp_path / "project", azure, CHECKOUT)
    project.settings(small_but_complete("rg-pipelines", "pl"))
    project.start()
    environment = Environment(project, Stranger(azure.environ))
    mark = azure.mark()
    rounds = 0
    while True:
        # The winner's first answer is kept back until all others have ended: none comes late and finds the lock free.
        azure.fault("^PUT .*/resourcegroups/[^/]+[?]", hold_answer=600, times=1)
        rounds += 1
        runs = [project.popen([*UP, "--stack", project.stack]) for _ in range(PIPELINES)]
        deadline = time.monotonic() + PATIENCE
        while sum(run.poll() is not None for run in runs) < PIPELINES - 1:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        while not _wrote(azure, mark) and any(run.poll() is None for run in runs):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        azure.clear_faults()
        texts = [run.communicate(timeout=PATIENCE)[0] for run in runs]
        won = [run for run in runs if run.returncode == 0]
        refused = [text for text in texts if "the stack is currently locked by" in text]
        assert len(won) + len(refused) == PIPELINES, "\n".join(texts)
        if won:
            break
        # Pulumi writes its lock and looks again: all may see each other and give way. Then nobody has written.
        assert not _wrote(azure, mark)
        assert rounds < 5, "nobody ever wins"
    tally(f"{PIPELINES} pipelines at once on one stack: won {len(won)}, refused {len(refused)}, round {rounds}")
    assert len(won) == 1
    assert not environment.is_whole(mark)
    assert not environment.nothing_to_do()


def _wrote(azure: Azure, mark: int) -> bool:
    return any(request.is_write for request in azure.since(mark))


def test_two_stacks_that_share_a_vault_each_get_their_grants(
    azure: Azure, tmp_path: Path, tally: Callable[[str], None]
) -> None:
    """One owns the vault, the other names it by its id. Both run at once, and one write is under way when the other
    comes: all grants of both are there, the owner's setting too, and neither has anything left to do."""
    owner = Project(tmp_path / "owner", azure, CHECKOUT)
    owner.settings(small_but_complete("rg-owner", "ow"))
    owner.start()
    owner.up()
    stranger = Stranger(azure.environ)
    vault = str(Environment(owner, stranger).vault_id())
    guest = Project(tmp_path / "guest", azure, CHECKOUT, stack="guest")
    guest.settings(
        {
            "resourceGroup": "rg-guest",
            "prefix": "gu",
            "vault": {"id": vault, "grants": [{"principal": stranger.principal(1), "secrets": ["get"]}]},
        }
    )
    guest.start()

    def change(settings: dict[str, Any]) -> None:
        settings["vault"]["publicAccess"] = True
        settings["vault"]["grants"].append({"principal": stranger.principal(2), "keys": ["get"]})

    owner.change(change)
    mark = azure.mark()
    azure.fault(r"^(PUT|PATCH) .*/Microsoft\.KeyVault/vaults/", hold=5, times=1)
    runs = {name: project.popen([*UP, "--stack", project.stack]) for name, project in (("o", owner), ("g", guest))}
    texts = {name: run.communicate(timeout=PATIENCE)[0] for name, run in runs.items()}
    assert [run.returncode for run in runs.values()] == [0, 0], "\n".join(texts.values())
    met = sum(r.status == 409 for r in azure.since(mark))
    tally(f"two stacks on one vault, at once: all grants of both are there; overlapping writes refused by Azure: {met}")
    held = stranger.policies(vault)
    assert held[PIPELINE] == {"secrets": ["get", "list"]}
    assert held[SCIENTISTS] == {"secrets": ["get", "list", "set"], "keys": ["get"]}
    assert held[stranger.principal(1)] == {"secrets": ["get"]}
    assert held[stranger.principal(2)] == {"keys": ["get"]}
    assert len(held) == 6  # and the identities of two workspaces
    assert stranger.client.vaults.get(*_names(vault)).properties.public_network_access == "Enabled"
    for project in (owner, guest):
        again = project.up()
        assert (again.operations, again.writes, processes_of(project)) == ({}, [], [])


def _names(vault_id: str) -> tuple[str, str]:
    pieces = vault_id.split("/")
    return pieces[4], pieces[8]


def test_a_foreign_writer_loses_nothing_through_redeploys(
    tmp_path: Path, tally: Callable[[str], None], warm: dict[str, str]
) -> None:
    """An entry every 20 ms, while each redeploy changes a setting of the vault: ours takes none of them and its
    tripwire never fires; the bare program, which reads the vault and PUTs it back, takes some."""
    with Azure.private(tmp_path / "sandbox") as azure:
        azure.environ.update(warm)
        ours = Project(tmp_path / "ours", azure, CHECKOUT)
        ours.settings(small_but_complete("rg-ours", "fw"))
        bare = BareVault(tmp_path / "bare", azure, Path(__file__).parent / "bare")
        bare.settings({"group": "rg-bare", "vault": "kv-bare-of-the-races", "public": False})
        lost, failed, said = dict[str, int](), dict[str, int](), list[str]()
        for name, project, flip in (("Holdfast", ours, _flip_ours), ("bare azure-native", bare, _flip_bare)):
            project.start()
            project.up()
            writer = ForeignWriter(Stranger(azure.environ), project.resource_id("vault"))
            mark, failed[name] = azure.mark(), 0
            azure.fault(VAULT_READ, hold_answer=ON_ITS_WAY)
            with writer.at_work():
                for _ in range(REDEPLOYS):
                    project.change(flip)
                    done = project.up(expect=None)
                    failed[name] += done.code != 0
                    if done.code:
                        said.append(f"{name}: {done.text}")
            azure.clear_faults()
            lost[name] = len(writer.lost())
            met = sum(r.status == 409 and _ours(azure, r.caller) for r in azure.since(mark))
            tally(
                f"a foreign writer through {REDEPLOYS} redeploys of {name}: {len(writer.given)} entries added,"
                f" {lost[name]} lost; redeploys failed: {failed[name]}, their writes met by 409: {met}"
            )
        assert lost["Holdfast"] == 0
        assert failed["Holdfast"] == 0, "\n".join(said)
        assert not list((ours.folder / "home").rglob("incident-*.json"))
        # Else the test would see no loss where there is one. Whether the bare program met the writer so far is chance;
        # now it does.
        before = lost["bare azure-native"]
        _meet(azure, bare, writer)
        assert len(writer.lost()) > before


def _meet(azure: Azure, bare: BareVault, writer: ForeignWriter) -> None:
    """A redeploy that has read the vault is kept waiting until the writer has added something, and then goes on."""
    bare.up()  # what a redeploy that failed has left to do
    bare.change(_flip_bare)
    mark = azure.mark()
    azure.fault(VAULT_READ, hold_answer=600, times=1)
    with bare.popen([*UP, "--stack", bare.stack]) as run:
        deadline = time.monotonic() + PATIENCE
        while not any(re.match(VAULT_READ, f"{r.method} {r.path}", re.IGNORECASE) for r in azure.since(mark)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        given = len(writer.given)
        with writer.at_work():
            while len(writer.given) == given:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        azure.clear_faults()
        text, _ = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, text


def _ours(azure: Azure, caller: str) -> bool:
    from ..engine.conftest import stranger_oid

    return caller != stranger_oid(azure)


def _flip_ours(settings: dict[str, Any]) -> None:
    settings["vault"]["publicAccess"] = not settings["vault"]["publicAccess"]


def _flip_bare(settings: dict[str, Any]) -> None:
    settings["public"] = not settings["public"]


class BareVault(Project):
    """The bare program's settings are keys of its own."""

    def settings(self, environment: dict[str, Any], **config: Any) -> None:
        """`group`, `vault`, `public`."""
        super().settings({}, **config)
        self._write(environment)

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit them in place."""
        body = yaml.safe_load(self.stack_file.read_text(encoding="utf-8"))
        found = {key.partition(":")[2]: value for key, value in body["config"].items() if key.startswith("bare:")}
        edit(found)
        self._write(found)

    def _write(self, values: dict[str, Any]) -> None:
        body = yaml.safe_load(self.stack_file.read_text(encoding="utf-8"))
        body["config"].pop("holdfast:environment", None)
        body["config"] |= {f"bare:{key}": value for key, value in values.items()}
        self.stack_file.write_text(yaml.safe_dump(body, sort_keys=False), encoding="utf-8")
