"""Do the providers of services look before they upload or build, and say plainly what went wrong?

Resource Manager is a double; storage and logs are real HTTP.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.content import read_content
from holdfast.model.assets import HASH_PROPERTY
from holdfast.model.errors import HoldfastError
from holdfast.provision import build, images_provider, models_provider, start_provider
from holdfast.provision.build_context import Context
from holdfast.provision.datastore import Datastore, parse_uri
from holdfast.provision.images_provider import ServiceImageProvider
from holdfast.provision.models_provider import ServiceModelProvider
from holdfast.provision.start_provider import ServiceStartProvider

WORKSPACE = "/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W"
REGISTRY = "/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry/registries/cr"
STORAGE = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Storage/storageAccounts/st"
GROUP = "/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerInstance/containerGroups/wine"
DIGEST = "sha256:" + "a" * 64
NOT_FOUND = Answer(404, {"error": {"code": "NotFound", "message": "no"}})


class Double:
    """Answers by `METHOD path`; a list is answered one after the other, its last for ever."""

    def __init__(self, **_: Any) -> None:
        self.answers: dict[str, Any] = {}
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str, api_version: str) -> Answer:
        return self.request("GET", path, api_version)

    def request(self, method: str, path: str, api_version: str, body: Any = None) -> Answer:
        assert api_version
        self.sent.append((method, path, body))
        answer = self.answers.get(f"{method} {path.partition('?')[0]}", NOT_FOUND)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def sent_to(self, mark: str) -> list[tuple[str, Any]]:
        return [(method, body) for method, path, body in self.sent if mark in path and method != "GET"]


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Double:
    double = Double()
    for module in (models_provider, images_provider, start_provider):
        monkeypatch.setattr(module, "client_of", lambda props: double)
    monkeypatch.setattr(build.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(build, "_own", set())
    return double


class Storage:
    """Blobs by path, over real HTTP."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.status = 201


@pytest.fixture
def storage() -> Iterator[tuple[Storage, str]]:
    """A server that takes a PUT and answers a GET of the same path."""
    held = Storage()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            if held.status == 201:
                held.blobs[self.path.partition("?")[0]] = body
            self.answer(held.status)

        def do_GET(self) -> None:
            body = held.blobs.get(self.path.partition("?")[0])
            self.answer(200 if body is not None else 404, body or b"")

        def answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-ms-error-code", "AuthenticationFailed") if status > 399 else None
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in (("model/a.bin", "weights"), ("code/score.py", "def init(): ..."), ("code/x/y.py", "")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def model_props(project: Path) -> dict[str, Any]:
    hash = read_content(project, "model", named=True).hash
    return {
        "workspaceId": WORKSPACE,
        "storageId": STORAGE,
        "name": "wine",
        "version": hash[:12],
        "hash": hash,
        "root": str(project),
        "place": "model",
        "tags": {"holdfast-stack": "dev"},
        "cloud": {},
    }


def image_props(project: Path) -> dict[str, Any]:
    folders = [
        {"at": at, "place": at, "named": at == "model", "hash": read_content(project, at, named=at == "model").hash}
        for at in ("code", "model")
    ]
    return {
        "workspaceId": WORKSPACE,
        "registryId": REGISTRY,
        "storageId": STORAGE,
        "name": "wine",
        "version": "0123456789ab",
        "hash": "0123456789ab" + "0" * 52,
        "repository": "holdfast/services/wine",
        "dockerfile": "FROM {environment}\n",
        "below": f"cr.azurecr.io/holdfast/environments@{DIGEST}",
        "root": str(project),
        "files": [],
        "folders": folders,
        "reference": None,
        "serves": True,
        "shown": "holdfast logs build wine",
        "tags": {},
        "cloud": {},
    }


def version(props: dict[str, Any], segment: str) -> str:
    return f"{WORKSPACE}/{segment}/wine/versions/{props['version']}"


def run(status: str, **more: Any) -> Answer:
    image = {"registry": "cr.azurecr.io", "repository": "holdfast/services/wine", "tag": "0123456789ab"}
    images = [{**image, "digest": DIGEST}] if status == "Succeeded" else []
    return Answer(200, {"properties": {"runId": "ca1", "status": status, "outputImages": images, **more}})


def ready(azure: Double, address: str, *states: Answer) -> None:
    """A registry that takes a build, whose run goes through those states."""
    azure.answers |= {
        f"GET {REGISTRY}/runs": Answer(200, {"value": []}),
        f"POST {REGISTRY}/listBuildSourceUploadUrl": Answer(
            200, {"uploadUrl": f"{address}/acr/source/c.tar.gz?sig=s3cr3t", "relativePath": "source/c.tar.gz"}
        ),
        f"POST {REGISTRY}/scheduleRun": run("Queued"),
        f"GET {REGISTRY}/runs/ca1": list(states),
        f"POST {REGISTRY}/runs/ca1/listLogSasUrl": Answer(200, {"logLink": f"{address}/logs/raw.log?sig=s3cr3t"}),
    }


# -- models


def test_a_registered_model_is_recorded_and_nothing_else(azure: Double, project: Path) -> None:
    """On any machine: no file is even read."""
    props = {**model_props(project), "root": "/nowhere"}
    found = {"modelUri": "azureml://x", "properties": {HASH_PROPERTY: props["hash"]}}
    azure.answers[f"GET {version(props, 'models')}"] = Answer(200, {"properties": found})
    made = ServiceModelProvider().create(props)
    assert made.outs["modelUri"] == "azureml://x"
    assert [sent[0] for sent in azure.sent] == ["GET"]
    assert str(project) not in str(made.outs)


def test_a_model_is_uploaded_before_it_is_registered(
    azure: Double, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a path that holds its version; its folder keeps its name."""
    props = model_props(project)
    azure.answers |= {
        f"GET {WORKSPACE}/datastores/workspaceblobstore": Answer(
            200, {"properties": {"accountName": "ST", "containerName": "c", "endpoint": "core.windows.net"}}
        ),
        f"GET {STORAGE}": Answer(200, {"properties": {"primaryEndpoints": {"blob": "https://st.z1.blob/"}}}),
        f"PUT {version(props, 'models')}": Answer(201, {"properties": {}}),
    }
    sent: list[Any] = []
    monkeypatch.setattr(Datastore, "upload", lambda self, files: sent.extend([self._url, *files]) or 1)
    made = ServiceModelProvider().update("id", {}, props)
    folder = f"holdfast/models/wine/{props['version']}/model"
    assert (sent[0], sent[1][0], sent[1][1]) == ("https://st.z1.blob", f"{folder}/a.bin", project / "model/a.bin")
    ((method, body),) = azure.sent_to("/models/")
    assert method == "PUT"
    assert body["properties"]["modelUri"] == made.outs["modelUri"]
    assert made.outs["modelUri"].endswith(f"/workspaces/W/datastores/workspaceblobstore/paths/{folder}")
    assert body["properties"]["properties"] == {HASH_PROPERTY: props["hash"]}
    assert body["properties"]["tags"] == {"holdfast-stack": "dev"}


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ("files", "files-changed"),
        ("another", "version-taken"),
        ("forbidden", "unreadable"),
        ("datastore", "not-uploaded"),
        ("share", "not-uploaded"),
    ],
)
def test_what_keeps_a_model_from_its_workspace_is_named(azure: Double, project: Path, change: str, id: str) -> None:
    """Before anything is uploaded."""
    props = model_props(project)
    place = f"GET {version(props, 'models')}"
    if change == "files":
        (project / "model/a.bin").write_text("other", encoding="utf-8")
    elif change == "another":
        azure.answers[place] = Answer(200, {"properties": {"properties": {HASH_PROPERTY: "other"}}})
    elif change == "forbidden":
        azure.answers[place] = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    elif change == "share":
        azure.answers[f"GET {WORKSPACE}/datastores/workspaceblobstore"] = Answer(200, {"properties": {}})
    with pytest.raises(HoldfastError) as caught:
        ServiceModelProvider().create(props)
    assert [fault.id for fault in caught.value.faults] == [id]
    assert not azure.sent_to("/models/")


def test_another_version_is_something_to_do_and_the_same_is_not(project: Path) -> None:
    """Whatever else differs: the folder of another machine, tags, an id in another letter case."""
    props = model_props(project)
    provider = ServiceModelProvider()
    same = {**props, "root": "..", "tags": {}, "workspaceId": WORKSPACE.upper()}
    assert provider.diff("id", props, same).changes is False
    assert provider.diff("id", props, {**props, "version": "x"}).changes is True
    assert provider.diff("id", props, {**props, "workspaceId": f"{WORKSPACE}2"}).changes is True


@pytest.mark.parametrize("provider", [ServiceModelProvider, ServiceImageProvider])
def test_a_refresh_sees_what_somebody_deleted(azure: Double, project: Path, provider: Any) -> None:
    """And takes no silence for an absence."""
    props = model_props(project)
    assert provider().read("id", props).id == ""
    for segment in ("models", "environments"):
        azure.answers[f"GET {version(props, segment)}"] = Answer(503, {})
    assert provider().read("id", props).id == "id"


def test_a_models_address_is_that_of_a_datastore(project: Path) -> None:
    """In whichever of its forms; another one leads elsewhere."""
    long = "azureml://subscriptions/S/resourcegroups/G/workspaces/W/datastores/store/paths/a/b"
    assert parse_uri(long) == parse_uri("azureml://datastores/store/paths/a/b") == ("store", "a/b")
    assert parse_uri("azureml://jobs/x/outputs/y") is None


# -- images


def test_a_context_is_the_same_bytes_wherever_it_is_written(azure: Double, project: Path, tmp_path: Path) -> None:
    """No time, no owner, no mode; the Dockerfile names the image below."""
    props = {**image_props(project), "files": [{"path": "conda.yaml", "text": "x\n"}]}
    with Context(azure, props) as one:  # type: ignore[arg-type] # the double
        first = one.read()
    (project / "code/score.py").touch()
    (project / "code/score.py").chmod(0o700)
    with Context(azure, props) as two:  # type: ignore[arg-type] # the double
        assert two.read() == first
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(first))) as tar:
        names = tar.getnames()
        dockerfile = tar.extractfile("Dockerfile")
        assert dockerfile is not None
        named = (
            f"{props['repository']}:{props['version']}"  # a log that ends in a failure says nowhere else whose it is
        )
        assert dockerfile.read().decode() == f"ARG HOLDFAST_IMAGE={named}\nFROM {props['below']}\n"
        assert {(entry.mtime, entry.uid, entry.mode) for entry in tar} == {(0, 0, 0o644)}
    assert names == ["Dockerfile", "conda.yaml", "code/score.py", "code/x/y.py", "model/model/a.bin"]


def test_an_image_is_built_waited_for_and_registered_by_its_digest(
    azure: Double, project: Path, storage: tuple[Storage, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The context goes up by real HTTP; steps are told as they begin; what opens the log is kept nowhere."""
    held, address = storage
    props = image_props(project)
    ready(azure, address, run("Queued"), run("Running"), run("Succeeded"))
    held.blobs["/logs/raw.log"] = b"Step 1/2 : FROM x\nStep 2/2 : COPY code/ /c/\n"
    azure.answers[f"PUT {version(props, 'environments')}"] = Answer(201, {})
    made = ServiceImageProvider().create(props)
    assert made.outs["image"] == f"cr.azurecr.io/holdfast/services/wine@{DIGEST}"
    assert made.outs["server"] == "cr.azurecr.io"
    assert made.outs["log"] == f"{address}/logs/raw.log"
    assert "s3cr3t" not in str(made.outs) + str(azure.sent_to("/environments/"))
    assert held.blobs["/acr/source/c.tar.gz"][:2] == b"\x1f\x8b"
    ((_, scheduled),) = azure.sent_to("/scheduleRun")
    assert (scheduled["type"], scheduled["sourceLocation"]) == ("DockerBuildRequest", "source/c.tar.gz")
    assert scheduled["imageNames"] == ["holdfast/services/wine:0123456789ab"]
    ((_, body),) = azure.sent_to("/environments/")
    assert body["properties"]["image"] == made.outs["image"]
    assert body["properties"]["inferenceConfig"]["scoringRoute"] == {"path": "/score", "port": 5001}
    said = capsys.readouterr().out
    assert said.count("Step 1/2") == said.count("Step 2/2") == 1


def test_an_image_that_is_registered_is_not_built(azure: Double, project: Path) -> None:
    """Nor are its runs asked for; only how old the registry is."""
    props = {**image_props(project), "root": "/nowhere"}
    image, log = f"cr.azurecr.io/x@{DIGEST}", {"run": "ca7", "log": "https://l", HASH_PROPERTY: props["hash"]}
    found = {"image": image, "properties": log}
    azure.answers[f"GET {version(props, 'environments')}"] = Answer(200, {"properties": found})
    made = ServiceImageProvider().update("id", {}, props)
    assert (made.outs["image"], made.outs["run"], made.outs["log"]) == (image, "ca7", "https://l")
    assert [path.rpartition("/")[2] for _, path, _ in azure.sent] == [props["version"], "cr"]


@pytest.mark.parametrize(("created", "gone"), [("2026-11-26T12:00:00.1234567Z", True), ("2026-11-26T13:00:01Z", False)])
def test_an_image_that_went_with_its_registry_is_not_taken_for_one_that_is_there(
    azure: Double, project: Path, created: str, gone: bool
) -> None:
    """A version from before the registry was made names an image that it can't have. Silence refuses nothing."""
    props = image_props(project)
    found = {"image": f"cr.azurecr.io/x@{DIGEST}", "properties": {HASH_PROPERTY: props["hash"]}}
    azure.answers[f"GET {version(props, 'environments')}"] = Answer(
        200, {"properties": found, "systemData": {"createdAt": created}}
    )
    for since in ("2026-11-26T11:00:00", "some day", "2026-11-26T13:00:00.9999999+00:00"):
        assert ServiceImageProvider().create(props).outs["image"] == found["image"]
        azure.answers[f"GET {REGISTRY}"] = Answer(200, {"properties": {"creationDate": since}})
    if not gone:
        assert ServiceImageProvider().create(props).outs["image"] == found["image"]
        return
    with pytest.raises(HoldfastError) as caught:
        ServiceImageProvider().create(props)
    (fault,) = caught.value.faults
    assert (fault.id, dict(fault.evidence)["registered"]) == ("image-gone", created)
    assert "environment's file" in fault.hint


@pytest.mark.parametrize(("status", "builds"), [("Running", 0), ("Succeeded", 0), ("Failed", 1)])
def test_a_run_of_before_is_waited_for_or_used(
    azure: Double, project: Path, storage: tuple[Storage, str], status: str, builds: int
) -> None:
    """A program that died left it; one that failed is built anew."""
    props = image_props(project)
    ready(azure, storage[1], run("Succeeded"))
    earlier = run(status).body
    earlier["properties"]["outputImages"] = run("Succeeded").body["properties"]["outputImages"]
    stranger = {
        "properties": {"runId": "cz9", "status": "Succeeded", "outputImages": [{"repository": "x", "tag": "1"}]}
    }
    azure.answers[f"GET {REGISTRY}/runs"] = Answer(200, {"value": [stranger, earlier]})
    azure.answers[f"PUT {version(props, 'environments')}"] = Answer(201, {})
    assert ServiceImageProvider().create(props).outs["image"].endswith(DIGEST)
    assert len(azure.sent_to("/scheduleRun")) == builds


@pytest.mark.parametrize(
    ("log", "of", "found"),
    [
        ("holdfast/services/wine:0123456789ab", "QuickBuild", True),
        ("holdfast/services/other:0123456789ab", "QuickBuild", False),
        ("", "QuickBuild", True),
        ("Downloading source code...", "QuickBuild", True),
        (None, "QuickBuild", True),
        ("", "AutoBuild", False),
        ("unreadable", "QuickBuild", False),
    ],
)
def test_a_run_under_way_is_known_by_its_log(
    azure: Double, project: Path, storage: tuple[Storage, str], log: str | None, of: str, found: bool
) -> None:
    """It names its image there alone. One that has not begun is waited for; a task's is not, nor an unreadable one."""
    held, address = storage
    props = image_props(project)
    ready(azure, address, run("Succeeded"))
    row = {"properties": {"runId": "ca0", "status": "Running", "runType": of}}
    begun = (log if log and " " in log else f"Step 1/3 : ARG HOLDFAST_IMAGE={log}\n").encode()
    if log == "unreadable":
        address = "http://127.0.0.1:1"
    elif log is not None:
        held.blobs["/logs/ca0.log"] = begun if log else b""
    links = [Answer(200, {"logLink": f"{address}/logs/ca0.log?sig=s3cr3t"})]
    later = Answer(200, {"value": [{"properties": {**run("Succeeded").body["properties"], "runId": "ca0"}}]})
    azure.answers |= {
        # What was not told yet is told at the second look.
        f"GET {REGISTRY}/runs": [Answer(200, {"value": [row]}), later],
        f"POST {REGISTRY}/runs/ca0/listLogSasUrl": links,
        f"GET {REGISTRY}/runs/ca0": run("Succeeded"),
        f"PUT {version(props, 'environments')}": Answer(201, {}),
    }
    assert ServiceImageProvider().create(props).outs["image"].endswith(DIGEST)
    assert len(azure.sent_to("/scheduleRun")) == (not found)
    assert [sent[1] for sent in azure.sent].count(f"{REGISTRY}/runs?$top=100") == (
        2 if found and ":" not in (log or "") else 1
    )


def test_a_build_that_never_begins_is_not_waited_for_for_ever(
    azure: Double, project: Path, storage: tuple[Storage, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's may stand in a queue that does not move; what this program has scheduled itself is none of it."""
    _, address = storage
    props = image_props(project)
    ready(azure, address, run("Succeeded"))
    queued = [{"properties": {"runId": name, "status": "Queued"}} for name in ("ca0", "own")]
    monkeypatch.setattr(build, "_own", {"own"})
    monkeypatch.setattr(build, "UNTOLD", 0.0)
    azure.answers |= {
        f"GET {REGISTRY}/runs": Answer(200, {"value": queued}),
        f"POST {REGISTRY}/runs/ca0/listLogSasUrl": Answer(200, {"logLink": f"{address}/logs/ca0.log"}),
        f"PUT {version(props, 'environments')}": Answer(201, {}),
    }
    ServiceImageProvider().create(props)
    assert len(azure.sent_to("/scheduleRun")) == 1
    assert not azure.sent_to("/runs/own/")
    assert "ca1" in build._own


def test_a_failed_build_shows_its_failing_line(azure: Double, project: Path, storage: tuple[Storage, str]) -> None:
    """The line, the step, the address of the log without what opens it, and the command that shows it all."""
    held, address = storage
    ready(azure, address, run("Failed"))
    held.blobs["/logs/raw.log"] = b"Step 1/1 : RUN pip\nERROR: No matching distribution found for x\nexit status 1\n"
    with pytest.raises(HoldfastError) as caught:
        ServiceImageProvider().create(image_props(project))
    (fault,) = caught.value.faults
    assert fault.id == "image-build-failed"
    assert dict(fault.evidence) == {
        "line": "ERROR: No matching distribution found for x",
        "step": "Step 1/1 : RUN pip",
        "run": "ca1: Failed",
        "log": f"{address}/logs/raw.log",
    }
    assert "`holdfast logs build wine`" in fault.hint
    assert not azure.sent_to("/environments/")


@pytest.mark.parametrize(
    "broken", ["upload url", "upload", "schedule", "no run", "read", "no image", "not registered", "changed"]
)
def test_every_step_of_a_build_can_fail_and_says_so(
    azure: Double, project: Path, storage: tuple[Storage, str], broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By our own fault, with Azure's answer, and never with an address that opens something."""
    held, address = storage
    props = image_props(project)
    ready(azure, address, run("Succeeded"))
    refused = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    id = "image-not-built"
    match broken:
        case "upload url":
            azure.answers[f"POST {REGISTRY}/listBuildSourceUploadUrl"] = refused
        case "upload":
            held.status = 403
        case "schedule":
            azure.answers[f"POST {REGISTRY}/scheduleRun"] = refused
        case "no run":
            azure.answers[f"POST {REGISTRY}/scheduleRun"] = Answer(200, {})
        case "read":
            azure.answers[f"GET {REGISTRY}/runs/ca1"] = refused
        case "no image":
            azure.answers[f"GET {REGISTRY}/runs/ca1"] = run("Succeeded", outputImages=[])
        case "not registered":
            azure.answers[f"PUT {version(props, 'environments')}"] = refused
            id = "not-registered"
        case "changed":
            (project / "code/score.py").write_text("other", encoding="utf-8")
            id = "files-changed"
    with pytest.raises(HoldfastError) as caught:
        ServiceImageProvider().create(props)
    assert [fault.id for fault in caught.value.faults] == [id]
    assert "s3cr3t" not in str(caught.value) + capsys.readouterr().out


def test_a_reference_is_built_from_the_workspaces_storage(
    azure: Double, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model's own files, under the names that it was registered with; one without any is told."""
    props = {**image_props(project), "folders": [], "reference": {"name": "grapes", "version": "7"}}
    place = f"GET {WORKSPACE}/models/grapes/versions/7"
    azure.answers |= {
        place: Answer(200, {"properties": {"modelUri": "azureml://datastores/mine/paths/up/grapes"}}),
        f"GET {WORKSPACE}/datastores/mine": Answer(200, {"properties": {"accountName": "a", "containerName": "c"}}),
    }
    monkeypatch.setattr(Datastore, "download", lambda self, path: iter([(f"{path[3:]}/w.bin", 2, io.BytesIO(b"ab"))]))
    with (
        Context(azure, props) as context,  # type: ignore[arg-type] # the double
        tarfile.open(fileobj=io.BytesIO(gzip.decompress(context.read()))) as tar,
    ):
        assert tar.getnames() == ["Dockerfile", "model/grapes/w.bin"]
    monkeypatch.setattr(Datastore, "download", lambda self, path: iter(()))
    for answer in (azure.answers[place], Answer(200, {"properties": {"modelUri": "azureml://jobs/x"}}), NOT_FOUND):
        azure.answers[place] = answer
        with pytest.raises(HoldfastError) as caught:
            Context(azure, props)  # type: ignore[arg-type] # the double
        assert caught.value.faults[0].id == "model-without-files"


# -- starts


def group(state: str, *, restarts: int = 0, events: tuple[str, ...] = (), **more: Any) -> Answer:
    view = {
        "restartCount": restarts,
        "currentState": {"state": state, **more},
        "events": [{"name": name, "message": f"{name} it"} for name in events],
    }
    properties = {
        "provisioningState": "Succeeded",
        "containers": [{"name": "wine", "properties": {"instanceView": view}}],
        "ipAddress": {"ip": "127.0.0.1"},
        "instanceView": {"state": "Running"},
    }
    return Answer(200, {"properties": properties})


def start_props(port: int = 9) -> dict[str, Any]:
    return {
        "groupId": GROUP,
        "container": "wine",
        "image": "i",
        "of": "h",
        "apiVersion": "2024-05-01-preview",
        "port": float(port),  # as the engine hands numbers over
        "path": "/",
        "scoringPath": "/score",
        "shown": "holdfast logs service wine",
        "cloud": {},
    }


def test_a_service_that_answers_has_started(azure: Double, storage: tuple[Storage, str]) -> None:
    """Asked at its own liveness route."""
    held, address = storage
    held.blobs["/"] = b"Healthy"
    port = int(address.rpartition(":")[2])
    azure.answers[f"GET {GROUP}"] = [group("Waiting"), group("Running")]
    made = ServiceStartProvider().create(start_props(port))
    assert made.outs == {"groupId": GROUP, "image": "i", "of": "h", "scoringUri": f"http://127.0.0.1:{port}/score"}


@pytest.mark.parametrize(
    ("answers", "phase"),
    [
        ([group("Running", restarts=4), group("Waiting", restarts=6, detailStatus="CrashLoopBackOff")], "init"),
        ([group("Running"), group("Running", restarts=2, events=("Started", "Killing"))], "probe"),
        ([group("Waiting", events=("Pulling", "Failed"))], "pull"),
        ([group("Waiting")], "schedule"),
        ([group("Running", events=("Started",))], "probe"),
        ([NOT_FOUND], "schedule"),
    ],
)
def test_a_service_that_does_not_start_fails_with_its_phase(
    azure: Double, monkeypatch: pytest.MonkeyPatch, answers: list[Answer], phase: str
) -> None:
    """And with the last lines of its log, from its first traceback on."""
    monkeypatch.setattr(start_provider, "PATIENCE", -1.0 if len(answers) == 1 else 60.0)
    azure.answers[f"GET {GROUP}"] = answers
    log = "booting\nE azmlinfsrv Traceback (most recent call last):\n  File x\nRuntimeError: no\nlater\n"
    azure.answers[f"GET {GROUP}/containers/wine/logs"] = Answer(200, {"content": log})
    with pytest.raises(HoldfastError) as caught:
        ServiceStartProvider().update("id", {}, start_props())
    (fault,) = caught.value.faults
    assert fault.id == "service-not-started"
    assert f"phase `{phase}`" in fault.message
    lines = [text for label, text in fault.evidence if label == "log"]
    assert lines[0].endswith("Traceback (most recent call last):")
    assert "RuntimeError: no" in lines
    assert "`holdfast logs service wine`" in fault.hint


def test_another_image_or_another_group_is_waited_for(azure: Double) -> None:
    """And the same one is not."""
    provider, props = ServiceStartProvider(), start_props()
    assert provider.diff("id", props, {**props, "port": 1}).changes is False
    assert provider.diff("id", props, {**props, "groupId": GROUP.upper()}).changes is False
    for change in ({"image": "j"}, {"of": "k"}, {"groupId": f"{GROUP}2"}):
        assert provider.diff("id", props, {**props, **change}).changes is True
