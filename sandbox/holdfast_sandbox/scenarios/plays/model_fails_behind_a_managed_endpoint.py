"""The model behind a managed endpoint answers with an error, and the endpoint makes 424 of it.

A managed endpoint tells its own failures from its model's: what the model answers beside 200 comes as 424, with the
model's own status in a header.
"""

from collections.abc import Iterator

import requests

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage, not_shown

SYMPTOMS = ("model-424",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    path, body = stage.deployment(SERVED)
    endpoint = f"{stage.ids['workspace']}/onlineEndpoints/{SERVED}-managed"
    given = {"location": body["location"], "kind": "Managed", "properties": {"authMode": "Key"}}
    stage.request("PUT", endpoint, WORKSPACES, given).raise_for_status()
    kept = ("environmentId", "environmentVariables", "livenessProbe", "readinessProbe", "model")
    properties = {name: value for name, value in body["properties"].items() if name in kept and value}
    managed = {"location": body["location"], "kind": "Managed", "sku": {"name": "Default", "capacity": 1}}
    managed["properties"] = {**properties, "endpointComputeType": "Managed"}
    deployment = f"{endpoint}/deployments/{path.rpartition('/')[2]}"
    stage.request("PUT", deployment, WORKSPACES, managed).raise_for_status()

    def state() -> str:
        return str(stage.request("GET", deployment, WORKSPACES).json()["properties"]["provisioningState"])

    stage.wait(lambda: state() in ("Succeeded", "Failed"), "a deployment that has ended")
    given["properties"] = {"authMode": "Key", "traffic": {path.rpartition("/")[2]: 100}}
    stage.request("PUT", endpoint, WORKSPACES, given).raise_for_status()
    live = stage.request("GET", endpoint, WORKSPACES).json()
    yield f"the same model behind a managed endpoint: {state()}"
    headers = {"Authorization": f"Bearer {stage.stranger.endpoint_key(endpoint)}"}
    rows = {"data": [["red"] * 13]}
    answer = requests.post(live["properties"]["scoringUri"], json=rows, headers=headers, timeout=30)
    if answer.status_code != 424:
        raise not_shown("an answer with 424", f"{answer.status_code} {answer.text}")
    reason = answer.headers["ms-azureml-model-error-reason"]
    told = f"HTTP 424, ms-azureml-model-error-reason: {reason}, {answer.text.strip()[:80]}"
    stage.said += f"POST {live['properties']['scoringUri']}\n{told}\n"
    yield f"a client sends words for numbers: {told}"
