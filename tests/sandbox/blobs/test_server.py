"""Does Azurite end by itself, so that what it holds in memory is written?"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from holdfast_sandbox.arm.certificates import CA
from holdfast_sandbox.blobs.server import launch

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("said", [b"", b"GET /nobody/box?restype=container HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
def test_a_client_that_keeps_its_connection_does_not_keep_azurite(tmp_path: Path, said: bytes) -> None:
    """One that asked nothing yet, as a pool's spare one, and one between two requests. Killed it would be -9."""
    folder, accounts = tmp_path / "blobs", tmp_path / "accounts.json"
    accounts.write_text("{}", encoding="utf-8")
    server = launch(tmp_path, folder, accounts)
    context = ssl.create_default_context(cafile=str(tmp_path / CA))
    with (
        socket.create_connection(("127.0.0.1", server.port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        if said:
            client.sendall(said)
            assert client.recv(8)
        server.stop()
    assert server.process.returncode == 0
