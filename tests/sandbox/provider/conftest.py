"""What the provider's tests talk to: the provider over real gRPC, and a small HTTPS double of Azure that tests can
script.

The double stores what is PUT and gives it back, and nothing more: it has no rules of Azure's, so a test that needs
one scripts the answers. The sandbox's own server is tested against the provider in `test_against_sandbox.py`.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import grpc
import pytest
import trustme
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from holdfast_sandbox.arm import identity
from holdfast_sandbox.provider import client as arm_client
from holdfast_sandbox.provider import serve
from holdfast_sandbox.provider.values import from_struct, to_struct

SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
TENANT = "99999999-2222-4333-8444-555555555555"
CLIENT = "33333333-2222-4333-8444-555555555555"
GROUP_PATH = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"


@dataclass
class Seen:
    """One request that the double got."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@dataclass
class Scripted:
    """An answer for the next request whose method and path fit."""

    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Azure:
    """The double. `requests` are in order; `say` scripts the next fitting answer; else it stores and gives back."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[Seen] = []
        self.resources: dict[str, dict[str, Any]] = {}
        self._script: list[Scripted] = []
        self._lock = threading.Lock()
        authority = trustme.CA()
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        double = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # or each answer waits 40 ms for the client to acknowledge its headers
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (ConnectionError, ssl.SSLError):
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet: the test's own assertions say what was asked."""

            def _any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                double.answer(self, self.rfile.read(length) if length else b"")

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815 - http.server's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "kv-one.localhost").configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host = f"localhost:{self._server.server_address[1]}"
        self.url = f"https://{self.host}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def say(self, method: str, path: str, status: int, body: Any = None, *, times: int = 1, **headers: str) -> None:
        """Script `times` answers; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with self._lock:
            self._script += [Scripted(method, path, status, body, named) for _ in range(times)]

    def sent(self, *methods: str) -> list[Seen]:
        """Requests to Azure Resource Manager (not the metadata or token endpoint), optionally of some methods only."""
        return [seen for seen in self.requests if not methods or seen.method in methods]

    def answer(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        parts = urlsplit(handler.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/metadata/endpoints":
            _reply(handler, 200, self._metadata())
            return
        if parts.path.endswith("/oauth2/v2.0/token"):
            form = {key: values[0] for key, values in parse_qs(content.decode()).items()}
            _reply(handler, *self._token(form))
            return
        seen = Seen(handler.command, parts.path, query, json.loads(content) if content else None, dict(handler.headers))
        with self._lock:
            self.requests.append(seen)
            scripted = next(
                (one for one in self._script if one.method == seen.method and one.path.lower() in seen.path.lower()),
                None,
            )
            if scripted is not None:
                self._script.remove(scripted)
        if scripted is not None:
            _reply(handler, scripted.status, scripted.body, scripted.headers)
            return
        self._store(handler, seen)

    def _store(self, handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        key = seen.path.lower()
        if seen.method == "PUT":
            self.resources[key] = {"id": seen.path, "name": seen.path.split("/")[-1], **(seen.body or {})}
            _reply(handler, 200, self.resources[key])
        elif seen.method == "DELETE":
            _reply(handler, 200 if self.resources.pop(key, None) else 204, None)
        elif key in self.resources:
            _reply(handler, 200, self.resources[key])
        else:
            _reply(
                handler,
                404,
                {"error": {"code": "ResourceNotFound", "message": f"The Resource '{seen.path}' was not found."}},
            )

    def _metadata(self) -> dict[str, Any]:
        return {
            "name": "double",
            "resourceManager": self.url,
            "authentication": {"loginEndpoint": self.url, "audiences": ["https://management.double.test/"]},
            "microsoftGraphResourceId": "https://graph.double.test/",
            "suffixes": {"keyVaultDns": f"localhost:{self.host.split(':')[1]}"},
        }

    @staticmethod
    def _token(form: dict[str, str]) -> tuple[int, Any]:
        if form.get("client_secret") == "wrong":
            return 401, {
                "error": "invalid_client",
                "error_description": "AADSTS7000215: Invalid client secret provided.",
            }
        payload = {"appid": form["client_id"], "oid": "the-oid", "tid": TENANT, "aud": form["scope"]}
        middle = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
        return 200, {"access_token": f"e30.{middle}.sig", "expires_in": 3600, "token_type": "Bearer"}


def _reply(handler: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


class Refused(Exception):  # noqa: N818 - reads as what happened in `pytest.raises(Refused)`
    """The provider answered with an error: `detail` is the partial state, where it sent one."""

    def __init__(self, error: grpc.RpcError) -> None:
        call: Any = error
        super().__init__(call.details())
        self.detail: Any = None
        for key, value in call.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                status = status_pb2.Status.FromString(value)
                self.detail = provider_pb2.ErrorResourceInitFailed()
                status.details[0].Unpack(self.detail)


class Provider:
    """The provider as the engine speaks to it: plain dictionaries in and out."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def close(self) -> None:
        self._channel.close()

    def _call(self, method: Callable[[Any], Any], request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            raise Refused(error) from None

    def configure(self, **config: str) -> None:
        variables = {f"azure-native:config:{name}": value for name, value in config.items()}
        request = provider_pb2.ConfigureRequest(
            variables=variables, sends_old_inputs=True, sends_old_inputs_to_delete=True, acceptSecrets=True
        )
        self._call(self.stub.Configure, request)

    def configure_for(self, azure: Azure, **more: str) -> None:
        """Configure with what the double knows, and `more`."""
        self.configure(**configuration(azure, **more))

    def cancel(self) -> None:
        self.stub.Cancel(empty_pb2.Empty())

    def check(
        self,
        token: str,
        news: dict[str, Any],
        olds: dict[str, Any] | None = None,
        *,
        name: str = "it",
        seed: bytes = b"seed",
        autonaming: Any = None,
    ) -> tuple[dict[str, Any], list[str]]:
        """The checked inputs, and the failures' reasons."""
        request = provider_pb2.CheckRequest(
            urn=urn(token, name),
            olds=to_struct(olds or {}),
            news=to_struct(news),
            randomSeed=seed,
            autonaming=autonaming,
        )
        answer = self._call(self.stub.Check, request)
        return from_struct(answer.inputs), [failure.reason for failure in answer.failures]

    def diff(self, token: str, olds: dict[str, Any], news: dict[str, Any], state: dict[str, Any] | None = None) -> Any:
        request = provider_pb2.DiffRequest(
            urn=urn(token), olds=to_struct(state or {}), news=to_struct(news), old_inputs=to_struct(olds)
        )
        return self._call(self.stub.Diff, request)

    def create(
        self, token: str, inputs: dict[str, Any], *, preview: bool = False, timeout: float = 0
    ) -> tuple[str, dict[str, Any]]:
        request = provider_pb2.CreateRequest(
            urn=urn(token), properties=to_struct(inputs), preview=preview, timeout=timeout
        )
        answer = self._call(self.stub.Create, request)
        return answer.id, from_struct(answer.properties)

    def update(
        self,
        token: str,
        resource_id: str,
        olds: dict[str, Any],
        news: dict[str, Any],
        state: dict[str, Any] | None = None,
        *,
        preview: bool = False,
    ) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            id=resource_id,
            urn=urn(token),
            olds=to_struct(state or {}),
            news=to_struct(news),
            old_inputs=to_struct(olds),
            preview=preview,
        )
        return from_struct(self._call(self.stub.Update, request).properties)

    def read(
        self,
        token: str,
        resource_id: str,
        inputs: dict[str, Any] | None = None,
        state: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """(id, outputs, inputs); an empty id when the resource is gone. Without `inputs` it is an import."""
        request = provider_pb2.ReadRequest(
            id=resource_id,
            urn=urn(token),
            properties=to_struct(state or {}),
            inputs=None if inputs is None else to_struct(inputs),
        )
        answer = self._call(self.stub.Read, request)
        return answer.id, from_struct(answer.properties), from_struct(answer.inputs)

    def delete(self, token: str, resource_id: str, inputs: dict[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(id=resource_id, urn=urn(token), old_inputs=to_struct(inputs))
        self._call(self.stub.Delete, request)

    def invoke(self, token: str, **arguments: Any) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments))
        return from_struct(getattr(self._call(self.stub.Invoke, request), "return"))


def urn(token: str, name: str = "it") -> str:
    """A URN as the engine makes them, with a component as the parent."""
    return f"urn:pulumi:dev::project::holdfast:Environment${token}::{name}"


@pytest.fixture(scope="session")
def _double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    double = Azure(tmp_path_factory.mktemp("azure"))
    yield double
    double.close()


@pytest.fixture
def azure(_double: Azure) -> Azure:
    """The double, empty."""
    _double.requests.clear()
    _double.resources.clear()
    _double._script.clear()
    return _double


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No ARM_* or trust settings of the machine's own."""
    import os

    for name in list(os.environ):
        if name.startswith(("ARM_", "AZURE_", "ACTIONS_ID_TOKEN")) or name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.delenv(name)


@pytest.fixture
def unconfigured(clean_environment: None) -> Iterator[Provider]:
    """A provider that nobody has configured yet."""
    server, port = serve.start()
    provider = Provider(port)
    yield provider
    provider.close()
    server.stop(0)


@pytest.fixture
def provider(unconfigured: Provider, azure: Azure, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A provider that is configured for the double, with the waits that Azure does not set cut short."""
    monkeypatch.setenv("SSL_CERT_FILE", str(azure.ca))
    monkeypatch.setattr(arm_client, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(arm_client, "UPDATE_POLL_SECONDS", 0.01)
    monkeypatch.setattr(arm_client, "DELETE_POLL_SECONDS", 0.01)
    unconfigured.configure_for(azure)
    return unconfigured


def configuration(azure: Azure, **more: str) -> dict[str, str]:
    """What `azure-native:` keys say in the tests."""
    return {
        "metadataHost": azure.host,
        "subscriptionId": SUBSCRIPTION,
        "tenantId": TENANT,
        "clientId": CLIENT,
        "clientSecret": "right",
        **more,
    }


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A sandbox of its own, without latency unless the test asks for it."""
    state = tmp_path_factory.mktemp("state")
    command = [sys.executable, "-m", "holdfast_sandbox.arm", "--state", str(state), "--parent", str(os.getpid())]
    process = subprocess.Popen([*command, "--latency", getattr(request, "param", "off")], stdout=subprocess.DEVNULL)
    described = state / "server.json"
    try:
        while not described.exists():
            assert process.poll() is None
            time.sleep(0.05)
        yield {"url": json.loads(described.read_text())["url"], "bundle": str(state / "ca-bundle.pem")}
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def sandboxed(unconfigured: Any, server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The provider, configured by the environment alone, as under `holdfast sandbox run`."""
    for name, value in {
        "ARM_METADATA_HOSTNAME": server["url"].removeprefix("https://"),
        "ARM_TENANT_ID": identity.TENANT_ID,
        "ARM_SUBSCRIPTION_ID": identity.SUBSCRIPTION_ID,
        "ARM_CLIENT_ID": identity.CLIENT_ID,
        "ARM_CLIENT_SECRET": identity.CLIENT_SECRET,
        "SSL_CERT_FILE": server["bundle"],
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(arm_client, "UPDATE_POLL_SECONDS", 0.2)
    monkeypatch.setattr(arm_client, "DELETE_POLL_SECONDS", 0.2)
    unconfigured.configure(location="westeurope")
    return unconfigured


@pytest.fixture
def group(sandboxed: Any) -> str:
    """A resource group of the test's own."""
    name = f"rg-{uuid.uuid4().hex[:8]}"
    sandboxed.create("azure-native:resources:ResourceGroup", {"resourceGroupName": name, "location": "westeurope"})
    return name
