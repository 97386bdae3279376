"""Which two programs are compared? Ours and the bare one: same resources, same sandbox, a group and a backend each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from benchmarks import meter
from benchmarks.meter import Measured
from holdfast_sandbox.rehearsal import Azure, Outcome, Project

CHECKOUT = Path(__file__).resolve().parents[1]
BARE = CHECKOUT / "benchmarks" / "bare"
LEAST = CHECKOUT / "benchmarks" / "least"

#: The script that the language host starts: the process that runs the program.
PROGRAM = "pulumi-language-python-exec"


class NotMeasuredError(Exception):
    """What was to be measured did not happen: a run failed, or did something where it had nothing to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: what it did, and what it cost."""

    outcome: Outcome
    cost: Measured


class MeteredProject(Project):
    """A project whose `pulumi` runs below the meter."""

    def popen(self, command: list[str]) -> subprocess.Popen[str]:
        """As Project's, below the meter."""
        return super().popen([sys.executable, meter.__file__, str(self._result), PROGRAM, "--", *command])

    @property
    def _result(self) -> Path:
        return self.folder / "measured.json"

    def nothing_to_do(self, command: str) -> Run:
        """`up` or `preview` of what is as it should be. Raises NotMeasuredError when anything was done."""
        # Without the engine's account of the run, the engine itself has to say that there was nothing to do.
        strict = () if self.keeps_events else ("--expect-no-changes",)
        outcome = self.up(*strict, expect=None) if command == "up" else self.preview(*strict, expect=None)
        if outcome.code or outcome.operations or outcome.writes:
            raise NotMeasuredError(
                f"`pulumi {command}` of {self.name} had nothing to do, and exited with {outcome.code}, operations"
                f" {outcome.operations}, {len(outcome.writes)} writes\n{outcome.text}"
            )
        return Run(outcome, self.cost())

    def cost(self) -> Measured:
        """What the last command cost."""
        return Measured(**json.loads(self._result.read_text(encoding="utf-8")))

    def settle(self) -> None:
        """Provision, and see that there is nothing left to do."""
        done = self.up(expect=None)
        if done.code:
            raise NotMeasuredError(f"{self.name} can't be provisioned\n{done.text}")
        again = self.preview("--expect-no-changes", expect=None)
        if again.code:
            raise NotMeasuredError(f"{self.name} has changes left after its `up`\n{again.text}")

    @property
    def name(self) -> str:
        """What the table calls it."""
        return self.folder.name


class BareProject(MeteredProject):
    """The bare program has two settings, and none of ours."""

    def settings(self, environment: dict[str, Any], **config: Any) -> None:
        """Write the stack file; of `environment` only the `prefix` and the `parts` count."""
        super().settings({}, **config)
        body = yaml.safe_load(self.stack_file.read_text(encoding="utf-8"))
        del body["config"]["holdfast:environment"]
        body["config"] |= {"bare:name": environment["prefix"], "bare:parts": environment["parts"]}
        self.stack_file.write_text(yaml.safe_dump(body, sort_keys=False), encoding="utf-8")


class LeastProject(MeteredProject):
    """A program of components alone, whose one setting is their number."""

    def settings(self, environment: dict[str, Any], **config: Any) -> None:
        """Write the stack file; of `environment` only the `parts` count."""
        super().settings({}, **config)
        body = yaml.safe_load(self.stack_file.read_text(encoding="utf-8"))
        body["config"] = {"least:parts": environment["parts"]}
        self.stack_file.write_text(yaml.safe_dump(body, sort_keys=False), encoding="utf-8")


#: The seven resources that the bare program declares too, and its two grants.
SETTINGS: dict[str, Any] = {
    "prefix": "ml",
    "vault": {
        "authorization": "access-policies",
        "publicAccess": False,
        "grants": [
            {"principal": "c1c1c1c1-0000-4000-8000-000000000001", "secrets": ["get", "list"]},
            {"principal": "d5d5d5d5-0000-4000-8000-000000000002", "secrets": ["get", "list", "set"], "keys": ["get"]},
        ],
    },
}


def sandbox_settings() -> dict[str, Any]:
    """The settings of the stack `sandbox`: everything that `make up` makes but its services, whose images take as long
    to build as somebody else's packages take to install."""
    stack = yaml.safe_load((CHECKOUT / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
    environment = dict(stack["config"]["holdfast:environment"])
    del environment["services"]
    return environment


def holdfast(
    folder: Path, azure: Azure, name: str = "holdfast", more: Mapping[str, Any] = MappingProxyType({})
) -> MeteredProject:
    """Our program with the same resources as the bare one, and `more` settings; provisioned."""
    project = MeteredProject(folder / name, azure, CHECKOUT)
    project.settings({**SETTINGS, "resourceGroup": f"rg-{name}", **more})
    project.start()
    project.settle()
    return project


def bare(folder: Path, azure: Azure, name: str = "bare", parts: int = 0) -> MeteredProject:
    """The bare program with so many parts more, provisioned in a group of its own."""
    project = BareProject(folder / name, azure, BARE)
    project.settings({"prefix": f"{name}ml", "parts": parts})
    project.start()
    project.settle()
    return project


def least(folder: Path, azure: Azure, parts: int) -> MeteredProject:
    """So many resources of which there is nothing to know; made."""
    project = LeastProject(folder / f"least-{parts}", azure, LEAST)
    project.settings({"parts": parts})
    project.start()
    project.settle()
    project.keeps_events = False
    return project
