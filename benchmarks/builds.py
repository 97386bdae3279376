"""How long does an image build take whose environment was built before?

The environment of `examples/wine`, as the program builds it, on a sandbox with a home of its own: the first build finds
no environment there (uv may have its wheels), each further one has the same context and finds it. Timed from the
request that schedules the run to the first look that shows its end, by Microsoft's own client.
"""

from __future__ import annotations

import io
import os
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import requests
from azure.identity import ClientSecretCredential
from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient

from benchmarks.figures import Row, seconds
from benchmarks.projects import CHECKOUT, NotMeasuredError
from holdfast.model.assets import environment_dockerfile
from holdfast.model.services import EnvironmentFile
from holdfast_sandbox.rehearsal import Azure

NAME = "builds"
#: The issue's goal: seconds of a build whose environment is there.
AGAIN = 1.0
GROUP, REGISTRY = "rg-builds", "benchbuilds"
BASE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
#: Seconds between two looks at a run, and the longest that one may take.
LOOK, PATIENCE = 0.02, 600.0


def measure(folder: Path, runs: int, say: Callable[[str], None]) -> list[Row]:
    """One build of an environment that nobody has built, and `runs` of the same."""
    home = folder / "builds-home"
    home.mkdir()
    here = Path(os.environ.get("HOLDFAST_HOME") or Path.home() / ".holdfast")
    for shared in ("engine", "blobs"):  # what has nothing to do with environments, and takes long to set up
        if (here / shared).exists():
            (home / shared).symlink_to(here / shared)
    before = os.environ.get("HOLDFAST_HOME")
    os.environ["HOLDFAST_HOME"] = str(home)
    try:
        with Azure.private(folder / "sandbox-builds") as azure:
            client = _client(azure)
            say("the first build of examples/wine's environment")
            first = _build(client, azure)
            again = []
            for number in range(runs):
                say(f"the same build, {number + 1} of {runs}")
                again.append(_build(client, azure))
    finally:
        if before is None:
            del os.environ["HOLDFAST_HOME"]
        else:
            os.environ["HOLDFAST_HOME"] = before
    return [
        Row(NAME, "build of an environment, the first", seconds([first]), first, unit="s"),
        Row(NAME, "build of an environment, the same again", seconds(again), median(again), AGAIN, "s"),
    ]


def _client(azure: Azure) -> Any:
    """Microsoft's client of tasks, with a registry made for it."""
    environ, url = azure.environ, azure.server.url
    login = ClientSecretCredential(
        environ["ARM_TENANT_ID"],
        environ["ARM_CLIENT_ID"],
        environ["ARM_CLIENT_SECRET"],
        authority=url,
        disable_instance_discovery=True,
        connection_verify=environ["REQUESTS_CA_BUNDLE"],
    )
    subscription = environ["ARM_SUBSCRIPTION_ID"]
    headers = {"Authorization": f"Bearer {login.get_token(f'{url}/.default').token}"}
    group = f"{url}/subscriptions/{subscription}/resourceGroups/{GROUP}"
    registry = f"{group}/providers/Microsoft.ContainerRegistry/registries/{REGISTRY}"
    for path, version, more in ((group, "2024-03-01", {}), (registry, "2025-11-01", {"sku": {"name": "Basic"}})):
        body = {"location": "westeurope", **more}
        asked = {"api-version": version}
        verify = environ["REQUESTS_CA_BUNDLE"]
        requests.put(path, json=body, params=asked, headers=headers, verify=verify, timeout=60).raise_for_status()
    return ContainerRegistryTasksMgmtClient(
        login,
        subscription,
        base_url=url,
        connection_verify=environ["REQUESTS_CA_BUNDLE"],
        credential_scopes=[f"{url}/.default"],
    )


def _build(client: Any, azure: Azure) -> float:
    """Seconds of one build."""
    place = client.registries.get_build_source_upload_url(GROUP, REGISTRY)
    requests.put(
        place.upload_url,
        _context(),
        headers={"x-ms-blob-type": "BlockBlob"},
        verify=azure.environ["REQUESTS_CA_BUNDLE"],
        timeout=60,
    ).raise_for_status()
    request = {
        "type": "DockerBuildRequest",
        "dockerFilePath": "Dockerfile",
        "imageNames": ["bench:{{.Run.ID}}"],
        "isPushEnabled": True,
        "platform": {"os": "Linux", "architecture": "amd64"},
        "sourceLocation": place.relative_path,
    }
    began = time.perf_counter()
    run = client.registries.schedule_run(GROUP, REGISTRY, request).name
    while time.perf_counter() - began < PATIENCE:
        status = str(client.runs.get(GROUP, REGISTRY, run).properties.status.value)
        if status == "Succeeded":
            return time.perf_counter() - began
        if status in ("Failed", "Canceled", "Error", "Timeout"):
            break
        time.sleep(LOOK)
    log = client.runs.get_log_sas_url(GROUP, REGISTRY, run).log_link
    text = requests.get(log, verify=azure.environ["REQUESTS_CA_BUNDLE"], timeout=60).text
    raise NotMeasuredError(f"a build did not succeed\n{text[-2000:]}")


def _context() -> bytes:
    """What the program sends for that environment."""
    text = (CHECKOUT / "examples/wine/conda.yaml").read_text(encoding="utf-8")
    dockerfile = environment_dockerfile(EnvironmentFile("conda.yaml", text, True, BASE))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in (("conda.yaml", text), ("Dockerfile", dockerfile)):
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))
    return out.getvalue()
