"""`holdfast sandbox story`: is anything lost when strangers change the vault, wipe it, or throw the state away?

The main job, told step by step on an empty sandbox. Each step checks what it claims against the engine's own summary,
the request log and a client of Microsoft's, and prints one line; the first claim that does not hold ends the story.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import requests
import yaml

from holdfast_sandbox.engine.places import home
from holdfast_sandbox.rehearsal.azure import Azure
from holdfast_sandbox.rehearsal.project import PATIENCE, Outcome, Project
from holdfast_sandbox.rehearsal.stranger import Stranger

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"
STRANGERS = 40

#: What the stack's two services are made of, with requests to them and the answers that they get.
EXAMPLE = "examples/wine"
SERVICES = ("wine", "wine-trial")
SCRIPT = "code/score.py"


class BrokenClaimError(Exception):
    """A claim that does not hold, with what was found instead."""


class Story:
    """The steps, in their order; each returns what it proved."""

    def __init__(self, project: Project, pack: Path | None) -> None:
        self.project = project
        self.stranger = Stranger(project.environ)
        self.pack = ["--policy-pack", str(pack)] if pack else []
        self.vault = ""
        self.gift = ""
        self.made: dict[str, str] = {}

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Title and deed of every step."""
        yield "pulumi up", self.provision
        yield "a client asks both services", self.asked
        yield "strangers write to the vault", self.strangers
        yield "pulumi up", self.again
        yield "a scoring script changes, pulumi up", self.rescored
        yield "a vault setting changes, pulumi up", self.setting
        yield "a template redeploy wipes the vault", self.wipe
        yield "pulumi preview", self.announced
        yield "pulumi up", self.repaired
        yield "the state is thrown away, pulumi up", self.adopted
        yield "somebody deletes the vault, pulumi up", self.recovered
        yield "pulumi up", self.settled

    def provision(self) -> str:
        self.project.up(*self.pack)
        self.vault = self.project.resource_id("vault")
        held = self.stranger.policies(self.vault)
        ours = {PIPELINE, SCIENTISTS}
        others = set(held) - ours
        _claim(ours <= set(held) and len(others) == 1, f"our grants and the workspace's own entry, not {held}")
        self.gift = others.pop()
        self.made = self.project.managed()
        made = f"{len(self.made)} resources made{', policy pack passed' if self.pack else ''}"
        return f"{made}; the vault holds our 2 grants and the workspace's own entry"

    def asked(self) -> str:
        return f"{self._predicted()}: registered, built, deployed, started"

    def rescored(self) -> str:
        before = self.stranger.policies(self.vault)
        script = self.project.folder / EXAMPLE / SCRIPT
        text = script.read_text(encoding="utf-8")
        script.write_text(text.replace("class_0", "vineyard A"), encoding="utf-8")
        done = self.project.up(*self.pack)
        paths = [request.path.lower() for request in done.writes]
        builds, models = (sum(word in path for path in paths) for word in ("/schedulerun", "/models/"))
        _claim((builds, models) == (len(SERVICES), 0), f"a build each and no model, not {paths}")
        self._same(before)
        said = self._predicted("vineyard A")
        script.write_text(text, encoding="utf-8")
        back = self.project.up(*self.pack)
        again = [request.path for request in back.writes if "/schedulerun" in request.path.lower()]
        _claim(not again, f"no build for a script that was built before, not {again}")
        return f"{builds} builds, no model uploaded; {said}; back again without a build"

    def _predicted(self, vineyard: str = "class_0") -> str:
        """What is written beside each sample, as a client of each service learns it."""
        folder = self.project.folder / EXAMPLE
        samples = [path for path in sorted(folder.glob("sample*.json")) if path.suffixes == [".json"]]
        _claim(len(samples) > 1, f"samples in {folder}")
        outputs = json.loads(self.project.pulumi("stack", "output", "--json", expect=0).text)
        headers = {"Content-Type": "application/json"}
        for name in SERVICES:
            service = outputs["services"][name]
            key = self.stranger.endpoint_key(self.made[f"online-endpoint-{name}"]) if service["target"] == "aks" else ""
            more = {"Authorization": f"Bearer {key}"} if key else {}
            for sample in samples:
                told = sample.with_suffix(".expected.json").read_text(encoding="utf-8").replace("class_0", vineyard)
                uri, body = service["scoringUri"], sample.read_bytes()
                answer = requests.post(uri, body, headers=headers | more, timeout=30)
                _claim(
                    answer.status_code == requests.codes.ok and answer.json() == json.loads(told),
                    f"of {name}, for {sample.name}: {told}, not {answer.status_code} {answer.text}",
                )
        return f"both answer {len(samples)} samples as expected"

    def strangers(self) -> str:
        entries = [self.stranger.entry(self.stranger.principal(n), secrets=["get"]) for n in range(STRANGERS)]
        self.stranger.add(self.vault, *entries)
        self.stranger.add(self.vault, self.stranger.entry(PIPELINE, secrets=["set"], keys=["get"]))
        self.stranger.secret(self.vault, "db-password", "not-ours-1")
        self.stranger.secret(self.vault, "api-key", "not-ours-2")
        held = self.stranger.policies(self.vault)
        _claim(len(held) == STRANGERS + 3 and "set" in held[PIPELINE]["secrets"], f"{len(held)} entries")
        return f"azure-mgmt-keyvault added {STRANGERS} principals, widened one of ours and put 2 secrets in"

    def again(self) -> str:
        before = self.stranger.policies(self.vault)
        done = self.project.up(*self.pack)
        _nothing_done(done)
        self._same(before)
        reads = len(done.reads)
        return f"no resource operation, 0 ARM writes, {reads} reads; all {len(before)} entries and 2 secrets there"

    def setting(self) -> str:
        before = self.stranger.policies(self.vault)
        self.project.change(lambda environment: environment["vault"].update(publicAccess=True))
        done = self.project.up(*self.pack)
        writes = [(request.method, request.path.partition("?")[0].lower()) for request in done.writes]
        _claim(writes == [("PATCH", self.vault.lower())], f"one PATCH of the vault, not {writes}")
        self._same(before)
        return f"one PATCH to the vault and nothing else; all {len(before)} entries there"

    def wipe(self) -> str:
        template = self.stranger.entry(self.stranger.principal(0), secrets=["get"])
        self.stranger.redeploy_template(self.vault, template, tags={"deployed-by": "template"})
        held = self.stranger.policies(self.vault)
        _claim(len(held) == 1, f"a wiped vault, not {len(held)} entries")
        return (
            f"a PUT with its own short list and tags: {STRANGERS + 3} entries -> 1, our grants and the workspace's gone"
        )

    def announced(self) -> str:
        done = self.project.preview(*self.pack)
        named = [principal for principal in (PIPELINE, SCIENTISTS, self.gift) if principal in done.text]
        _claim(len(named) == 3, f"all three principals named in the preview:\n{done.text}")
        _claim(not done.writes, f"no writes, not {done.writes}")
        return "the preview names all 3 principals that lost access, and writes nothing"

    def repaired(self) -> str:
        done = self.project.up(*self.pack)
        held = self.stranger.policies(self.vault)
        _claim({PIPELINE, SCIENTISTS, self.gift} <= set(held), f"our grants and the workspace's entry back, not {held}")
        _claim(
            not any(
                request.method == "PUT" and request.path.lower().partition("?")[0] == self.vault.lower()
                for request in done.writes
            ),
            "no PUT of the vault",
        )
        lost = {row["objectId"] for row in self.project.receipt()["lost"]}
        _claim({PIPELINE, SCIENTISTS, self.gift} <= lost, f"the loss in the receipt, not {lost}")
        return f"our 2 grants and the workspace's own entry are back, the vault is ours; {len(lost)} losses recorded"

    def adopted(self) -> str:
        before = self.stranger.policies(self.vault)
        self.project.lose_state()
        done = self.project.up(*self.pack)
        _claim(not done.writes, f"no ARM writes, not {[str(request) for request in done.writes]}")
        imported = done.changes.get("import", 0)
        _claim(imported == len(self.made), f"{len(self.made)} resources adopted, not {done.changes}")
        _claim(self.project.managed() == self.made, "every resource with the id that it had")
        self._same(before)
        return f"{imported} resources adopted with the ids they had, none created, replaced or deleted; 0 ARM writes"

    def recovered(self) -> str:
        before = self.stranger.policies(self.vault)
        _, _, _, _, group, *_, name = self.vault.split("/")
        self.stranger.client.vaults.delete(group, name)
        done = self.project.up(*self.pack)
        puts = [request.path.partition("?")[0].lower() for request in done.writes if request.method == "PUT"]
        _claim(puts == [self.vault.lower()], f"one recovery of the vault, not {puts}")
        _claim(self.project.managed() == self.made, "every resource with the id that it had")
        self._same(before)
        return f"recovered, never made anew: all {len(before)} entries and 2 secrets are back"

    def settled(self) -> str:
        done = self.project.up(*self.pack)
        _nothing_done(done)
        return f"nothing to do: 0 ARM writes, {len(done.reads)} reads"

    def _same(self, before: dict[str, dict[str, list[str]]]) -> None:
        after = self.stranger.policies(self.vault)
        _claim(
            after == before,
            f"every entry as before; gone or changed: {[p for p in before if after.get(p) != before[p]]}",
        )
        secrets = self.stranger.secrets(self.vault)
        _claim(secrets == ["api-key", "db-password"], f"both secrets, not {secrets}")


def _claim(holds: bool, expected: str) -> None:
    if not holds:
        raise BrokenClaimError(expected)


def _nothing_done(done: Outcome) -> None:
    _claim(not done.operations, f"no resource operation, not {done.operations}\n{done.text}")
    _claim(not done.writes, f"no ARM writes, not {[str(request) for request in done.writes]}")


@contextmanager
def sandbox_project(checkout: Path) -> Iterator[Project]:
    """The stack `sandbox` of a checkout in a folder of its own, on the sandbox that this process runs in."""
    with tempfile.TemporaryDirectory(prefix="holdfast-story-") as folder:
        project = Project(Path(folder) / "project", Azure.around(), checkout)
        settings = yaml.safe_load((checkout / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
        project.settings(settings["config"]["holdfast:environment"])
        project.bring(EXAMPLE)
        project.start()
        yield project


@click.command()
@click.option("--checkout", type=click.Path(exists=True, path_type=Path), default=".", help="Default: this folder.")
def story(checkout: Path) -> None:
    """Tell the main job: run inside `holdfast sandbox run --fresh --`."""
    began = time.monotonic()
    root = checkout.resolve()
    pack = root / "policies"
    with sandbox_project(root) as project:
        told = Story(project, pack if (pack / "PulumiPolicy.yaml").is_file() else None)
        over = "\r" if sys.stdout.isatty() else ""
        for number, (title, deed) in enumerate(told.steps(), 1):
            if over:
                click.echo(f"{number:>3}. {title} ...", nl=False)
            start = time.monotonic()
            try:
                proved = deed()
            except (BrokenClaimError, AssertionError) as broken:
                click.echo(f"{over}{number:>3}. {click.style('BROKEN', fg='red')}  {title}\n     expected: {broken}")
                sys.exit(1)
            mark = click.style("ok", fg="green")
            click.echo(f"{over}{number:>3}. {mark}  {title:<38} {time.monotonic() - start:5.1f} s  {proved}")
        click.echo(f"nothing was lost ({time.monotonic() - began:.0f} s)")
        click.echo(
            f"the run that recovered the vault, as a page: {page_of(project, home() / 'reports' / 'make-up.html')}"
        )


def page_of(project: Project, file: Path) -> Path:
    """What `holdfast report` makes of the last run but one: made here, because the story's Azure ends with it."""
    run = sorted((project.receipts / "holdfast" / project.stack).glob("receipt-*.json"))[-2]
    command = [sys.executable, "-m", "holdfast.ops.main", "report", str(run), "--doctor", "--output", str(file)]
    ran = subprocess.run(
        command, cwd=project.folder, env=project.environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if ran.returncode:
        click.echo(f"{click.style('BROKEN', fg='red')}  a page of it\n{ran.stderr}")
        sys.exit(1)
    return file


if __name__ == "__main__":
    story()
