"""What image builds need in tests: wheels made on the spot, contexts, and a sandbox with a registry and a home of its
own (Azurite, which is installed already, excepted)."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from azure.identity import ClientSecretCredential
from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient

from holdfast_sandbox import running
from holdfast_sandbox.arm import identity
from holdfast_sandbox.engine.places import home
from holdfast_sandbox.images import Image, ImageStore

VERSION = "2025-03-01-preview"
GROUP = "rg-builds"
ENDS = ("Succeeded", "Failed", "Canceled", "Error", "Timeout")


def _wheel(name: str, version: str = "1.0", requires: tuple[str, ...] = (), code: str = "") -> tuple[str, bytes]:
    """A wheel's file name and content: one module, and a command of the package's name that runs its `main`."""
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    # A length for each version: bytecode of one file counts as that of another of the same second and size.
    code = code or f"{'#' * int(version[0])}\ndef main():\n    print('{name} {version}')\n"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    content = {
        f"{module}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {module}:main\n",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in content.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"]))
    return f"{module}-{version}-py3-none-any.whl", out.getvalue()


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A context as a tar.gz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(raw), 0o644
            archive.addfile(entry, io.BytesIO(raw))
    return out.getvalue()


@dataclass
class Registry:
    """A registry of a running sandbox, and clients for it."""

    state: Path
    home: Path
    url: str
    pid: int
    name: str
    session: requests.Session = field(default_factory=requests.Session)
    client: Any = None

    @property
    def path(self) -> str:
        group = f"/subscriptions/{identity.SUBSCRIPTION_ID}/resourceGroups/{GROUP}"
        return f"{group}/providers/Microsoft.ContainerRegistry/registries/{self.name}"

    @property
    def server(self) -> str:
        return f"{self.name.lower()}.registry.sandbox.invalid"

    def ask(
        self, method: str, rest: str, body: object = None, version: str = VERSION, **params: str
    ) -> requests.Response:
        """A request below the registry."""
        asked = {"api-version": version, **params}
        return self.session.request(method, f"{self.url}{self.path}{rest}", json=body, params=asked, timeout=30)

    def upload(self, files: Mapping[str, str | bytes]) -> str:
        """Puts a context where the registry says; its relative path."""
        found = self.client.registries.get_build_source_upload_url(GROUP, self.name)
        put = requests.put(
            found.upload_url,
            packed(files),
            headers={"x-ms-blob-type": "BlockBlob"},
            verify=str(self.state / "ca.pem"),
            timeout=60,
        )
        assert put.status_code == 201, put.text
        return str(found.relative_path)

    def request(self, files: Mapping[str, str | bytes], **more: Any) -> dict[str, Any]:
        """A DockerBuildRequest for a context."""
        return {
            "type": "DockerBuildRequest",
            "dockerFilePath": "Dockerfile",
            "imageNames": ["app:{{.Run.ID}}"],
            "platform": {"os": "Linux", "architecture": "amd64"},
            "sourceLocation": self.upload(files),
            **more,
        }

    def build(self, files: Mapping[str, str | bytes], **more: Any) -> Run:
        """Schedules a build and waits for its end."""
        run = Run(self, str(self.client.registries.schedule_run(GROUP, self.name, self.request(files, **more)).name))
        run.wait()
        return run

    def run(self, name: str) -> Run:
        return Run(self, name)

    def image(self, reference: str) -> Image:
        found = ImageStore(self.state).find(f"{self.server}/{reference}")
        assert found is not None
        return found

    def builders(self) -> list[psutil.Process]:
        """The processes of builds."""
        found = []
        for one in psutil.Process(self.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it has just ended
                if "holdfast_sandbox.builds.executor" in one.cmdline():
                    found.append(one)
        return found

    def below(self) -> list[psutil.Process]:
        """What the processes of builds have started."""
        found = []
        for one in self.builders():
            with contextlib.suppress(psutil.Error):
                found += one.children(recursive=True)
        return found


@dataclass
class Run:
    registry: Registry
    name: str

    @property
    def properties(self) -> Any:
        return self.registry.client.runs.get(GROUP, self.registry.name, self.name).properties

    @property
    def status(self) -> str:
        return str(self.properties.status.value)

    def wait(self, *statuses: str) -> None:
        """Until it has one of the statuses, or an end."""
        deadline = time.monotonic() + 120
        while (status := self.status) not in (*statuses, *ENDS):
            assert time.monotonic() < deadline, f"still {status}"
            time.sleep(0.05)

    @property
    def link(self) -> str:
        return str(self.registry.client.runs.get_log_sas_url(GROUP, self.registry.name, self.name).log_link)

    def raw(self) -> requests.Response:
        return requests.get(self.link, verify=str(self.registry.state / "ca.pem"), timeout=30)

    @property
    def log(self) -> str:
        return self.raw().text.replace("\r\n", "\n")


@contextmanager
def started(state: Path, at: Path, name: str = "builds01") -> Iterator[Registry]:
    """A server on that folder with a registry; ended with the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_HOME", str(at))
        server, process = running.start(state, detached=False)
    try:
        registry = Registry(state, at, server.url, process.pid, name)
        credential = ClientSecretCredential(
            identity.TENANT_ID,
            identity.CLIENT_ID,
            identity.CLIENT_SECRET,
            authority=server.url,
            disable_instance_discovery=True,
            connection_verify=str(state / "ca.pem"),
        )
        token = credential.get_token("https://management.azure.com/.default").token
        registry.session.trust_env, registry.session.verify = False, str(state / "ca.pem")
        registry.session.headers["Authorization"] = f"Bearer {token}"
        group = f"{server.url}/subscriptions/{identity.SUBSCRIPTION_ID}/resourceGroups/{GROUP}"
        place = {"location": "westeurope"}
        registry.session.put(f"{group}?api-version=2024-03-01", json=place, timeout=30).raise_for_status()
        registry.ask("PUT", "", {**place, "sku": {"name": "Basic"}}, version="2025-11-01").raise_for_status()
        registry.client = ContainerRegistryTasksMgmtClient(
            credential,
            identity.SUBSCRIPTION_ID,
            base_url=server.url,
            connection_verify=str(state / "ca.pem"),
            credential_scopes=["https://management.azure.com/.default"],
        )
        yield registry
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def builds_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for the environments that tests make."""
    place = tmp_path_factory.mktemp("home")
    (home() / "blobs").mkdir(parents=True, exist_ok=True)
    os.symlink(home() / "blobs", place / "blobs")
    return place


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory, builds_home: Path) -> Iterator[Registry]:
    with started(tmp_path_factory.mktemp("builds"), builds_home) as found:
        yield found


@pytest.fixture
def start(tmp_path: Path, builds_home: Path) -> Callable[[], Any]:
    """Starts a server on this test's own folder, as often as wanted."""
    state = tmp_path / "state"
    state.mkdir()
    return lambda: started(state, builds_home)


@pytest.fixture
def package() -> str:
    """A package's name that no other test has."""
    return f"demo-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def wheel() -> Callable[..., tuple[str, bytes]]:
    """Makes wheels: `wheel(name, version="1.0", requires=(), code="")`."""
    return _wheel
