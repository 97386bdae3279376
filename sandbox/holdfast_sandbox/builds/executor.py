"""How is one image built? `python -m holdfast_sandbox.builds.executor`: a process of its own, which can be killed.

The job comes as one line of JSON on standard input, which stays open: when it closes, the server is gone, and so is
this process with all that it has started. Each line on standard output is an event, `{"status": ..., ...}`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from holdfast_sandbox.blobs.client import BlobError, Client
from holdfast_sandbox.builds import context
from holdfast_sandbox.builds.build_log import BuildLog, took
from holdfast_sandbox.builds.context import ContextError
from holdfast_sandbox.builds.dockerfile import DockerfileError
from holdfast_sandbox.builds.environments import Environments, InstallError
from holdfast_sandbox.builds.stage import Stage, canonical
from holdfast_sandbox.builds.steps import Steps
from holdfast_sandbox.engine import orphans
from holdfast_sandbox.images import Image, ImageStore

_ABOUT = (
    "Carried out by Holdfast's sandbox: files are copied and packages installed for real; a command that is not run is "
    "recorded as such, and no container runs."
)


class Build:
    """One job; its keys are those that the server's side (`runner.Job`) writes."""

    def __init__(self, job: dict[str, Any], log: BuildLog) -> None:
        self._job, self._log = job, log
        self._state = Path(job["state"])
        self._began = time.monotonic()

    def run(self) -> dict[str, Any]:
        """Builds and pushes; the last event. Raises what `main` tells."""
        job, log = self._job, self._log
        work = Path(job["work"])
        work.mkdir(parents=True)
        log.hide(str(work.resolve()))
        log.hide(str(work))
        try:
            folder = work / "context"
            folder.mkdir()
            self._get(folder, work / "source")
            log.timed(f"Executing step ID: build. Timeout(sec): {job['timeout']}, Working directory: '', Network: ''")
            log.line(_ABOUT)
            stage = self._build(folder, work)
            digest, image_root = self._keep(stage)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        log.line(f"Successfully built {digest.partition(':')[2][:12]}")
        for name in job["images"]:
            log.line(f"Successfully tagged {name}")
        log.timed(f"Step ID: build marked as successful (elapsed time in seconds: {self._elapsed:.6f})")
        outputs = self._push(stage, digest, image_root) if job["push"] else []
        self._dependencies(stage, outputs)
        return {"status": "Succeeded", "images": outputs}

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    @property
    def _roots(self) -> Path:
        """Beside the images' records: a folder a digest, named by it."""
        return self._state / "image-roots"

    def _get(self, folder: Path, archive: Path) -> None:
        if not self._job["source"]:
            return
        self._log.timed("Downloading source code...")
        size = context.fetch(self._job["source"], archive, self._state / "ca-bundle.pem")
        context.unpack(archive, folder)
        archive.unlink()
        self._log.timed(f"Finished downloading source code ({size} bytes)")

    def _build(self, folder: Path, work: Path) -> Stage:
        dockerfile = (folder / self._job["dockerfile"].lstrip("/")).resolve()
        if not dockerfile.is_relative_to(folder.resolve()) or not dockerfile.is_file():
            raise ContextError(
                f"unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat "
                f"/{self._job['dockerfile'].lstrip('/')}: no such file or directory"
            )
        text = dockerfile.read_text(encoding="utf-8", errors="replace")
        context.apply_ignore(folder.resolve(), dockerfile)
        store = ImageStore(self._state)
        steps = Steps(self._job, self._log, Environments(self._log.line), store, folder.resolve(), work.resolve())
        return steps.run(text)

    def _keep(self, stage: Stage) -> tuple[str, Path]:
        """The image's digest, and its folder under that name. The same inputs give the same digest."""
        found = hashlib.sha256(canonical(stage.described(context.tree_digest(stage.root)))).hexdigest()
        place = self._roots / found
        if not place.exists():
            try:
                stage.root.rename(place)
            except OSError:
                if not place.exists():  # another build was faster, and made the same
                    raise
        return f"sha256:{found}", place

    def _push(self, stage: Stage, digest: str, root: Path) -> list[dict[str, str]]:
        job, store, began = self._job, ImageStore(self._state), time.monotonic()
        self._log.timed("Executing step ID: push. Timeout(sec): 3600, Working directory: '', Network: ''")
        outputs = []
        for name in job["images"]:
            repository, tag = name.removeprefix(f"{job['registry']}/").rsplit(":", 1)
            self._log.timed(f"Pushing image: {name}, attempt 1")
            self._log.line(f"The push refers to repository [{job['registry']}/{repository}]")
            image = Image(
                registry=job["registry"],
                repository=repository,
                tag=tag,
                digest=digest,
                base=stage.base,
                root=str(root),
                python=str(stage.environment.python) if stage.environment else None,
                env=stage.env,
                command=(*stage.entrypoint, *stage.command),
                workdir=stage.workdir,
                ports=tuple(stage.ports),
                log=job["log"].partition("?")[0],
            )
            store.save(image)
            self._log.line(f"{tag}: digest: {digest}")
            self._log.timed(f"Successfully pushed image: {name}")
            outputs.append({"registry": job["registry"], "repository": repository, "tag": tag, "digest": digest})
        seconds = time.monotonic() - began
        self._log.timed(f"Step ID: push marked as successful (elapsed time in seconds: {seconds:.6f})")
        return outputs

    def _dependencies(self, stage: Stage, outputs: list[dict[str, str]]) -> None:
        self._log.line("The following dependencies were found:")
        for output in outputs:
            self._log.line("- image:")
            for name in ("registry", "repository", "tag", "digest"):
                self._log.line(f"    {name}: {output[name]}")
            self._log.line(f"  runtime-dependency: {stage.base}")
        self._log.line()


def carry_out(job: dict[str, Any], log: BuildLog) -> tuple[dict[str, Any], str]:
    """Runs a build; its last event, and the word for the log's metadata."""
    began, build = time.monotonic(), Build(job, log)
    try:
        event = build.run()
        log.line(f"Run ID: {job['runId']} was successful after {took(began)}")
        return event, "successful"
    except (DockerfileError, ContextError, InstallError) as error:
        if str(error):
            log.line(str(error))
        code = getattr(error, "code", 1)
        log.timed("Container failed during run: build. No retries remaining.")
        log.line(f"failed to run step ID: build: exit status {code}")
        log.line()
        message = f"failed during run, err: exit status {code}"
        log.line(f"Run ID: {job['runId']} failed after {took(began)}. Error: {message}")
        return {"status": "Failed", "message": message}, "failed"
    except Exception as error:  # ours, not the Dockerfile's: told, or the run would hang
        log.line(f"Run ID: {job['runId']} failed after {took(began)}. Error: internal error: {error!r}")
        return {"status": "Error", "message": f"internal error: {error!r}"}, "internalerror"


def main() -> None:
    job = json.loads(sys.stdin.buffer.readline())
    orphans.exit_with_parent(watch_stdin=True)
    secrets = [str(one["value"]) for one in job["arguments"] if one.get("isSecret")]
    try:
        log = BuildLog(Client(job["port"], Path(job["state"]) / "ca.pem"), job["log"], secrets)
        tell({"status": "Running"})
        event, word = carry_out(job, log)
        log.close(word)
    except BlobError as error:
        event = {"status": "Error", "message": f"the log can't be written: {error}"}
    tell(event)


def tell(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    main()
