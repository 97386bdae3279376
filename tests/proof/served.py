"""What has to be true of services however their runs ended, and what do they cost an environment that is very small?

One service in a container group and one behind an online endpoint, which need nothing but the inference server: its
installation is kept by the sandbox, so a build takes a second.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import requests
from azure.storage.blob import ContainerClient

from holdfast.model.build_log import image_in
from holdfast_sandbox.rehearsal import Azure, Project, Stranger

from ..engine.foreign_hand import ForeignHand

SCRIPT = """\
import json, os, time
from pathlib import Path

more = {more}


def init():
    global factor
    time.sleep(float(os.environ.get("LOADS", 0)))
    factor = int((Path(os.environ["AZUREML_MODEL_DIR"]) / "model/factor.txt").read_text())


def run(data):
    return {{"answer": json.loads(data)["number"] * factor + more}}
"""
ACI: dict[str, Any] = {
    "name": "one",
    "model": "one/model",
    "code": "code",
    "environment": "requirements.txt",
    "target": "aci",
    "auth": "none",
    "probes": {"readiness": {"initialDelay": 1, "period": 1, "timeout": 1}},
}
AKS: dict[str, Any] = {
    **ACI,
    "name": "two",
    "model": "two/model",
    "target": "aks",
    "auth": "key",
    "cpu": 0.2,
    "memory": 0.5,
    "replicas": 1,
}
ML, TASKS, BLOBS = "2025-12-01", "2019-06-01-preview", "2023-05-01"
#: Seconds for what Azure does in the background: the grace period of a container that is replaced.
SOON = 15.0


def small_and_served(group: str, prefix: str, **changes: Any) -> dict[str, Any]:
    """What a service of each target stands on, and both services."""
    return {
        "resourceGroup": group,
        "prefix": prefix,
        "vault": {"authorization": "access-policies", "publicAccess": False},
        "cluster": {
            "systemPool": {"size": "Standard_D4s_v3", "min": 1, "max": 3},
            "extension": {"inference": True, "router": "loadBalancer", "allowInsecure": True},
        },
        "computes": [{"name": "serving", "kind": "kubernetes", "namespace": "serving"}],
        "services": [ACI, AKS],
        **changes,
    }


@dataclass(slots=True)
class Served:
    """A project with both services, whose names are its own; their answers are made of `factors` and `more`."""

    project: Project
    aci: str = "one"
    aks: str = "two"
    factors: tuple[int, int] = (2, 3)
    more: int = 0

    def write(self) -> None:
        """The files as they are to be now."""
        self.put("requirements.txt", "azureml-inference-server-http==1.5.1\n")
        self.put("code/score.py", SCRIPT.format(more=self.more))
        for folder, factor in zip(("one", "two"), self.factors, strict=True):
            self.put(f"{folder}/model/factor.txt", str(factor))

    def put(self, path: str, text: str) -> None:
        """A file of the project."""
        place = self.project.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    @property
    def hand(self) -> ForeignHand:
        """Plain requests of somebody else, to the project's group."""
        settings = self.project.stack_file.read_text(encoding="utf-8")
        group = next(line.split(": ")[1] for line in settings.splitlines() if "resourceGroup:" in line)
        return ForeignHand(Stranger(self.project.environ), self.project.environ, group)

    def ids(self) -> dict[str, str]:
        """The ids of the workspace, the registry and the storage account, by type; of those that are there by now."""
        hand = self.hand
        answer = hand.ask("GET", f"{hand.scope}/resources", "2021-04-01")
        rows = answer.json()["value"] if answer.ok else []
        kinds = {"workspaces": "MachineLearningServices", "registries": "", "storageAccounts": ""}
        return {
            kind: str(row["id"])
            for row in rows
            for kind, namespace in kinds.items()
            if row["type"].endswith(f"/{kind}") and namespace in row["type"]
        }

    def builds(self) -> list[tuple[str, str]]:
        """The image and the status of every build that the registry was ever given, by its log."""
        hand, registry = self.hand, self.ids().get("registries")
        if registry is None:
            return []
        found = []
        for row in hand.ask("GET", f"{registry}/runs", TASKS).json()["value"]:
            found.append((image_in(self.log_of(row["id"])), str(row["properties"]["status"])))
        return found

    def log_of(self, run: str) -> str:
        """A build's log, as far as it has come."""
        link = self.hand.ask("POST", f"{run}/listLogSasUrl", TASKS).json()["logLink"]
        answer = requests.get(link, verify=self.project.environ["REQUESTS_CA_BUNDLE"], timeout=30)
        return answer.text if answer.ok else ""

    def blobs(self) -> dict[str, str]:
        """The version of every file of a model that was uploaded, by its path."""
        hand, ids = self.hand, self.ids()
        if {"workspaces", "storageAccounts"} - set(ids):
            return {}
        account, store = ids["storageAccounts"], f"{ids['workspaces']}/datastores/workspaceblobstore"
        container = hand.ask("GET", store, ML).json()["properties"]["containerName"]
        url = hand.ask("GET", account, BLOBS).json()["properties"]["primaryEndpoints"]["blob"]
        key = hand.ask("POST", f"{account}/listKeys", BLOBS).json()["keys"][0]["value"]
        with ContainerClient(url, container, credential=key) as client:
            return {blob.name: str(blob.etag) for blob in client.list_blobs() if "/models/" in blob.name}

    def uris(self) -> dict[str, str]:
        """Where each service answers, by the stack's outputs."""
        shown = self.project.pulumi("stack", "output", "--json", "--stack", self.project.stack, expect=0)
        return {name: str(row["scoringUri"]) for name, row in json.loads(shown.text)["services"].items()}

    def endpoint(self) -> str:
        """The id of the endpoint, whose name holds the stack's hash."""
        return self.project.resource_id(f"online-endpoint-{self.aks}")

    def key(self) -> str:
        """Of the endpoint."""
        return str(self.hand.ask("POST", f"{self.endpoint()}/listKeys", ML).json()["primaryKey"])

    def wrong_answers(self) -> list[str]:
        """Which service does not answer what it should by now, and what it does instead."""
        uris, wrong = self.uris(), []
        given = ((self.aci, {}), (self.aks, {"Authorization": f"Bearer {self.key()}"}))
        for (name, headers), factor in zip(given, self.factors, strict=True):
            answer = requests.post(uris[name], json={"number": 7}, headers=headers, timeout=30)
            if (answer.status_code, answer.text) != (200, json.dumps({"answer": 7 * factor + self.more})):
                wrong.append(f"service {name} answers {answer.status_code} {answer.text[:200]}")
        return wrong

    def wrong_builds(self) -> list[str]:
        """What was built twice, or did not end well."""
        builds = self.builds()
        twice = [image for image, count in Counter(image for image, _ in builds).items() if count > 1]
        wrong = [f"built {image} more than once" for image in twice]
        return wrong + [f"the build of {image} is {status}" for image, status in builds if status != "Succeeded"]

    def wrong_writes(self, since: int) -> list[str]:
        """What runs, or is to be read, was written twice; or what was written while another write was under way."""
        wanted = ("/containergroups/", "/deployments/", "/models/", "/environments/")
        done = [one for one in self.project.azure.since(since) if one.method == "PUT" and one.is_arm]
        paths = [one.path.partition("?")[0].lower() for one in done if (one.status or 500) < 300]
        counted = Counter(path for path in paths if any(word in path for word in wanted))
        wrong = [f"written {count} times: {path}" for path, count in counted.items() if count > 1]
        return wrong + [f"overlaps: {one}" for one in done if one.status == 409]

    def wrong_processes(self, containers: int = 2) -> list[str]:
        """What runs on this machine and belongs to nothing, or does not run and should."""
        end = time.monotonic() + SOON
        while (found := _processes(self.project.azure)) != (containers, 0) and time.monotonic() < end:
            time.sleep(0.2)
        return [] if found == (containers, 0) else [f"{found[0]} containers and {found[1]} builds run"]


def containers_of(azure: Azure) -> int:
    """How many containers the sandbox runs."""
    return len(_children(azure, "first.py"))


def _children(azure: Azure, script: str) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(azure.server.pid).children():
        try:
            if any(script in word for word in process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def _processes(azure: Azure) -> tuple[int, int]:
    return containers_of(azure), len(_children(azure, "holdfast_sandbox.builds.executor"))


@contextmanager
def no_build_begins(served: Served) -> Iterator[BuildsHeld]:
    """Every build that the sandbox starts meanwhile is held before it has written a line; see `BuildsHeld`."""
    held = BuildsHeld(served)
    watcher = threading.Thread(target=held.watch, daemon=True)
    watcher.start()
    try:
        yield held
    finally:
        held.go()
        watcher.join()


class BuildsHeld:
    """The processes of builds, stopped (SIGSTOP): to Azure they are queued or under way, for as long as one likes."""

    def __init__(self, served: Served) -> None:
        self._served, self._over = served, threading.Event()
        self._stopped: list[psutil.Process] = []

    def watch(self) -> None:
        while not self._over.wait(0.01):
            for process in _children(self._served.project.azure, "holdfast_sandbox.builds.executor"):
                if process not in self._stopped:
                    process.suspend()
                    self._stopped.append(process)

    def until_it_is_told(self) -> str:
        """Lets the first of them go on by moments until its log names its image; that image."""
        deadline = time.monotonic() + 60
        while not self._stopped:
            assert time.monotonic() < deadline, "no build began"
            time.sleep(0.01)
        (registry,) = [id for kind, id in self._served.ids().items() if kind == "registries"]
        while time.monotonic() < deadline:
            runs = self._served.hand.ask("GET", f"{registry}/runs", TASKS).json()["value"]
            under_way = [run for run in runs if run["properties"]["status"] in ("Queued", "Running")]
            for run in under_way:
                if image := image_in(self._served.log_of(run["id"])):
                    return image
            assert under_way, "the build was faster"
            os.kill(self._stopped[0].pid, signal.SIGCONT)
            time.sleep(0.03)
            os.kill(self._stopped[0].pid, signal.SIGSTOP)
        raise AssertionError("no log names an image")

    def go(self) -> None:
        """On with all of them."""
        self._over.set()
        for process in self._stopped:
            try:
                process.resume()
            except psutil.Error:
                continue
