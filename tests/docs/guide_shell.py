"""What runs the commands of a page? One shell for all of them, in a copy of the checkout, as somebody types them."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

#: Seconds for one command, after which it is a failure.
PATIENCE = 240.0
#: Seconds after which what would never end is interrupted, as by Ctrl-C.
LOOKED = 4.0
#: What the checkout is made of, where it is only read.
READ = ("Pulumi.yaml", "infra", "policies", "docs", "sandbox", "pyproject.toml", ".venv")
#: What is made once for a machine, and has nothing of a sandbox in it.
MADE_ONCE = ("engine", "environments", "blobs")


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a page. `code`: what its comment says that it exits with, else 0."""

    page: str
    line: str
    code: int

    @property
    def text(self) -> str:
        """Without the comment."""
        return re.sub(r"\s+#\s.*$", "", self.line).strip()


def commands(page: Path) -> list[Command]:
    """Every command in the fenced blocks of a page, in order."""
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.strip() and not line.startswith("#"):
                said = re.search(r"#.*\bexits with (\d+)", line)
                found.append(Command(page.name, line, int(said[1]) if said else 0))
    return found


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    text: str
    seconds: float


class Shell:
    """A bash in a copy of the checkout, with a home of its own that shares what is made once."""

    def __init__(self, folder: Path, checkout: Path, environ: dict[str, str], home: Path) -> None:
        self.folder = folder / "checkout"
        self.folder.mkdir()
        for name in READ:
            (self.folder / name).symlink_to(checkout / name)
        for name in ("stacks", "examples"):
            shutil.copytree(checkout / name, self.folder / name)
        shared = folder / "home"
        shared.mkdir()
        for name in MADE_ONCE:
            (home / name).mkdir(parents=True, exist_ok=True)
            (shared / name).symlink_to(home / name)
        binaries = Path(sys.executable).parent
        self._environ = {
            **environ,
            "HOLDFAST_HOME": str(shared),
            "PATH": f"{binaries}{os.pathsep}{environ['PATH']}",
        }
        self._environ.pop("PULUMI_STACK", None)
        self._said = folder / "said"
        self._bash = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, text: str, *, interrupted: bool = False) -> Ran:
        """Type a command, and wait for its end. `interrupted`: it is ended as by Ctrl-C, after a while."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        typed = f"timeout --preserve-status --signal INT {LOOKED} {text}" if interrupted else text
        began = time.monotonic()
        self._said.write_text("")
        self._bash.stdin.write(f"{{ {typed}\n}} </dev/null >{self._said} 2>&1; echo $?\n")
        self._bash.stdin.flush()
        patience = threading.Timer(PATIENCE, self._bash.kill)
        patience.start()
        code = self._bash.stdout.readline()
        patience.cancel()
        said = self._said.read_text(encoding="utf-8", errors="replace")
        assert code, f"{text} had not ended after {PATIENCE:.0f} s:\n{said}"
        return Ran(int(code), said, time.monotonic() - began)

    def close(self) -> None:
        """End it, and all that it began, in its session or apart."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._bash.pid, signal.SIGKILL)
        self._bash.wait()
        for words in (("local", "down", "--all"), ("sandbox", "stop")):
            subprocess.run(["holdfast", *words], cwd=self.folder, env=self._environ, capture_output=True, check=False)
