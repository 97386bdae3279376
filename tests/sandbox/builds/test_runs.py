"""Do ACR task runs build, for azure-mgmt-containerregistrytasks, azure-storage-blob and raw requests?"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient

from holdfast_sandbox.images import ImageStore

_SPEC = "github.com/Azure/azure-rest-api-specs RegistryTasks/2025-03-01-preview"
_CLI = "github.com/Azure/azure-cli command_modules/acr/_stream_utils.py"
_QUICK_START = "learn.microsoft.com/azure/container-registry/container-registry-tutorial-quick-task"
GROUP = "rg-builds"

PIP = "pip install --no-index --find-links wheels"


def files(
    package: str, wheel, *more: str, base: str = "python:3.11-slim", **extra: str | bytes
) -> dict[str, str | bytes]:
    """A context that installs `package` from a wheel in it."""
    name, content = wheel(package)
    lines = [
        f"FROM {base}",
        "WORKDIR /app",
        "COPY wheels wheels",
        f"RUN apt-get update && {PIP} {package}",
        "COPY score.py .",
        *more,
        'ENTRYPOINT ["azmlinfsrv"]',
        'CMD ["--entry_script", "score.py"]',
    ]
    return {"Dockerfile": "\n".join(lines), f"wheels/{name}": content, "score.py": "def init(): ...\n", **extra}


@pytest.mark.slow
@pytest.mark.source(_SPEC)
def test_a_run_builds_an_image_with_a_real_environment(registry, package, wheel) -> None:
    """Uploaded, scheduled, followed and listed by Microsoft's client; the image has files, environment and settings."""
    run = registry.build(
        files(package, wheel, "ENV A=1 B=$A", "EXPOSE 5001/tcp 8080", "LABEL x=y", "USER 1000"),
        imageNames=["app:{{.Run.ID}}", "{{.Run.Registry}}/app:latest"],
    )
    found = run.properties
    assert (found.status, found.run_type, found.provisioning_state) == ("Succeeded", "QuickBuild", "Succeeded")
    assert found.create_time <= found.start_time <= found.finish_time
    image = registry.image(f"app:{run.name}")
    assert [(one.registry, one.repository, one.tag, one.digest) for one in found.output_images] == [
        (registry.server, "app", tag, image.digest) for tag in (run.name, "latest")
    ]
    assert registry.image("app").digest == registry.image(f"app@{image.digest}").digest == image.digest
    assert (image.env, image.ports, image.workdir) == ({"A": "1", "B": ""}, (5001, 8080), "/app")
    assert image.command == ("azmlinfsrv", "--entry_script", "score.py")
    assert Path(image.root, "app/score.py").read_text() == "def init(): ...\n"
    assert Path(image.python).parent.parent.parent == registry.home / "environments"
    done = subprocess.run([Path(image.python).with_name(package)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{package} 1.0"
    assert image.log == run.link.partition("?")[0]


@pytest.mark.slow
@pytest.mark.source(_QUICK_START)
def test_the_log_reads_as_a_tasks_and_pretends_nothing(registry, package, wheel) -> None:
    run = registry.build(files(package, wheel))
    log = run.log
    for line in (
        "Downloading source code...",
        "Step 1/7 : FROM python:3.11-slim",
        f"Step 4/7 : RUN apt-get update && {PIP} {package}",
        "recorded, not run here: apt-get update",
        f" + {package}==1.0",
        f"Successfully tagged {registry.server}/app:{run.name}",
        f"{run.name}: digest: {registry.image(f'app:{run.name}').digest}",
        f"Run ID: {run.name} was successful after ",
    ):
        assert line in log
    assert str(registry.state) not in log
    assert str(registry.home) not in log


@pytest.mark.slow
@pytest.mark.source(_CLI)
def test_the_log_is_an_append_blob_that_grows_and_says_when_it_is_complete(registry, package, wheel) -> None:
    """What `az acr build` follows: CRLF, and the metadata `Complete` at the end with the agent's word."""
    slow = {"setup.py": "import time; time.sleep(4)\nfrom setuptools import setup; setup(name='slow', version='1')\n"}
    context = {**files(package, wheel, "COPY setup.py slow/", "RUN pip install --no-index ./slow || true"), **slow}
    context["Dockerfile"] = str(context["Dockerfile"]).replace(" || true", " --no-build-isolation")
    request = registry.request(context)
    run_id = registry.client.registries.schedule_run(GROUP, registry.name, request).name
    link = registry.client.runs.get_log_sas_url(GROUP, registry.name, run_id).log_link
    blob = BlobClient.from_blob_url(link, connection_verify=str(registry.state / "ca.pem"))
    sizes, metadata, deadline = [], {}, time.monotonic() + 60
    while "Complete" not in metadata and time.monotonic() < deadline:
        if blob.exists():
            found = blob.get_blob_properties()
            metadata = {name.title(): value for name, value in found.metadata.items()}
            sizes.append(found.size)
            assert found.blob_type == "AppendBlob"
        time.sleep(0.1)
    assert metadata["Complete"] in ("failed", "successful")
    assert len(set(sizes)) > 1
    assert b"\r\nStep 1/" in blob.download_blob().readall()
    with pytest.raises(HttpResponseError):
        blob.delete_blob()


@pytest.mark.slow
def test_the_same_inputs_give_the_same_digest_and_take_a_moment(registry, package, wheel) -> None:
    """Whatever the run, the archive's order or the time; a changed script changes the digest, not the environment."""
    context = files(package, wheel)
    first = registry.build(context)
    began = time.monotonic()
    second = registry.build(dict(reversed(context.items())))
    took = time.monotonic() - began
    other = registry.build({**context, "score.py": "def init(): pass\n"})
    images = [registry.image(f"app:{run.name}") for run in (first, second, other)]
    assert images[0].digest == images[1].digest != images[2].digest
    assert images[0].python == images[2].python
    assert images[0].root == images[1].root
    assert " ---> Using cache" in second.log
    assert (second.properties.finish_time - second.properties.start_time).total_seconds() < 3
    assert took < 20
    anew = registry.build(context, noCache=True)
    assert " ---> Using cache" not in anew.log
    assert registry.image(f"app:{anew.name}").digest == images[0].digest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dockerfile", "said"),
    [
        ("FROM python:3.11\nCOPY wheels w\nRUN pip install --no-index -f w nowhere\n", "nowhere was not found"),
        ("FROM python:3.11\nRUN pip install --no-index -r r.txt\n", "File not found: r.txt"),
        ("FROM python:3.11\nVOLUME /x\n", "dockerfile line 2: VOLUME is not carried out by the sandbox's builds"),
        ("FROM python:3.11\nCOPY a b\n", "COPY failed: file not found in build context"),
        ("FROM python:3.11\nCOPY ../a b\n", "COPY failed: forbidden path outside the build context"),
        ("FROM python:3.11\nADD https://example.com/x y\n", "ADD of an address is not carried out"),
        ("FROM python:3.11\nCOPY --from=busybox /a b\n", "COPY --from=busybox: of an image is not carried out"),
        ("FROM python:3.11\nRUN bash -c 'pip install a'\n", "packages are installed by a command that is not carried"),
        ("FROM builds01.registry.sandbox.invalid/none:1\n", "manifest unknown"),
        ("FROM python:3.11\nRUN conda install pytorch=2\n", "nothing provides requested pytorch 2"),
        ("FROM python:3.11\nRUN conda env create -f no.yml\n", "EnvironmentFileNotFound"),
    ],
)
def test_a_build_that_fails_says_where_and_why(registry, wheel, dockerfile, said) -> None:
    """In the log, with the resolver's own text; the run has failed, and nothing is pushed."""
    name, content = wheel("other-demo")
    run = registry.build({"Dockerfile": dockerfile, f"wheels/{name}": content})
    assert run.status == "Failed"
    assert run.properties.run_error_message.startswith("failed during run, err: exit status ")
    log = run.log
    assert said in " ".join(log.split())
    assert f"Run ID: {run.name} failed after" in log
    assert not run.properties.output_images


@pytest.mark.slow
def test_secrets_of_the_arguments_are_in_no_log_answer_or_process(registry, package, wheel) -> None:
    """A secret argument is used and never shown; one that nobody consumes is warned of."""
    secret = "s3cr3t-value"
    context = files(package, wheel, "ARG TOKEN", "ARG PLAIN=x", "RUN echo $TOKEN", "LABEL plain=$PLAIN")
    request = registry.request(
        context,
        arguments=[
            {"name": "TOKEN", "value": secret, "isSecret": True},
            {"name": "PLAIN", "value": "seen"},
            {"name": "NOBODYS", "value": "x"},
        ],
    )
    body = {"properties": {"runRequest": request}}
    made = registry.ask("PUT", "/taskRuns/secret-run", body)
    assert made.status_code == 201, made.text
    seen = []
    while registry.ask("GET", "/taskRuns/secret-run").json()["properties"]["provisioningState"] == "Creating":
        for process in [*registry.builders(), *registry.below()]:
            with contextlib.suppress(psutil.Error):
                seen += process.cmdline()
        time.sleep(0.05)
    shown = registry.ask("POST", "/taskRuns/secret-run/listDetails").text
    run_id = json.loads(shown)["properties"]["runResult"]["name"]
    link = registry.client.runs.get_log_sas_url(GROUP, registry.name, run_id).log_link
    log = requests.get(link, verify=str(registry.state / "ca.pem"), timeout=30).text
    assert '"status":"Succeeded"' in shown
    assert "[NOBODYS] were not consumed" in log
    for text in (shown, log, " ".join(seen)):
        assert secret not in text
    for path in registry.state.glob("state.sqlite*"):
        assert secret.encode() not in path.read_bytes()


@pytest.mark.slow
def test_stages_targets_and_images_of_ones_own_registry(registry, package, wheel) -> None:
    """A stage's files are copied from it; a target ends the build; an image of the registry is built upon."""
    context = {
        **files(package, wheel, "FROM base AS last", "COPY --from=1 /made/x.txt /y.txt"),
        "x.txt": "1",
    }
    text = str(context["Dockerfile"]).replace("FROM python:3.11-slim", "FROM python:3.11-slim AS base")
    text = text.replace("FROM base AS last", "FROM ubuntu:22.04 AS files\nCOPY x.txt /made/\nFROM base AS last")
    context["Dockerfile"] = text
    last = registry.build(context, imageNames=["base:1"])
    assert last.status == "Succeeded", last.log
    base = registry.image("base:1")
    assert Path(base.root, "y.txt").read_text() == "1"
    only = registry.build(context, target="files", imageNames=["files:1"])
    assert only.status == "Succeeded", only.log
    image = registry.image("files:1")
    assert (image.python, Path(image.root, "made/x.txt").read_text()) == (None, "1")
    assert "ubuntu:22.04 can't be run on this machine" in only.log
    upon = registry.build(
        {"Dockerfile": f"FROM {registry.server}/base:1\nCOPY z.txt .\n", "z.txt": "2"}, imageNames=["upon:1"]
    )
    assert upon.status == "Succeeded", upon.log
    above = registry.image("upon:1")
    assert (above.python, above.command, above.workdir) == (base.python, base.command, base.workdir)
    assert {path.name for path in Path(above.root, "app").iterdir()} >= {"score.py", "z.txt"}
    missing = registry.build(context, target="nowhere")
    assert "failed to reach build target nowhere in Dockerfile" in missing.log


@pytest.mark.slow
def test_a_conda_file_is_installed_with_its_python_and_its_section_for_pip(registry, package, wheel) -> None:
    other = f"{package}x"
    (name, content), (more, rest) = wheel(package, "1.5"), wheel(other)
    text = f"name: x\ndependencies:\n- python=3.7\n- {package}=1.5\n- pip\n- pip:\n  - --no-index\n  - {other}\n"
    dockerfile = "FROM mcr.microsoft.com/azureml/minimal-ubuntu20.04-py38-cpu-inference\nCOPY . /e/\n"
    dockerfile += "ENV UV_FIND_LINKS=. UV_OFFLINE=1\nRUN cd /e && conda env update -n base -f env.yml\n"
    context = {"Dockerfile": dockerfile, "env.yml": text}
    run = registry.build({**context, name: content, more: rest})
    log = run.log
    assert run.status == "Succeeded", log
    assert "Python 3.7 is not on this machine" in log or "Python 3.7." in log
    bin_folder = Path(registry.image(f"app:{run.name}").python).parent
    assert subprocess.run([bin_folder / package], capture_output=True, check=True).stdout == f"{package} 1.5\n".encode()
    assert (bin_folder / other).exists()
    none = registry.build({**context, "env.yml": text.replace("=1.5", "=1.6"), name: content, more: rest})
    assert f"nothing provides requested {package}==1.6.*" in none.log


@pytest.fixture
def endless(package) -> dict[str, str]:
    """A context whose build takes a minute, in a process of uv's."""
    backend = "import time\ndef build_wheel(*a, **k):\n    time.sleep(60)\n"
    project = f'[project]\nname = "{package}"\nversion = "1"\n[build-system]\nrequires = []\n'
    project += 'build-backend = "back"\nbackend-path = ["."]\n'
    dockerfile = "FROM python:3.11\nCOPY . /s\nRUN pip install --no-index /s\n"
    return {"Dockerfile": dockerfile, "pyproject.toml": project, "back.py": backend}


@pytest.mark.slow
@pytest.mark.source(f"{_SPEC} Runs_Cancel")
def test_a_canceled_run_is_killed_with_all_that_it_started(registry, endless) -> None:
    """Also one that waits for its turn; the log is told to be complete."""
    request = registry.request(endless)
    names = [registry.client.registries.schedule_run(GROUP, registry.name, request).name for _ in range(4)]
    deadline = time.monotonic() + 60
    while not (family := registry.below()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    family += registry.builders()
    for name in reversed(names):
        registry.client.runs.cancel(GROUP, registry.name, name)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
    for name in names:
        run = registry.run(name)
        run.wait()
        assert (run.status, bool(run.properties.finish_time)) == ("Canceled", True)
    link = registry.client.runs.get_log_sas_url(GROUP, registry.name, names[0]).log_link
    said = requests.Response()
    while said.headers.get("x-ms-meta-Complete") is None:
        assert time.monotonic() < deadline
        said = requests.get(link, verify=str(registry.state / "ca.pem"), timeout=30)
    assert f"Run ID: {names[0]} was canceled after" in said.text
    assert said.headers["x-ms-meta-Complete"] == "canceled"
    assert not list((registry.state / "image-roots").glob(".building-*"))


@pytest.mark.slow
def test_a_sandbox_killed_in_a_build_shows_the_run_as_failed_when_it_starts_again(start, endless) -> None:
    """No process of the build lives on, its log is complete for whoever asks, and the next build is as good as ever."""
    with start() as registry:
        request = registry.request(endless)
        name = registry.client.registries.schedule_run(GROUP, registry.name, request).name
        deadline = time.monotonic() + 60
        while not (family := registry.below()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        while "Step 3/3" not in registry.run(name).log:
            assert time.monotonic() < deadline
        family += registry.builders()
        os.kill(registry.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert not alive
    with start() as registry:
        found = registry.client.runs.get(GROUP, registry.name, name).properties
        assert (found.status, found.run_error_message) == ("Failed", "the sandbox ended while the run was under way")
        assert not list((registry.state / "image-roots").glob(".building-*"))
        link = registry.client.runs.get_log_sas_url(GROUP, registry.name, name).log_link
        answer, deadline = requests.Response(), time.monotonic() + 30
        while answer.headers.get("x-ms-meta-Complete") != "failed" and time.monotonic() < deadline:
            answer = requests.get(link, verify=str(registry.state / "ca.pem"), timeout=30)
        assert f"Run ID: {name} failed after" in answer.text
        assert "Step 1/3 : FROM python:3.11" in answer.text
        again = registry.build({"Dockerfile": "FROM python:3.11\n"})
        assert (again.status, again.name) == ("Succeeded", "ca2")


@pytest.mark.slow
@pytest.mark.source(f"{_SPEC} Runs_List", "learn.microsoft.com/cli/azure/acr/task")
def test_runs_are_listed_newest_first_filtered_and_patched(start) -> None:
    with start() as registry:
        good = registry.build({"Dockerfile": "FROM python:3.11\n"})
        bad = registry.build({"Dockerfile": "FROM python:3.11\nVOLUME /x\n"})
        runs = registry.client.runs

        def listed(**more: str) -> list[str]:
            return [one.name for one in runs.list(GROUP, registry.name, **more)]

        digest = registry.image(f"app:{good.name}").digest
        assert listed() == [bad.name, good.name]
        assert listed(filter="Status eq 'Failed'") == [bad.name]
        assert listed(filter=f"contains(OutputImageManifests, 'app@{digest}')") == [good.name]
        assert listed(filter="Status eq 'Succeeded' and CreateTime ge 2020-01-01T00:00:00Z") == [good.name]
        assert registry.ask("GET", "/runs", **{"$top": "1"}).json()["value"][0]["name"] == bad.name
        assert registry.ask("GET", "/runs", **{"$filter": "Nonsense"}).status_code == 400
        assert runs.update(GROUP, registry.name, good.name, {"isArchiveEnabled": True}).properties.is_archive_enabled
        with pytest.raises(HttpResponseError) as missing:
            runs.get(GROUP, registry.name, "nowhere")
        assert missing.value.status_code == 404


@pytest.mark.slow
@pytest.mark.source(f"{_SPEC} TaskRuns_Create", f"{_SPEC} TaskRuns_GetDetails")
def test_a_task_run_is_provisioned_when_its_run_has_ended(registry, package, wheel) -> None:
    """By Microsoft's client; the same request again schedules nothing, another `forceUpdateTag` does."""
    client, name = registry.client.task_runs, f"tr-{package}"
    request = registry.request(files(package, wheel), imageNames=["task:1"])
    body = {"properties": {"runRequest": request, "forceUpdateTag": "1"}, "location": "westeurope"}
    made = client.begin_create(GROUP, registry.name, name, body).result()
    assert made.properties.provisioning_state == "Succeeded"
    first = made.properties.run_result.name
    assert made.properties.run_result.properties.output_images[0].tag == "1"
    assert registry.image("task:1").python
    again = client.begin_create(GROUP, registry.name, name, body).result()
    assert again.properties.run_result.name == first
    body["properties"]["forceUpdateTag"] = "2"
    forced = client.begin_create(GROUP, registry.name, name, body).result()
    assert forced.properties.run_result.name != first
    assert client.get_details(GROUP, registry.name, name).properties.run_request.docker_file_path == "Dockerfile"
    assert name in [one.name for one in client.list(GROUP, registry.name)]
    old = registry.ask("GET", f"/taskRuns/{name}", version="2019-06-01-preview").json()
    assert old["properties"]["runResult"]["properties"]["status"] == "Succeeded"
    client.delete(GROUP, registry.name, name)
    assert registry.ask("GET", f"/taskRuns/{name}").status_code == 404
    body["properties"]["runRequest"] = {**request, "dockerFilePath": "nowhere"}
    registry.ask("PUT", f"/taskRuns/{name}", body).raise_for_status()
    while (state := registry.ask("GET", f"/taskRuns/{name}").json()["properties"])["provisioningState"] == "Creating":
        time.sleep(0.05)
    assert state["provisioningState"] == "Failed"


@pytest.mark.slow
@pytest.mark.source(_SPEC)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "EncodedTaskRunRequest"}, "NotServedBySandbox"),
        ({"type": "Other"}, "InvalidRequest"),
        ({"platform": {"os": "Windows"}}, "NotServedBySandbox"),
        ({"platform": {"os": "Linux", "architecture": "arm64"}}, "NotServedBySandbox"),
        ({"platform": None}, "InvalidRequest"),
        ({"timeout": 10}, "InvalidRequest"),
        ({"imageNames": ["Upper:1"]}, "InvalidRequest"),
        ({"imageNames": ["other.azurecr.io/a:1"]}, "InvalidRequest"),
        ({"dockerFilePath": None}, "InvalidRequest"),
        ({"arguments": [{"name": "a"}]}, "InvalidRequest"),
        ({"sourceLocation": "https://example.com/x.tar.gz"}, "NotServedBySandbox"),
        ({"sourceLocation": "https://github.com/a/b.git"}, "NotServedBySandbox"),
        ({"agentPoolName": "pool"}, "NotServedBySandbox"),
    ],
)
def test_a_wrong_request_or_one_that_is_not_served_schedules_nothing(registry, change, code) -> None:
    before = len(registry.ask("GET", "/runs").json()["value"])
    request = {
        "type": "DockerBuildRequest",
        "dockerFilePath": "Dockerfile",
        "imageNames": ["a:1"],
        "platform": {"os": "Linux"},
        "sourceLocation": "source/x.tar.gz",
    }
    answer = registry.ask("POST", "/scheduleRun", {**request, **change})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert len(registry.ask("GET", "/runs").json()["value"]) == before


@pytest.mark.slow
def test_a_registry_must_be_there_and_a_context_too(registry) -> None:
    registry.name, name = "nowhere01", registry.name
    try:
        answer = registry.ask("POST", "/scheduleRun", {})
    finally:
        registry.name = name
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")
    request = {"type": "DockerBuildRequest", "dockerFilePath": "Dockerfile", "platform": {"os": "Linux"}}
    run = registry.build({"Dockerfile": "FROM python:3.11"}, sourceLocation="source/none.tar.gz")
    assert "failed to download context" in run.log
    assert request


@pytest.mark.slow
def test_what_a_deleted_registry_built_is_gone_with_it(start, endless) -> None:
    """Also the build that is under way; one of the same name begins anew, and so does an emptied sandbox."""
    with start() as registry:
        registry.build({"Dockerfile": "FROM python:3.11\n"}, imageNames=["app:1"])
        registry.client.registries.schedule_run(GROUP, registry.name, registry.request(endless))
        deadline = time.monotonic() + 60
        while not registry.below():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert registry.ask("DELETE", "", version="2025-11-01").status_code == 202
        while registry.ask("GET", "", version="2025-11-01").status_code != 404 or registry.builders():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        body = {"location": "westeurope", "sku": {"name": "Basic"}}
        registry.ask("PUT", "", body, version="2025-11-01").raise_for_status()
        assert registry.ask("GET", "/runs").json()["value"] == []
        assert ImageStore(registry.state).find(f"{registry.server}/app:1") is None
        again = registry.build({"Dockerfile": "FROM python:3.11\n"}, imageNames=["app:1"])
        assert (again.name, again.status) == ("ca1", "Succeeded")
        registry.session.post(f"{registry.url}/_sandbox/reset", timeout=30).raise_for_status()
        assert ImageStore(registry.state).find(f"{registry.server}/app:1") is None
