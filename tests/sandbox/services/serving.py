"""A workspace with a cluster attached, and online endpoints on it: for raw requests, no azure-mgmt client has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from .built import built, until
from .test_kubernetesconfiguration import INFERENCE, Cluster
from .test_machinelearning import VERSION, Environment

#: A model server of few words: what it is told in the request's body decides what becomes of it.
MODEL = """
import http.server, json, os, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def do_GET(self):
        self.say(200, b"Healthy")
    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        time.sleep(told.get("sleep", 0))
        if told.get("exit"):
            os._exit(1)
        env = {name: os.environ.get(name) for name in ("COLOUR", "AZUREML_MODEL_DIR", "AZUREML_ENTRY_SCRIPT")}
        seen = {name.lower(): value for name, value in self.headers.items()}
        answer = {"pid": os.getpid(), "env": env, "headers": seen, "path": self.path, "told": told}
        self.say(told.get("status", 200), json.dumps(answer).encode(), told.get("failed"))
    def say(self, status, body, failed=False):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if failed:
            self.send_header("x-ms-run-function-failed", "True")
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
print("serving", os.environ.get("COLOUR"), flush=True)
if os.environ.get("DELAY"):
    time.sleep(float(os.environ["DELAY"]))
http.server.ThreadingHTTPServer(("0.0.0.0", 5001), Handler).serve_forever()
"""
QUICK = {"initialDelay": "PT0S", "period": "PT1S", "timeout": "PT2S"}


class Serving:
    """A workspace, its cluster and its compute."""

    def __init__(self, environment: Environment, unique: Any, *, nodes: int = 1) -> None:
        self.environment, self.sandbox, self.unique = environment, environment.sandbox, unique
        self.state = Path(self.sandbox.bundle).parent
        environment.make()
        self.cluster = Cluster(self.sandbox, environment.group, unique("aks"), nodes=nodes)
        self.cluster.installed(INFERENCE)
        self.compute = f"{environment.path}/computes/serving"
        properties = {"computeType": "Kubernetes", "resourceId": self.cluster.id, "properties": {"namespace": "ml"}}
        answer = self.request("PUT", self.compute, {"properties": properties})
        assert self.sandbox.settled(answer, VERSION).json()["status"] == "Succeeded"

    def request(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.sandbox.request(method, path, VERSION, body)

    def environment_of(self, image: str, name: str = "", **more: Any) -> str:
        """The id of a registered environment with that image."""
        path = f"{self.environment.path}/environments/{name or self.unique('env')}/versions/1"
        answer = self.request("PUT", path, {"properties": {"image": image, **more}})
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    def model(self, name: str = "model", tag: str = "1", text: str = MODEL, **more: Any) -> str:
        """The id of an environment whose image is a model server."""
        given = {"ports": (5001,), "env": {"AZUREML_MODEL_DIR": "/app/model"}, **more}
        return self.environment_of(built(self.state, name, text, tag=tag, **given))

    def endpoint(self, name: str = "", **properties: Any) -> Online:
        made = Online(self, name or self.unique("ep"))
        answer = made.put(**properties)
        assert answer.status_code == 201, answer.text
        assert made.settled(answer)["status"] == "Succeeded"
        return made


class Online:
    """An online endpoint and its deployments."""

    def __init__(self, serving: Serving, name: str) -> None:
        self.serving, self.name = serving, name
        self.path = f"{serving.environment.path}/onlineEndpoints/{name}"

    def put(self, **properties: Any) -> requests.Response:
        given = {"authMode": "Key", "compute": self.serving.compute, **properties}
        return self.serving.request("PUT", self.path, {"location": "westeurope", "properties": given})

    def settled(self, answer: requests.Response) -> dict[str, Any]:
        """What the operation came to."""
        assert answer.status_code in (200, 201, 202), answer.text
        where = answer.headers["Azure-AsyncOperation"].removeprefix(self.serving.sandbox.url).partition("?")[0]

        def ended() -> Any:
            polled = self.serving.request("GET", where).json()
            return polled["status"] != "InProgress" and polled

        found = until(ended, 180)
        assert found, "the operation does not end"
        return dict(found)

    def get(self, tail: str = "") -> dict[str, Any]:
        return dict(self.serving.request("GET", self.path + tail).json())

    def post(self, action: str, body: Any = None) -> requests.Response:
        return self.serving.request("POST", f"{self.path}/{action}", body)

    def deploy(self, name: str, environment: str, **more: Any) -> requests.Response:
        """A PUT of a deployment; `sku` and properties."""
        sku = more.pop("sku", {"name": "Default", "capacity": 1})
        given = {
            "endpointComputeType": "Kubernetes",
            "environmentId": environment,
            "readinessProbe": QUICK,
            "livenessProbe": QUICK,
            **more,
        }
        body = {"location": "westeurope", "sku": sku, "properties": given}
        return self.serving.request("PUT", f"{self.path}/deployments/{name}", body)

    def deployed(self, name: str, environment: str, **more: Any) -> dict[str, Any]:
        """A deployment that has come true, with all traffic."""
        done = self.settled(self.deploy(name, environment, **more))
        assert done["status"] == "Succeeded", done
        return self.get(f"/deployments/{name}")

    def failed(self, name: str, environment: str, **more: Any) -> tuple[str, str]:
        """Code and message of why a deployment failed."""
        done = self.settled(self.deploy(name, environment, **more))
        assert done["status"] == "Failed", done
        return done["error"]["code"], done["error"]["message"]

    def turn(self, **traffic: int) -> None:
        """Sends traffic there, in percent."""
        assert self.settled(self.put(traffic=traffic))["status"] == "Succeeded"

    @property
    def keys(self) -> dict[str, str]:
        return dict(self.post("listKeys").json())

    @property
    def uri(self) -> str:
        return str(self.get()["properties"]["scoringUri"])

    def score(self, body: Any = None, *, key: str | None = None, **headers: str) -> requests.Response:
        """A request to the scoring URI with the primary key."""
        if not hasattr(self, "_at"):
            self._at = (self.uri, self.keys["primaryKey"] if key is None else key)
        uri, known = self._at
        sent = {"Authorization": f"Bearer {known if key is None else key}", **headers}
        return requests.post(uri, json=body or {}, headers=sent, timeout=30)
