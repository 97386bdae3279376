"""The plugin's process: how does it start, tell its port, and end?

The engine starts it with its own address as the argument, reads the port from the first line of standard output, and
ends it with SIGINT. It also ends soon after `Cancel` (operations in flight answer first) and when the engine is gone
without a word.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from holdfast_sandbox.engine.orphans import exit_with_parent
from holdfast_sandbox.provider.servicer import Servicer

# The engine runs as many operations at once as it has resources; each waits for Azure, so threads cost little.
THREADS = 64
# What Cancel leaves to operations in flight for their answer, in seconds.
GRACE_SECONDS = 1.0
# As the engine's own servers: states of many megabytes are possible.
_MESSAGE_BYTES = 400 * 1024 * 1024


def start() -> tuple[grpc.Server, int]:
    """A server on a free loopback port, and that port."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="rpc"),
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
        ],
    )

    def stop() -> None:
        threading.Thread(target=lambda: server.stop(GRACE_SECONDS), name="stop", daemon=True).start()

    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(stop), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Serve until the engine is done."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        os._exit(0)  # no operation is in flight when the engine says so; threads that wait for Azure must not delay it

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    exit_with_parent(watch_stdin=True)
    server, port = start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
    os._exit(0)
