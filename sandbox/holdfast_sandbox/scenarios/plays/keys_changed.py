"""Somebody regenerates an endpoint's key, and a client still has the old one."""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, WORKSPACES, Stage

SYMPTOMS = ("keys-changed",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    endpoint = stage.ids[f"online-endpoint-{SERVED}"]
    old = stage.stranger.endpoint_key(endpoint)
    for kind in ("Primary", "Secondary"):
        done = stage.request("POST", f"{endpoint}/regenerateKeys", WORKSPACES, {"keyType": kind})
        done.raise_for_status()
    stage.wait(lambda: stage.stranger.endpoint_key(endpoint) != old, "another key")
    yield "both keys of the endpoint are regenerated"
    yield f"a client with the old one asks: {stage.answered(SERVED, 401, key=old)}"
