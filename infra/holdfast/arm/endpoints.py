"""May an online endpoint be written now? Azure takes one write of an endpoint and its deployments at a time.

Every other one it refuses meanwhile with 409, "an operation is already in progress" ("Troubleshoot online endpoints",
Microsoft Learn). So whoever writes is asked to wait, and nobody else's write is lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from holdfast.arm.client import Answer, ArmClient

#: Seconds between two looks at what somebody else has begun, and the longest that it is waited for.
PAUSE, PATIENCE = 5.0, 3600.0
#: Seconds before each further try after a 409 behind which nothing is seen: what is seen lags.
LAGS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
#: What Azure says of an endpoint or a deployment that is being written.
UNDER_WAY = ("creating", "updating", "deleting", "scaling")


def under_way(row: Mapping[str, Any]) -> bool:
    """Whether an endpoint or a deployment, as Azure shows it, is being written."""
    return str((row.get("properties") or {}).get("provisioningState") or "").lower() in UNDER_WAY


def unless_busy(client: ArmClient, endpoint: str, api_version: str, send: Callable[[], Answer]) -> Answer:
    """Send, and again after a 409 while the endpoint of that id or a deployment of it is being written.

    `send` is called anew for each try: what it sends should rest on what is there then. The answer is the last one.
    """
    began, lags = time.monotonic(), iter(LAGS)
    while (answer := send()).status == 409 and time.monotonic() - began < PATIENCE:
        pause = PAUSE if _is_busy(client, endpoint, api_version) else next(lags, None)
        if pause is None:
            break
        time.sleep(pause)
    return answer


def _is_busy(client: ArmClient, endpoint: str, api_version: str) -> bool:
    """What can't be read is not seen; the write's own answer then says what is the matter."""
    bodies = [client.get(endpoint, api_version).body]
    for page in client.pages(f"{endpoint}/deployments", api_version):
        bodies += (page.body.get("value") or []) if page.readable else []
    return any(under_way(body) for body in bodies if isinstance(body, dict))
