"""Is a container alive, is it ready? HTTP requests to its own address, or a command in its environment.

As the kubelet does it (kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes):
any status from 200 to 399 is success; so is exit code 0. The certificate behind an `https` probe is not checked.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
from pathlib import Path

from holdfast_sandbox.containers.addresses import real_port
from holdfast_sandbox.containers.model import Probe, Recipe

_FIRST = str(Path(__file__).with_name("first.py"))


async def failure(probe: Probe, recipe: Recipe, address: str) -> str | None:
    """Why the check fails, in the kubelet's words; None when it succeeds."""
    if probe.command:
        return await asyncio.get_running_loop().run_in_executor(None, _execute, probe, recipe)
    try:
        status = await asyncio.wait_for(_get(probe, address), probe.timeout)
    except TimeoutError:
        return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    except (OSError, ValueError) as error:
        return f"dial tcp {address}:{probe.port}: {getattr(error, 'strerror', None) or error}"
    return None if 200 <= status < 400 else f"HTTP probe failed with statuscode: {status}"


async def _get(probe: Probe, address: str) -> int:
    context = None
    if probe.scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(address, real_port(probe.port), ssl=context)
    try:
        lines = [f"GET /{probe.path.lstrip('/')} HTTP/1.1", f"Host: {address}:{probe.port}", "Connection: close"]
        lines += ["User-Agent: kube-probe/1.30", "Accept: */*", *(f"{name}: {value}" for name, value in probe.headers)]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        words = (await reader.readline()).split()
        if len(words) < 2 or not words[1].isdigit():
            raise ValueError("no HTTP answer")
        return int(words[1])
    finally:
        writer.close()


def _execute(probe: Probe, recipe: Recipe) -> str | None:
    command = [sys.executable, "-I", "-S", _FIRST, *probe.command]
    try:
        # A pipe of our own as standard input: `first` ends with it.
        with subprocess.Popen(
            command,
            cwd=recipe.cwd,
            env=dict(recipe.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            try:
                code = process.wait(probe.timeout)
            except subprocess.TimeoutExpired:
                process.stdin.close()
                return f"command timed out after {probe.timeout:g}s"
            said = process.stdout.read(1024).decode(errors="replace").strip()
    except OSError as error:
        return str(error)
    return None if code == 0 else said or f"exit code {code}"
