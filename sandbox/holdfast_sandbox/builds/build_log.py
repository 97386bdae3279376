"""Where does a build say what it does? In a blob behind a link, appended to while it runs, as an ACR task's log is.

Lines end in CRLF, and the metadata `Complete` tells a reader that no more come: both are what the az CLI's `acr build`
looks for (azure-cli, command_modules/acr/_stream_utils.py). Secrets of the build's arguments never get there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from holdfast_sandbox.blobs.client import Client

#: Seconds between two appends: a reader follows, and the blobs are not asked for every line.
EVERY = 0.25


class BuildLog:
    """One build's log. `close` before the process ends."""

    def __init__(self, client: Client, link: str, secrets: Sequence[str] = ()) -> None:
        self._client, self._link = client, link
        # The longest first: one secret may hold another.
        self._secrets = sorted((one for one in secrets if one.strip()), key=len, reverse=True)
        self._hidden: list[tuple[str, str]] = []
        self._waiting: list[str] = []
        self._lock, self._ended = threading.Lock(), threading.Event()
        client.start_log(link)
        self._thread = threading.Thread(target=self._append, daemon=True)
        self._thread.start()

    def hide(self, text: str, shown: str = "") -> None:
        """From now on `shown` stands for `text`: this machine's folders for the container's."""
        self._hidden.append((text, shown))

    def line(self, text: str = "") -> None:
        """Adds a line, or several."""
        for hidden, shown in self._hidden:
            text = text.replace(hidden, shown)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        with self._lock:
            self._waiting.append(text.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n")

    def timed(self, text: str) -> None:
        """Adds a line of the task's own, with the time."""
        self.line(f"{datetime.now(UTC):%Y/%m/%d %H:%M:%S} {text}")

    def close(self, status: str) -> None:
        """Writes what is left and marks the log complete with the status in the agent's word."""
        self._ended.set()
        self._thread.join()
        self._flush()
        self._client.mark(self._link, Complete=status)

    def _append(self) -> None:
        while not self._ended.wait(EVERY):
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            text, self._waiting = "".join(self._waiting), []
        if text:
            self._client.append(self._link, text.encode())


def took(began: float) -> str:
    """`12s`, as a task's last line has it."""
    seconds = round(time.monotonic() - began)
    return f"{seconds // 60}m{seconds % 60}s" if seconds >= 60 else f"{seconds}s"
