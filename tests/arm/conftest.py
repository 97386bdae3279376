"""A web server on 127.0.0.1 with a certificate of its own, which answers what a test scripts: the edge alone."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from holdfast.arm import ArmClient, Cloud, StaticToken, cloud

#: (status, headers, body); a body that is no text is sent as JSON, `None` breaks the connection off.
Scripted = tuple[int, dict[str, str], Any] | None


class Double:
    """`script` holds the answers to come, the last one for ever; `seen` what was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.script: list[Scripted] = [(200, {}, {})]
        self.seen: list[dict[str, Any]] = []

    def next(self) -> Scripted:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked without a token is asked again without a pause."""
    monkeypatch.setattr(cloud, "RETRY", cloud.RETRY.new(backoff_factor=0))


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Double]:
    """HTTPS, because a token is never sent without."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    holder: list[Double] = []

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # or each answer waits 40 ms for the client to acknowledge its headers
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            holder[0].seen.append(
                {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
            )
            scripted = holder[0].next()
            if scripted is None:
                self.close_connection = True
                self.connection.close()
                return
            status, headers, said = scripted
            data = said.encode() if isinstance(said, str) else b"" if said is ... else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_PATCH = do_POST = answer  # noqa: N815 - names that http.server gives

        def log_message(self, format: str, *args: Any) -> None:
            """Not a word."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    holder.append(Double(f"https://127.0.0.1:{server.server_address[1]}"))
    yield holder[0]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(double: Double) -> ArmClient:
    return ArmClient(Cloud(double.url, double.url, double.url, custom=True), StaticToken("a-token"))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long azure-core's pipeline would have waited; nobody does."""
    slept: list[float] = []
    monkeypatch.setattr(
        "azure.core.pipeline.transport._requests_basic.RequestsTransport.sleep", lambda _, s: slept.append(s)
    )
    return slept
