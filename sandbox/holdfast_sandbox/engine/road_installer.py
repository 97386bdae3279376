"""Can the official installer bring the CLI?

 Pulumi's own SDK knows how (`PulumiCommand.install` runs the installer script of the download host), so nothing of it
is repeated here. What it lacks is a quick answer where that host cannot be reached, which is the normal case behind a
mirror.
"""

from __future__ import annotations

import subprocess
import threading
import urllib.error
import urllib.request
from importlib.metadata import version as installed_version
from pathlib import Path

from holdfast_sandbox.engine.progress import Progress
from holdfast_sandbox.engine.unavailable import RoadClosed

URL = "https://get.pulumi.com/install.sh"
"""What `PulumiCommand.install` downloads first."""

ANSWER_SECONDS = 4.0
"""How long the download host may take for one HEAD request before the road counts as closed."""


def version() -> str:
    """The version that this road installs: the Python SDK's, as `PulumiCommand.install` does by default."""
    return installed_version("pulumi")


def check() -> None:
    """RoadClosed with the reason unless the download host answers within `ANSWER_SECONDS`.

    In a thread of its own: a name server that does not answer blocks far longer than any timeout of the request.
    """
    reason = [f"{URL} did not answer within {ANSWER_SECONDS:.0f} s"]
    asking = threading.Thread(target=_ask, args=(reason,), daemon=True)
    asking.start()
    asking.join(ANSWER_SECONDS)
    if reason[0]:
        raise RoadClosed(reason[0])


def _ask(reason: list[str]) -> None:
    request = urllib.request.Request(URL, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):
            reason[0] = ""
    except urllib.error.HTTPError as answer:
        reason[0] = f"{URL} answered {answer.code}"
    except (OSError, ValueError) as failure:
        reason[0] = f"{URL} cannot be reached: {getattr(failure, 'reason', failure)}"


def install(folder: Path, progress: Progress) -> None:
    """Install the CLI and its plugins into `folder/bin`. RoadClosed with the installer's last words when it fails."""
    check()
    from pulumi.automation import PulumiCommand

    with progress.ticking(f"installing pulumi {version()} with the official installer"):
        try:
            PulumiCommand.install(root=str(folder))
        except subprocess.CalledProcessError as failure:
            said = (failure.output or b"").decode(errors="replace").strip().splitlines()
            raise RoadClosed(f"the installer failed: {said[-1] if said else failure}") from failure
        except Exception as failure:  # the SDK raises bare exceptions; any of them closes this road only
            raise RoadClosed(f"the installer failed: {failure}") from failure
