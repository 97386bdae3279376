"""Which builds has a registry carried out, and of which images? By its task runs, and by their logs.

A run that has ended well names its images. One that failed names none; but our Dockerfiles begin with an argument that
holds the image's name, and a build's log repeats each of its steps. Source of the operations: azure-rest-api-specs,
containerregistry 2019-06-01-preview (Runs_List, Runs_GetLogSasUrl).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from holdfast.arm import Answer, ArmClient
from holdfast.model.assets import TASKS_VERSION
from holdfast.model.errors import Blame, Fault, HoldfastError

#: Runs that are looked at: those of some weeks, and Azure's longest page.
MOST = 100
#: Seconds for a log.
LOG_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Run:
    """One build. `images`: `repository:tag`; `status` is Azure's word (`Succeeded`, `Failed`, `Running`, ...)."""

    id: str
    name: str
    status: str
    created: str
    images: tuple[str, ...] = ()
    message: str = ""


def list_runs(client: ArmClient, registry: str) -> Iterator[Run]:
    """The newest first. Raises HoldfastError `azure-refused`."""
    path = f"{registry}/runs"
    for page in client.pages(f"{path}?$top={MOST}", TASKS_VERSION):
        if not page.readable:
            raise _refused("list the builds", path, page)
        for row in page.body.get("value") or ():
            yield _run(row)


def log_uri(client: ArmClient, run: Run) -> str:
    """An address that shows the log to whoever has it, for about an hour. Raises HoldfastError `azure-refused`."""
    answer = client.request("POST", f"{run.id}/listLogSasUrl", TASKS_VERSION)
    uri = str(answer.body.get("logLink") or "") if answer.readable else ""
    if not uri:
        raise _refused("give the log of a build", run.id, answer)
    return uri


def read_log(uri: str) -> str:
    """All of it. Raises HoldfastError `log-unreadable`."""
    try:
        answer = requests.get(uri, timeout=LOG_TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        raise HoldfastError(
            [
                Fault(
                    "log-unreadable",
                    "the log of a build could not be read",
                    (("asked", uri.partition("?")[0]), ("answer", str(status or type(error).__name__))),
                    "run again; where the network lets nobody through, open it to the registry's storage",
                    Blame.AZURE,
                )
            ]
        ) from None
    return answer.content.decode("utf-8", "replace")


def _run(row: dict[str, Any]) -> Run:
    properties = row.get("properties") or {}
    images = tuple(f"{one.get('repository')}:{one.get('tag')}" for one in properties.get("outputImages") or ())
    return Run(
        str(row.get("id") or ""),
        str(properties.get("runId") or row.get("name") or ""),
        str(properties.get("status") or ""),
        str(properties.get("createTime") or ""),
        images,
        str(properties.get("runErrorMessage") or ""),
    )


def _refused(what: str, asked: str, answer: Answer) -> HoldfastError:
    hint = "run again once Azure answers"
    if answer.status in (401, 403):
        hint = (
            "this login needs Microsoft.ContainerRegistry/registries/runs/read and runs/listLogSasUrl/action on the"
            " registry (Contributor holds them)"
        )
    return HoldfastError(
        [Fault("azure-refused", f"Azure did not {what}", (("asked", asked), *answer.evidence), hint, Blame.AZURE)]
    )
