"""Do container groups run whose images the sandbox has? For azure-mgmt-containerinstance and for plain requests."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from azure.mgmt.containerinstance import ContainerInstanceManagementClient

from .built import WEB, built, until
from .test_containerinstance import VERSION, group_id, group_of, made, put

pytestmark = pytest.mark.slow

STATES = "learn.microsoft.com/azure/container-instances/container-state"
RESTART = "learn.microsoft.com/azure/container-instances/container-instances-restart-policy"
TROUBLE = "learn.microsoft.com/azure/container-instances/container-instances-troubleshooting"
PODS = "kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle"
PROBES = "learn.microsoft.com/azure/container-instances/container-instances-liveness-probe"
LOGS = "learn.microsoft.com/rest/api/container-instances/containers/list-logs"
SECURE = "learn.microsoft.com/azure/container-instances/container-instances-environment-variables"
RESOURCES = "learn.microsoft.com/azure/container-instances/container-instances-container-groups"
INIT = "learn.microsoft.com/azure/container-instances/container-instances-init-container"


def state_of(sandbox: Any) -> Path:
    return Path(sandbox.bundle).parent


def container(image: str, name: str = "app", memory: float = 1.0, **more: Any) -> dict[str, Any]:
    requests_ = {"cpu": 0.5, "memoryInGB": memory}
    return {"name": name, "properties": {"image": image, "resources": {"requests": requests_}, **more}}


def public(*ports: int) -> dict[str, Any]:
    return {"type": "Public", "ports": [{"port": port, "protocol": "TCP"} for port in ports]}


class Group:
    """A group that was put into a sandbox."""

    def __init__(self, sandbox: Any, group: str, name: str) -> None:
        self.sandbox, self.group, self.name, self.id = sandbox, group, name, group_id(sandbox, group, name)

    def put(self, *containers: dict[str, Any], **more: Any) -> dict[str, Any]:
        return made(self.sandbox, self.group, self.name, group_of(*containers, **more))

    def get(self) -> dict[str, Any]:
        answer = self.sandbox.request("GET", self.id, VERSION)
        assert answer.status_code == 200, answer.text
        return answer.json()["properties"]

    def post(self, action: str) -> None:
        answer = self.sandbox.request("POST", f"{self.id}/{action}", VERSION)
        assert answer.status_code in (202, 204), answer.text

    @property
    def state(self) -> str:
        return self.get()["instanceView"]["state"]

    def view(self, name: str = "app") -> dict[str, Any]:
        properties = self.get()
        every = properties["containers"] + (properties.get("initContainers") or [])
        return next(one["properties"]["instanceView"] for one in every if one["name"] == name)

    def log(self, name: str = "app", **query: str) -> str:
        answer = self.sandbox.request("GET", f"{self.id}/containers/{name}/logs", VERSION, **query)
        return str(answer.json()["content"])

    def ask(self, port: int = 8080, path: str = "/") -> dict[str, Any]:
        """What the web image tells, once it listens."""
        url = f"http://{self.get()['ipAddress']['ip']}:{port}{path}"

        def answer() -> Any:
            try:
                return requests.get(url, timeout=5).json()
            except requests.ConnectionError:
                return None

        found = until(answer)
        assert found, f"{url} does not answer: {self.log()}"
        return dict(found)


@pytest.fixture
def cg(sandbox, group, unique) -> Iterator[Group]:
    """A group that is gone afterwards: what runs in it takes a core from the tests that follow."""
    made = Group(sandbox, group, unique("cg"))
    yield made
    sandbox.request("DELETE", made.id, VERSION)


@pytest.fixture(scope="module")
def web(sandbox) -> str:
    return built(state_of(sandbox), "web", WEB, env={"COLOUR": "red", "AZUREML_MODEL_DIR": "/app/model"})


def script(sandbox: Any, name: str, text: str) -> str:
    return built(state_of(sandbox), name, text)


@pytest.mark.source(TROUBLE)
def test_a_group_answers_at_its_address_and_port(sandbox, group, unique, web) -> None:
    """The ip and the port that the group declares are where it answers, for the SDK's group as for any HTTP client."""
    client = sandbox.client(ContainerInstanceManagementClient)
    name = unique("cg")
    body = group_of(container(web), ipAddress=public(8080))
    created = client.container_groups.begin_create_or_update(group, name, body).result()
    assert (created.provisioning_state, created.instance_view.state) == ("Succeeded", "Running")
    told = Group(sandbox, group, name).ask()
    assert told["path"] == "/"
    view = client.container_groups.get(group, name).containers[0].instance_view
    assert [event.name for event in view.events] == ["Pulling", "Pulled", "Created", "Started"]
    assert (view.restart_count, view.current_state.state, view.previous_state) == (0, "Running", None)
    assert view.current_state.start_time is not None
    lines = client.containers.list_logs(group, name, "app").content.splitlines()
    assert lines == ["listening on 8080", "GET /"]
    assert client.containers.list_logs(group, name, "app", tail=1).content == "GET /\n"
    stamped = client.containers.list_logs(group, name, "app", tail=1, timestamps=True).content
    assert stamped.endswith("Z GET /\n")
    client.container_groups.begin_delete(group, name).result()
    assert until(lambda: not psutil.pid_exists(told["pid"]))


@pytest.mark.source(SECURE)
def test_variables_come_from_image_and_group(cg: Group, web) -> None:
    """The group's variables win over the image's, secure ones are the container's and in no answer."""
    given = [{"name": "COLOUR", "value": "blue"}, {"name": "TOKEN", "secureValue": "s3cret"}]
    shown = cg.put(container(web, environmentVariables=given), ipAddress=public(8080))
    assert "s3cret" not in str(shown)
    told = cg.ask()
    assert (told["env"]["COLOUR"], told["env"]["TOKEN"]) == ("blue", "s3cret")
    assert told["cwd"].startswith(str(state_of(cg.sandbox) / "containers"))
    assert told["cwd"].endswith(f"{cg.name}/app/root/app")
    assert told["env"]["AZUREML_MODEL_DIR"] == told["cwd"] + "/model"


def test_nothing_of_the_sandboxes_own_environment_is_inherited(start, tmp_path, monkeypatch) -> None:
    """No credential that the server was started with reaches a container, nor does the user's home."""
    monkeypatch.setenv("ARM_CLIENT_SECRET", "do-not-tell")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "do-not-tell")
    with start(tmp_path) as server:
        server.request("PUT", f"{server.subscription}/resourceGroups/rg", "2024-03-01", {"location": "westeurope"})
        cg = Group(server, "rg", "cg")
        cg.put(container(built(tmp_path, "web", WEB)), ipAddress=public(8080))
        env = cg.ask()["env"]
    assert "do-not-tell" not in str(env)
    assert not [name for name in env if name.startswith(("ARM_", "AZURE_", "PULUMI_"))]
    assert env["HOME"].startswith(str(tmp_path))


@pytest.mark.source(PODS)
def test_a_crashing_container_is_restarted_with_back_off(cg: Group) -> None:
    """CrashLoopBackOff: the restarts are counted, the last end is the previous state, and its exit code is told."""
    cg.put(container(script(cg.sandbox, "crash", "import sys; print('no model', flush=True); sys.exit(3)")))
    view = until(
        lambda: (seen := cg.view())["restartCount"] >= 3 and seen["currentState"]["state"] == "Waiting" and seen
    )
    assert view, cg.view()
    assert view["currentState"]["detailStatus"] == "CrashLoopBackOff"
    previous = view["previousState"]
    assert (previous["state"], previous["exitCode"], previous["detailStatus"]) == ("Terminated", 3, "Error")
    assert previous["finishTime"] >= previous["startTime"]
    events = {event["name"]: event for event in view["events"]}
    assert events["BackOff"]["message"] == "Back-off restarting failed container"
    assert events["Started"]["count"] == view["restartCount"] + 1
    assert cg.log() == "no model\n"
    assert cg.state == "Running"


@pytest.mark.source(STATES)
@pytest.mark.parametrize(
    ("policy", "code", "state", "restarts"),
    [("Never", 0, "Succeeded", 0), ("Never", 4, "Failed", 0), ("OnFailure", 0, "Succeeded", 0)],
)
def test_a_group_comes_to_an_end(cg: Group, policy: str, code: int, state: str, restarts: int) -> None:
    """With Never and OnFailure a group is Succeeded when its containers ended well; Failed only with Never."""
    cg.put(container(script(cg.sandbox, f"exit{code}", f"raise SystemExit({code})")), restartPolicy=policy)
    assert until(lambda: cg.state == state), cg.get()["instanceView"]
    current = cg.view()["currentState"]
    assert (current["state"], current["exitCode"], cg.view()["restartCount"]) == ("Terminated", code, restarts)
    assert current["detailStatus"] == ("Completed" if code == 0 else "Error")


@pytest.mark.source(RESTART)
def test_on_failure_restarts_until_it_ends_well(cg: Group, tmp_path) -> None:
    """A container that fails once and then succeeds has been restarted once, and its group has succeeded."""
    text = (
        "import os,sys\nonce = sys.argv[1]\nif os.path.exists(once): sys.exit(0)\nopen(once, 'w').close(); sys.exit(1)"
    )
    command = ["python", "/app/main.py", str(tmp_path / "once")]
    cg.put(container(script(cg.sandbox, "second-time", text), command=command), restartPolicy="OnFailure")
    assert until(lambda: cg.state == "Succeeded"), cg.get()["instanceView"]
    assert cg.view()["restartCount"] == 1
    assert cg.view()["previousState"]["exitCode"] == 1


@pytest.mark.source("learn.microsoft.com/azure/container-instances/container-instances-stop-start")
def test_stop_start_and_restart_act_on_the_processes(cg: Group, web) -> None:
    """Stop ends the process, start makes a new one at the same address, restart another one, counted."""
    cg.put(container(web), ipAddress=public(8080))
    first, address = cg.ask()["pid"], cg.get()["ipAddress"]["ip"]
    cg.post("stop")
    assert cg.state == "Stopped"
    assert until(lambda: not psutil.pid_exists(first))
    assert cg.view()["currentState"]["state"] == "Terminated"
    assert cg.state == "Stopped"
    cg.post("start")
    second = cg.ask()["pid"]
    assert (cg.state, cg.get()["ipAddress"]["ip"]) == ("Running", address)
    cg.post("restart")
    third = until(lambda: (pid := cg.ask()["pid"]) != second and pid)
    assert third not in (first, second, False)
    assert cg.view()["restartCount"] == 1
    assert any(event["name"] == "Killing" for event in cg.view()["events"])


@pytest.mark.source("learn.microsoft.com/azure/container-instances/container-instances-update")
def test_an_update_runs_the_new_image_at_the_same_address(cg: Group, web) -> None:
    """A PUT with another image ends the old process and keeps the address."""
    cg.put(container(web), ipAddress=public(8080))
    before, address = cg.ask(), cg.get()["ipAddress"]["ip"]
    newer = built(state_of(cg.sandbox), "web", WEB, tag="2", env={"COLOUR": "green"})
    cg.put(container(newer), ipAddress=public(8080))
    after = until(lambda: (told := cg.ask())["pid"] != before["pid"] and told)
    assert after["env"]["COLOUR"] == "green"
    assert cg.get()["ipAddress"]["ip"] == address
    assert cg.view()["restartCount"] == 1


@pytest.mark.source(PROBES)
def test_a_failing_liveness_probe_kills_the_container(cg: Group) -> None:
    """After as many failures as the probe says the container is killed and restarted; the events tell."""
    image = built(state_of(cg.sandbox), "sick", WEB)
    probe = {"httpGet": {"path": "/live", "port": 8080}, "periodSeconds": 1, "failureThreshold": 2}
    cg.put(container(image, livenessProbe=probe), ipAddress=public(8080))
    told = cg.ask()
    Path(told["cwd"], "broken").touch()
    assert until(lambda: cg.view()["restartCount"] == 1), cg.view()
    assert cg.ask()["pid"] != told["pid"]
    events = [event["message"] for event in cg.view()["events"]]
    assert "Liveness probe failed: HTTP probe failed with statuscode: 500" in events
    assert "Container app failed liveness probe, will be restarted" in events


@pytest.mark.source(PROBES)
def test_a_command_is_a_probe_too(cg: Group) -> None:
    """An exec probe runs in the container's environment and folder; its exit code decides."""
    text = "import time\nopen('healthy', 'w').close()\ntime.sleep(600)"
    image = built(state_of(cg.sandbox), "command", text)
    probe = {
        "exec": {"command": ["cat", "healthy"]},
        "periodSeconds": 1,
        "failureThreshold": 1,
        "initialDelaySeconds": 1,
    }
    cg.put(container(image, livenessProbe=probe))
    healthy = until(lambda: next(state_of(cg.sandbox).glob(f"containers/*{cg.name}/app/root/app/healthy"), None))
    assert healthy
    time.sleep(1.5)
    assert cg.view()["restartCount"] == 0
    healthy.unlink()
    assert until(lambda: cg.view()["restartCount"] >= 1), cg.view()
    assert any("No such file" in event["message"] for event in cg.view()["events"])


@pytest.mark.source(RESOURCES)
def test_memory_beyond_the_limit_is_killed(cg: Group) -> None:
    """What holds more resident memory than the group requests is killed: OOMKilled, exit code 137."""
    image = script(cg.sandbox, "hungry", "import time\nheld = bytearray(400 << 20)\ntime.sleep(600)")
    cg.put(container(image, memory=0.2), restartPolicy="Never")
    assert until(lambda: cg.state == "Failed"), cg.view()
    current = cg.view()["currentState"]
    assert (current["exitCode"], current["detailStatus"]) == (137, "OOMKilled")


@pytest.mark.source(RESOURCES)
def test_containers_of_a_group_share_localhost(cg: Group, web) -> None:
    """Several containers run at one address, each on its port, and reach one another on localhost."""
    text = (
        "import time, urllib.request\n"
        "while True:\n"
        "    try: print(urllib.request.urlopen('http://localhost:8081/').status, flush=True)\n"
        "    except OSError: pass\n"
        "    time.sleep(0.1)\n"
    )
    second = [{"name": "PORT", "value": "8081"}]
    cg.put(
        container(web, "one"),
        container(web, "two", environmentVariables=second, ports=[{"port": 8081}]),
        container(script(cg.sandbox, "talks", text), "three"),
        ipAddress=public(8080, 8081),
    )
    assert cg.ask(8080)["pid"] != cg.ask(8081)["pid"]
    assert until(lambda: cg.log("three").startswith("200\n")), cg.log("three")
    assert "listening on 8081" in cg.log("two")


@pytest.mark.source(INIT)
def test_init_containers_run_first_and_one_by_one(cg: Group, tmp_path) -> None:
    """The others start when the last of them has ended well; until then the group is Pending."""
    steps = tmp_path / "steps"
    text = f"import sys, time\nopen({str(steps)!r}, 'a').write(sys.argv[1]); time.sleep(float(sys.argv[2]))"
    image = script(cg.sandbox, "steps", text)

    def step(number: int, seconds: int) -> list[str]:
        return ["python", "/app/main.py", str(number), str(seconds)]

    first = {"name": "first", "properties": {"image": image, "command": step(1, 1)}}
    second = {"name": "second", "properties": {"image": image, "command": step(2, 0)}}
    shown = cg.put(container(image, command=step(3, 600)), initContainers=[first, second])
    assert shown["properties"]["instanceView"]["state"] == "Pending"
    assert until(lambda: cg.state == "Running")
    assert until(lambda: steps.read_text() == "123")
    assert cg.view("first")["currentState"]["exitCode"] == 0


@pytest.mark.source(PODS)
def test_a_command_that_is_not_there_says_so(cg: Group, web) -> None:
    """The log names the command, and the exit code is a shell's."""
    cg.put(container(web, command=["no-such-command"]), restartPolicy="Never")
    assert until(lambda: cg.state == "Failed")
    assert "no-such-command" in cg.log()
    assert cg.view()["currentState"]["exitCode"] == 127


def test_an_image_without_an_interpreter_is_modelled(cg: Group) -> None:
    """An image that no process can stand in for, and a group with a volume, are as if the sandbox had no image."""
    image = built(state_of(cg.sandbox), "scratch", "", python=None)  # type: ignore[arg-type]
    cg.put(container(image), ipAddress=public(80))
    assert cg.view()["events"][0]["message"].endswith("modelled by the sandbox, no process runs")
    assert cg.get()["ipAddress"]["ip"].startswith("203.0.113.")


def test_everything_ends_with_the_resource_group(cg: Group, web) -> None:
    """Deleting the resource group ends the processes of what is in it."""
    cg.put(container(web), ipAddress=public(8080))
    pid = cg.ask()["pid"]
    path = f"{cg.sandbox.subscription}/resourceGroups/{cg.group}"
    assert cg.sandbox.request("DELETE", path, "2024-03-01").status_code == 202
    assert until(lambda: cg.sandbox.request("GET", path, "2024-03-01").status_code == 404)
    assert until(lambda: not psutil.pid_exists(pid))


def test_processes_end_with_a_killed_sandbox_and_come_back_with_the_next(start, tmp_path) -> None:
    """kill -9 of the server leaves no process; the next server runs what ran, where it ran, not what ended."""
    with start(tmp_path) as server:
        server.request("PUT", f"{server.subscription}/resourceGroups/rg", "2024-03-01", {"location": "westeurope"})
        web, ended, stopped = (Group(server, "rg", name) for name in ("web", "ended", "stopped"))
        image = built(tmp_path, "web", WEB)
        web.put(container(image), ipAddress=public(8080))
        stopped.put(container(image), ipAddress=public(8080))
        ended.put(container(built(tmp_path, "quick", "pass")), restartPolicy="Never")
        assert until(lambda: ended.state == "Succeeded")
        stopped.post("stop")
        pid, address = web.ask()["pid"], web.get()["ipAddress"]["ip"]
        time.sleep(0.1)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert until(lambda: not psutil.pid_exists(pid), 5)
    with start(tmp_path) as server:
        web, ended, stopped = (Group(server, "rg", name) for name in ("web", "ended", "stopped"))
        assert web.ask()["pid"] != pid
        assert web.get()["ipAddress"]["ip"] == address
        assert web.view()["restartCount"] == 1
        assert (ended.state, ended.view()["restartCount"]) == ("Succeeded", 0)
        assert stopped.state == "Stopped"
        pid = web.ask()["pid"]
    assert until(lambda: not psutil.pid_exists(pid), 5)


@pytest.mark.source("Azure/azure-sdk-for-net#36227")
def test_a_running_group_still_has_to_be_let_in_to_its_registry(sandbox, group, unique) -> None:
    """An image that is there is refused to a group without credentials for its registry."""
    registry = unique("acr")
    path = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{registry}"
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    sandbox.request("PUT", path, "2023-07-01", body).raise_for_status()
    server = sandbox.request("GET", path, "2023-07-01").json()["properties"]["loginServer"]
    image = built(state_of(sandbox), "web", WEB, registry=server)
    refused = put(sandbox, group, unique("cg"), group_of(container(image)))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "InaccessibleImage")


def test_a_container_that_prints_without_end_keeps_nobody_waiting(cg: Group) -> None:
    """Its log keeps the newest lines, and the sandbox goes on answering."""
    cg.put(container(script(cg.sandbox, "prints", "while True: print('x' * 100)")))
    assert until(lambda: len(cg.log(tail="2").splitlines()) == 2)
    for _ in range(10):
        assert cg.state == "Running"
    assert cg.log(tail="2") == f"{'x' * 100}\n" * 2


def test_a_reset_ends_everything(start, tmp_path) -> None:
    """Emptying the sandbox ends its processes, too."""
    with start(tmp_path) as server:
        server.request("PUT", f"{server.subscription}/resourceGroups/rg", "2024-03-01", {"location": "westeurope"})
        cg = Group(server, "rg", "cg")
        cg.put(container(built(tmp_path, "web", WEB)), ipAddress=public(8080))
        pid = cg.ask()["pid"]
        assert server.session.post(f"{server.url}/_sandbox/reset", timeout=30).status_code == 204
        assert until(lambda: not psutil.pid_exists(pid))
