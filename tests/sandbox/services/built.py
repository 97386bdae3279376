"""Images as builds leave them, made by hand: a folder, an interpreter, a record in the sandbox's image store."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from holdfast_sandbox.images import Image, ImageStore

T = TypeVar("T")
REGISTRY = "acrhand.azurecr.io"

#: Answers every GET with what its environment and its files say.
WEB = """
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        told = {"pid": os.getpid(), "env": dict(os.environ), "cwd": os.getcwd(), "path": self.path}
        body = json.dumps(told).encode()
        self.send_response(500 if os.path.exists("broken") and self.path == "/live" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        print("GET", self.path, flush=True)
port = int(os.environ.get("PORT", "8080"))
print("listening on", port, flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", port), Handler).serve_forever()
"""


def built(state: Path, name: str, script: str, tag: str = "1", python: str = sys.executable, **more: Any) -> str:
    """An image whose command is a Python script, kept in the sandbox of that state folder; its reference."""
    root = state / "roots" / f"{name}-{tag}"
    app = root / "app"
    app.mkdir(parents=True, exist_ok=True)
    (app / "main.py").write_text(script)
    digest = "sha256:" + hashlib.sha256(f"{name}{tag}{script}".encode()).hexdigest()
    command = ("python", "/app/main.py")
    given = {"registry": REGISTRY, "command": command, "workdir": "/app", "base": "python:3.11", **more}
    image = Image(repository=name, tag=tag, digest=digest, root=str(root), python=python, **given)
    ImageStore(state).save(image)
    return image.reference


def until(what: Callable[[], T], seconds: float = 20.0) -> T:
    """The first true answer; the last one when none comes in time."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.02)
    return found
