"""What does a scenario act with? The stack `sandbox` on a running sandbox, and Microsoft's clients as somebody else.

The program runs in a copy of the stack's files, in a folder of the sandbox's state, so that a scenario may break a
scoring script and the checkout stays as it is. Stack, backend and receipts are those that `holdfast sandbox run --
pulumi` has in the checkout: its next `pulumi up` mends there what the scenario broke.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
import yaml

from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.rehearsal.azure import Azure
from holdfast_sandbox.rehearsal.project import Outcome, Project
from holdfast_sandbox.rehearsal.story import EXAMPLE
from holdfast_sandbox.rehearsal.stranger import ONLINE_ENDPOINTS, Stranger

STACK = "sandbox"
#: The services of the stack: one in a container group, one behind an online endpoint.
TRIAL, SERVED = "wine-trial", "wine"
SCRIPT = f"{EXAMPLE}/code/score.py"
#: An error of ours begins with its id.
_ID = r"[a-z]+(?:-[a-z]+)*"
#: API versions that a stranger asks with.
WORKSPACES, VAULTS, DEPLOYMENTS = ONLINE_ENDPOINTS, "2023-07-01", "2024-03-01"
#: Seconds that Azure gets for something that it does by and by.
PATIENCE = 30.0


def not_shown(expected: str, found: str) -> SandboxError:
    """The sandbox did not do what the scenario is about."""
    return SandboxError(
        "scenario-not-shown",
        f"Expected was {expected}",
        evidence=[("found", found)],
        hint="`--fresh` plays it on an empty sandbox; what is there now may stand in its way",
    )


class StackProject(Project):
    """The checkout's stack in a folder of its own: the same backend, the same receipts."""

    def __init__(self, folder: Path, azure: Azure, checkout: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        super().__init__(folder, azure, checkout, STACK)
        home = azure.environ.get("HOLDFAST_HOME") or str(checkout / ".holdfast")
        self.environ |= {"PULUMI_BACKEND_URL": azure.environ["PULUMI_BACKEND_URL"], "HOLDFAST_HOME": home}
        shutil.copy(checkout / "stacks" / self.stack_file.name, self.stack_file)
        self.bring(EXAMPLE)

    def start(self) -> None:
        """Select the stack; make it where it is not there yet."""
        if self.pulumi("stack", "select", self.stack).code != 0:
            super().start()


class Stage:
    """A running sandbox, the project, and a stranger."""

    def __init__(self, azure: Azure, project: Project) -> None:
        self.azure, self.project = azure, project
        self.stranger = Stranger(azure.environ)
        self.said = ""  #: What the runs printed, and requests were answered, that had to fail.
        self.is_whole = False  #: Said by who knows it: the environment is there, and the next `provision` is spared.

    # -- the stack ---------------------------------------------------------------------------------------------------

    def provision(self) -> str:
        """`pulumi up`, until everything is there; nothing where it is whole. Raises SandboxError `stack-not-up`."""
        self.azure.clear_faults()
        whole, self.is_whole = self.is_whole, False
        if whole:
            self._forget_templates()
            return "pulumi up: nothing to do, the environment is there"
        self.project.start()
        done, ran = self.project.up(expect=None), "pulumi up"
        if done.code != 0 and "gone-for-good" in done.text:
            # As the error's hint has it: of an earlier scenario something is missing that the state still holds.
            self.project.pulumi("refresh", "--yes", "--stack", self.project.stack, expect=0)
            done, ran = self.project.up(expect=None), "pulumi refresh, pulumi up"
        if done.code != 0:
            raise SandboxError(
                "stack-not-up",
                f"The stack `{STACK}` can't be brought up as it is",
                evidence=[("pulumi up", error_of(done))],
                hint="`--fresh` begins with an empty sandbox and an empty Pulumi backend",
            )
        self._forget_templates()
        made = sum(done.operations.values())
        return f"{ran}: {f'{made} operations' if made else 'nothing to do'}, the environment is there"

    def _forget_templates(self) -> None:
        """What the plays before have deployed by template is on nobody's list any more."""
        path = f"{self.ids['group']}/providers/Microsoft.Resources/deployments"
        for row in self.request("GET", path, DEPLOYMENTS).json().get("value") or ():
            self.request("DELETE", str(row["id"]), DEPLOYMENTS)

    def fails(self, run: str, *words: str) -> str:
        """`pulumi up` or `pulumi preview`, which has to fail with all of the words; its error's first line.

        Raises SandboxError where it does not.
        """
        done = self.project.up(expect=None) if run == "up" else self.project.preview(expect=None)
        self.said += done.text
        if done.code == 0 or not all(word in done.text for word in words):
            raise not_shown(f"a `pulumi {run}` that fails with {', '.join(words)}", error_of(done))
        return f"pulumi {run}: {error_of(done)}"

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file of the example. Raises SandboxError where it is not there."""
        file = self.project.folder / path
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise not_shown(f"{old!r} in {path}", "a file without it")
        file.write_text(text.replace(old, new), encoding="utf-8")

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit `holdfast:environment` of the stack file in place."""
        self.project.change(edit)

    def service(self, name: str, **keys: Any) -> None:
        """Set keys of a service in the stack file."""

        def edit(environment: dict[str, Any]) -> None:
            next(one for one in environment["services"] if one["name"] == name).update(keys)

        self.change(edit)

    # -- what is there ------------------------------------------------------------------------------------------------

    @cached_property
    def ids(self) -> dict[str, str]:
        """The Azure id of everything that the stack manages, by logical name, as Azure writes it."""
        rows = [row for row in self.project.state() if row["type"].startswith("azure-native:")]
        return {row["urn"].rpartition("::")[2]: str(row["id"]) for row in rows}

    def outputs(self) -> dict[str, Any]:
        """What `pulumi stack output` tells."""
        stack = ("--stack", self.project.stack)
        return dict(yaml.safe_load(self.project.pulumi("stack", "output", "--json", *stack, expect=0).text))

    # -- what others do ----------------------------------------------------------------------------------------------

    def request(self, method: str, path: str, version: str, body: Any = None) -> requests.Response:
        """A request to the resource manager by somebody with all rights."""
        return self.stranger.request(method, path, version, body)

    def deployment(self, name: str) -> tuple[str, dict[str, Any]]:
        """The id of the deployment of a service on AKS, and what a PUT of one like it would send."""
        path = f"{self.ids[f'online-endpoint-{name}']}/deployments"
        live = self.request("GET", path, WORKSPACES).json()["value"][0]
        properties = {key: value for key, value in live["properties"].items() if key != "provisioningState"}
        body = {key: live[key] for key in ("location", "sku", "kind")} | {"properties": properties}
        return str(live["id"]), body

    def refused(self, answer: requests.Response) -> str:
        """Status and message of a request that had to be refused. Raises SandboxError where it was not."""
        if answer.status_code < 400:
            raise not_shown("a request that is refused", f"{answer.status_code} {answer.text}")
        return self._said_by(answer.status_code, answer.text, answer.json().get("error") or {})

    def ends_badly(self, answer: requests.Response, version: str) -> str:
        """Code and message of a long-running operation that had to fail. Raises SandboxError where it did not."""
        where = answer.headers.get("Azure-AsyncOperation", "")
        if answer.status_code >= 400 or not where:
            raise not_shown("a request that is accepted", f"{answer.status_code} {answer.text}")
        path = "/" + where.split("//", 1)[-1].partition("/")[2].partition("?")[0]
        polled: dict[str, Any] = {}

        def ended() -> bool:
            polled.update(self.request("GET", path, version).json())
            return bool(polled["status"] != "InProgress")

        self.wait(ended, "the end of an operation")
        if polled["status"] != "Failed":
            raise not_shown("an operation that fails", str(polled))
        return self._said_by(polled["status"], json.dumps(polled), polled.get("error") or {})

    def _said_by(self, status: Any, text: str, error: dict[str, Any]) -> str:
        self.said += f"{text}\n"
        inner = next(iter(error.get("details") or ()), error)
        return f"{status} {inner.get('code')} {' '.join(str(inner.get('message')).split())[:400]}"

    def template(self, name: str, *resources: dict[str, Any]) -> requests.Response:
        """Deploy a template into the stack's group, as somebody's pipeline does."""
        template = {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "resources": list(resources),
        }
        path = f"{self.ids['group']}/providers/Microsoft.Resources/deployments/{name}"
        return self.request("PUT", path, DEPLOYMENTS, {"properties": {"mode": "Incremental", "template": template}})

    def image_build(self) -> requests.Response:
        """What a data scientist's client asks for: an environment that the workspace builds an image of."""
        name = f"environments/notebook/versions/{self.azure.mark()}"
        build = {"contextUri": "https://example.org/context/", "dockerfilePath": "Dockerfile"}
        path = f"{self.ids['workspace']}/{name}"
        return self.request("PUT", path, WORKSPACES, {"properties": {"build": build}})

    def ask(self, name: str, key: str | None = None) -> requests.Response:
        """The first sample of the example, sent to a service's address with the endpoint's key, or another one."""
        service = self.outputs()["services"][name]
        if service["target"] == "aks" and key is None:
            key = self.stranger.endpoint_key(self.ids[f"online-endpoint-{name}"])
        return self.ask_at(service["scoringUri"], key)

    def answered(self, name: str, status: int, key: str | None = None) -> str:
        """What a service answers to `ask`, in one line. Raises SandboxError where it is another status."""
        answer = self.ask(name, key)
        if answer.status_code != status:
            raise not_shown(f"a request that is answered with {status}", f"{answer.status_code} {answer.text}")
        return f"{answer.status_code} {answer.text.strip()[:120]}"

    def ask_at(self, uri: str, key: str | None) -> requests.Response:
        """The first sample of the example, sent to an address."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        sample = (self.project.folder / EXAMPLE / "sample.json").read_bytes()
        return requests.post(uri, sample, headers=headers, timeout=60)

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        """Until it holds; SandboxError where it does not within half a minute."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise not_shown(what, f"none after {PATIENCE:.0f} s")
            time.sleep(0.1)


def error_of(done: Outcome) -> str:
    """What a run ended with: an error's id with the line that explains it, or the provider's own words."""
    lines = [line.strip() for line in done.text.partition("Diagnostics:")[2].splitlines() if line.strip()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        said = line.removeprefix("error: ")
        if said != line and said != "update failed":
            return f"{said}: {following}" if re.fullmatch(_ID, said) else said
    return f"exit code {done.code}"


def stage(azure: Azure, checkout: Path) -> Stage:
    """On a running sandbox, with the stack of a checkout."""
    state = Path(os.path.abspath(azure.server.state))
    return Stage(azure, StackProject(state / "scenario", azure, checkout))


__all__ = [
    "DEPLOYMENTS",
    "SCRIPT",
    "SERVED",
    "STACK",
    "TRIAL",
    "VAULTS",
    "WORKSPACES",
    "Stage",
    "error_of",
    "not_shown",
    "stage",
]
