"""Does the guide keep its promise? A page for each system, each with what makes it happen and what names it, and every
command of it run as somebody would type it."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.diagnose.symptoms import SYMPTOMS
from holdfast.home import home
from holdfast_sandbox.scenarios import NAMES

from .guide_shell import Command, Shell, commands

ROOT = Path(__file__).parents[2]
#: What would go on for ever, and why it is run all the same: it is ended as by Ctrl-C, after it has said something.
ENDLESS = {"--follow": "the log of what runs", "--watch": "the next save"}
#: Scenarios that wait for containers to fail again and again, or build everything anew: for a night. They come behind
#: one that fails as well, so that what is asked next has its answer all the same.
LONG = ("script-import-error", "pod-out-of-memory", "model-path-missing", "crash-502", "timeout-504", "spike-503")
SCENARIO = re.compile(r"holdfast sandbox scenario (\S+)")

PAGES = sorted((ROOT / "docs/guide").glob("[1-9]-*.md"))
INDEX = ROOT / "docs/guide/README.md"
HEADS = ["What happens", "See it happen", "How the doctor sees it", "How to prevent it"]


def test_there_is_a_page_for_each_of_the_nine_systems() -> None:
    """And the index has them all."""
    assert [int(page.name[0]) for page in PAGES] == list(range(1, 10))
    index = (PAGES[0].parent / "README.md").read_text(encoding="utf-8")
    assert all(f"({page.name})" in index for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_each_page_shows_the_failure_and_who_names_it(page: Path) -> None:
    """Its scenarios are played by tests/sandbox/scenarios; its symptoms are the doctor's; its commands exist
    (test_commands)."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADS
    played = re.findall(r"^holdfast sandbox scenario (\S+)", text, re.MULTILINE)
    assert played
    assert set(played) <= set(NAMES)
    assert re.search(r"^holdfast doctor ", text, re.MULTILINE)
    named = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", text.partition("## How the doctor sees it")[2]))
    subcauses = {"dependency-missing", "dependency-conflict", "pull-denied", "disk-full"}
    assert named - subcauses <= {symptom.id for symptom in SYMPTOMS}


def test_each_command_is_run_or_has_a_reason() -> None:
    """Nothing on these pages needs another cloud or another tool: what stands in a block is run."""
    words = {command.text.split()[0] for page in (INDEX, *PAGES) for command in commands(page)}
    assert words == {"holdfast", "pulumi", "eval", "export", "vault=$(pulumi"}
    assert sum(len(commands(page)) for page in PAGES) > 30
    # A block of another kind would be passed over.
    assert not [page.name for page in PAGES if "```" in re.sub(r"```sh\n.*?```", "", page.read_text(), flags=re.S)]


#: Pages, the first ones, whose systems fail before a service runs.
STARTING = 7


@pytest.fixture
def shell(tmp_path: Path, warm: dict[str, str]) -> Iterator[Shell]:
    """A shell in a checkout, whose sandbox is ended with it."""
    made = Shell(tmp_path, ROOT, {**os.environ, **warm}, home().resolve())
    yield made
    made.close()


@pytest.mark.engine
@pytest.mark.slow
def test_every_command_of_the_guide_does_what_its_page_says(shell: Shell) -> None:
    """From the index to the last page, on one sandbox, each scenario once; then what mends it, and its end."""
    begin, mend, end = parts(commands(INDEX))
    wrong, played, since = [], "", set[str]()
    # What is to be mended is what does not start: after the last pages all containers run, and nothing is wrong.
    broken, answering = (
        [one for page in pages for one in commands(page)] for pages in (PAGES[:STARTING], PAGES[STARTING:])
    )
    for command in (*begin, *broken, *mend, *answering, *end):
        if found := SCENARIO.match(command.text):
            long = found[1] in LONG and os.environ.get("HOLDFAST_PROVE") != "1"
            if found[1] == played or long:
                continue
            played, since = found[1], set()
        if command.text in since:
            continue  # the next page asks the same of the same
        since.add(command.text)
        endless = any(option in command.text for option in ENDLESS)
        # Somebody else may have the port that it takes by itself.
        typed = f"{command.text} --port {free_port()}" if "local up " in command.text else command.text
        ran = shell.run(typed, interrupted=endless)
        print(f"{ran.seconds:6.1f} s  {ran.code}  {command.page}: {command.text}")
        code = 130 if endless else command.code
        if ran.code != code or (endless and not ran.text.strip()):
            wrong.append(f"{command.page}: {command.text}: exits with {ran.code}, not {code}\n{ran.text[-2000:]}")
    assert not wrong, "\n\n".join(wrong)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parts(index: list[Command]) -> tuple[list[Command], list[Command], list[Command]]:
    """What the index has one begin with, what mends, and what ends it."""
    (mends,) = (at for at, command in enumerate(index) if command.text.startswith("holdfast doctor"))
    return index[:mends], index[mends:-1], index[-1:]
