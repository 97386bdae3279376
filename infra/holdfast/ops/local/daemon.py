"""Which Docker answers on this machine? The one that the `docker` command would ask.

`DOCKER_HOST`, else the current context of `~/.docker/config.json` (Docker Desktop and rootless Docker set one), else
`/var/run/docker.sock`. Source: docker-py's `docker.from_env` and `docker.context`. The SDK is imported here alone, when
a container is meant: the other commands do not pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from holdfast.model.errors import Fault, HoldfastError

#: Seconds for an answer of the daemon; a build or a log that is followed says something in between.
TIMEOUT = 60
_HERE = ("localhost", "127.0.0.1", "::1")


@cache
def daemon() -> Any:
    """A client (`docker.DockerClient`) of a daemon that has answered.

    Raises HoldfastError `docker-sdk-missing`, `docker-silent`, `docker-elsewhere`.
    """
    try:
        import docker
        from docker.context import ContextAPI
        from docker.errors import DockerException
        from requests import RequestException
    except ImportError:
        hint = "`pip install 'holdfast[docker]'`, or leave out `--engine docker`: processes do without"
        raise HoldfastError(
            [Fault("docker-sdk-missing", "the Docker SDK for Python is not installed", (), hint)]
        ) from None
    address = os.environ.get("DOCKER_HOST") or ""
    try:
        context = None if address else ContextAPI.get_current_context()
        address = address or (context.Host if context is not None else "") or "unix:///var/run/docker.sock"
        _check_here(address)
        environment = {**os.environ, "DOCKER_HOST": address}
        client = docker.from_env(environment=environment, timeout=TIMEOUT)
        client.ping()
    except (DockerException, RequestException, OSError, ValueError) as error:
        raise silent(error, address) from None
    return client


def silent(error: Exception, address: str = "") -> HoldfastError:
    """The error for a daemon that does not answer."""
    hint = (
        "start Docker, or name where it listens in DOCKER_HOST; this login has to be allowed to (group `docker`)."
        " Without `--engine docker` the service runs in processes"
    )
    rows = [("asked", address)] if address else []
    return HoldfastError([Fault("docker-silent", "no Docker daemon answers", (*rows, ("answer", _short(error))), hint)])


@contextmanager
def asked(doing: str) -> Iterator[None]:
    """What the daemon refuses, and where it falls silent, as a HoldfastError: `docker-refused`, `docker-silent`."""
    from docker.errors import DockerException
    from requests import RequestException

    try:
        yield
    except DockerException as error:
        said = str(getattr(error, "explanation", None) or error)
        raise HoldfastError([Fault("docker-refused", f"Docker did not {doing}", (("answer", said),))]) from None
    except (RequestException, OSError) as error:
        raise silent(error) from None


def _check_here(address: str) -> None:
    """A daemon elsewhere would publish the service there, where nobody here can ask it."""
    parts = urlsplit(address)
    if parts.scheme in ("unix", "npipe", "http+unix", "fd") or parts.hostname in _HERE:
        return
    raise HoldfastError(
        [
            Fault(
                "docker-elsewhere",
                "the Docker daemon that is meant runs on another machine",
                (("DOCKER_HOST or context", address),),
                "name one of this machine in DOCKER_HOST, or leave out `--engine docker`",
            )
        ]
    )


def _short(error: Exception) -> str:
    """The innermost reason: the SDK wraps it four times."""
    seen: BaseException = error
    while (inner := seen.__cause__ or seen.__context__) is not None:
        seen = inner
    return (getattr(seen, "strerror", None) or str(seen) or type(seen).__name__).splitlines()[0][:200]
