"""Which Docker is meant, and how is it said that none answers?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from docker.errors import APIError

from holdfast.model.errors import HoldfastError
from holdfast.ops.local import daemon

from .docker_engine import Engine


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nobody has been asked, and nothing is set."""
    daemon.daemon.cache_clear()
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "config"))
    yield
    daemon.daemon.cache_clear()


def context(tmp_path: Path, host: str) -> None:
    """Docker's files for a current context of that address. Source: docker/cli, cli/context/store."""
    from hashlib import sha256

    folder = tmp_path / "config/contexts/meta" / sha256(b"desktop").hexdigest()
    folder.mkdir(parents=True)
    body = {"Name": "desktop", "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}
    (folder / "meta.json").write_text(json.dumps(body))
    (tmp_path / "config/config.json").write_text('{"currentContext": "desktop"}')


def fault() -> str:
    with pytest.raises(HoldfastError) as caught:
        daemon.daemon()
    return str(caught.value)


def test_the_current_context_counts_and_the_variable_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for the `docker` command: Docker Desktop and rootless Docker are found without a variable."""
    engine = Engine(tmp_path / "engine", "base")
    try:
        context(tmp_path, engine.address)
        assert daemon.daemon().version()["ApiVersion"] == "1.41"
        daemon.daemon.cache_clear()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
        said = fault()
    finally:
        engine.close()
    assert "docker-silent" in said
    assert "No such file or directory" in said


def test_a_context_of_another_machine_is_refused(tmp_path: Path) -> None:
    """The service would be published there."""
    context(tmp_path, "ssh://build@docker.example.org")
    said = fault()
    assert "docker-elsewhere" in said
    assert "ssh://build@docker.example.org" in said


def test_what_the_daemon_answers_is_told() -> None:
    """Its own words where it refuses, and that it fell silent where it did; never a traceback of the SDK's."""
    with pytest.raises(HoldfastError) as refused, daemon.asked("make a container"):
        raise APIError("500 Server Error", explanation="no space left on device")
    assert "docker-refused" in str(refused.value)
    assert "Docker did not make a container" in str(refused.value)
    assert "no space left on device" in str(refused.value)
    with pytest.raises(HoldfastError, match="docker-silent"), daemon.asked("make a container"):
        raise requests.ConnectionError("Connection aborted.")
